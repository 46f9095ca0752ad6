import type { Rows, SparseColumn } from './columns.js';
import type { RankOptions } from './result.types.js';
import { byScoreThenId, TopRows } from './top.js';

/** Upper bound on the error of 32-bit sums against the exact score. */
export const SUM_ERROR = 1e-3;
/** Rows kept beyond the limit at first, so that exact scoring rarely needs a second pass. */
const SPARE = 16;

/**
 * Excludes free rows, rows in the lists, `chained` rows and those that the options exclude by setting their sums to
 * -Infinity; returns the number of excluded rows in use.
 */
export function restrict(
  sums: Float32Array,
  rows: Rows,
  live: Uint8Array,
  lists: readonly (SparseColumn | undefined)[],
  chained: readonly number[],
  options: Pick<RankOptions, 'exclude' | 'only'>,
): number {
  let barred = 0;
  const bar = (row: number) => {
    if (sums[row] === Number.NEGATIVE_INFINITY) return;
    sums[row] = Number.NEGATIVE_INFINITY;
    barred += 1;
  };
  if (rows.size < rows.end)
    for (let row = 0; row < rows.end; row += 1) if (live[row] === 0) sums[row] = Number.NEGATIVE_INFINITY;
  chained.forEach(bar);
  for (const list of lists) if (list) for (let i = 0; i < list.size; i += 1) bar(list.rows[i]!);
  for (const id of options.exclude ?? []) {
    const row = rows.row(id);
    if (row !== undefined) bar(row);
  }
  if (options.only) {
    const kept = new Set<number>();
    for (const id of options.only) {
      const row = rows.row(id);
      if (row !== undefined) kept.add(row);
    }
    for (let row = 0; row < rows.end; row += 1) if (live[row] === 1 && !kept.has(row)) bar(row);
  }
  return barred;
}

export interface BestRow {
  readonly row: number;
  readonly id: string;
  readonly score: number;
}

/**
 * An expensive term, computed only for rows that it could lift into the best: `value(row)` is at most `constant` +
 * `factor` × the row's length.
 */
export interface Refinement {
  readonly constant: number;
  readonly lengths: Float32Array;
  readonly factor: number;
  value(row: number): number;
}

/**
 * The best rows by exact score, from sums with errors up to SUM_ERROR. Rows are taken by their sums until the last of
 * the best is certainly better than every row not taken. With a refinement, the sums lack its term, which is computed
 * only for rows that it could lift into the best.
 */
export function bestRows(
  sums: Float32Array,
  rows: Rows,
  { limit, after }: Pick<RankOptions, 'limit' | 'after'>,
  exact: (row: number) => number,
  refinement?: Refinement,
): BestRow[] {
  if (limit <= 0) return [];
  const ceiling = after ? after.score + SUM_ERROR : Number.POSITIVE_INFINITY;
  const sure = after ? after.score - SUM_ERROR : Number.POSITIVE_INFINITY;
  const { end } = rows;
  const scored = new Map<number, BestRow>();
  const score = (row: number): BestRow => {
    let best = scored.get(row);
    if (!best) scored.set(row, (best = { row, id: rows.id(row)!, score: exact(row) }));
    return best;
  };
  for (let capacity = Math.min(end, limit + SPARE); ; capacity = Math.min(end, capacity * 8)) {
    const top = new TopRows(capacity);
    const offer = (sum: number, row: number): void => {
      if (sum > top.threshold && sum <= ceiling && !(sum > sure && byScoreThenId(score(row), after!) <= 0))
        top.offer(sum, row);
    };
    if (refinement) refine(sums, end, top, refinement, offer);
    else {
      let threshold = top.threshold;
      for (let row = 0; row < end; row += 1) {
        if (sums[row]! <= threshold) continue;
        offer(sums[row]!, row);
        threshold = top.threshold;
      }
    }
    const best = Array.from(top.rows.subarray(0, top.size), score).sort(byScoreThenId);
    if (
      top.size < capacity ||
      capacity >= end ||
      (best.length >= limit && best[limit - 1]!.score > top.threshold + SUM_ERROR)
    )
      return best.slice(0, limit);
  }
}

/**
 * Rows scored first, as a multiple of the capacity: those with the highest unrefined sums, which probably stay among
 * the best and so raise the threshold early.
 */
const FIRST_LOOK = 4;
/** The threshold for these rows is estimated from a sample: every STRIDE-th row. */
const STRIDE = 8;

function refine(
  sums: Float32Array,
  end: number,
  top: TopRows,
  { constant, lengths, factor, value }: Refinement,
  offer: (sum: number, row: number) => void,
): void {
  if (found.length < end) found = new Int32Array(sums.length);
  const seen = new Set<number>();
  const wanted = top.capacity * FIRST_LOOK;
  const first = rowsFrom(sums, thresholdOf(sums, end, wanted), end, 2 * wanted);
  for (let i = 0; i < first; i += 1) {
    const row = found[i]!;
    seen.add(row);
    offer(sums[row]! + value(row), row);
  }
  const count = rowsInReach(sums, lengths, factor, top.threshold - constant, end);
  for (let i = 0; i < count; i += 1) {
    const row = found[i]!;
    // Checked again, because the threshold may have risen since the scan.
    if (sums[row]! + constant + factor * lengths[row]! > top.threshold && !seen.has(row))
      offer(sums[row]! + value(row), row);
  }
}

/** Estimated value that about `count` of the sums reach. */
function thresholdOf(sums: Float32Array, end: number, count: number): number {
  const sample = new TopRows(Math.max(1, Math.ceil(count / STRIDE)));
  let threshold = sample.threshold;
  for (let row = 0; row < end; row += STRIDE) if (sums[row]! > threshold) threshold = sample.offer(sums[row]!, row);
  return threshold;
}

/** Reused buffer of the rows found by a scan. */
let found = new Int32Array(0);

/**
 * Writes the first `most` rows whose sum reaches a threshold into `found`; returns their number. Kept as a bare loop,
 * which the engine runs several times faster.
 */
function rowsFrom(sums: Float32Array, threshold: number, end: number, most: number): number {
  const rows = found;
  let count = 0;
  for (let row = 0; row < end && count < most; row += 1) if (sums[row]! >= threshold) rows[count++] = row;
  return count;
}

/** Writes all rows into `found` whose sum plus `factor` × length may exceed a threshold. */
function rowsInReach(
  sums: Float32Array,
  lengths: Float32Array,
  factor: number,
  threshold: number,
  end: number,
): number {
  const rows = found;
  let count = 0;
  for (let row = 0; row < end; row += 1)
    if (sums[row]! + factor * lengths[row]! > threshold && sums[row]! > Number.NEGATIVE_INFINITY) rows[count++] = row;
  return count;
}
