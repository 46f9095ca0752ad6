import type { Rows, SparseColumn } from './columns.js';
import type { RankOptions } from './result.types.js';
import { byScoreThenId, TopRows } from './top.js';

/** Upper bound on the difference between a sum in 32-bit floats and the exact score of the same row. */
export const SUM_ERROR = 1e-3;
/**
 * Number of rows above the requested limit that are scored exactly in the first pass, so that a second pass is rarely
 * needed.
 */
const SPARE = 16;

/**
 * Excludes rows from a ranking by setting their sums to -Infinity: unused rows, the rows in `lists` and `chained`, and
 * those that the options exclude. Returns the number of live rows excluded.
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
 * An expensive term of a score, computed only for rows that it could lift into the top k. Its `value(row)` is at most
 * `constant` + `factor` × `lengths[row]`, a bound that is cheap to compute.
 */
export interface Refinement {
  readonly constant: number;
  readonly lengths: Float32Array;
  readonly factor: number;
  value(row: number): number;
}

/**
 * Returns the `limit` rows (below: k) with the highest exact scores, of those ranked after the position `after` if it
 * is given. `sums` are approximate scores with errors of at most SUM_ERROR: rows are scored exactly in descending order
 * of sum until the k-th best certainly beats every row not yet scored. With a refinement, `sums` lack that expensive
 * term, which is computed only for rows that it could lift into the top k.
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
 * Number of rows, as a multiple of k, that get the expensive term first: those with the highest sums, because most of
 * the final top k are probably among them and raise the threshold early.
 */
const FIRST_LOOK = 4;
/** The threshold that selects the first rows is estimated from a sample of the sums: every STRIDE-th row. */
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
    // The bound is checked again, because rows refined since this list was made may have raised the threshold.
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
 * Writes the first `most` rows whose sum reaches a threshold into `found` and returns their number. A bare loop without
 * closures, because V8 runs it several times faster.
 */
function rowsFrom(sums: Float32Array, threshold: number, end: number, most: number): number {
  const rows = found;
  let count = 0;
  for (let row = 0; row < end && count < most; row += 1) if (sums[row]! >= threshold) rows[count++] = row;
  return count;
}

/**
 * Writes into `found` all rows whose sum plus the bound of the expensive term (`factor` × length) may exceed a
 * threshold.
 */
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
