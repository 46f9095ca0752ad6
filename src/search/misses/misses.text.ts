import { normalised } from '../../lib/text.js';
import { withoutNames } from './misses.names.js';
import { runsOf } from '../ranking/grams.js';

/** Maximum length, in characters, of a search text that is stored; a longer one is cut at the end of a word. */
const LONGEST = 80;

/**
 * Patterns of personal data, removed in this order from a search text in NFKC and lower case. `whole` is tried only if
 * the cheaper `sign` occurs. Repetitions are bounded, so that the time for matching is bounded too.
 */
const PERSONAL: ReadonlyArray<readonly [sign: RegExp, whole: RegExp]> = [
  // Web and mail addresses.
  [/:\/\/|www\./, /\b(?:[a-z][a-z+.-]{0,20}:\/\/|www\.)[\x21-\x7e]*/g],
  [/@/, /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,64}(?:\.[\p{L}\p{N}-]{1,64})+/gu],
  // Account names, as @someone or after the name of a messenger service.
  [/@/, /@[\p{L}\p{N}._-]+/gu],
  [/微信|qq|wechat|weixin|vx/, /(?:微信号?|qq号?|wechat|weixin|vx) ?:? ?[a-z0-9][\w-]{4,}/g],
  // Numbers of six or more digits with adjoining letters, such as identity card and registration numbers.
  [/\d{6}/, /[a-z\d._-]{0,40}\d{6,}[a-z\d._-]*/g],
  // Telephone numbers with separators, at least seven digits.
  [/\d/, /\+?\(?\d(?:[ ().\-_/·—–,，、]{0,3}\d){6,}/g],
  // Numbers that are spoken: 一三八幺零零.
  [/[零〇一二三四五六七八九幺]/, /(?:[零〇一二三四五六七八九幺两] ?){7,}/g],
];

/**
 * The part of a search text that may be stored: NFKC, lower case, single spaces, without personal data, at most 80
 * characters in whole words. Null if no letter remains.
 */
export function missText(text: string): string | null {
  // Invisible characters would hide a name or a number from the patterns.
  const plain = normalised(text, 'NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ');
  const free = PERSONAL.reduce((rest, [sign, whole]) => (sign.test(rest) ? rest.replace(whole, ' ') : rest), plain);
  const cut = cutToWords(withoutNames(free.replace(/ +/g, ' ').trim())).replace(
    /^[^\p{L}\p{N}]+|[^\p{L}\p{N})%+#]+$/gu,
    '',
  );
  return /\p{L}/u.test(cut) ? cut : null;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function cutToWords(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  let cut = '';
  let length = 0;
  // Segments some characters more than the limit, so that the word at the limit is complete.
  for (const { segment } of segmenter.segment(characters.slice(0, LONGEST + 20).join(''))) {
    length += [...segment].length;
    if (length > LONGEST) break;
    cut += segment;
  }
  return cut;
}

const MEANINGLESS = new Set(['and', 'for', 'the', 'with', 'from']);

/**
 * Keys by which two search texts are compared: pairs of neighbouring Chinese characters, and the first five letters of
 * Latin words, so that plurals and corrected typos are equal.
 */
function meaningful(text: string): string[] {
  return runsOf(text).flatMap(({ han, text: run }) => {
    if (!han) return run.length > 2 && !MEANINGLESS.has(run) ? [run.slice(0, 5)] : [];
    const characters = [...run];
    return characters.slice(1).map((character, i) => `${characters[i]!}${character}`);
  });
}

/**
 * True if the second search text refines the first: one contains the other, or they share a word (in Chinese: two
 * neighbouring characters).
 */
export function isRefinement(before: string, after: string): boolean {
  if (before.includes(after) || after.includes(before)) return true;
  const words = new Set(meaningful(before));
  return meaningful(after).some((word) => words.has(word));
}
