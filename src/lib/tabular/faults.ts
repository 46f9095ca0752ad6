/** Why a whole file is refused, before any of its rows is used. */
export type ContainerFaultCode =
  | 'EMPTY_FILE'
  | 'NOT_A_FILE'
  | 'FILE_TOO_LARGE'
  | 'BAD_ENCODING'
  | 'MALFORMED_CSV'
  | 'LINE_TOO_LONG'
  | 'TOO_MANY_ROWS'
  | 'TOO_MANY_COLUMNS'
  | 'NO_HEADER'
  | 'DUPLICATE_HEADER'
  | 'NOT_A_WORKBOOK'
  | 'ENCRYPTED_WORKBOOK'
  | 'SHEET_NOT_FOUND'
  | 'ZIP_BOMB';

/** Refuses a whole file: its container cannot be trusted, whatever single cells say. */
export class ContainerFault extends Error {
  override readonly name = 'ContainerFault';
  /** 1-based line of a text file or row of a worksheet, where one is to blame. */
  readonly line?: number;
  readonly detail?: Readonly<Record<string, string | number>>;

  constructor(
    readonly code: ContainerFaultCode,
    message: string,
    at: { line?: number; detail?: Readonly<Record<string, string | number>>; cause?: unknown } = {},
  ) {
    super(message, at.cause === undefined ? undefined : { cause: at.cause });
    if (at.line !== undefined) this.line = at.line;
    if (at.detail !== undefined) this.detail = at.detail;
  }
}

/** Bounds that keep memory and time constant, whatever a file claims or contains. */
export interface TabularLimits {
  maxFileBytes: number;
  /** UTF-8 bytes of one record with its quoted line breaks, or of one worksheet row. */
  maxLineBytes: number;
  /** Characters of one cell; a longer one is passed on whole, with a fault on its row. */
  maxCellChars: number;
  /** Rows below the header that are not blank. */
  maxRows: number;
  maxColumns: number;
  /** Bytes that the parts of one workbook may inflate to, together. */
  maxUncompressedBytes: number;
  /** Inflated by deflated bytes of one part, looked at once a part is past 16 MiB. */
  maxCompressionRatio: number;
}

/** Room for 100,000 long rows; a worksheet holds 1,048,576 rows at most. */
export const defaultLimits: TabularLimits = {
  maxFileBytes: 512 * 1024 * 1024,
  maxLineBytes: 1024 * 1024,
  maxCellChars: 100_000,
  maxRows: 1_048_575,
  maxColumns: 256,
  maxUncompressedBytes: 2 * 1024 * 1024 * 1024,
  maxCompressionRatio: 250,
};
