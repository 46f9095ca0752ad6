import { Locale } from '../../kernel/localized.js';
import { runsOf } from '../ranking/grams.js';
import { wordsOf } from '../ranking/rank-index.js';
import { TEXT_FIELDS } from '../index/search.documents.js';
import type { FieldHighlight, HighlightPart } from './search.request.js';
import type { Slot } from './search.terms.js';

/** Characters shown on either side of a find in a long text. */
const AROUND = 60;

type Fields = Readonly<Record<string, unknown>>;

/** Words of this length may be found with one typo, and from the longer on with two, as in the engine. */
const ONE_TYPO = 5;
const TWO_TYPOS = 9;

/**
 * Comparisons of a document's word with a sought one that one answer may take. Only words that have most of the sought
 * letters are compared at all, so an ordinary page takes some hundreds. Beyond it, words with typos go unmarked.
 */
const MOST_COMPARISONS = 100_000;

/** What may still be compared; one for all documents of an answer. */
export interface HighlightBudget {
  comparisons: number;
}

/**
 * Marks what a text's terms find in the fields of documents: terms as they are written, words of Chinese terms on their
 * own, and Latin words with the typos that the engine forgives. Texts stay plain: what shows them must escape them.
 */
export function highlighterFor(
  slots: readonly Slot[],
  budget: HighlightBudget = { comparisons: MOST_COMPARISONS },
): (fields: Fields) => FieldHighlight[] {
  const patterns = slots.flatMap((slot) => [...slot.patterns, ...(slot.quoted ? [] : partsOf(slot.text))]);
  if (patterns.length === 0) return () => [];
  const words = slots
    .filter((slot) => !slot.quoted && !slot.marker)
    .flatMap((slot) =>
      runsOf(slot.text)
        .filter((run) => !run.han && run.text.length >= ONE_TYPO && !/^\d+$/.test(run.text))
        .map((run) => run.text),
    );
  const finder: Finder = {
    pattern: patternOf(patterns, words.length > 0),
    isMisspelt: misspellingsOf(words, budget),
  };
  return (fields) => markFinds(fields, finder);
}

/** The words of a Chinese term that mean something on their own. */
function partsOf(text: string): string[] {
  return /\p{Script=Han}/u.test(text)
    ? wordsOf(text)
        .filter((word) => [...word].length > 1)
        .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    : [];
}

/** How finds are looked for. */
interface Finder {
  /** Finds terms; where a group is captured, it is a whole Latin word that may be a misspelt one. */
  readonly pattern: RegExp;
  readonly isMisspelt: (word: string) => boolean;
}

/** What the patterns of Latin terms begin with. */
const WORD_START = '(?<![a-z0-9])';

/**
 * One expression for all patterns. What can begin at the same place keeps its order; apart from that, terms share what
 * they begin with, so that a text is tried against few of them at each of its places: Latin terms share one look behind,
 * the others are sorted by their first signs. A Latin word as a whole comes last, where typos are to be found.
 */
function patternOf(patterns: readonly string[], withWords: boolean): RegExp {
  const latin: string[] = [];
  const others: string[] = [];
  const byFirst = new Map<string, string[]>();
  for (const pattern of new Set(patterns)) {
    const first = FIRST_SIGN.exec(pattern)?.[0];
    if (pattern.startsWith(WORD_START)) latin.push(pattern.slice(WORD_START.length));
    else if (first === undefined) others.push(pattern);
    else byFirst.set(first, [...(byFirst.get(first) ?? []), pattern.slice(first.length)]);
  }
  if (withWords) latin.push('([a-z0-9]+)');
  if (byFirst.size > 0) {
    const signs = [...byFirst.keys()].map((sign) => (sign === '-' ? '\\-' : sign)).join('');
    const branches = [...byFirst].map(([first, rests]) => `${first}(?:${rests.join('|')})`);
    others.push(`(?=[${signs}])(?:${branches.join('|')})`);
  }
  if (latin.length > 0) others.push(`${WORD_START}(?:${latin.join('|')})`);
  return new RegExp(others.join('|'), 'giu');
}

