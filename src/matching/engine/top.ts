/** Comparison function of all rankings: higher score first, equal scores in ascending order of id. */
export function byScoreThenId(
  a: { readonly score: number; readonly id: string },
  b: { readonly score: number; readonly id: string },
): number {
  return b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/**
 * Selects the `capacity` largest of many offered values with their row numbers, by a heap whose root is the smallest
 * value kept.
 */
export class TopRows {
  readonly values: Float64Array;
  readonly rows: Int32Array;
  size = 0;

  constructor(readonly capacity: number) {
    this.values = new Float64Array(capacity);
    this.rows = new Int32Array(capacity);
  }

  /**
   * A value must exceed this threshold to be kept: the smallest value in a full heap; -Infinity before the heap is
   * full; Infinity if the capacity is 0.
   */
  get threshold(): number {
    return this.size < this.capacity
      ? Number.NEGATIVE_INFINITY
      : this.capacity === 0
        ? Number.POSITIVE_INFINITY
        : this.values[0]!;
  }

  /** Offers a value with its row number; it is kept if it exceeds the threshold. Returns the new threshold. */
  offer(value: number, row: number): number {
    const { values, rows } = this;
    if (this.size < this.capacity) {
      let at = this.size++;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (values[above]! <= value) break;
        values[at] = values[above]!;
        rows[at] = rows[above]!;
        at = above;
      }
      values[at] = value;
      rows[at] = row;
    } else if (this.size > 0 && value > values[0]!) {
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= this.size) break;
        if (below + 1 < this.size && values[below + 1]! < values[below]!) below += 1;
        if (values[below]! >= value) break;
        values[at] = values[below]!;
        rows[at] = rows[below]!;
        at = below;
      }
      values[at] = value;
      rows[at] = row;
    }
    return this.threshold;
  }
}
