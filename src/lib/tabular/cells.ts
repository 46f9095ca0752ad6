import type { Readable } from 'node:stream';
import type { Cell } from './types.js';

/** Maximum number of characters in a worksheet cell, which is Excel's own limit. */
export const MAX_CELL_CHARS = 32_767;

// Start of a text that spreadsheets evaluate as a formula; they do so also after leading blanks and with full-width
// signs.
const FORMULA_START = /^(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// Start of a formula with apostrophes before it. Such texts also get an apostrophe, so that adding one and removing one
// are exact inverses.
const MARKED_FORMULA_START = /^'+(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// Characters that XML 1.0 cannot represent, among them NUL, which PostgreSQL text cannot hold. \p{Cs} under the u flag
// matches a lone surrogate.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** Whether a spreadsheet might evaluate the text as a formula when it is typed or pasted into a cell. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA_START.test(text);
}

/**
 * Puts an apostrophe before text that looks like a formula, so that a spreadsheet shows it and does not evaluate it;
 * also before a formula that has apostrophes already, so that removing one apostrophe restores the text.
 */
export function withInertMark(text: string): string {
  return FORMULA_START.test(text) || MARKED_FORMULA_START.test(text) ? `'${text}` : text;
}

/** Removes the apostrophe that `withInertMark` has added, so that an exported table can be imported unchanged. */
export function withoutInertMark(text: string): string {
  return MARKED_FORMULA_START.test(text) ? text.slice(1) : text;
}

/**
 * Returns a text as a worksheet cell can hold it: without forbidden characters, and where it is too long cut, with a
 * note of its original length at the end.
 */
export function fittingText(text: string): string {
  const clean = text.replace(FORBIDDEN, '');
  if (clean.length <= MAX_CELL_CHARS) return clean;
  const marker = ` […cut from ${clean.length} characters]`;
  const kept = clean.slice(0, MAX_CELL_CHARS - marker.length);
  return kept.replace(/[\ud800-\udbff]$/, '') + marker;
}

/** Writes a date as YYYY-MM-DD if its time is midnight in UTC, else with the time in UTC: 2027-01-01 00:30:00. */
export function isoDate(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d{3}Z$/, '')
    .replace(/T00:00:00$/, '')
    .replace('T', ' ');
}

/** The rows that a writer of tables gets; it reads them only as fast as its output is read. */
export type Rows = AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;

/** The signature that `writeCsv` and `writeXlsx` share, so that a caller can choose one of them. */
export type TabularWriter = (rows: Rows, headers: readonly string[]) => Readable;
