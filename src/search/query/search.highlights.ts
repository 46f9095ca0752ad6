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
 * Marks what a text's terms find in the fields of documents: terms as they are written, words of Chinese terms on their
 * own, and Latin words with the typos that the engine forgives. Texts stay plain: what shows them must escape them.
 */
export function highlighterFor(slots: readonly Slot[]): (fields: Fields) => FieldHighlight[] {
  const patterns = slots.flatMap((slot) => [...slot.patterns, ...(slot.quoted ? [] : partsOf(slot.text))]);
  const words = slots
    .filter((slot) => !slot.quoted && !slot.marker)
    .flatMap((slot) =>
      runsOf(slot.text)
        .filter((run) => !run.han && run.text.length >= ONE_TYPO && !/^\d+$/.test(run.text))
        .map((run) => run.text),
    );
  return (fields) => markFinds(fields, words.length === 0 ? patterns : [...patterns, ...misspelt(words, fields)]);
}

/** The words of a Chinese term that mean something on their own. */
function partsOf(text: string): string[] {
  return /\p{Script=Han}/u.test(text)
    ? wordsOf(text)
        .filter((word) => [...word].length > 1)
        .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    : [];
}

/** The Latin words of a document that are these words but for a typo or two; as patterns. */
function misspelt(words: readonly string[], fields: Fields): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const name of TEXT_FIELDS) {
    for (const text of textsOf(fields[name])) {
      for (const word of (typeof text === 'string' && text.toLowerCase().match(/[a-z0-9]+/g)) || []) {
        if (seen.has(word)) continue;
        seen.add(word);
        if (
          words.some(
            (sought) =>
              word.length >= sought.length - 2 &&
              isWithinTypos(sought, word.slice(0, sought.length + 2), sought.length >= TWO_TYPOS ? 2 : 1),
          )
        )
          found.push(`(?<![a-z0-9])${word}(?![a-z0-9])`);
      }
    }
  }
  return found;
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

/** Marks what patterns find in the fields of a document; fields without a find are left out. */
function markFinds(fields: Fields, patterns: readonly string[]): FieldHighlight[] {
  if (patterns.length === 0) return [];
  const pattern = new RegExp(patterns.join('|'), 'giu');
  const found: FieldHighlight[] = [];
  for (const name of TEXT_FIELDS) {
    const fragments: FieldHighlight['fragments'] = [];
    for (const text of textsOf(fields[name])) {
      const parts = typeof text === 'string' ? markText(text, pattern) : null;
      if (parts) fragments.push({ parts });
    }
    if (fragments.length === 0) continue;
    const [field = name, locale] = name.split('_');
    found.push({ field, locale: locale === 'zh' ? Locale.ZH : locale === 'en' ? Locale.EN : null, fragments });
  }
  return found;
}

/** The parts of a text, a long one cut to the surroundings of its first find; null where nothing is found. */
function markText(text: string, pattern: RegExp): HighlightPart[] | null {
  pattern.lastIndex = 0;
  const first = pattern.exec(text);
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
  for (let find: RegExpExecArray | null = first; find && find.index < to; find = pattern.exec(text)) {
    // An empty find would be found for ever.
    if (find[0] === '') pattern.lastIndex += 1;
    const stop = Math.min(find.index + find[0].length, to);
    if (find.index >= stop) continue;
    put(text.slice(end, find.index), false);
    put(text.slice(find.index, stop), true);
    end = stop;
  }
  put(`${text.slice(end, to)}${to < text.length ? '…' : ''}`, false);
  return parts;
}
