import { eachPosting, find, type Segment } from './segment.js';

/** Range of a code's postings in an `Unpacked`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Posting lists of the codes (characters, pairs, words) of one query, decoded into arrays. Each list is decoded once,
 * although a query reads most lists several times. The arrays are reused by the next query.
 */
export class DecodedPostings {
  /**
   * Ordinals (internal numbers) of the entries in the decoded lists, ascending within each list. The property must be
   * read again after every call of `of`, which may replace the array.
   */
  ordinals = new Int32Array(1 << 12);
  /** Occurrences of the code in each entry. */
  occurrences = new Uint8Array(1 << 12);
  private size = 0;
  private readonly spans = new Map<number, Span>();
  private segments: readonly Segment[] = [];

  /**
   * Starts a query on the given segments of the ranking index; drops the posting lists decoded for the previous query.
   */
  open(segments: readonly Segment[]): void {
    this.segments = segments;
    this.size = 0;
    this.spans.clear();
  }

  /** Ends a query and releases the index segments, so that idle buffers do not keep merged segments in memory. */
  close(): void {
    this.open([]);
  }

  /**
   * Returns the position of a code's posting list in the arrays, decoding it if necessary; an empty span if no entry
   * contains the code.
   */
  of(code: number): Span {
    const known = this.spans.get(code);
    if (known) return known;
    const from = this.size;
    for (const segment of this.segments) {
      const at = find(segment, code);
      if (at < 0) continue;
      this.reserve(segment.counts[at]!);
      const { ordinals, occurrences } = this;
      let size = this.size;
      eachPosting(segment, at, (ordinal, often) => {
        ordinals[size] = ordinal;
        occurrences[size++] = often;
      });
      this.size = size;
    }
    const span = { from, to: this.size };
    this.spans.set(code, span);
    return span;
  }

  private reserve(more: number): void {
    const needed = this.size + more;
    if (needed <= this.ordinals.length) return;
    const length = Math.max(needed, this.ordinals.length * 2);
    const ordinals = new Int32Array(length);
    ordinals.set(this.ordinals.subarray(0, this.size));
    const occurrences = new Uint8Array(length);
    occurrences.set(this.occurrences.subarray(0, this.size));
    this.ordinals = ordinals;
    this.occurrences = occurrences;
  }
}
