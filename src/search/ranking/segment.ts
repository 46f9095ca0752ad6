/**
 * MAX_OCCURRENCES: occurrences of a code in an entry are counted up to this number; more would hardly change a score.
 */
const OCCURRENCE_BITS = 3;
export const MAX_OCCURRENCES = 1 << OCCURRENCE_BITS;

/**
 * Immutable part of the ranking index: for each code, the ascending ordinals (internal numbers) of the entries that
 * contain it, with the number of occurrences. A posting is a variable-length integer, (distance to the previous
 * ordinal) × 8 + occurrences - 1, of about 1.5 bytes.
 */
export interface Segment {
  /** Codes that occur in the segment, ascending. */
  readonly codes: Uint32Array;
  /** Offset in `bytes` at which each code's posting list starts; has one element more than `codes`. */
  readonly starts: Uint32Array;
  /** Number of entries per code, dead ones included. */
  readonly counts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Writes postings, code by code in ascending order. */
class SegmentWriter {
  private readonly codes: number[] = [];
  private readonly starts: number[] = [0];
  private readonly counts: number[] = [];
  private bytes: Uint8Array;
  private size = 0;
  private last = -1;
  private count = 0;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(Math.max(64, bytes));
  }

  begin(): void {
    this.last = -1;
    this.count = 0;
  }

  add(ordinal: number, occurrences: number): void {
    let value = (ordinal - this.last - 1) * MAX_OCCURRENCES + Math.min(occurrences, MAX_OCCURRENCES) - 1;
    this.last = ordinal;
    this.count += 1;
    if (this.size + 6 > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    while (value >= 128) {
      this.bytes[this.size++] = (value % 128) + 128;
      value = Math.floor(value / 128);
    }
    this.bytes[this.size++] = value;
  }

  end(code: number): void {
    if (this.count === 0) return;
    this.codes.push(code);
    this.counts.push(this.count);
    this.starts.push(this.size);
  }

  finish(): Segment {
    return {
      codes: Uint32Array.from(this.codes),
      starts: Uint32Array.from(this.starts),
      counts: Uint32Array.from(this.counts),
      bytes: this.bytes.slice(0, this.size),
    };
  }
}

/**
 * Maximum range of entry ordinals in one segment under construction: code, ordinal and occurrences share the 53 bits of
 * a sort key.
 */
const MAX_ENTRIES = 2 ** 18;
const ORDINAL_UNIT = MAX_OCCURRENCES;
const CODE_UNIT = MAX_ENTRIES * MAX_OCCURRENCES;

/** Builds an index segment. Entries must be added in ascending order of ordinal; their codes may be in any order. */
export class SegmentBuilder {
  private keys = new Float64Array(1 << 16);
  private size = 0;

  constructor(private readonly first: number) {}

  /** Adds an entry to the segment; `codes` must be ascending and contain a code once per occurrence. */
  add(ordinal: number, codes: Uint32Array): void {
    const place = (ordinal - this.first) * ORDINAL_UNIT;
    if (place >= CODE_UNIT) throw new RangeError('too many entries for one segment');
    for (let i = 0; i < codes.length;) {
      const code = codes[i]!;
      let count = 0;
      while (i < codes.length && codes[i] === code) {
        count += 1;
        i += 1;
      }
      if (this.size === this.keys.length) {
        const grown = new Float64Array(this.size * 2);
        grown.set(this.keys);
        this.keys = grown;
      }
      this.keys[this.size++] = code * CODE_UNIT + place + Math.min(count, MAX_OCCURRENCES) - 1;
    }
  }

  finish(): Segment {
    const keys = this.keys.subarray(0, this.size).sort();
    const writer = new SegmentWriter(this.size * 2);
    for (let i = 0; i < keys.length;) {
      const code = Math.floor(keys[i]! / CODE_UNIT);
      const base = code * CODE_UNIT;
      writer.begin();
      for (; i < keys.length && keys[i]! < base + CODE_UNIT; i += 1) {
        const rest = keys[i]! - base;
        writer.add(this.first + Math.floor(rest / ORDINAL_UNIT), (rest % ORDINAL_UNIT) + 1);
      }
      writer.end(code);
    }
    return writer.finish();
  }
}

/**
 * Merges index segments, which must be in ascending order of their ordinals. `place` maps an old ordinal to the new
 * one, or to -1 for a removed entry.
 */
export function mergeSegments(segments: readonly Segment[], place: (ordinal: number) => number): Segment {
  const writer = new SegmentWriter(segments.reduce((sum, segment) => sum + segment.bytes.length, 0));
  const at = segments.map(() => 0);
  for (;;) {
    let code = Infinity;
    for (let s = 0; s < segments.length; s += 1) code = Math.min(code, segments[s]!.codes[at[s]!] ?? Infinity);
    if (code === Infinity) return writer.finish();
    writer.begin();
    for (let s = 0; s < segments.length; s += 1) {
      if (segments[s]!.codes[at[s]!] !== code) continue;
      eachPosting(segments[s]!, at[s]!, (ordinal, occurrences) => {
        const placed = place(ordinal);
        if (placed >= 0) writer.add(placed, occurrences);
      });
      at[s]! += 1;
    }
    writer.end(code);
  }
}

/** Binary search: index of a code in a segment; -1 if no entry contains the code. */
export function find(segment: Segment, code: number): number {
  let low = 0;
  let high = segment.codes.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const here = segment.codes[middle]!;
    if (here === code) return middle;
    if (here < code) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Visits the postings of the code at an index. */
export function eachPosting(segment: Segment, at: number, visit: (ordinal: number, occurrences: number) => void): void {
  const { bytes } = segment;
  const end = segment.starts[at + 1]!;
  let ordinal = -1;
  for (let i = segment.starts[at]!; i < end;) {
    let byte = bytes[i++]!;
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[i++]!;
      value |= (byte & 127) << shift;
    }
    ordinal += (value >>> OCCURRENCE_BITS) + 1;
    visit(ordinal, (value & (MAX_OCCURRENCES - 1)) + 1);
  }
}
