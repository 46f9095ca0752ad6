import type { TabularRow } from '../../lib/tabular/types.js';
import type { CellProblem } from '../mapping/values.js';
import { coded } from '../../messages/catalogue.js';

/** A problem of one cell, for which its row is rejected. */
export interface RowProblem extends CellProblem {
  /** Key of the field, as in a mapping. */
  field: string | null;
  /** Header of the column, as in the file. */
  column: string | null;
  value: string | null;
}

/** A row after parsing, before it is compared with the stored record that it changes. */
export interface ReadRow<Patch = unknown> {
  patch: Patch;
  problems: RowProblem[];
  /** What is worth knowing of the row's cells although they are no reason to reject it. */
  notes?: RowProblem[];
}

/** A parsed row with its line number and the keys by which its record is found. */
export interface KeyedRow<Patch = unknown, Keys extends object = object> extends ReadRow<Patch> {
  line: number;
  cells: readonly string[];
  keys: Keys;
}

/**
 * Returns a function that parses rows and adds their keys. A key that an earlier row of the file has is reported as a
 * problem; therefore each pass over the file needs a new function.
 */
export function rowKeeper(
  read: (cells: readonly string[]) => ReadRow,
  keysOf: (patch: unknown) => object,
  headers: readonly string[],
  columnOf: (field: string) => { header: string } | null,
  isRead: (header: string) => boolean = () => true,
): (row: TabularRow) => KeyedRow {
  // Line number of the row that has each key, for the whole file; takes about 100 bytes of memory per row.
  const seen = new Map<string, number>();
  return (row) => {
    const { patch, problems, notes } = read(row.cells);
    for (const fault of row.faults ?? []) {
      // The error of a formula matters only where its column is read.
      if (fault.code === 'CELL_ERROR' && !isRead(headers[fault.column] ?? '')) continue;
      problems.push({
        field: null,
        code: fault.code,
        message: fault.message,
        column: headers[fault.column] ?? null,
        value: row.cells[fault.column] ?? null,
      });
    }
    if (row.cells.length > headers.length) {
      problems.push({
        field: null,
        ...coded('TOO_MANY_CELLS'),
        column: null,
        value: row.cells.slice(headers.length).join(','),
      });
    }
    const keys = keysOf(patch);
    for (const [name, value] of Object.entries(keys) as Array<[string, string]>) {
      const key = `${name}:${value}`;
      const line = seen.get(key);
      if (line === undefined) seen.set(key, row.line);
      else
        problems.push({
          field: name,
          ...coded(columnOf(name) === null ? 'DUPLICATE_IN_FILE.title' : 'DUPLICATE_IN_FILE.key', { line }),
          column: columnOf(name)?.header ?? null,
          value,
        });
    }
    return { line: row.line, cells: row.cells, patch, problems, notes: notes ?? [], keys };
  };
}
