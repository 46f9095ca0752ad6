/**
 * An assignment problem: every row (such as an achievement) takes a number of different columns (such as reviewers),
 * and every column serves a limited number of rows; the sum of values, less the losses of empty places and plus the
 * worth of wishes served, is maximised. Values are whole numbers, so that sums are exact and every JavaScript engine
 * finds the same optimum. As the limits of a row are nested (groups within the row) and a column has a single limit,
 * the problem is a network flow, whose linear programme has integer optima.
 */
export interface FlowProblem {
  rows: number;
  columns: number;
  /** Matrix of rows × columns: the value of assigning the column to the row, -Infinity where that is impossible. */
  value: Float64Array;
  /** Per row: number of columns to assign. */
  demand: Int32Array;
  /** Per row: how many of its places may stay empty at the loss `cheapLoss` instead of `loss`. */
  cheapDemand: Int32Array;
  /** Per row: maximum number of its columns that belong to the same group. */
  groupLimit: Uint8Array;
  /** Per column: the number of its group; a column without a group has a number of its own. */
  group: Int32Array;
  groups: number;
  /**
   * Per column: the maximum number of rows that it serves (`capacity`), and the number of rows that it wishes to serve
   * (`wish`), each of which earns `wishWorth`.
   */
  capacity: Int32Array;
  wish: Int32Array;
  /** Per row: a column that is assigned from the start and never removed, or -1. */
  pinned: Int32Array;
  /** Worth of each row that a column serves within its number of wished rows, in the unit of `value`. */
  wishWorth: number;
  /**
   * Loss per empty place of a row, in the unit of `value`: `cheapLoss` for the places in `cheapDemand`, `loss` for the
   * others. Where both are 0, a column is assigned only if its value is positive.
   */
  cheapLoss: number;
  loss: number;
}
