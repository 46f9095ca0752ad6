/**
 * An assignment problem: every row takes a number of different columns, and every column serves a limited number of
 * rows. The sum of values is maximised. Values are whole numbers, so that sums are exact and every engine finds the
 * same optimum. As the limits of a row nest (group within row) and a column has a single limit, the problem is a
 * network flow, whose linear programme has integer optima.
 */
export interface FlowProblem {
  rows: number;
  columns: number;
  /** rows x columns: the value of a pair, -Infinity for an impossible pair. */
  value: Float64Array;
  /** Per row: number of columns to assign. */
  demand: Int32Array;
  /** Per row: number of these places that may stay empty at `cheapLoss` instead of `loss`. */
  cheapDemand: Int32Array;
  /** Per row: maximum number of columns of the same group. */
  groupLimit: Uint8Array;
  /** Per column: the number of its group, unique to the column where it belongs to none. */
  group: Int32Array;
  groups: number;
  /** Per column: maximum number of rows, and the number of rows up to which each one earns `wishWorth`. */
  capacity: Int32Array;
  wish: Int32Array;
  /** Per row: a column that is assigned from the start and kept, or -1. */
  pinned: Int32Array;
  /** Value of each row that a column serves within its `wish`. */
  wishWorth: number;
  /**
   * Loss per empty place: `cheapLoss` for the places in `cheapDemand`, `loss` for the others. With both 0 a pair is
   * made only if its value is positive.
   */
  cheapLoss: number;
  loss: number;
}
