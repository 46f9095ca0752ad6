import { normalised } from '../lib/text.js';
import { stemOf } from './tokens.stemmer.js';
import { STOP_WORDS } from './tokens.stop-words.js';

/** Regular expression for one Chinese character or kana. */
const CHINESE = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`;
/**
 * Regular expression that splits a text. Its three groups match a run of Chinese characters and kana, a run of other
 * letters and digits (with an English ending such as 's), and a run of punctuation that ends a phrase.
 */
const PIECES = new RegExp(
  String.raw`(${CHINESE}+)|((?:(?!${CHINESE})[\p{L}\p{N}\p{M}])+(?:['’][a-z]+)?)|([.,;:!?()[\]{}"。，；：！？、（）【】《》]+)`,
  'gu',
);

type Piece = { readonly kind: 'chinese' | 'word' | 'break'; readonly text: string };

/**
 * Removes accents from Latin letters, because names such as "Schrödinger" are often typed without; marks of other
 * scripts stay, because they change the letter.
 */
const plain = (word: string) => (/[À-ɏ]/.test(word) ? normalised(word, 'NFD').replace(/[\u0300-\u036f]+/g, '') : word);

function* piecesOf(text: string): Generator<Piece> {
  for (const [, chinese, word, mark] of normalised(text, 'NFKC').toLowerCase().matchAll(PIECES)) {
    if (chinese !== undefined) yield { kind: 'chinese', text: chinese };
    else if (word !== undefined)
      yield {
        kind: 'word',
        text: plain(word)
          .replace(/['’]s?$/, '')
          .replace('’', "'"),
      };
    else if (mark !== undefined) yield { kind: 'break', text: mark };
  }
}

/** Grams of a run of Chinese characters: all single characters, followed by all pairs of neighbours. */
function chineseGrams(run: string): string[] {
  const characters = [...run];
  return [...characters, ...characters.slice(1).map((character, i) => characters[i]! + character)];
}

/**
 * Grams of a text in reading order, repeated ones included, after NFKC and lower-casing. A run of Chinese characters
 * gives its characters and pairs of neighbours; other scripts give whole words, not stemmed and with stop words.
 */
export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  for (const piece of piecesOf(text)) {
    if (piece.kind === 'chinese') grams.push(...chineseGrams(piece.text));
    else if (piece.kind === 'word') grams.push(piece.text);
  }
  return grams;
}

/** A weighted term of a text. */
export interface Term {
  /** Key by which terms are compared: an English stem, a pair of stems, a Chinese character or a pair of characters. */
  readonly term: string;
  /** The term as the text writes it, in lower case. */
  readonly surface: string;
  /** Weight of one occurrence. */
  readonly weight: number;
}

/**
 * PAIR_WEIGHT: weight of a pair of words; below 1, because its two words count already. CHARACTER_WEIGHT: weight of a
 * single Chinese character; below 1, because it says less than a pair.
 */
const PAIR_WEIGHT = 0.7;
const CHARACTER_WEIGHT = 0.7;

/**
 * Terms that represent a text's subject, in reading order, repeated ones included: English stems without stop words,
 * pairs of neighbouring stems within a phrase, and Chinese characters and pairs. Bare numbers and single letters are
 * left out.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  let before: { stem: string; surface: string } | undefined;
  for (const piece of piecesOf(text)) {
    if (piece.kind === 'chinese') {
      for (const gram of chineseGrams(piece.text))
        terms.push({ term: gram, surface: gram, weight: [...gram].length === 1 ? CHARACTER_WEIGHT : 1 });
      before = undefined;
    } else if (
      piece.kind === 'break' ||
      piece.text.length < 2 ||
      STOP_WORDS.has(piece.text) ||
      /^\p{N}+$/u.test(piece.text)
    )
      before = undefined;
    else {
      const surface = piece.text;
      const stem = stemOf(surface);
      terms.push({ term: stem, surface, weight: 1 });
      if (before)
        terms.push({ term: `${before.stem} ${stem}`, surface: `${before.surface} ${surface}`, weight: PAIR_WEIGHT });
      before = { stem, surface };
    }
  }
  return terms;
}
