import { CodeBuffer, codesOf, runsOf } from './grams.js';
import { Holders, type Held } from './holders.js';
import type { Literal } from './literals.js';
import type { Ranked, RankedText, Ranking, RankTerm } from './ranking.js';
import { find, mergeSegments, SegmentBuilder, type Segment } from './segment.js';
import { DecodedPostings } from './decoded-postings.js';
import { top } from './top.js';
import { wordsOf, codesOfWord } from './words.js';

/**
 * Parameters of BM25 (Robertson and Zaragoza 2009): K1 limits the effect of repeated words, B sets the effect of text
 * length.
 */
const K1 = 1.2;
const B = 0.6;
/** Factor for occurrences in a title. */
const TITLE_WEIGHT = 3;
/**
 * Maximum number of postings read per query. Beyond it, the query's codes of least weight, which are the most common
 * ones, are ignored, up to COMMON_SHARE of the query's weight. Reached only in pools of some 100,000 entries.
 */
const MAX_WALKED = 500_000;
const COMMON_SHARE = 0.05;
/**
 * Bonus for the share of the query's own terms (not their alternatives) that an entry contains, relative to the best
 * score.
 */
const AS_WRITTEN = 0.5;
/** Bonus for the weighted share of the query's words that an entry contains, relative to the best score. */
const WHOLE_WORDS = 0.2;
/** Maximum weight of a query word that occurs in no entry, relative to the mean weight of the query's other words. */
const UNKNOWN = 0.5;
/** Factor on the weight of alternative terms, such as synonyms, which find related entries. */
const ALTERNATIVE = 0.7;

/** Buffers of one query: arrays with one element per entry, and the decoded posting lists. */
interface Workspace {
  scores: Float32Array;
  shares: Float32Array;
  touched: Int32Array;
  postings: DecodedPostings;
}

/**
 * Maximum number of idle query buffers that are kept; if more queries run at once, further buffers are allocated and
 * discarded.
 */
const MAX_SPARE = 4;

interface Word {
  codes: number[];
  weight: number;
}

/**
 * In-memory index that ranks texts by BM25 over Chinese characters, pairs of them, and Latin words. Changes are
 * incremental: small new segments are merged into larger ones. Takes about 3 KB per entry.
 */
export class RankIndex {
  private segments: Segment[] = [];
  private ids: string[] = [];
  private lengths = new Float32Array(1024);
  private ordinals = new Map<string, number>();
  private dead = 0;
  private totalLength = 0;
  private readonly buffer = new CodeBuffer();
  // Marks on entries, reused by every query.
  private stamps = new Uint32Array(1024);
  private stamp = 0;
  private spare: Workspace[] = [];
  private readonly holders = new Holders();

  /** Number of entries. */
  get size(): number {
    return this.ordinals.size;
  }

  /** Size of the postings in bytes. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes, codes }) => sum + bytes.length + codes.length * 12, 0);
  }

  /** Adds the texts of entries to the index, replacing those with the same ids; removes the entries in `gone`. */
  apply(texts: readonly RankedText[], gone: readonly string[] = []): void {
    for (const id of gone) this.remove(id);
    if (texts.length === 0) return;
    const builder = new SegmentBuilder(this.ids.length);
    for (const text of new Map(texts.map((each) => [each.id, each])).values()) {
      this.remove(text.id);
      const { buffer } = this;
      buffer.clear();
      buffer.add(text.body, this.holders.words);
      for (let i = 1; i < TITLE_WEIGHT; i += 1) buffer.add(text.title);
      const codes = buffer.sorted();
      const ordinal = this.append(text.id, codes.length);
      if (buffer.isOdd) this.holders.odd.add(ordinal);
      builder.add(ordinal, codes);
    }
    this.segments.push(builder.finish());
    this.tidy();
  }

  private append(id: string, length: number): number {
    const ordinal = this.ids.length;
    this.ids.push(id);
    this.ordinals.set(id, ordinal);
    if (ordinal >= this.lengths.length) {
      const grown = new Float32Array(this.lengths.length * 2);
      grown.set(this.lengths);
      this.lengths = grown;
    }
    this.lengths[ordinal] = length;
    this.totalLength += length;
    return ordinal;
  }

  private remove(id: string): void {
    const ordinal = this.ordinals.get(id);
    if (ordinal === undefined) return;
    this.ordinals.delete(id);
    this.ids[ordinal] = '';
    this.holders.odd.delete(ordinal);
    this.totalLength -= this.lengths[ordinal]!;
    this.dead += 1;
  }

  /**
   * Limits the number of index segments: merges the newest with its neighbour unless that is at least three times as
   * large, and compacts the index when it contains more removed than present entries.
   */
  private tidy(): void {
    if (this.dead > 5000 && this.dead > this.ordinals.size) return this.compact();
    const size = (segment: Segment) => segment.bytes.length;
    while (this.segments.length > 1 && size(this.segments.at(-2)!) < 3 * size(this.segments.at(-1)!)) {
      const [a, b] = this.segments.splice(-2) as [Segment, Segment];
      this.segments.push(mergeSegments([a, b], (ordinal) => (this.ids[ordinal] === '' ? -1 : ordinal)));
    }
  }

