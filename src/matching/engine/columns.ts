/**
 * Typed arrays in which a column stores one number per row. A column that is too short is replaced by a copy of at
 * least twice the length, whose further elements are 0.
 */
type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export function grown<T extends Numbers>(array: T, length: number): T {
  if (array.length >= length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2, 16));
  larger.set(array);
  return larger;
}

/** Copies the first `length` numbers of an array, so that the copy does not keep the larger buffer alive. */
export const taken = <T extends Numbers>(array: T, length: number): T => array.slice(0, length) as T;

/**
 * Joins texts, none of which contains a line break, into one text: structured cloning of one text is many times faster
 * than that of a list.
 */
export const joined = (texts: readonly (string | undefined)[]): string => texts.map((text) => text ?? '').join('\n');
export const parted = (text: string, count: number): string[] => (count === 0 ? [] : text.split('\n'));

/** Assigns each profile id a row number in the columns; row numbers of removed profiles are reused. */
export class Rows {
  private readonly rowOf = new Map<string, number>();
  private readonly free: number[] = [];
  private readonly idOf: (string | undefined)[] = [];
  /**
   * One more than the highest row number ever assigned. A column may be longer; its elements from here on are unused.
   */
  end = 0;

  get size(): number {
    return this.rowOf.size;
  }

  row(id: string): number | undefined {
    return this.rowOf.get(id);
  }

  /** Id of a row; undefined for a free row. */
  id(row: number): string | undefined {
    return this.idOf[row];
  }

  take(id: string): number {
    const row = this.free.pop() ?? this.end++;
    this.rowOf.set(id, row);
    this.idOf[row] = id;
    return row;
  }

  release(id: string): void {
    const row = this.rowOf.get(id)!;
    this.rowOf.delete(id);
    this.idOf[row] = undefined;
    this.free.push(row);
  }

  ids(): IterableIterator<string> {
    return this.rowOf.keys();
  }

  dump() {
    return { ids: joined(this.idOf), free: [...this.free], end: this.end };
  }

  static of({ ids, free, end }: ReturnType<Rows['dump']>): Rows {
    const rows = new Rows();
    parted(ids, end).forEach((id, row) => {
      rows.idOf.push(id === '' ? undefined : id);
      if (id !== '') rows.rowOf.set(id, row);
    });
    rows.free.push(...free);
    rows.end = end;
    return rows;
  }
}

/** A column that stores values only for rows that have one, ascending by row; for values that most rows lack. */
export class SparseColumn {
  rows = new Int32Array(0);
  values = new Float32Array(0);
  size = 0;

  /**
   * Binary search: the position of a row number in the ascending list, or the position at which it would be inserted.
   */
  private place(row: number): number {
    if (this.size === 0 || this.rows[this.size - 1]! < row) return this.size;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The row's value; 0 if it has none. */
  get(row: number): number {
    const at = this.place(row);
    return at < this.size && this.rows[at] === row ? this.values[at]! : 0;
  }

  has(row: number): boolean {
    const at = this.place(row);
    return at < this.size && this.rows[at] === row;
  }

  set(row: number, value: number): void {
    const at = this.place(row);
    if (at < this.size && this.rows[at] === row) {
      this.values[at] = value;
      return;
    }
    if (this.size === this.rows.length) {
      const length = Math.max(4, Math.ceil(this.size * 1.5));
      this.rows = grownTo(this.rows, length);
      this.values = grownTo(this.values, length);
    }
    if (at < this.size) {
      this.rows.copyWithin(at + 1, at, this.size);
      this.values.copyWithin(at + 1, at, this.size);
    }
    this.rows[at] = row;
    this.values[at] = value;
    this.size += 1;
  }

  delete(row: number): void {
    const at = this.place(row);
    if (at >= this.size || this.rows[at] !== row) return;
    this.rows.copyWithin(at, at + 1, this.size);
    this.values.copyWithin(at, at + 1, this.size);
    this.size -= 1;
  }

  /** Adds `factor` × the column's value to the sum of every row that has a value in this column. */
  addTo(sums: Float32Array | Float64Array, factor: number): void {
    const { rows, values, size } = this;
    for (let i = 0; i < size; i += 1) {
      const row = rows[i]!;
      sums[row] = sums[row]! + factor * values[i]!;
    }
  }

  /**
   * Packs many sparse columns into three arrays: the number of entries of each column, then the row numbers and the
   * values of all columns one after another.
   */
  static dump(columns: readonly (SparseColumn | undefined)[]) {
    const sizes = Int32Array.from(columns, (column) => column?.size ?? 0);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const [rows, values] = [new Int32Array(all), new Float32Array(all)];
    let at = 0;
    for (const column of columns) {
      if (!column) continue;
      rows.set(column.rows.subarray(0, column.size), at);
      values.set(column.values.subarray(0, column.size), at);
      at += column.size;
    }
    return { sizes, rows, values };
  }

  static of({ sizes, rows, values }: ReturnType<typeof SparseColumn.dump>): (SparseColumn | undefined)[] {
    let at = 0;
    return Array.from(sizes, (size) => {
      if (size === 0) return undefined;
      const column = new SparseColumn();
      column.rows = rows.slice(at, at + size);
      column.values = values.slice(at, at + size);
      column.size = size;
      at += size;
      return column;
    });
  }
}

/**
 * Multimap from a numeric key (such as an organisation's number) to rows, where each row has at most one key. Stored as
 * linked lists in two arrays, because most keys have one row.
 */
export class RowChains {
  /**
   * Linked lists of rows. `heads[key]` is 1 + the first row with that key, `next[row]` is 1 + the next row with the
   * same key; 0 ends a list.
   */
  private heads = new Int32Array(0);
  private next = new Int32Array(0);

