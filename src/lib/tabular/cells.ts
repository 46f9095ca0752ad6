import type { Readable } from 'node:stream';
import type { Cell } from './types.js';

/** Maximum characters of a worksheet cell (Excel's limit). */
export const MAX_CELL_CHARS = 32_767;

// Spreadsheets read a formula also after leading blanks and with full-width signs.
const FORMULA_START = /^(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// This pattern also covers leading apostrophes, so that adding and removing one are exact inverses.
const MARKED_FORMULA_START = /^'+(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// XML 1.0 cannot represent these characters, and PostgreSQL text cannot hold NUL. \p{Cs} under the u flag is a lone
// surrogate.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** Whether a spreadsheet might evaluate the text when it is typed or pasted into a cell. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA_START.test(text);
}

/**
 * Puts an apostrophe before text that looks like a formula, so that a spreadsheet shows it and does not evaluate it.
 */
export function withInertMark(text: string): string {
  return FORMULA_START.test(text) || MARKED_FORMULA_START.test(text) ? `'${text}` : text;
}

/** The inverse of `withInertMark`, so that an exported table can be imported unchanged. */
export function withoutInertMark(text: string): string {
  return MARKED_FORMULA_START.test(text) ? text.slice(1) : text;
}

/**
 * Text as a cell can hold it: without forbidden characters, and cut at the cell limit with a marker that tells the
 * original length.
 */
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

/** The input of a writer; rows are pulled as fast as its output is read. */
export type Rows = AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;

/** The signature that `writeCsv` and `writeXlsx` share, for callers that choose between them. */
export type TabularWriter = (rows: Rows, headers: readonly string[]) => Readable;
