import type { Readable } from 'node:stream';
import type { Cell } from './types.js';

/** The most characters that a worksheet cell holds. */
export const MAX_CELL_CHARS = 32_767;

// Blanks before the sign do not keep a spreadsheet from reading a formula, nor do full-width signs.
const FORMULA_START = /^(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// The second one counts the apostrophes too, so that adding and taking one away are exact inverses.
const MARKED_FORMULA_START = /^'+(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// XML 1.0 has no way to write these, and a NUL makes text no text. \p{Cs} under the u flag is a lone surrogate.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** Whether a spreadsheet might run the text when it is typed or pasted into a cell. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA_START.test(text);
}

/** Text that a spreadsheet shows instead of running: an apostrophe before what looks like a formula. */
export function withInertMark(text: string): string {
  return FORMULA_START.test(text) || MARKED_FORMULA_START.test(text) ? `'${text}` : text;
}

/** The inverse of `withInertMark`, so that an exported table comes back as it was. */
export function withoutInertMark(text: string): string {
  return MARKED_FORMULA_START.test(text) ? text.slice(1) : text;
}

/** Text as a cell can hold it: no forbidden characters, and cut, with a marker that says so, where it is too long. */
export function fittingText(text: string): string {
  const clean = text.replace(FORBIDDEN, '');
  if (clean.length <= MAX_CELL_CHARS) return clean;
  const marker = ` […cut from ${clean.length} characters]`;
  const kept = clean.slice(0, MAX_CELL_CHARS - marker.length);
  return kept.replace(/[\ud800-\udbff]$/, '') + marker;
}

/** A day as YYYY-MM-DD when the instant is midnight in UTC, the full instant otherwise. */
export function isoDate(date: Date): string {
  const iso = date.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}

/** The rows that a writer takes, pulled as fast as its output is read. */
export type Rows = AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;

/** What `writeCsv` and `writeXlsx` have in common, for callers that choose between them. */
export type TabularWriter = (rows: Rows, headers: readonly string[]) => Readable;
