import type { TextEncoding } from './encoding.js';

/** A value that a writer accepts. A Date is an instant in UTC; at midnight UTC it is written as a day. */
export type Cell = string | number | boolean | Date | null;

/** A fault of one cell, for which its row should be rejected; the rest of the file stays valid. */
export interface CellFault {
  /** Index into `cells`. */
  column: number;
  code: 'CELL_TOO_LONG';
  message: string;
}

/** One record below the header, padded to the header's width; non-empty cells beyond that width are kept. */
export interface TabularRow {
  /**
   * 1-based: in a text file the physical line on which the record starts, in a workbook the row number of the sheet.
   */
  line: number;
  cells: string[];
  faults?: CellFault[];
}

/** An opened table whose container has been checked to its last byte. */
export interface TabularSource {
  format: 'CSV' | 'XLSX';
  encoding?: TextEncoding;
  headers: string[];
  sheetName?: string;
  /** Number of rows that `rows()` yields. */
  rowCount: number;
  /** Starts a new streaming pass over the file; may be called several times. */
  rows(): AsyncIterable<TabularRow>;
  /**
   * Frees the table's resources (a large workbook keeps its texts in an unlinked temporary file). May be called twice.
   */
  close(): Promise<void>;
}
