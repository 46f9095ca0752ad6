import { type CodeChoice, type GeneratedResult, generateResult, randomFrom } from '../generator.js';
import { nineLetters, pick } from './texts.js';

/** One in this number of generated achievements has an English abstract of about LONG_CHARACTERS characters. */
const LONG_EVERY = 12;
const LONG_CHARACTERS = 20_000;
const WORDS = 4000;

/**
 * Nine-letter words of the long abstracts. The first 300 (COMMON_WORDS) make up about half of every long abstract; the
 * others occur rarely.
 */
export const LONG_WORDS: readonly string[] = (() => {
  const random = randomFrom(90_210);
  const words = new Set<string>();
  while (words.size < WORDS) words.add(nineLetters(random));
  return [...words];
})();

/** Words that occur in most long abstracts, so that a search for fifty of them still finds a full page. */
export const COMMON_WORDS = LONG_WORDS.slice(0, 300);

/**
 * Generates the achievement with number `i`; one in LONG_EVERY has a long English abstract instead of the usual one.
 */
export function generateLongResult(i: number, codes: CodeChoice): GeneratedResult {
  const result = generateResult(i, codes);
  if (i % LONG_EVERY !== 0) return result;
  const random = randomFrom(i + 1_000_000);
  let text = '';
  while (text.length < LONG_CHARACTERS - 10) text += `${pick(random, random() < 0.5 ? COMMON_WORDS : LONG_WORDS)} `;
  const { record } = result;
  return { ...result, record: { ...record, abstract: { ...record.abstract, en: text.trim() } } };
}
