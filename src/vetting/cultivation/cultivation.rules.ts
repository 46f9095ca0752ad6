import { createHash } from 'node:crypto';

/**
 * Rules that keep reviewers anonymous towards the lister. Texts of a dimension are shown only if at least
 * HIDING_REVIEWERS reviewers judged it and at least HIDING_TEXTS of them shared a text, so that no text stands alone
 * and each could be by any of three reviewers. The number of reviewers who named a gap is shown only if at least
 * HIDING_REVIEWERS judged the dimension. Texts come without score, time or author, in an order that is meaningless and
 * differs between dimensions.
 */
export const HIDING_REVIEWERS = 3;
export const HIDING_TEXTS = 2;

/** The texts of an entry and dimension in the order of their hashes: stable, and unrelated to authors and times. */
export function shuffled(entryId: string, dimension: string, texts: readonly string[]): string[] {
  const key = (text: string) => createHash('sha256').update(`${entryId}\n${dimension}\n${text}`).digest('hex');
  return texts
    .map((text) => ({ text, key: key(text) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text);
}

/**
 * The texts that may be shown, shuffled; an empty list if too few reviewers judged or wrote for the author to stay
 * anonymous.
 */
export function anonymousTexts(entryId: string, dimension: string, texts: readonly string[], judged: number): string[] {
  return judged >= HIDING_REVIEWERS && texts.length >= HIDING_TEXTS ? shuffled(entryId, dimension, texts) : [];
}

/** Minimum number of entries in cultivation for an institution's graduation rate to be public. */
export const PUBLIC_FROM = 5;
