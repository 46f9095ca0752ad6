/** Texts of an entry to be ranked. The title counts in addition to `body`, which contains it. */
export interface RankedText {
  id: string;
  title: string;
  body: string;
}

/** An entry in the result of a query. */
export interface Ranked {
  id: string;
  score: number;
  /** Share, from 0 to 1, of the query's word weight that the entry contains. */
  share: number;
}

/** A term of a query as written, and its alternatives. */
export interface RankTerm {
  readonly text: string;
  readonly alternatives: readonly string[];
}

/**
 * Result of a query on the ranking index: all entries that contain at least one of the query's scored codes. Codes
 * stand for Chinese characters, pairs of them, and Latin words (see grams.ts); in a large pool the most common ones are
 * not scored. Entries added after the query was made are missing, and entries removed since may be.
 */
export interface Ranking {
  /**
   * The `count` best entries by score, then id, among those with at least the given share of the query's word weight.
   */
  best(count: number, share?: number): Ranked[];
  /** Score of an entry for the query; 0 if it contains none of the query's scored codes. */
  scoreOf(id: string): number;
  /**
   * Returns the buffers for reuse by the next query; the ranking must not be used afterwards. Optional: an unclosed
   * ranking is only garbage-collected later.
   */
  close(): void;
}
