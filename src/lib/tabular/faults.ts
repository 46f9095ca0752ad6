import { codeOf, type Message } from '../messages/message.js';
import { renderer } from '../messages/render.js';
import { tabularMessages } from './tabular.messages.js';

const render = renderer(tabularMessages);
/** English words of a message of this folder, for logs and for `Error.message`. */
const english = (message: Message): string => render('EN', message);

/** The error for a whole file whose container (encoding, structure, size) is invalid, whatever its cells hold. */
export class ContainerFault extends Error {
  override readonly name = 'ContainerFault';
  readonly code: string;
  /** Line of a text file, or row of a worksheet, counted from 1; absent where the fault has no single place. */
  readonly line?: number;
  readonly detail?: Readonly<Record<string, string | number>>;

  constructor(
    /** What is wrong; the stable code is the beginning of its key. */
    readonly said: Message,
    at: { line?: number; detail?: Readonly<Record<string, string | number>>; cause?: unknown } = {},
  ) {
    super(english(said), at.cause === undefined ? undefined : { cause: at.cause });
    this.code = codeOf(said.key);
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
