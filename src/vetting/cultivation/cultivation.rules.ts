import { createHash } from 'node:crypto';

/**
 * How a reviewer is hidden from the lister. A dimension's texts are shown only where at least HIDING_REVIEWERS judged it
 * and at least HIDING_TEXTS of them gave theirs, so that no text is the only one and each could be by any of three; how
 * many named a gap is shown only where at least HIDING_REVIEWERS judged the dimension. Texts come without score, time or
 * author, in an order that says nothing and differs between dimensions.
 */
export const HIDING_REVIEWERS = 3;
export const HIDING_TEXTS = 2;

/** Texts of one entry and dimension in an order by hash: always the same, and unrelated to who wrote them or when. */
export function shuffled(entryId: string, dimension: string, texts: readonly string[]): string[] {
  const key = (text: string) => createHash('sha256').update(`${entryId}\n${dimension}\n${text}`).digest('hex');
  return texts
    .map((text) => ({ text, key: key(text) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text);
}

/** The texts that may be shown, in their order; none where too few would hide who wrote them. */
export function anonymousTexts(entryId: string, dimension: string, texts: readonly string[], judged: number): string[] {
  return judged >= HIDING_REVIEWERS && texts.length >= HIDING_TEXTS ? shuffled(entryId, dimension, texts) : [];
}

/** Least number of entries in cultivation from which an institution's graduation rate is public. */
export const PUBLIC_FROM = 5;
