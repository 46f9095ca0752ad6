import { dot, type Weighted } from '../../text/similarity.vectors.js';
import { grown, taken } from './columns.js';

/** Entries of one cell. A block is one cell, or twice what the block before it was: rare terms cost little each, and the lists of frequent ones lie in long pieces. */
const CELL = 8;
/** Cells of a block at most. */
const MOST_CELLS = 16;

/**
 * Which rows have a term, with its weight in their text. All terms share a few arrays, since a hundred thousand terms with
 * arrays of their own would take more room than the postings themselves. A term's postings are a chain of blocks.
 */
export class Postings {
  private readonly heads = new Map<number, number>();
  private rows = new Int32Array(0);
  private weights = new Float32Array(0);
  /** By the first cell of a block: the next block of the chain, or -1; how many entries are used (all but the head are full); how many cells it has. */
  private next = new Int32Array(0);
  private used = new Uint8Array(0);
  private lengths = new Uint8Array(0);
  private cells = 0;
  /** Blocks to be used again, by how many cells they have. */
  private readonly free: number[][] = Array.from({ length: MOST_CELLS + 1 }, () => []);

  add(row: number, text: Weighted): void {
    for (let i = 0; i < text.terms.length; i += 1) this.insert(text.terms[i]!, row, text.weights[i]!);
  }

  remove(row: number, terms: ArrayLike<number>): void {
    for (let i = 0; i < terms.length; i += 1) this.delete(terms[i]! >>> 0, row);
  }

  /** Adds factor x the scalar product with a text to the sums of all rows. */
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

  /** Calls back with every row that has the term. */
  each(term: number, visit: (row: number, weight: number) => void): void {
    for (let block = this.heads.get(term) ?? -1; block >= 0; block = this.next[block]!) {
      const from = block * CELL;
      for (let at = from; at < from + this.used[block]!; at += 1) visit(this.rows[at]!, this.weights[at]!);
    }
  }

  /** The term's weight in a row, 0 if it has none. */
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
      const block = this.block(head < 0 ? 1 : Math.min(2 * this.lengths[head]!, MOST_CELLS));
      this.next[block] = head;
      this.heads.set(term, block);
      head = block;
    }
    const at = head * CELL + this.used[head]!;
    this.rows[at] = row;
    this.weights[at] = weight;
    this.used[head]! += 1;
  }

  /** An empty block of so many cells. */
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
        // The last entry of the head takes the place.
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

/** Terms and weights as one list of whole numbers, for a slab; terms first. It is overwritten by the next call. */
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

/** What was packed, as views of the list: of a slab's list they hold until its lists change. */
export function unpacked(list: Int32Array): Weighted {
  const length = list.length / 2;
  return {
    terms: new Uint32Array(list.buffer, list.byteOffset, length),
    weights: new Float32Array(list.buffer, list.byteOffset + 4 * length, length),
  };
}

/** Terms named at most. */
const NAMED = 8;

/** How alike two texts are, and the ids of the terms that make them so, the strongest first. */
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
