import { hanCodes, isHan, wordCode } from './grams.js';

/** A literal text that an entry may contain, in the three forms in which search.terms.ts looks for terms. */
export interface Literal {
  readonly text: string;
  /** True if a Latin word at the end may go on; otherwise it must end there. */
  readonly open: boolean;
  /** True if a word at the end may have a plural ending (s or es). */
  readonly plural: boolean;
}

/** The codes of an entry's words and characters that a literal requires; see grams.ts. */
export interface Clue {
  /** Codes that must all occur. */
  readonly codes: readonly number[];
  /** Words, of each of which one must occur; an open one stands for all words that begin with it. */
  readonly words: ReadonlyArray<{ readonly text: string; readonly open: boolean; readonly plural: boolean }>;
  /** True if every entry that meets the conditions contains the literal, as far as the codes of words are unambiguous. */
  readonly isWhole: boolean;
}

const isAlphanumeric = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57);

/**
 * Derives what an entry with a literal must contain. Characters that are neither ASCII letters or digits nor Chinese are
 * left out, so that entries without the literal may meet the conditions too, but no entry with it fails them.
 */
export function clueOf({ text, open, plural }: Literal): Clue {
  const plain = text.toLowerCase();
  const codes: number[] = [];
  const words: Array<{ text: string; open: boolean; plural: boolean }> = [];
  let pieces = 0;
  let isWhole = true;
  for (let i = 0; i < plain.length;) {
    const first = plain.codePointAt(i)!;
    const start = i;
    if (isAlphanumeric(first)) {
      while (i < plain.length && isAlphanumeric(plain.charCodeAt(i))) i += 1;
      const isLast = i === plain.length;
      words.push({ text: plain.slice(start, i), open: open && isLast, plural: plural && isLast });
      pieces += 1;
    } else if (isHan(first)) {
      let count = 0;
      for (let code = first; i < plain.length && isHan(code); code = plain.codePointAt(i) ?? 0) {
        i += code > 0xffff ? 2 : 1;
        count += 1;
        if (code > 0xffff) isWhole = false;
      }
      const { single, pairs } = hanCodes(plain.slice(start, i));
      codes.push(...(pairs.length > 0 ? pairs : single));
      if (count > 2) isWhole = false;
      pieces += 1;
    } else {
      i += first > 0xffff ? 2 : 1;
      isWhole = false;
    }
  }
  return { codes: [...new Set(codes)], words, isWhole: isWhole && pieces === 1 };
}

/** Whether a word in an entry is one that a clue asks for. */
export function fits(word: string, sought: Clue['words'][number]): boolean {
  if (!word.startsWith(sought.text)) return false;
  const rest = word.slice(sought.text.length);
  return sought.open || rest === '' || (sought.plural && (rest === 's' || rest === 'es'));
}

/** Codes of the words that a clue asks for, if it names them all. */
export const namedCodes = ({ text, plural }: Clue['words'][number]): number[] =>
  plural ? [wordCode(text), wordCode(`${text}s`), wordCode(`${text}es`)] : [wordCode(text)];
