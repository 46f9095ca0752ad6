import { createHash } from 'node:crypto';

/**
 * Rules that keep reviewers anonymous towards the institution. A dimension's texts are shown only if at least
 * HIDING_REVIEWERS reviewers judged it and at least HIDING_TEXTS of them shared a text, so that each text could be by
 * any of three reviewers. The number of reviewers who named a gap is shown only if at least HIDING_REVIEWERS judged the
 * dimension. Texts come without score, time or author, in a meaningless order that differs between dimensions.
 */
export const HIDING_REVIEWERS = 3;
export const HIDING_TEXTS = 2;

/**
 * Puts the shared texts about an entry and dimension in the order of their hashes, which is stable and says nothing of
 * authors and times.
 */
export function shuffled(entryId: string, dimension: string, texts: readonly string[]): string[] {
  const key = (text: string) => createHash('sha256').update(`${entryId}\n${dimension}\n${text}`).digest('hex');
  return texts
    .map((text) => ({ text, key: key(text) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text);
}

/**
 * Shared texts that may be shown to the institution, in a meaningless order; empty if too few reviewers judged or wrote
 * for the authors to stay anonymous.
 */
export function anonymousTexts(entryId: string, dimension: string, texts: readonly string[], judged: number): string[] {
  return judged >= HIDING_REVIEWERS && texts.length >= HIDING_TEXTS ? shuffled(entryId, dimension, texts) : [];
}

/**
 * Minimum number of an institution's achievements that a closed cohort did not admit, for its graduation rate to be
 * public; with fewer, the rate would reveal single results.
 */
export const PUBLIC_FROM = 5;
