import { canonicalDecimal, compareDecimals } from '../../lib/decimal.js';
import { dayOfChina, isIsoDate } from '../../lib/day.js';
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
function plainText(cell: string): string {
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

export type DateOrder = 'MDY' | 'DMY';

const BAD_DATE: CellProblem = coded('BAD_DATE');

/** A moment with its offset from UTC, as programs write it: 2026-12-31T16:30:00Z, 2027-01-01T00:30:00+08:00. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
/**
 * Matches a moment at midnight UTC, which programs write for a day without a time; it is read as that day, without
 * conversion to the deployment's zone.
 */
const BARE_DAY = /[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)$/i;

/**
 * Reads a date from the forms that are common in spreadsheets, and returns it as YYYY-MM-DD; a month without a day
 * gives its first day.
 */
export function readDate(cell: string, order: DateOrder | null): string | CellProblem {
  const plain = plainText(cell);
  if (MOMENT.test(plain) && !BARE_DAY.test(plain)) {
    const at = new Date(plain.replace(' ', 'T'));
    return Number.isNaN(at.getTime()) ? BAD_DATE : dayOfChina(at);
  }
  const text = plain.replace(/[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z| ?[AP]M)?$/i, '');
  const iso = (year: string, month: string, day: string): string | CellProblem => {
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return isIsoDate(date) ? date : BAD_DATE;
  };
  const yearFirst =
    /^(\d{4}) ?[-/.年] ?(\d{1,2})(?: ?[-/.月] ?(\d{1,2})? ?日?)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (yearFirst) return iso(yearFirst[1]!, yearFirst[2]!, yearFirst[3] ?? '1');
  const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (!yearLast) return BAD_DATE;
  const [, first, second, year] = yearLast as unknown as [string, string, string, string];
  if (order === 'DMY' || (order === null && Number(first) > 12)) return iso(year, second, first);
  if (order === 'MDY' || Number(second) > 12 || first === second) return iso(year, first, second);
  return coded('AMBIGUOUS_DATE');
}

/** Reads a technology readiness level (TRL) from a text such as 6, "TRL 6", "TRL6级", "6级" or "六级". */
export function readTrl(cell: string): number | CellProblem {
  const text = plainText(cell).replace(/[一二三四五六七八九]/, (digit) =>
    String('一二三四五六七八九'.indexOf(digit) + 1),
  );
  const match = /^(?:trl)?[ _:-]*(?:第)? ?([1-9])(?:\.0)? ?(?:级|level)?(?: .*)?$/i.exec(text);
  return match ? Number(match[1]) : coded('OUT_OF_RANGE.trl');
}

const POWERS: ReadonlyArray<readonly [unit: RegExp, power: number]> = [
  [/^(?:千万|10m)$/i, 7],
  [/^(?:百万|million|mio|mln|mn|m)$/i, 6],
  [/^(?:十万)$/i, 5],
  [/^(?:万|w)$/i, 4],
  [/^(?:千|thousand|k)$/i, 3],
  [/^(?:亿)$/i, 8],
  [/^(?:billion|bn|b)$/i, 9],
];
const UNIT = '千万|百万|十万|万|千|亿|million|mio|mln|mn|m|thousand|k|billion|bn|b|w';
const CURRENCY_WORDS: ReadonlyArray<readonly [words: RegExp, code: string]> = [
  [/^(?:元|人民币|rmb|cny|¥|￥|圆|块)$/i, 'CNY'],
  [/^(?:usd|us\$|\$|美元|美金)$/i, 'USD'],
  [/^(?:eur|€|欧元)$/i, 'EUR'],
  [/^(?:gbp|£|英镑)$/i, 'GBP'],
  [/^(?:jpy|日元)$/i, 'JPY'],
  [/^(?:hkd|港元|港币)$/i, 'HKD'],
];
const CURRENCY = '元|圆|人民币|rmb|cny|¥|￥|usd|us\\$|\\$|美元|美金|eur|€|欧元|gbp|£|英镑|jpy|日元|hkd|港元|港币';
const AMOUNT = new RegExp(`^(${CURRENCY})? ?(\\d[\\d,]*(?:\\.\\d+)?) ?(${UNIT})? ?(${CURRENCY})?$`, 'i');
const UNIT_IN_HEADER = new RegExp(`(${UNIT})? ?(${CURRENCY})`, 'i');

export interface Amount {
  value: string;
  /** ISO 4217 code of the currency; null if the cell names none. */
  currency: string | null;
}

/** Returns the ISO 4217 code for a currency's name or sign in Chinese or English; null for an unknown one. */
export function currencyOf(word: string): string | null {
  const text = normalised(word, 'NFKC').trim();
  const known = CURRENCY_WORDS.find(([words]) => words.test(text));
  if (known) return known[1];
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null;
}

/** Number of characters that are read of a column header; no meaningful header is longer. */
export const MAX_HEADER_CHARS = 500;

/** Reads the unit and the currency that a column's header states, as in 资金需求（万元）. */
export function unitOfHeader(header: string): { unit: string; currency: string | null } {
  const text = plainText(header.slice(0, MAX_HEADER_CHARS));
  const inside = text.slice(text.search(/[([]/) + 1);
  const match = inside === text ? null : UNIT_IN_HEADER.exec(inside.slice(0, Math.max(0, inside.search(/[)\]]/))));
  return { unit: match?.[1] ?? '', currency: match ? currencyOf(match[2]!) : null };
}

const BAD_AMOUNT: CellProblem = coded('BAD_AMOUNT');

function shifted(digits: string, power: number): string | null {
  const [whole = '', fraction = ''] = digits.split('.');
  const all = whole + fraction.padEnd(power, '0');
  const point = whole.length + power;
  const decimals = all.slice(point).replace(/(?<!0)0+$/, '');
  return canonicalDecimal(decimals === '' ? all.slice(0, point) : `${all.slice(0, point)}.${decimals}`);
}

function readOne(text: string, unit: string): (Amount & { unit: string }) | CellProblem {
  const match = AMOUNT.exec(text.trim());
  if (!match) return BAD_AMOUNT;
  const [, before, digits, ownUnit, after] = match;
  if (digits!.includes(',') && !/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d{1,4}(?:,\d{4})+(?:\.\d+)?$/.test(digits!))
    return BAD_AMOUNT;
  const used = ownUnit ?? unit;
  const power = used === '' ? 0 : POWERS.find(([pattern]) => pattern.test(used))![1];
  const value = shifted(digits!.replaceAll(',', ''), power);
  if (value === null) return BAD_AMOUNT;
  const word = before ?? after;
  return { value, unit: used, currency: word === undefined ? null : currencyOf(word) };
}

/**
 * Reads an exact decimal amount with thousands separators, unit (万, 亿, million …) and currency from a cell. `unit` is
 * the unit in the column's header; it applies where the cell states none.
 */
export function readAmount(cell: string, unit = ''): Amount | CellProblem {
  const read = readOne(plainText(cell).replace(/^(?:约|大约|about|approx\.?|~) ?|(?:左右)$/gi, ''), unit);
  return isProblem(read) ? read : { value: read.value, currency: read.currency };
}

/**
 * Reads a range of amounts such as "100-300万元" or "1 to 3 million USD"; a single amount stands for both ends of the
 * range.
 */
export function readAmountRange(
  cell: string,
  unit = '',
): { min: string; max: string; currency: string | null } | CellProblem {
  const text = plainText(cell);
  const [left, right, ...more] = text.split(/ ?(?:[-–—~～至到]|\bto\b)+ ?/i);
  if (more.length > 0 || left === undefined) return BAD_AMOUNT;
  if (right === undefined) {
    const one = readAmount(text, unit);
    return isProblem(one) ? one : { min: one.value, max: one.value, currency: one.currency };
  }
  const max = readOne(right, unit);
  if (isProblem(max)) return max;
  // In a range such as "100-300万元", the unit after the maximum applies to the minimum too.
  const min = readOne(left, max.unit);
  if (isProblem(min)) return min;
  if (compareDecimals(min.value, max.value) > 0) return coded('INVERTED_RANGE.row');
  return { min: min.value, max: max.value, currency: min.currency ?? max.currency };
}
