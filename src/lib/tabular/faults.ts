/**
 * Reasons for which a whole file is refused before any of its rows is used. TOO_MANY_ROWS also ends the writing of a
 * workbook.
 */
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

/** The error for a whole file whose container (encoding, structure, size) is invalid, whatever its cells hold. */
export class ContainerFault extends Error {
  override readonly name = 'ContainerFault';
  /** Line of a text file, or row of a worksheet, counted from 1; absent where the fault has no single place. */
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

/** Limits on tables that bound memory and time, whatever a file declares or contains. */
export interface TabularLimits {
  maxFileBytes: number;
  /** Maximum UTF-8 bytes of one CSV record (with the line breaks in its quoted fields), or of one worksheet row. */
  maxLineBytes: number;
  /** Maximum characters of one cell. A longer cell is passed on whole, and its row gets a fault. */
  maxCellChars: number;
  /** Maximum number of rows below the header, without blank ones. */
  maxRows: number;
  maxColumns: number;
  /** Maximum total of inflated bytes of all parts of one workbook. */
  maxUncompressedBytes: number;
  /**
   * Maximum ratio of inflated to deflated bytes of one part of a workbook; applies to parts of more than 16 MiB
   * inflated.
   */
  maxCompressionRatio: number;
}

/** Limits that allow some 100,000 long rows; a worksheet has at most 1,048,576 rows. */
export const defaultLimits: TabularLimits = {
  maxFileBytes: 512 * 1024 * 1024,
  maxLineBytes: 1024 * 1024,
  maxCellChars: 100_000,
  maxRows: 1_048_575,
  maxColumns: 256,
  maxUncompressedBytes: 2 * 1024 * 1024 * 1024,
  maxCompressionRatio: 250,
};
