import { Locale } from '../lib/localized.js';
import { MARK, TEXT_FIELDS, type SearchDocument } from './search.documents.js';
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

/** Marks finds in a document without the engine, cut to their surroundings. */
export function markDocument(document: SearchDocument, patterns: readonly string[]): FieldHighlight[] {
  if (patterns.length === 0) return [];
  const pattern = new RegExp(patterns.join('|'), 'giu');
  const mark = (text: string): string => {
    const first = text.search(pattern);
    if (first < 0) return text;
    const from = Math.max(0, first - AROUND);
    const to = Math.min(text.length, first + 3 * AROUND);
    const cut = text.slice(from, to).replace(pattern, (found) => MARK.start + found + MARK.end);
    return `${from > 0 ? '…' : ''}${cut}${to < text.length ? '…' : ''}`;
  };
  const marked = TEXT_FIELDS.map((field) => {
    const value = document[field];
    return [field, Array.isArray(value) ? value.map(mark) : value === undefined ? undefined : mark(value)] as const;
  });
  return readHighlights(Object.fromEntries(marked));
}
