import type { Message } from '../messages/message.js';
import type { TextEncoding } from './encoding.js';

/**
 * A value of a cell that the writers of tables accept. Cells have no time zone: the writers take date and time of a
 * Date in UTC, so callers convert moments to the deployment's time zone by `asShownInCells` before. A Date at midnight
 * is written as a day without a time.
 */
export type Cell = string | number | boolean | Date | null;

/** A fault of one cell, for which its row should be rejected, while the other rows of the file stay valid. */
export interface CellFault {
  /** Column of the faulty cell, as an index into `cells`. */
  column: number;
  code: 'CELL_TOO_LONG' | 'CELL_ERROR';
  message: Message;
}

/** One row of a table below the header, padded to the header's width; non-empty cells beyond that width are kept. */
export interface TabularRow {
  /**
   * Number of the row, counted from 1: in a text file the physical line on which the record starts, in a workbook the
   * row number of the sheet.
   */
  line: number;
  cells: string[];
  faults?: CellFault[];
  /** True for a worksheet row that is hidden, by a filter or by hand. */
  hidden?: boolean;
  /** Number of its cells that hold the value of a cell above, with which they are merged. */
  merged?: number;
}

/** Something that a reader of the file should know, with its place. */
export interface TableNote {
  message: Message;
  /** Line of a text file, or row of a worksheet; null for a note on the whole file. */
  line: number | null;
  /** What stands there, shortened; it is kept apart from the message, since fewer people may read it. */
  text?: string;
}

/** An opened table file whose container has been checked to its last byte. */
export interface TabularSource {
  format: 'CSV' | 'XLSX';
  encoding?: TextEncoding;
  headers: string[];
  /** Lines above the data that were not read as data, rows that hold none, sheets, hidden rows and the like. */
  notes: TableNote[];
  sheetName?: string;
  /** Names of all worksheets of the workbook, in its order. */
  sheetNames?: string[];
  /** Number of rows that `rows()` yields. */
  rowCount: number;
  /** Starts a new pass that streams the rows of the file; may be called several times. */
  rows(): AsyncIterable<TabularRow>;
  /**
   * Frees the table's memory and its temporary file, in which a large workbook keeps its texts. May be called twice.
   */
  close(): Promise<void>;
}
