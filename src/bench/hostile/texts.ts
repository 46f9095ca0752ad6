/** Kinds of texts that take a naive parser far more time than their length suggests. */

type Random = () => number;

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

/** Generates a text of about `length` characters; `salt` varies the text within its kind. */
export type TextKind = (length: number, salt: string) => string;

const repeated = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length));

export const TEXT_KINDS: Readonly<Record<string, TextKind>> = {
  'two runs of marks': (n, s) => `a${s}${'\u0301'.repeat(n >> 1)}${'\u0316'.repeat(n >> 1)}`,
  'marks in turn': (n, s) => `${s}${repeated('\u0316\u0301\u0327', n)}`,
  'letter and marks': (n, s) => `${s}${repeated('e\u0301\u0323', n)}`,
  'marks up to the cap': (n, s) => `${s}${repeated(`a${'\u0316\u0301'.repeat(15)}`, n)}`,
  'voiced kana': (n, s) => `${s}${repeated('\u304b\u3099', n)}`,
  jamo: (n, s) => `${s}${repeated('\u1100\u1161\u11a8', n)}`,
  'ligatures that grow': (n, s) => `${s}${'\ufdfa'.repeat(n)}`,
  'full width': (n, s) => `${s}${repeated('ＡＢＣ１２３', n)}`,
  Han: (n, s) => `${s}${repeated('新型耐高温材料的制备工艺', n)}`,
  'rare Han': (n, s) => `${s}${repeated('\u{20000}\u{2a6d6}\u{30000}', n)}`,
  'one long word': (n, s) => `${s}${'a'.repeat(n)}`,
  'one long word and a sign': (n, s) => `${s}${'a'.repeat(n)}!`,
  'nearly an address': (n, s) => `${repeated('a.', n)}${s}@`,
  'at signs': (n, s) => `${s}${'@a'.repeat(n >> 1)}`,
  'dots and minus': (n, s) => `${s}${repeated('-.', n)}x`,
  'minus signs': (n, s) => `${repeated(' -', n)}${s}`,
  blanks: (n, s) => `${s}${' '.repeat(n)}${s}`,
  'blanks of many kinds': (n, s) => `${s}${repeated('\u3000\u00a0\t\n', n)}x`,
  quotes: (n, s) => `${repeated('"', n)}${s}`,
  'quotes and blanks': (n, s) => `${repeated('" ', n)}${s}`,
  'open quotes': (n, s) => `${repeated(' "a', n)}${s}`,
  digits: (n, s) => `${s}${repeated('12345 6789 ', n)}`,
  'digits and signs': (n, s) => `${repeated('1-', n)}${s}`,
  acronyms: (n, s) => `${repeated('AI IT IoT 5G ', n)}${s}`,
  pictures: (n, s) => `${s}${repeated('👩‍🔬🏽', n)}`,
  'no width': (n, s) => `${s}${repeated('\u200b\u200d\u2060', n)}`,
  controls: (n, s) => `${s}${repeated('\u0001\u0007', n)}`,
  'halves of pairs': (n, s) => `${s}${'\ud800'.repeat(n)}`,
  'right to left': (n, s) => `${s}${repeated('\u202e\u05d0\u0591', n)}`,
  markup: (n, s) => `${repeated('<b>&amp;', n)}${s}`,
  'signs of regular expressions': (n, s) => `${repeated('(a+)+$[\\', n)}${s}`,
  'signs of LIKE': (n, s) => `${repeated('%_\\', n)}${s}`,
  'private use': (n, s) => `${s}${repeated('\ue000\ue001', n)}`,
  'letters of case': (n, s) => `${s}${repeated('\u0130\u1e9e\ufb03', n)}`,
};

/** A word of nine Latin letters. */
export function nineLetters(random: Random): string {
  const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru', 'sta', 'tre', 'vio', 'zan'];
  let word = '';
  while (word.length < 9) word += pick(random, syllables);
  return word.slice(0, 9);
}

/** The word with one letter changed, omitted or doubled. */
export function misspell(random: Random, word: string): string {
  const at = between(random, 1, word.length - 2);
  const letter = pick(random, [...'aeioubdg']);
  return pick(random, [
    `${word.slice(0, at)}${letter}${word.slice(at + 1)}`,
    word.slice(0, at) + word.slice(at + 1),
    `${word.slice(0, at)}${letter}${word.slice(at)}`,
  ]);
}

/** Returns a function that yields the kinds in a table one after another, and starts again after the last. */
export function inTurn<T>(table: Readonly<Record<string, T>>): () => [string, T] {
  const entries = Object.entries(table);
  let next = 0;
  return () => entries[next++ % entries.length]!;
}
