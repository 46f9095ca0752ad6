import { Locale } from '../lib/localized.js';
import { runsOf } from './ranking/grams.js';
import { wordsOf } from './ranking/rank-index.js';
import { MARK, TEXT_FIELDS } from './search.documents.js';
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
  const words = slots.filter((slot) => !slot.quoted && !slot.marker).flatMap((slot) => runsOf(slot.text).filter((run) => !run.han && run.text.length >= ONE_TYPO && !/^\d+$/.test(run.text)).map((run) => run.text));
  return (fields) => markFinds(fields, words.length === 0 ? patterns : [...patterns, ...misspelt(words, fields)]);
}

/** The words of a Chinese term that mean something on their own. */
function partsOf(text: string): string[] {
  return /\p{Script=Han}/u.test(text) ? wordsOf(text).filter((word) => [...word].length > 1).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : [];
}

/** The Latin words of a document that are these words but for a typo or two; as patterns. */
function misspelt(words: readonly string[], fields: Fields): string[] {
  const found = new Set<string>();
  for (const name of TEXT_FIELDS) {
    for (const text of textsOf(fields[name])) {
      for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
        if (words.some((sought) => word.length >= sought.length - 2 && isWithinTypos(sought, word.slice(0, sought.length + 2), sought.length >= TWO_TYPOS ? 2 : 1))) found.add(word);
      }
    }
  }
  return [...found].map((word) => `(?<![a-z0-9])${word}(?![a-z0-9])`);
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
      if (i > 1 && j > 1 && sought[i - 1] === word[j - 2] && sought[i - 2] === word[j - 1]) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return false;
    beforeLast = last;
    last = row;
  }
  return Math.min(...last) <= most;
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string');

/** Turns marked texts into parts. */
function readHighlights(fields: Fields): FieldHighlight[] {
  const found: FieldHighlight[] = [];
  for (const name of TEXT_FIELDS) {
    const texts = textsOf(fields[name]).filter((text) => text.includes(MARK.start));
    if (texts.length === 0) continue;
    const [field = name, locale] = name.split('_');
    found.push({
      field,
      locale: locale === 'zh' ? Locale.ZH : locale === 'en' ? Locale.EN : null,
      fragments: texts.map((text) => ({ parts: splitMarked(text) })),
    });
  }
  return found;
}

function splitMarked(text: string): HighlightPart[] {
  const parts: HighlightPart[] = [];
  let match = false;
  for (const piece of text.split(/([\uE000\uE001])/)) {
    if (piece === MARK.start) match = true;
    else if (piece === MARK.end) match = false;
    else if (piece !== '') {
      const last = parts.at(-1);
      // The engine marks each word of a Chinese find on its own.
      if (last && last.match === match) last.text += piece;
      else parts.push({ text: piece, match });
    }
  }
  return parts;
}

/** Marks what patterns find in the fields of a document, and cuts long texts to the surroundings of their first find. */
function markFinds(fields: Fields, patterns: readonly string[]): FieldHighlight[] {
  if (patterns.length === 0) return [];
  const pattern = new RegExp(patterns.join('|'), 'giu');
  return readHighlights(Object.fromEntries(TEXT_FIELDS.map((field) => [field, textsOf(fields[field]).map((text) => markText(text, pattern))])));
}

function markText(text: string, pattern: RegExp): string {
  const spans = [...text.matchAll(pattern)].map((found): [from: number, to: number] => [found.index, found.index + found[0].length]);
  if (spans.length === 0) return text;
  const first = spans[0]![0];
  const from = Math.max(0, first - AROUND);
  const to = Math.min(text.length, first + 3 * AROUND);
  let cut = '';
  let end = from;
  for (const span of spans) {
    // What two of them share is marked once.
    const [start, stop] = [Math.max(span[0], end), Math.min(span[1], to)];
    if (start >= stop) continue;
    cut += text.slice(end, start) + MARK.start + text.slice(start, stop) + MARK.end;
    end = stop;
  }
  return `${from > 0 ? '…' : ''}${cut}${text.slice(end, to)}${to < text.length ? '…' : ''}`;
}
