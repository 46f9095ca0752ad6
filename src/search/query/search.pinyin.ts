import { pinyin } from 'pinyin-pro';
import { normalised } from '../../lib/text.js';

/** Document fields that hold the pinyin readings of Chinese titles and institutions. */
export const PINYIN_FIELDS = ['pinyin_institution', 'pinyin_title'] as const;

/**
 * Prefix of every indexed pinyin reading; occurs in no word of any language, so that a search for words never matches
 * readings.
 */
const PREFIX = 'qxpy';
/** Maximum length of a stored pinyin reading, in letters. Readings match by prefix, and longer input is unlikely. */
const LONGEST = 40;
const MAX_STARTS = 20;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * Pinyin readings of a Chinese text from each of its words on: in full (lanzhoudaxue) and as initials (lzdx). Empty for
 * a text without Chinese.
 */
export function readingsOf(text: string): string[] {
  if (!/\p{Script=Han}/u.test(text)) return [];
  const plain = normalised(text, 'NFKC');
  const words = [...segmenter.segment(plain)];
  // The whole text is converted in one call, because the pinyin of a character depends on its neighbours.
  const syllables = pinyin(plain, { toneType: 'none', type: 'array', v: true }).map((syllable) =>
    syllable.toLowerCase(),
  );
  const characters = [...plain];
  if (syllables.length !== characters.length) return [];
  const offsets = new Map<number, number>();
  let offset = 0;
  characters.forEach((character, i) => {
    offsets.set(offset, i);
    offset += character.length;
  });
  const readings = new Set<string>();
  for (const { index } of words.filter((word) => /^\p{Script=Han}/u.test(word.segment)).slice(0, MAX_STARTS)) {
    const from = offsets.get(index) ?? 0;
    const heard = syllables
      .slice(from)
      .map((syllable, i) =>
        /^[a-z]+$/.test(syllable)
          ? syllable
          : /^[a-z0-9]$/i.test(characters[from + i]!)
            ? characters[from + i]!.toLowerCase()
            : '',
      );
    readings.add(PREFIX + heard.join('').slice(0, LONGEST));
    readings.add(
      PREFIX +
        heard
          .map((syllable) => syllable.slice(0, 1))
          .join('')
          .slice(0, LONGEST),
    );
  }
  return [...readings];
}

/**
 * Search engine query for a text typed as pinyin (letters with or without spaces, and digits, as in dw3ddy); null if
 * the text cannot be pinyin.
 */
export function asPinyin(text: string): string | null {
  const letters = normalised(text, 'NFKC')
    .toLowerCase()
    .replace(/ü/g, 'v')
    .replace(/[\s'’-]+/g, '');
  return /^[a-z][a-z0-9]{1,39}$/.test(letters) ? PREFIX + letters : null;
}
