import { hasTooManyMarks, MAX_MARKS, normalised } from '../../lib/text.js';
import { coded, type Coded } from '../../messages/catalogue.js';

/**
 * The reason why a cell cannot be read. This file has one function per kind of value; all are pure, and return the
 * value or a CellProblem.
 */
export type CellProblem = Coded;

export function isProblem(value: unknown): value is CellProblem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** Returns a problem if a text has more consecutive combining marks than any language uses; else null. */
export function marksProblem(text: string): CellProblem | null {
  return hasTooManyMarks(text) ? coded('TOO_MANY_MARKS.row', { max: MAX_MARKS }) : null;
}

const NOTHING = /^(?:|0+|0000[-/.]00[-/.]00|[-–—/\\]+|无|没有|暂无|空|n\/?a|none|null|nil|tbd)$/i;

/** Whether a cell of a code, number or date column states that there is no value, such as "-" or "无". */
export function saysNothing(cell: string): boolean {
  return NOTHING.test(normalised(cell, 'NFKC').trim());
}

/** Converts a cell to half-width text with single blanks, so that the patterns below match in linear time. */
export function plainText(cell: string): string {
  return normalised(cell, 'NFKC').replace(/\s+/g, ' ').trim();
}

const STRONG = ';；|\n\r';
const WEAK = '、,，';

/** Characters that separate the items in a list cell. */
export const SEPARATORS = /[;；|\n\r、,，]/;
/** Separators that take precedence: if a cell contains one of them, commas and 、 belong to its items. */
export const STRONG_SEPARATORS = /[;；|\n\r]/;
const WEAK_SEPARATORS = /[、,，]/;

/**
 * Splits a list cell into its items. Semicolons, vertical bars and line breaks separate items; commas and 、 do so only
 * in a cell without those. A backslash escapes the separator after it. A JSON array of strings is read as such.
 */
export function splitList(cell: string, options: { weak?: boolean } = {}): string[] {
  const text = cell.trim();
  const json = jsonStrings(text);
  if (json) return json;
  const escapes = text.includes('\\');
  const split = (separators: string) => (escapes ? splitAt(text, separators) : piecesOf(text, separators));
  const strong = split(STRONG);
  const items = strong.length > 1 || options.weak === false ? strong : split(WEAK);
  return escapes ? items.map((item) => unescaped(item).trim()).filter((item) => item !== '') : items;
}

/**
 * Joins items into the text of one list cell, from which `splitList` returns the same items; items must be trimmed and
 * not empty.
 */
export function joinList(items: readonly string[]): string {
  return items.map((item) => item.replace(/[\\;；|\n\r、,，]/g, (c) => `\\${c}`).replace(/^\[/, '\\[')).join('; ');
}

function unescaped(item: string): string {
  return item.replace(/\\([\\;；|\n\r、,，[])/g, '$1');
}

/** Splits a text without backslashes into trimmed items, as `splitAt` does, but faster. */
function piecesOf(text: string, separators: string): string[] {
  return text
    .split(separators === STRONG ? STRONG_SEPARATORS : WEAK_SEPARATORS)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function splitAt(text: string, separators: string): string[] {
  const items: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (separators.includes(text[i]!)) {
      items.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...items, text.slice(from)].filter((item) => item.trim() !== '');
}

function jsonStrings(text: string): string[] | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value.map((item) => item.trim()).filter((item) => item !== '')
      : null;
  } catch {
    return null;
  }
}

/**
 * Splits a cell with numbers of IP rights, as `splitList` does, except that a comma inside a number ("13/033,085",
 * "5,694,939") does not separate.
 */
export function splitNumbers(cell: string): string[] {
  const strong = splitList(cell, { weak: false });
  if (strong.length !== 1) return strong;
  const weak = splitList(cell);
  return weak.every((piece) => piece.replace(/[^0-9A-Za-z]/g, '').length >= 7 || saysNothing(piece)) ? weak : strong;
}

/** Language of a text: `zh` if it contains Chinese characters, else `en`. */
export function languageOf(text: string): 'zh' | 'en' {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}

/** Number of characters that are read of a column header; no meaningful header is longer. */
export const MAX_HEADER_CHARS = 500;
