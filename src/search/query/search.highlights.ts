import { Locale } from '../../kernel/localized.js';
import { runsOf } from '../ranking/grams.js';
import { TEXT_FIELDS } from '../index/search.documents.js';
import type { FieldHighlight, HighlightPart } from './search.request.js';
import type { Slot } from './search.terms.js';
import { wordsOf } from '../ranking/words.js';

/** Number of characters shown before and after the first match when a long text is shortened. */
const AROUND = 60;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Minimum lengths of a word, in letters, for one and for two typos to be tolerated; the same as in the search engine's
 * settings.
 */
const ONE_TYPO = 5;
const TWO_TYPOS = 9;

/**
 * Maximum number of comparisons between a document's word and a searched word in one answer, to find typos. Only words
 * that share most letters are compared, so an ordinary page needs some hundreds. Beyond the maximum, words with typos
 * are not marked.
 */
const MAX_COMPARISONS = 100_000;

/** Number of comparisons left, shared by all documents of an answer. */
export interface HighlightBudget {
  comparisons: number;
}

/**
 * Returns a function that marks the matches of a search text in a document's fields: terms as written, single words of
 * Chinese terms, and Latin words with tolerated typos. Its result is plain text, which the client must escape.
 */
export function highlighterFor(
  slots: readonly Slot[],
  budget: HighlightBudget = { comparisons: MAX_COMPARISONS },
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

/** Patterns of the words in a Chinese term that are meaningful on their own (two or more characters). */
function partsOf(text: string): string[] {
  return /\p{Script=Han}/u.test(text)
    ? wordsOf(text)
        .filter((word) => [...word].length > 1)
        .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    : [];
}

/** The patterns by which the matches of a search text are found in a document's text. */
interface Finder {
  /**
   * Regular expression for all terms; if its group captures, the match is a whole Latin word that must still be checked
   * for typos.
   */
  readonly pattern: RegExp;
  readonly isMisspelt: (word: string) => boolean;
}

/** Common prefix of the patterns of Latin terms. */
const WORD_START = '(?<![a-z0-9])';

/**
 * Combines the patterns of all terms into one regular expression. Patterns that can match at the same position keep
 * their order. Common beginnings are factored out, so that few alternatives are tried at each position: Latin terms
 * share one lookbehind, the others are grouped by first character. If typos are tolerated, the alternative for a whole
 * Latin word comes last.
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

/** First character of a pattern, escaped or not; no match if the pattern begins with a character class or a group. */
const FIRST_SIGN = /^(?:\\.|[^[(\\])/u;

/**
 * Returns a predicate that tells whether a Latin word, or its beginning, equals one of `words` up to the tolerated
 * typos. Each distinct word is compared only once.
 */
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
      // One typo removes at most one letter.
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

/** Letters and digits that occur in a word, as a bit mask; some digits share a bit. */
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

/**
 * True if at most `most` edits turn `sought` into `word` or a prefix of it (Damerau-Levenshtein distance: swapping
 * neighbours is one edit). With `most` 1, the first letters must be equal.
 */
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

/** Marks the matches in each field of a document; fields without a match are left out. */
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

/**
 * Splits a text into marked and unmarked parts; a long text is shortened to the surroundings of its first match. Null
 * without a match.
 */
function markText(text: string, finder: Finder): HighlightPart[] | null {
  finder.pattern.lastIndex = 0;
  const first = nextFind(text, finder);
  if (!first) return null;
  const from = Math.max(0, first.index - AROUND);
  const to = Math.min(text.length, first.index + 3 * AROUND);
  const parts: HighlightPart[] = [];
  const put = (piece: string, match: boolean) => {
    const last = parts.at(-1);
    // Adjacent marked parts are merged, because Chinese words follow each other without a space.
    if (last && last.match === match) last.text += piece;
    else if (piece !== '') parts.push({ text: piece, match });
  };
  if (from > 0) put('…', false);
  let end = from;
  for (let find: RegExpExecArray | null = first; find && find.index < to; find = nextFind(text, finder)) {
    // The position moves past an empty match, which would otherwise be found again forever.
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

/** Finds the next match of a term, or of a word with tolerated typos, from the expression's current position. */
function nextFind(text: string, { pattern, isMisspelt }: Finder): RegExpExecArray | null {
  for (;;) {
    const find = pattern.exec(text);
    if (find?.[1] === undefined || isMisspelt(find[1].toLowerCase())) return find;
  }
}
