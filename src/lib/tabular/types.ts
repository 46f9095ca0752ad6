import type { TextEncoding } from './encoding.js';

/** A value that a writer accepts; a Date is an instant in UTC, and a day when it is midnight there. */
export type Cell = string | number | boolean | Date | null;

/** A cell that its row should be rejected for; the file as a whole stands. */
export interface CellFault {
  /** Index into `cells`. */
  column: number;
  code: 'CELL_TOO_LONG';
  message: string;
}

/** One record below the header, padded to the header's width; cells beyond it are kept when they hold something. */
export interface TabularRow {
  /** 1-based: in text the physical line on which the record starts, in a workbook the row's number in its sheet. */
  line: number;
  cells: string[];
  faults?: CellFault[];
}

/** An opened table whose container was checked to its last byte. */
export interface TabularSource {
  format: 'CSV' | 'XLSX';
  encoding?: TextEncoding;
  headers: string[];
  sheetName?: string;
  /** Rows that `rows()` yields. */
  rowCount: number;
  /** A fresh streaming pass over the file; may be called again. */
  rows(): AsyncIterable<TabularRow>;
  /** Frees what the table holds (a large workbook keeps its texts in an unlinked temporary file). Safe to call twice. */
  close(): Promise<void>;
}
