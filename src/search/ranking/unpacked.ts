import { eachPosting, find, type Segment } from './segment.js';

/** Where the postings of a code stand in an Unpacked. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The postings of one query's codes as plain arrays. Each is unpacked once, though a query walks through most several
 * times: for the score, for the words that are whole, and for the terms as written. Used again by the next query.
 */
export class Unpacked {
  /** Ordinals of entries, ascending within a span; ask anew after every `of`, which may make it longer. */
  ordinals = new Int32Array(1 << 12);
  /** How often the code occurs in each. */
  occurrences = new Uint8Array(1 << 12);
  private size = 0;
  private readonly spans = new Map<number, Span>();
  private segments: readonly Segment[] = [];

  /** Begins a query on these segments; what was unpacked before is forgotten. */
  open(segments: readonly Segment[]): void {
    this.segments = segments;
    this.size = 0;
    this.spans.clear();
  }

  /** Ends a query: what waits for the next one must not keep segments that were merged meanwhile. */
  close(): void {
    this.open([]);
  }

  /** The postings of a code; an empty span where nothing holds it. */
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
