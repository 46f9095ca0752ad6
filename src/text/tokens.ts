import { normalised } from '../lib/text.js';
import { stemOf } from './tokens.stemmer.js';
import { STOP_WORDS } from './tokens.stop-words.js';

/** Runs of Chinese (and kana), runs of other letters and digits, and the marks that end a phrase. */
const CHINESE = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`;
const PIECES = new RegExp(
  String.raw`(${CHINESE}+)|((?:(?!${CHINESE})[\p{L}\p{N}\p{M}])+(?:['’][a-z]+)?)|([.,;:!?()[\]{}"。，；：！？、（）【】《》]+)`,
  'gu',
);

type Piece = { readonly kind: 'chinese' | 'word' | 'break'; readonly text: string };

/** Accents are dropped ("Schrödinger" is often typed without); other scripts' marks stay, as they change the letter. */
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

/** Single characters, then pairs of neighbours, of a run of Chinese. */
function chineseGrams(run: string): string[] {
  const characters = [...run];
  return [...characters, ...characters.slice(1).map((character, i) => characters[i]! + character)];
}

/**
 * A text's plain grams in reading order, duplicates kept: NFKC, lower case; of a run of Chinese every character and every
 * pair of neighbours, of other scripts every word as it stands (not stemmed, stop words kept).
 */
export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  for (const piece of piecesOf(text)) {
    if (piece.kind === 'chinese') grams.push(...chineseGrams(piece.text));
    else if (piece.kind === 'word') grams.push(piece.text);
  }
  return grams;
}

/** A weighted term of a text: what is compared, and the words it was read from. */
export interface Term {
  /** What two texts must have in common: a stem, a pair of stems, a Chinese character or pair. */
  readonly term: string;
  /** As written, in lower case. */
  readonly surface: string;
  /** How much one occurrence counts. */
  readonly weight: number;
}

/** A pair of words says less than its two words again; a Chinese character is a weaker sign than a pair. */
const PAIR_WEIGHT = 0.7;
const CHARACTER_WEIGHT = 0.7;

/**
 * The terms by which a text's subject is compared, in reading order, duplicates kept: English stems without stop words,
 * pairs of stems that stand side by side in one phrase, and Chinese characters and pairs. Bare numbers and single letters are left out.
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
