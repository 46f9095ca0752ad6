import { normalised } from '../../lib/text.js';
import { runsOf } from '../ranking/grams.js';

/** Longer texts are cut to the words that fit. */
const LONGEST = 80;

/**
 * What may lead to a person, in the order in which it is taken out of text in NFKC and lower case; looked for where its
 * sign occurs. Repetitions are bounded, so that no text takes long.
 */
const PERSONAL: ReadonlyArray<readonly [sign: RegExp, whole: RegExp]> = [
  // Addresses of the web and of mail.
  [/:\/\/|www\./, /\b(?:[a-z][a-z+.-]{0,20}:\/\/|www\.)[\x21-\x7e]*/g],
  [/@/, /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,64}(?:\.[\p{L}\p{N}-]{1,64})+/gu],
  // Names of accounts: @someone, and what is said to be one.
  [/@/, /@[\p{L}\p{N}._-]+/gu],
  [/微信|qq|wechat|weixin|vx/, /(?:微信号?|qq号?|wechat|weixin|vx) ?:? ?[a-z0-9][\w-]{4,}/g],
  // Long numbers, with the letters that belong to them: identity cards, registrations.
  [/\d{6}/, /[a-z\d._-]{0,40}\d{6,}[a-z\d._-]*/g],
  // Numbers of telephones, with their signs between; at least seven digits in all.
  [/\d/, /\+?\(?\d(?:[ ().-]{0,2}\d){6,}/g],
];

/**
 * A search's text as it may be kept: NFKC, lower case, single spaces, without what may lead to a person, at most 80
 * characters in whole words. Null where nothing is left to learn from. Words keep their order.
 */
export function missText(text: string): string | null {
  const plain = normalised(text, 'NFKC').toLowerCase().replace(/\s+/g, ' ');
  const free = PERSONAL.reduce((rest, [sign, whole]) => (sign.test(rest) ? rest.replace(whole, ' ') : rest), plain);
  const cut = cutToWords(free.replace(/ +/g, ' ').trim()).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})%+#]+$/gu, '');
  return /\p{L}/u.test(cut) ? cut : null;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function cutToWords(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  let cut = '';
  let length = 0;
  // Some more than fits, so that the last word is seen whole.
  for (const { segment } of segmenter.segment(characters.slice(0, LONGEST + 20).join(''))) {
    length += [...segment].length;
    if (length > LONGEST) break;
    cut += segment;
  }
  return cut;
}

const MEANINGLESS = new Set(['and', 'for', 'the', 'with', 'from']);

/** Pairs of Chinese characters, and Latin words by their beginnings, so that plurals and corrected typos are the same. */
function meaningful(text: string): string[] {
  return runsOf(text).flatMap(({ han, text: run }) => {
    if (!han) return run.length > 2 && !MEANINGLESS.has(run) ? [run.slice(0, 5)] : [];
    const characters = [...run];
    return characters.slice(1).map((character, i) => `${characters[i]!}${character}`);
  });
}

/** Whether the second text goes on with the search for the first: one holds the other, or they share a word. In Chinese, two characters in a row are one. */
export function isRefinement(before: string, after: string): boolean {
  if (before.includes(after) || after.includes(before)) return true;
  const words = new Set(meaningful(before));
  return meaningful(after).some((word) => words.has(word));
}
