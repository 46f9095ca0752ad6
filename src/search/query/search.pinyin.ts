import { pinyin } from 'pinyin-pro';
import { normalised } from '../../lib/text.js';

/** Fields of a document that hold readings of Chinese titles and institutions. */
export const PINYIN_FIELDS = ['pinyin_institution', 'pinyin_title'] as const;

/** Begins every reading, so that it is no word of any language: searches for words never meet it. */
const PREFIX = 'qxpy';
/** Readings are found by their beginnings; nobody types more letters. */
const LONGEST = 40;
const MOST_STARTS = 20;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The readings of a text from each of its words on: in full (lanzhoudaxue) and by initials (lzdx). Empty without Chinese. */
export function readingsOf(text: string): string[] {
  if (!/\p{Script=Han}/u.test(text)) return [];
  const plain = normalised(text, 'NFKC');
  const words = [...segmenter.segment(plain)];
  // The whole text is read at once: what a character sounds like depends on its neighbours.
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
  for (const { index } of words.filter((word) => /^\p{Script=Han}/u.test(word.segment)).slice(0, MOST_STARTS)) {
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

/** How the engine is asked for a text as pinyin: letters, in words or not, with the digits of the text (dw3ddy); null where it is none. */
export function asPinyin(text: string): string | null {
  const letters = normalised(text, 'NFKC')
    .toLowerCase()
    .replace(/ü/g, 'v')
    .replace(/[\s'’-]+/g, '');
  return /^[a-z][a-z0-9]{1,39}$/.test(letters) ? PREFIX + letters : null;
}
