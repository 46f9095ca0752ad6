/**
 * Porter2, the English stemmer of the Snowball project (Martin Porter,
 * https://snowballstem.org/algorithms/english/stemmer.html): "optimisation", "optimised" and "optimising" become one
 * term. Written from the published description of the algorithm.
 */

/** Words that the suffix rules of the Porter2 stemmer would stem wrongly, with their stems. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  skis: 'ski',
  skies: 'sky',
  dying: 'die',
  lying: 'lie',
  tying: 'tie',
  idly: 'idl',
  gently: 'gentl',
  ugly: 'ugli',
  early: 'earli',
  only: 'onli',
  singly: 'singl',
  sky: 'sky',
  news: 'news',
  howe: 'howe',
  atlas: 'atlas',
  cosmos: 'cosmos',
  bias: 'bias',
  andes: 'andes',
};
const AFTER_PLURAL = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

const STEP_2: ReadonlyArray<readonly [string, string]> = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];
const STEP_3: ReadonlyArray<readonly [string, string]> = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', ''],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const STEP_4 = [
  'ement',
  'ance',
  'ence',
  'able',
  'ible',
  'ment',
  'ant',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'ion',
  'al',
  'er',
  'ic',
];

const isVowel = (letter: string | undefined) => letter !== undefined && 'aeiouy'.includes(letter);

/**
 * Start of a region of Porter2 (R1, R2): the index after the first consonant that follows a vowel, searched from
 * `start`; the word's length if there is none.
 */
function region(word: string, start: number): number {
  for (let i = start + 1; i < word.length; i += 1) if (isVowel(word[i - 1]) && !isVowel(word[i])) return i + 1;
  return word.length;
}

/**
 * True if a word ends in a short syllable in the sense of Porter2: vowel + consonant as the whole word, or consonant +
 * vowel + consonant other than w, x, Y.
 */
function endsShort(word: string): boolean {
  const n = word.length;
  if (n === 2) return isVowel(word[0]) && !isVowel(word[1]);
  return (
    n > 2 && !isVowel(word[n - 3]) && isVowel(word[n - 2]) && !isVowel(word[n - 1]) && !'wxY'.includes(word[n - 1]!)
  );
}

const hasVowel = (text: string) => /[aeiouy]/.test(text);

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ied') || word.endsWith('ies')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith('us') || word.endsWith('ss')) return word;
  return word.endsWith('s') && hasVowel(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function withoutTense(word: string, r1: number): string {
  for (const suffix of ['eedly', 'eed']) {
    if (word.endsWith(suffix)) return word.length - suffix.length >= r1 ? `${word.slice(0, -suffix.length)}ee` : word;
  }
  for (const suffix of ['ingly', 'edly', 'ing', 'ed']) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, -suffix.length);
    if (!hasVowel(stem)) return word;
    if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
    if (/(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return stem.slice(0, -1);
    return r1 >= stem.length && endsShort(stem) ? `${stem}e` : stem;
  }
  return word;
}

function replaced(word: string, r1: number, r2: number): string {
  let result = word;
  for (const [suffix, by] of STEP_2) {
    if (!result.endsWith(suffix)) continue;
    const at = result.length - suffix.length;
    if (
      at >= r1 &&
      (suffix !== 'ogi' || result[at - 1] === 'l') &&
      (suffix !== 'li' || 'cdeghkmnrt'.includes(result[at - 1] ?? ' '))
    )
      result = result.slice(0, at) + by;
    break;
  }
  for (const [suffix, by] of STEP_3) {
    if (!result.endsWith(suffix)) continue;
    const at = result.length - suffix.length;
    if (at >= (suffix === 'ative' ? r2 : r1)) result = result.slice(0, at) + by;
    break;
  }
  for (const suffix of STEP_4) {
    if (!result.endsWith(suffix)) continue;
    const at = result.length - suffix.length;
    if (at >= r2 && (suffix !== 'ion' || 'st'.includes(result[at - 1] ?? ' '))) result = result.slice(0, at);
    break;
  }
  return result;
}

/** Stem of a lower-case English word; a word with characters other than a-z and apostrophes is returned unchanged. */
export function stemOf(word: string): string {
  if (word.length <= 2 || !/^[a-z']+$/.test(word)) return word;
  let stem = word.replace(/^'/, '').replace(/'s?'?$/, '');
  const exception = Object.hasOwn(EXCEPTIONS, stem) ? EXCEPTIONS[stem] : undefined;
  if (exception !== undefined) return exception;
  stem = stem.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y');
  const prefix = /^(gener|commun|arsen)/.exec(stem);
  const r1 = prefix ? prefix[0].length : region(stem, 0);
  const r2 = region(stem, r1);
  stem = withoutPlural(stem);
  if (AFTER_PLURAL.has(stem)) return stem;
  stem = withoutTense(stem, r1);
  if (stem.length > 2 && /[^aeiouy][yY]$/.test(stem)) stem = `${stem.slice(0, -1)}i`;
  stem = replaced(stem, r1, r2);
  const end = stem.length - 1;
  if (stem.endsWith('e')) {
    if (end >= r2 || (end >= r1 && !endsShort(stem.slice(0, -1)))) stem = stem.slice(0, -1);
  } else if (stem.endsWith('ll') && end >= r2) stem = stem.slice(0, -1);
  return stem.toLowerCase();
}