/** The sign that a pattern begins with, escaped or not; nothing where it begins with a class or a group. */
const FIRST_SIGN = /^(?:\\.|[^[(\\])/u;

/** Tells of a Latin word whether it is one of these but for a typo or two; each word is compared once. */
function misspellingsOf(words: readonly string[], budget: HighlightBudget): (word: string) => boolean {
  const sought = [...new Set(words)].map((text) => ({
    text,
    letters: lettersOf(text),
    most: text.length >= TWO_TYPOS ? 2 : 1,
  }));
  const known = new Map<string, boolean>();
  const decide = (word: string): boolean => {
    const letters = lettersOf(word);
    return sought.some(({ text, letters: needed, most }) => {
      // A typo takes at most one letter away.
      if (word.length < text.length - 2 || bitsOf(needed & ~letters) > most) return false;
      if (budget.comparisons <= 0) return false;
      budget.comparisons -= 1;
      return isWithinTypos(text, word.slice(0, text.length + 2), most);
    });
  };
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const is = decide(word);
    known.set(word, is);
    return is;
  };
}

/** The letters and digits of a word as bits; some digits share one. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let i = 0; i < word.length; i += 1) {
    const code = word.charCodeAt(i);
    bits |= 1 << (code >= 97 ? code - 97 : 26 + (code % 6));
  }
  return bits;
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Whether one of the two becomes the other, or its beginning, by so many changes (Damerau and Levenshtein, neighbours may be swapped). */
function isWithinTypos(sought: string, word: string, most: number): boolean {
  if (sought[0] !== word[0] && most < 2) return false;
  let beforeLast: number[] = [];
  let last = Array.from({ length: word.length + 1 }, (_, j) => j);
  for (let i = 1; i <= sought.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= word.length; j += 1) {
      const same = sought[i - 1] === word[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && sought[i - 1] === word[j - 2] && sought[i - 2] === word[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return false;
    beforeLast = last;
    last = row;
  }
  return Math.min(...last) <= most;
}

const textsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Marks what is found in the fields of a document; fields without a find are left out. */
function markFinds(fields: Fields, finder: Finder): FieldHighlight[] {
  const found: FieldHighlight[] = [];
  for (const name of TEXT_FIELDS) {
    const fragments: FieldHighlight['fragments'] = [];
    for (const text of textsOf(fields[name])) {
      const parts = typeof text === 'string' ? markText(text, finder) : null;
      if (parts) fragments.push({ parts });
    }
    if (fragments.length === 0) continue;
    const [field = name, locale] = name.split('_');
    found.push({ field, locale: locale === 'zh' ? Locale.ZH : locale === 'en' ? Locale.EN : null, fragments });
  }
  return found;
}

/** The parts of a text, a long one cut to the surroundings of its first find; null where nothing is found. */
function markText(text: string, finder: Finder): HighlightPart[] | null {
  finder.pattern.lastIndex = 0;
  const first = nextFind(text, finder);
  if (!first) return null;
  const from = Math.max(0, first.index - AROUND);
  const to = Math.min(text.length, first.index + 3 * AROUND);
  const parts: HighlightPart[] = [];
  const put = (piece: string, match: boolean) => {
    const last = parts.at(-1);
    // Finds that touch are one: words of Chinese follow each other without a space.
    if (last && last.match === match) last.text += piece;
    else if (piece !== '') parts.push({ text: piece, match });
  };
  if (from > 0) put('…', false);
  let end = from;
  for (let find: RegExpExecArray | null = first; find && find.index < to; find = nextFind(text, finder)) {
    // An empty find would be found for ever.
    if (find[0] === '') finder.pattern.lastIndex += 1;
    const stop = Math.min(find.index + find[0].length, to);
    if (find.index >= stop) continue;
    put(text.slice(end, find.index), false);
    put(text.slice(find.index, stop), true);
    end = stop;
  }
  put(`${text.slice(end, to)}${to < text.length ? '…' : ''}`, false);
  return parts;
}

/** The next term, or word with a typo, from where the last one ended. */
function nextFind(text: string, { pattern, isMisspelt }: Finder): RegExpExecArray | null {
  for (;;) {
    const find = pattern.exec(text);
    if (find?.[1] === undefined || isMisspelt(find[1].toLowerCase())) return find;
  }
}
