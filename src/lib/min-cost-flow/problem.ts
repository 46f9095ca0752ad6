/**
 * Rows choose columns: every row wants some columns, each at most once, and a column serves so many rows. The sum of the
 * values is to be as large as possible. Values are whole numbers, so that sums are exact and every engine finds the same.
 * Because the limits on a row nest (group within row) and a column's is one, this is a network flow: its linear programme
 * has whole-number optima.
 */
export interface FlowProblem {
  rows: number;
  columns: number;
  /** rows x columns: what a pair is worth, -Infinity where it is impossible. */
  value: Float64Array;
  /** Per row: columns wanted. */
  demand: Int32Array;
  /** Per row: how many of these may stay away at the lower loss. */
  cheapDemand: Int32Array;
  /** Per row: how often one group of columns may be chosen. */
  groupLimit: Uint8Array;
  /** Per column: its group, or a number of its own. */
  group: Int32Array;
  groups: number;
  /** Per column: places, and how many of them are wished to be filled. */
  capacity: Int32Array;
  wish: Int32Array;
  /** Per row: a column that it has from the start and keeps, or -1. */
  pinned: Int32Array;
  /** What a filled wish is worth. */
  wishWorth: number;
  /** What is lost by a place that stays empty: one of the cheap ones, any other. 0 for both: a pair is made only if it is worth something. */
  cheapLoss: number;
  loss: number;
}