  private compact(): void {
    const places = new Int32Array(this.ids.length).fill(-1);
    const ids: string[] = [];
    // Compaction writes new arrays, because queries in progress still read the old ones.
    const ordinals = new Map<string, number>();
    const lengths = new Float32Array(this.lengths.length);
    this.ids.forEach((id, ordinal) => {
      if (id === '') return;
      lengths[ids.length] = this.lengths[ordinal]!;
      places[ordinal] = ids.length;
      ordinals.set(id, ids.length);
      ids.push(id);
    });
    this.segments = [mergeSegments(this.segments, (ordinal) => places[ordinal]!)];
    this.holders.move(places);
    this.ids = ids;
    this.ordinals = ordinals;
    this.lengths = lengths;
    this.dead = 0;
  }

  /** Finds the entries that meet all conditions, each of which is one of several literals; see holders.ts. */
  holding(conditions: ReadonlyArray<readonly Literal[]>): Held {
    return this.holders.find(this.segments, this.ids, conditions, TITLE_WEIGHT);
  }

  /** Ranks entries by terms, each with its alternatives. */
  rank(terms: readonly RankTerm[]): Ranking {
    if (this.stamps.length < this.ids.length) this.stamps = new Uint32Array(this.lengths.length);
    const { ids, ordinals } = this;
    const workspace = this.workspace();
    const { scores, shares, postings } = workspace;
    postings.open(this.segments);
    const touched = this.addScores(terms, workspace);
    this.addShares(terms, workspace);
    let best = 0;
    for (let i = 0; i < touched.length; i += 1) if (scores[touched[i]!]! > best) best = scores[touched[i]!]!;
    const whole = best * WHOLE_WORDS;
    for (let i = 0; i < touched.length; i += 1) scores[touched[i]!]! += whole * shares[touched[i]!]!;
    this.addAsWritten(terms, workspace, best * AS_WRITTEN);
    const present = (chosen: number[]) =>
      chosen
        .sort((a, b) => scores[b]! - scores[a]! || (ids[a]! < ids[b]! ? -1 : 1))
        .map((ordinal): Ranked => ({ id: ids[ordinal]!, score: scores[ordinal]!, share: shares[ordinal]! }));
    let open = true;
    const ranking: Ranking = {
      best: (count, share = 0) =>
        present(top(touched, scores, ids, count, (ordinal) => shares[ordinal]! >= share && ids[ordinal] !== '')),
      scoreOf: (id) => scores[ordinals.get(id) ?? -1] ?? 0,
      close: () => {
        if (open && this.spare.length < MAX_SPARE) this.spare.push(workspace);
        if (open) postings.close();
        open = false;
      },
    };
    return ranking;
  }

  /**
   * Takes idle query buffers or allocates new ones. Their length is the capacity of `lengths` rather than the number of
   * entries, so that after most changes idle buffers still fit.
   */
  private workspace(): Workspace {
    const size = this.lengths.length;
    for (let spare = this.spare.pop(); spare; spare = this.spare.pop()) {
      if (spare.scores.length !== size) continue;
      spare.scores.fill(0);
      spare.shares.fill(0);
      return spare;
    }
    return {
      scores: new Float32Array(size),
      shares: new Float32Array(size),
      touched: new Int32Array(size),
      postings: new DecodedPostings(),
    };
  }

  /**
   * Inverse document frequency of a code, in the form that is never negative; largest for a code that occurs in no
   * entry.
   */
  private weightOf(code: number): number {
    const holders = this.holdersOf(code);
    const all = Math.max(this.ids.length, 1);
    return Math.log(1 + (all - holders + 0.5) / (holders + 0.5));
  }

  /**
   * Number of entries that contain a code. Removed entries count until their segment is merged; the error is
   * negligible.
   */
  private holdersOf(code: number): number {
    let holders = 0;
    for (const segment of this.segments) {
      const at = find(segment, code);
      if (at >= 0) holders += segment.counts[at]!;
    }
    return holders;
  }

  /** Adds BM25 scores; returns the entries with a score. */
  private addScores(terms: readonly RankTerm[], { scores, touched, postings }: Workspace): Int32Array {
    const wanted = new Map<number, number>();
    const want = (text: string, factor: number) => {
      for (const code of codesOf(text)) wanted.set(code, (wanted.get(code) ?? 0) + factor);
    };
    for (const { text, alternatives } of terms) {
      want(text, 1);
      for (const alternative of alternatives) want(alternative, ALTERNATIVE);
    }
    let count = 0;
    const { lengths } = this;
    const byLength = (K1 * B * Math.max(1, this.size)) / Math.max(1, this.totalLength);
    for (const { code, weight } of this.deciding(wanted)) {
      const { from, to } = postings.of(code);
      const { ordinals, occurrences } = postings;
      for (let i = from; i < to; i += 1) {
        const ordinal = ordinals[i]!;
        const often = occurrences[i]!;
        if (scores[ordinal] === 0) touched[count++] = ordinal;
        scores[ordinal]! += (weight * often) / (often + K1 * (1 - B) + byLength * lengths[ordinal]!);
      }
    }
    return touched.subarray(0, count);
  }

