import type { CodeChoice, GeneratedResult } from '../generator.js';
import { generateResult, randomFrom } from '../generator.js';
import { nineLetters, pick } from './texts.js';

/** Of so many results, one has an English abstract of the greatest length. */
const LONG_EVERY = 12;
const LONG_CHARACTERS = 10_000;
const WORDS = 4000;

/** The nine-letter words that the long abstracts are made of: a common half, and a rare one. */
export const LONG_WORDS: readonly string[] = (() => {
  const random = randomFrom(90_210);
  const words = new Set<string>();
  while (words.size < WORDS) words.add(nineLetters(random));
  return [...words];
})();

/** Words of which every long abstract has most, so that a search for fifty of them finds a full page. */
export const COMMON_WORDS = LONG_WORDS.slice(0, 300);

/** Result `i`, and in some of them a long English abstract instead of the usual one. */
export function generateLongResult(i: number, codes: CodeChoice): GeneratedResult {
  const result = generateResult(i, codes);
  if (i % LONG_EVERY !== 0) return result;
  const random = randomFrom(i + 1_000_000);
  let text = '';
  while (text.length < LONG_CHARACTERS - 10) text += `${pick(random, random() < 0.5 ? COMMON_WORDS : LONG_WORDS)} `;
  const { record } = result;
  return { ...result, record: { ...record, abstract: { ...record.abstract, en: text.trim() } } };
}
