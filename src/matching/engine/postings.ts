import { dot, type Weighted } from '../../text/similarity.vectors.js';
import { grown, taken } from './columns.js';

/**
 * Number of entries per cell, the unit of allocation. A term's list starts with a block of one cell; each block added
 * to it is twice as long as the one before, up to MAX_CELLS, so that rare terms use little memory and long lists are
 * mostly contiguous.
 */
const CELL = 8;
/** Maximum number of cells in a block. */
const MAX_CELLS = 16;

/**
 * Inverted index of texts: for each term, the list of rows (profiles) whose text contains it, with the term's weight
 * there (also used for ties: for each party, the investors tied to it). The lists of all terms share a few arrays,
 * because a hundred thousand separate arrays would take more memory than their entries. A list is a chain of blocks.
 */
export class Postings {
  private readonly heads = new Map<number, number>();
  private rows = new Int32Array(0);
  private weights = new Float32Array(0);
  /**
   * Data of a block, indexed by the block's first cell: the next block of the chain or -1 (`next`), the number of
   * entries in use (`used`; every block except the first of a chain is full), and the block's length in cells
   * (`lengths`).
   */
  private next = new Int32Array(0);
  private used = new Uint8Array(0);
  private lengths = new Uint8Array(0);
  private cells = 0;
  /** Free blocks by their number of cells. */
  private readonly free: number[][] = Array.from({ length: MAX_CELLS + 1 }, () => []);

  add(row: number, text: Weighted): void {
    for (let i = 0; i < text.terms.length; i += 1) this.insert(text.terms[i]!, row, text.weights[i]!);
  }

  remove(row: number, terms: ArrayLike<number>): void {
    for (let i = 0; i < terms.length; i += 1) this.delete(terms[i]! >>> 0, row);
  }

  /** Adds `factor` × the scalar product of the given text with each row's text to the row's sum. */
  addTo(sums: Float32Array | Float64Array, text: Weighted, factor: number): void {
    const { rows, weights, next, used } = this;
    for (let i = 0; i < text.terms.length; i += 1) {
      const weight = factor * text.weights[i]!;
      for (let block = this.heads.get(text.terms[i]!) ?? -1; block >= 0; block = next[block]!) {
        const from = block * CELL;
        const end = from + used[block]!;
        for (let at = from; at < end; at += 1) {
          const row = rows[at]!;
          sums[row] = sums[row]! + weight * weights[at]!;
        }
      }
    }
  }

  /** Calls `visit` for every row that contains the term. */
  each(term: number, visit: (row: number, weight: number) => void): void {
    for (let block = this.heads.get(term) ?? -1; block >= 0; block = this.next[block]!) {
      const from = block * CELL;
      for (let at = from; at < from + this.used[block]!; at += 1) visit(this.rows[at]!, this.weights[at]!);
    }
  }

  /** Weight of a term in the text of a row; 0 if the text does not contain the term. */
  weightIn(term: number, row: number): number {
    let found = 0;
    this.each(term, (other, weight) => {
      if (other === row) found = weight;
    });
    return found;
  }

  dump() {
    const { cells } = this;
    return {
      terms: Uint32Array.from(this.heads.keys()),
      heads: Int32Array.from(this.heads.values()),
      rows: taken(this.rows, cells * CELL),
      weights: taken(this.weights, cells * CELL),
      next: taken(this.next, cells),
      used: taken(this.used, cells),
      lengths: taken(this.lengths, cells),
      free: this.free.map((blocks) => [...blocks]),
    };
  }

  static of({ terms, heads, rows, weights, next, used, lengths, free }: ReturnType<Postings['dump']>): Postings {
    const postings = new Postings();
    terms.forEach((term, i) => postings.heads.set(term, heads[i]!));
    free.forEach((blocks, length) => postings.free[length]!.push(...blocks));
    return Object.assign(postings, {
      rows: rows.slice(),
      weights: weights.slice(),
      next: next.slice(),
      used: used.slice(),
      lengths: lengths.slice(),
      cells: next.length,
    });
  }

  insert(term: number, row: number, weight: number): void {
    let head = this.heads.get(term) ?? -1;
    if (head < 0 || this.used[head] === this.lengths[head]! * CELL) {
      const block = this.block(head < 0 ? 1 : Math.min(2 * this.lengths[head]!, MAX_CELLS));
      this.next[block] = head;
      this.heads.set(term, block);
      head = block;
    }
    const at = head * CELL + this.used[head]!;
    this.rows[at] = row;
    this.weights[at] = weight;
    this.used[head]! += 1;
  }

  /** Allocates an empty block of `length` cells. */
  private block(length: number): number {
    let block = this.free[length]!.pop();
    if (block === undefined) {
      block = this.cells;
      this.cells += length;
      this.rows = grown(this.rows, this.cells * CELL);
      this.weights = grown(this.weights, this.cells * CELL);
      this.next = grown(this.next, this.cells);
      this.used = grown(this.used, this.cells);
      this.lengths = grown(this.lengths, this.cells);
      this.lengths[block] = length;
    }
    this.used[block] = 0;
    return block;
  }

  private delete(term: number, row: number): void {
    const head = this.heads.get(term) ?? -1;
    for (let block = head; block >= 0; block = this.next[block]!) {
      const from = block * CELL;
      for (let at = from; at < from + this.used[block]!; at += 1) {
        if (this.rows[at] !== row) continue;
        // To leave no gap, the last entry of the list's first block moves into the position of the removed entry.
        const last = head * CELL + this.used[head]! - 1;
        this.rows[at] = this.rows[last]!;
        this.weights[at] = this.weights[last]!;
        this.used[head]! -= 1;
        if (this.used[head] === 0) {
          if (this.next[head]! >= 0) this.heads.set(term, this.next[head]!);
          else this.heads.delete(term);
          this.free[this.lengths[head]!]!.push(head);
        }
        return;
      }
    }
  }
}

let packedInts = new Int32Array(128);
let packedFloats = new Float32Array(packedInts.buffer);

/**
 * Packs a text vector into one list of 32-bit integers for a `Slab`: all terms, then all weights. The returned list is
 * overwritten by the next call.
 */
export function packed({ terms, weights }: Weighted): Int32Array {
  const { length } = terms;
  if (packedInts.length < 2 * length) {
    packedInts = new Int32Array(4 * length);
    packedFloats = new Float32Array(packedInts.buffer);
  }
  for (let i = 0; i < length; i += 1) {
    packedInts[i] = terms[i]!;
    packedFloats[length + i] = weights[i]!;
  }
  return packedInts.subarray(0, 2 * length);
}

/** Reads a packed text vector as views of the slab, which any later change of a list makes invalid. */
export function unpacked(list: Int32Array): Weighted {
  const length = list.length / 2;
  return {
    terms: new Uint32Array(list.buffer, list.byteOffset, length),
    weights: new Float32Array(list.buffer, list.byteOffset + 4 * length, length),
  };
}

/** Maximum number of shared terms returned. */
const NAMED = 8;

/**
 * Scalar product of two text vectors, and the ids of the terms that contribute most to it, largest contribution first.
 */
export function sharedTerms(a: Weighted, b: Weighted): { similarity: number; terms: number[] } {
  const shared: { term: number; product: number }[] = [];
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length;) {
    const [left, right] = [a.terms[i]!, b.terms[j]!];
    if (left === right) shared.push({ term: left, product: a.weights[i]! * b.weights[j]! });
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  shared.sort((p, q) => q.product - p.product || p.term - q.term);
  return { similarity: dot(a, b), terms: shared.slice(0, NAMED).map(({ term }) => term) };
}
