import { LRUCache } from 'lru-cache';
import type { PoolColumns } from './pool.columns.js';

/** Upper limit of search texts whose results are kept; each takes one byte per row of the pool. */
const MOST = 50;

/** What is known of a row: whether its text meets the conditions. */
const [UNKNOWN, NO, YES] = [0, 1, 2];

const known = new WeakMap<PoolColumns, LRUCache<string, Uint8Array<ArrayBuffer>>>();

/**
 * Tells which rows' texts meet conditions, and calls `read` only for rows that no earlier search with the same
 * conditions asked about. A changed entry gets a new row, so what is known of a row stays true.
 */
export async function rowsWithText(
  columns: PoolColumns,
  rows: readonly number[],
  conditions: string,
  read: (ids: string[]) => Promise<string[]>,
): Promise<(row: number) => boolean> {
  const texts = known.get(columns) ?? new LRUCache<string, Uint8Array<ArrayBuffer>>({ max: MOST });
  known.set(columns, texts);
  let results = texts.get(conditions) ?? new Uint8Array(0);
  const asked = rows.filter((row) => (results[row] ?? UNKNOWN) === UNKNOWN && columns.idOf(row) !== '');
  const ids = asked.map((row) => columns.idOf(row));
  const holding = new Set(asked.length === 0 ? [] : await read(ids));
  // Another search may have stored its results meanwhile.
  results = texts.get(conditions) ?? results;
  if (results.length < columns.length) {
    const larger = new Uint8Array(columns.length + 1024);
    larger.set(results);
    results = larger;
  }
  asked.forEach((row, i) => (results[row] = holding.has(ids[i]!) ? YES : NO));
  texts.set(conditions, results);
  return (row) => results[row] === YES;
}
