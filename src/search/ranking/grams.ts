import { normalised } from '../../lib/text.js';

/**
 * Features by which texts are compared: single Chinese characters, pairs of neighbouring ones, and whole Latin words.
 * Each is a 32-bit code, so that the index consists of number arrays.
 */

const RUN = /\p{Script=Han}+|[\p{Script=Latin}\p{N}]+/gu;
const HAN = /^\p{Script=Han}/u;

/**
 * Code ranges of the features: single characters below FIRST_WORD, hashed Latin words from there up to FIRST_PAIR,
 * pairs of characters from FIRST_PAIR on.
 */
const FIRST_PAIR = 0x3400_0000;
const FIRST_WORD = 0x0010_0000;

/** A stretch of text without spaces or signs: consecutive Chinese characters, or one Latin word. */
export interface Run {
  readonly han: boolean;
  readonly text: string;
}

/**
 * Splits a text into runs, in order, in lower case and half width: consecutive Chinese characters, or one word of Latin
 * letters and digits. Everything else is dropped.
 */
export function runsOf(text: string): Run[] {
  return [...normalised(text, 'NFKC').toLowerCase().matchAll(RUN)].map(([run]) => ({ han: HAN.test(run), text: run }));
}

const pairOf = (a: number, b: number): number =>
  (((((a & 0xffff) << 16) | (b & 0xffff)) >>> 0) % (0x1_0000_0000 - FIRST_PAIR)) + FIRST_PAIR;

/** Code of a Latin word; singular and regular plural have the same code. */
export function wordCode(word: string): number {
  const stem =
    word.length > 4 && word.endsWith('ies')
      ? `${word.slice(0, -3)}y`
      : word.length > 3 && /[^su]s$/.test(word)
        ? word.slice(0, -1)
        : word;
  let hash = 0x811c_9dc5;
  for (let i = 0; i < stem.length; i += 1) hash = Math.imul(hash ^ stem.charCodeAt(i), 0x0100_0193);
  return ((hash >>> 0) % (FIRST_PAIR - FIRST_WORD)) + FIRST_WORD;
}

/** Codes of consecutive Chinese characters: `single` for each character, `pairs` for each two neighbours. */
export function hanCodes(text: string): { single: number[]; pairs: number[] } {
  const characters = [...text].map((character) => character.codePointAt(0)!);
  return { single: characters, pairs: characters.slice(1).map((code, i) => pairOf(characters[i]!, code)) };
}

export const isHan = (code: number): boolean =>
  (code >= 0x3005 && code <= 0x3007) ||
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  code >= 0x2_0000;

/** Growing array of feature codes, reused for one text after another. */
export class CodeBuffer {
  private codes = new Uint32Array(4096);
  private size = 0;
  private odd = false;

  clear(): void {
    this.size = 0;
    this.odd = false;
  }

  /**
   * Whether the texts contain words with other letters or digits than those of ASCII, or Chinese characters outside the
   * basic plane: their codes say less about the text.
   */
  get isOdd(): boolean {
    return this.odd;
  }

  push(code: number): void {
    if (this.size === this.codes.length) {
      const grown = new Uint32Array(this.size * 2);
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[this.size++] = code;
  }

  /**
   * Adds every code of a text, once per occurrence. `words`, if given, receives the text's words of ASCII letters and
   * digits.
   */
  add(text: string, words?: WordList): void {
    const plain = normalised(text, 'NFKC').toLowerCase();
    let before = 0;
    let wordStart = -1;
    for (let i = 0; i <= plain.length; i += 1) {
      const code = i < plain.length ? plain.codePointAt(i)! : 0;
      const han = isHan(code);
      // ASCII characters are tested by range, which is fast; the regular expression is needed only for the rest.
      const inWord =
        !han &&
        (code < 128
          ? (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
          : LETTER.test(String.fromCodePoint(code)));
      if (inWord && wordStart < 0) wordStart = i;
      if (inWord && code > 127) this.odd = true;
      if (!inWord && wordStart >= 0) {
        const word = plain.slice(wordStart, i);
        const wordsCode = wordCode(word);
        this.push(wordsCode);
        words?.add(word, wordsCode);
        wordStart = -1;
      }
      if (han && code > 0xffff) this.odd = true;
      if (han) {
        this.push(code);
        if (before > 0) this.push(pairOf(before, code));
      }
      before = han ? code : 0;
      if (code > 0xffff) i += 1;
    }
  }

  /** The codes, ascending; valid until the next change. */
  sorted(): Uint32Array {
    return this.codes.subarray(0, this.size).sort();
  }

  /** The codes in text order. */
  values(): Uint32Array {
    return this.codes.slice(0, this.size);
  }
}

/** Receives the words of texts with their codes. */
export interface WordList {
  add(word: string, code: number): void;
}

const LETTER = /^[\p{Script=Latin}\p{N}]$/u;

/** Every code of a text, once per occurrence. */
export function codesOf(text: string): Uint32Array {
  const buffer = new CodeBuffer();
  buffer.add(text);
  return buffer.values();
}