  add(key: number, row: number): void {
    this.heads = grown(this.heads, key + 1);
    this.next = grown(this.next, row + 1);
    this.next[row] = this.heads[key]!;
    this.heads[key] = row + 1;
  }

  remove(key: number, row: number): void {
    if (this.heads[key] === row + 1) {
      this.heads[key] = this.next[row]!;
      return;
    }
    for (let at = this.heads[key]! - 1; at >= 0; at = this.next[at]! - 1) {
      if (this.next[at] !== row + 1) continue;
      this.next[at] = this.next[row]!;
      return;
    }
  }

  /** Rows of the key, in no particular order. */
  of(key: number): number[] {
    const rows: number[] = [];
    for (let at = (this.heads[key] ?? 0) - 1; at >= 0; at = this.next[at]! - 1) rows.push(at);
    return rows;
  }

  dump() {
    return { heads: taken(this.heads, this.heads.length), next: taken(this.next, this.next.length) };
  }

  static of({ heads, next }: ReturnType<RowChains['dump']>): RowChains {
    return Object.assign(new RowChains(), { heads: heads.slice(), next: next.slice() });
  }
}

function grownTo<T extends Int32Array | Float32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}

/**
 * Stores one list of integers per row, all in a single array. The space of replaced lists is reclaimed once it exceeds
 * 65,536 numbers and half of the array.
 */
export class Slab {
  private data = new Int32Array(0);
  private offsets = new Int32Array(0);
  private lengths = new Int32Array(0);
  private end = 0;
  private wasted = 0;

  set(row: number, list: ArrayLike<number>): void {
    this.offsets = grown(this.offsets, row + 1);
    this.lengths = grown(this.lengths, row + 1);
    this.wasted += this.lengths[row]!;
    this.lengths[row] = 0;
    if (list.length === 0) return;
    if (this.wasted > 65_536 && this.wasted * 2 > this.end) this.compact();
    this.data = grown(this.data, this.end + list.length);
    this.data.set(list, this.end);
    this.offsets[row] = this.end;
    this.lengths[row] = list.length;
    this.end += list.length;
  }

  /** Returns the list of numbers of a row as a view of the array; any later change of a list makes the view invalid. */
  get(row: number): Int32Array {
    const offset = this.offsets[row]!;
    return this.data.subarray(offset, offset + this.lengths[row]!);
  }

  dump() {
    return {
      data: taken(this.data, this.end),
      offsets: taken(this.offsets, this.offsets.length),
      lengths: taken(this.lengths, this.lengths.length),
      wasted: this.wasted,
    };
  }

  static of({ data, offsets, lengths, wasted }: ReturnType<Slab['dump']>): Slab {
    return Object.assign(new Slab(), {
      data: data.slice(),
      offsets: offsets.slice(),
      lengths: lengths.slice(),
      end: data.length,
      wasted,
    });
  }

  private compact(): void {
    const data = new Int32Array(Math.max(16, this.end - this.wasted));
    let end = 0;
    for (let row = 0; row < this.lengths.length; row += 1) {
      const length = this.lengths[row]!;
      if (length === 0) continue;
      data.set(this.get(row), end);
      this.offsets[row] = end;
      end += length;
    }
    this.data = data;
    this.end = end;
    this.wasted = 0;
  }
}