  /**
   * Selects the codes of a query that are scored: in a large pool, codes that nearly all entries contain cost most time
   * and distinguish least.
   */
  private deciding(wanted: ReadonlyMap<number, number>): Array<{ code: number; weight: number }> {
    const weighed = Array.from(wanted, ([code, factor]) => ({
      code,
      holders: this.holdersOf(code),
      weight: factor * this.weightOf(code) * (K1 + 1),
    }));
    let walked = weighed.reduce((sum, { holders }) => sum + holders, 0);
    let spare = COMMON_SHARE * weighed.reduce((sum, { weight }) => sum + weight, 0);
    const left = new Set<number>();
    for (const { code, holders, weight } of [...weighed].sort((a, b) => a.weight - b.weight)) {
      if (walked <= MAX_WALKED || weight > spare) break;
      spare -= weight;
      walked -= holders;
      left.add(code);
    }
    return weighed.filter(({ code }) => !left.has(code));
  }

  /**
   * Computes, for each entry, the share of the weight of the query's words that it contains. It contains a word if it
   * contains all of the word's pairs of characters; an alternative term counts for the whole term that it replaces.
   */
  private addShares(terms: readonly RankTerm[], { shares, postings }: Workspace): void {
    const choices: Word[][] = terms.flatMap(({ text, alternatives }) =>
      alternatives.length === 0
        ? wordsOf(text).map((word) => [this.wordFrom(word)])
        : [[text, ...alternatives].map((each) => this.wordFrom(each))],
    );
    // A word that no entry contains would have the largest weight although it distinguishes no entries; it gets a
    // fraction of the mean weight.
    const known = choices.filter((choice) =>
      choice.some((word) => word.codes.every((code) => this.holdersOf(code) > 0)),
    );
    const usual = known.reduce((sum, [word]) => sum + word!.weight, 0) / Math.max(1, known.length);
    for (const choice of choices)
      if (!known.includes(choice)) choice[0]!.weight = Math.min(choice[0]!.weight, usual * UNKNOWN);
    const total = choices.reduce((sum, [word]) => sum + word!.weight, 0);
    if (known.length === 0 || total === 0) return;
    for (const choice of choices) {
      const part = choice[0]!.weight / total;
      const holders = new Set<number>();
      for (const word of choice) {
        this.eachHolder(postings, word.codes, (ordinal) => {
          if (choice.length > 1 && holders.has(ordinal)) return;
          if (choice.length > 1) holders.add(ordinal);
          shares[ordinal]! += part;
        });
      }
    }
  }

  private wordFrom(text: string): Word {
    const codes = [...new Set(wordsOf(text).flatMap(codesOfWord))];
    return {
      codes,
      weight: codes.length === 0 ? 0 : codes.reduce((sum, code) => sum + this.weightOf(code), 0) / codes.length,
    };
  }

  /**
   * Raises the score of entries that contain the query's terms themselves, not only alternatives: all pairs of
   * neighbouring characters and all Latin words of a term, wherever they stand in the entry.
   */
  private addAsWritten(terms: readonly RankTerm[], { scores, postings }: Workspace, most: number): void {
    const written = terms
      .map(({ text }) => [...new Set(runsOf(text).flatMap((run) => codesOfWord(run.text)))])
      .filter((codes) => codes.length > 0);
    for (const codes of written)
      this.eachHolder(postings, codes, (ordinal) => void (scores[ordinal]! += most / written.length));
  }

  /** Visits the entries that contain all of the codes. */
  private eachHolder(postings: DecodedPostings, codes: readonly number[], visit: (ordinal: number) => void): void {
    if (this.stamp > 0xffff_0000) {
      this.stamps.fill(0);
      this.stamp = 0;
    }
    const { stamps } = this;
    // An entry stamped with the number of code k contains codes 0 to k. The rarest code comes first, so that few
    // entries are stamped and visited.
    const spans = codes.map((code) => postings.of(code)).sort((a, b) => a.to - a.from - (b.to - b.from));
    const { ordinals } = postings;
    this.stamp += 1;
    spans.forEach(({ from, to }, at) => {
      const before = this.stamp;
      this.stamp += 1;
      const now = this.stamp;
      const [first, last] = [at === 0, at === spans.length - 1];
      for (let i = from; i < to; i += 1) {
        const ordinal = ordinals[i]!;
        if (!first && stamps[ordinal] !== before) continue;
        stamps[ordinal] = now;
        if (last) visit(ordinal);
      }
    });
  }
}
