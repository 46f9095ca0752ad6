import { createHash } from 'node:crypto';
import { cleanText } from '../lib/localized.js';
import { comparable } from '../text/normalise.js';
import type { ReadRow, RowPatch, RowProblem } from './row-reader.js';
import type { TabularRow } from './tabular/index.js';

/** A row that was read, with the keys by which its achievement is found. */
export interface KeyedRow {
  line: number;
  cells: readonly string[];
  patch: RowPatch;
  problems: RowProblem[];
  keys: { id?: string; externalId?: string; registrationNo?: string };
}

/** How rows without any other key are found again; such results carry it as their external id. */
export function titleKey(title: string): string {
  return `title:${createHash('sha256').update(title).digest('hex').slice(0, 32)}`;
}

/** Turns rows of a table into rows with keys, and reports keys that an earlier row of the same file had. One per pass. */
export function rowKeeper(read: (cells: readonly string[]) => ReadRow, headers: readonly string[]): (row: TabularRow) => KeyedRow {
  // Line by key, for the whole file: some 100 bytes a row.
  const seen = new Map<string, number>();
  return (row) => {
    const { patch, problems } = read(row.cells);
    for (const fault of row.faults ?? []) {
      problems.push({ field: null, code: fault.code, message: fault.message, column: headers[fault.column] ?? null, value: row.cells[fault.column] ?? null });
    }
    if (row.cells.length > headers.length) {
      problems.push({ field: null, code: 'TOO_MANY_CELLS', message: 'the row has more cells than the header; a cell with a comma needs quotes.', column: null, value: row.cells.slice(headers.length).join(',') });
    }
    const keys = keysOf(patch);
    for (const [name, value] of Object.entries(keys)) {
      const key = `${name}:${value}`;
      const line = seen.get(key);
      if (line === undefined) seen.set(key, row.line);
      else problems.push({ field: name, code: 'DUPLICATE_IN_FILE', message: `line ${line} of this file has the same one; the first counts.`, column: null, value });
    }
    return { line: row.line, cells: row.cells, patch, problems, keys };
  };
}

/** Also settles what an empty key cell means: the row is found by the next key, and what it is found by stays. */
function keysOf(patch: RowPatch): KeyedRow['keys'] {
  const number = cleanText(patch.simple.registrationNo)?.normalize('NFKC').toUpperCase();
  const keys: KeyedRow['keys'] = {};
  if (patch.id !== undefined) keys.id = patch.id;
  if (patch.externalId != null) keys.externalId = patch.externalId;
  if (number !== undefined) keys.registrationNo = number;
  if (keys.id === undefined && keys.externalId === undefined) {
    const title = patch.texts.title?.zh ?? patch.texts.title?.en;
    if (keys.registrationNo === undefined && title != null && comparable(title) !== '') {
      patch.externalId = titleKey(comparable(title));
      keys.externalId = patch.externalId;
    } else delete patch.externalId;
  }
  return keys;
}
