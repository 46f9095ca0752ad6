import { Locale } from '../lib/localized.js';
import { MARK, TEXT_FIELDS, type TextField } from './search.documents.js';
import type { FieldHighlight, HighlightPart } from './search.request.js';

/** Characters shown on either side of a find in a long text. */
const AROUND = 60;

/** Turns marked texts into parts. Texts stay plain: what shows them must escape them like any other text. */
export function readHighlights(fields: Readonly<Record<string, unknown>>): FieldHighlight[] {
  const found: FieldHighlight[] = [];
  for (const name of TEXT_FIELDS) {
    const value = fields[name];
    const texts = (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string' && text.includes(MARK.start));
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

/** Marks what patterns find in the fields of a document, beside what is marked there already, and cuts it to its surroundings. */
export function markFinds(fields: Readonly<Partial<Record<TextField, unknown>>>, patterns: readonly string[]): FieldHighlight[] {
  if (patterns.length === 0) return readHighlights(fields);
  const pattern = new RegExp(patterns.join('|'), 'giu');
  const mark = (value: unknown): unknown => (Array.isArray(value) ? value.map(mark) : typeof value === 'string' ? markText(value, pattern) : value);
  return readHighlights(Object.fromEntries(TEXT_FIELDS.map((field) => [field, mark(fields[field])])));
}

function markText(marked: string, pattern: RegExp): string {
  let text = '';
  const spans: Array<[from: number, to: number]> = [];
  for (const part of splitMarked(marked)) {
    if (part.match) spans.push([text.length, text.length + part.text.length]);
    text += part.text;
  }
  for (const found of text.matchAll(pattern)) spans.push([found.index, found.index + found[0].length]);
  if (spans.length === 0) return text;
  spans.sort(([a], [b]) => a - b);
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
