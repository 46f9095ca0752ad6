import { clockText, dayNumber, isoDay } from '../day.js';
import { sectionFor, wordedSections, type WordedSection } from './xlsx-formats.js';

/** How a number format of a workbook shows a number, as far as reading tables needs to know. */
export type NumberLook =
  | { kind: 'number' }
  | { kind: 'padded'; digits: number }
  | { kind: 'worded'; sections: readonly WordedSection[] }
  | { kind: 'date' | 'dateTime' | 'time' };

const NUMBER: NumberLook = { kind: 'number' };
/** Maximum length of a number format's code in characters; a longer code is ignored. Excel's own limit is 255. */
export const MAX_FORMAT_CHARS = 1000;
/**
 * Maximum number of digits to which a format with leading zeros pads a number. Real formats need fewer; the limit
 * bounds a cell's length, whatever its format declares.
 */
const MAX_PADDED_DIGITS = 30;
/**
 * Day 0 of both date systems of workbooks, as a number of days since 1970. EPOCH_1900 holds from serial 61 on; lower
 * serials are counted from one day later, because serial 60 is a day that never existed, 29 February 1900.
 */
const EPOCH_1900 = dayNumber('1899-12-30');
const EPOCH_1904 = dayNumber('1904-01-01');
/** Serial number of 31 December 9999, the last day that a worksheet can hold. */
const LAST_SERIAL = 2_958_465;

/**
 * How the built-in formats without a code show a number (ECMA-376 part 1, 18.8.30), the East Asian ones (27-36, 50-58)
 * included.
 */
function builtInLook(id: number): NumberLook {
  if (id === 9 || id === 10) return { kind: 'worded', sections: wordedSections('0%')! };
  if (id === 22) return { kind: 'dateTime' };
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id === 55 || id === 56)
    return { kind: 'time' };
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return { kind: 'date' };
  return NUMBER;
}

/** How a number format shows a number, by the format's id and, for a custom format, its code. */
export function numberLook(id: number, code: string | undefined): NumberLook {
  if (code === undefined) return builtInLook(id);
  if (code.length > MAX_FORMAT_CHARS) return NUMBER;
  const [first = ''] = code.replace(/"[^"]*"|\\.|_.|\*./gs, '').split(';');
  const bare = first.replace(/\[(?![hms]+\])[^[\]]*\]/gi, '').toLowerCase();
  const sections = wordedSections(code);
  if (sections === null && /^0{2,}$/.test(bare))
    return { kind: 'padded', digits: Math.min(bare.length, MAX_PADDED_DIGITS) };
  if (bare.includes('@')) return NUMBER;
  if (bare.includes('general') || bare.includes('g/通用格式'))
    return sections === null ? NUMBER : { kind: 'worded', sections };
  const time = /[hs]/.test(bare);
  // In a format code, `m` means minutes beside hours or seconds, and months otherwise; the `m` of `am/pm` is neither.
  const date = /[yd]/.test(bare) || (!time && bare.replace('am/pm', '').includes('m'));
  if (date) return { kind: time ? 'dateTime' : 'date' };
  if (time) return { kind: 'time' };
  return sections === null ? NUMBER : { kind: 'worded', sections };
}

/**
 * Removes trailing zeros of the decimals. The lookbehind makes the pattern test each run of zeros only once, so that it
 * takes linear time.
 */
function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/(?<!0)0+$/, '').replace(/\.$/, '') : text;
}

/** Writes the digits of a decimal number in exponent notation out exactly, without an exponent. */
function writtenOut(sign: string, whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const text =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + '0'.repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  const trimmed = withoutTrailingZeros(text.replace(/^0+(?=\d)/, ''));
  return trimmed === '0' ? '0' : sign + trimmed;
}

/**
 * Writes a number of a workbook as a person reads it: without ".0", exponent or binary rounding noise (Excel keeps 15
 * significant digits).
 */
export function plainNumber(stored: string): string {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(stored.trim());
  if (parts === null || (parts[2] === '' && (parts[3] ?? '') === '')) return stored;
  const [, plus, whole = '', fraction = '', power = '0'] = parts;
  const exponent = Number(power);
  if (Math.abs(exponent) > 40) return stored;
  const sign = plus === '-' ? '-' : '';
  const exact = writtenOut(sign, whole, fraction, exponent);
  const significant = exact.replace(/[-.]/g, '').replace(/^0+/, '').length;
  if (!exact.includes('.') || significant <= 15) return exact;
  // Binary rounding noise appears from the 16th digit on: a stored 1.1000000000000001 was typed as 1.1.
  const rounded = Number(exact).toPrecision(15);
  return rounded.includes('e') ? plainNumber(rounded) : withoutTrailingZeros(rounded);
}

/** Moves the decimal point of a plain number to the right (to the left where `places` is negative), exactly. */
function moved(plain: string, places: number): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain);
  return parts === null || places === 0 ? plain : writtenOut(parts[1]!, parts[2]!, parts[3] ?? '', places);
}

/** Writes a number with the words of its format around it: 500万元, TRL6, 85%. */
function wordedNumber(stored: string, sections: readonly WordedSection[]): string {
  const plain = plainNumber(stored);
  const value = Number(plain);
  if (!Number.isFinite(value)) return plain;
  const { section, signed } = sectionFor(sections, value);
  const text = moved(signed ? plain : plain.replace(/^-/, ''), section.shift);
  const digits = /^\d+$/.test(text) ? text.padStart(section.digits, '0') : text;
  return `${section.prefix}${digits}${section.suffix}`.trim();
}

function dateText(day: number, uses1904: boolean): string {
  if (uses1904) return isoDay(EPOCH_1904 + day);
  if (day === 60) return '1900-02-29';
  return isoDay(EPOCH_1900 + day + (day < 60 ? 1 : 0));
}

/**
 * Writes a number of a workbook as its format shows it. A date becomes YYYY-MM-DD, followed by T and the time where the
 * format shows a time and the time is not midnight; a time without a date becomes HH:MM:SS.
 */
export function shownNumber(stored: string, look: NumberLook, uses1904: boolean): string {
  if (look.kind === 'number') return plainNumber(stored);
  if (look.kind === 'worded') return wordedNumber(stored, look.sections);
  const value = Number(stored);
  if (look.kind === 'padded') {
    const plain = plainNumber(stored);
    return /^\d+$/.test(plain) ? plain.padStart(look.digits, '0') : plain;
  }
  if (!Number.isFinite(value) || stored.trim() === '' || value < 0 || value > LAST_SERIAL + 1)
    return plainNumber(stored);
  // The time is rounded to whole seconds, so that binary rounding noise does not turn noon into 11:59:59.
  const seconds = Math.round(value * 86_400);
  const day = Math.floor(seconds / 86_400);
  const clock = clockText(seconds);
  if (look.kind === 'time') {
    if (day === 0) return clock;
    return `${dateText(day, uses1904)}T${clock}`;
  }
  if (!uses1904 && day === 0) return plainNumber(stored);
  return look.kind === 'date' || clock === '00:00:00' ? dateText(day, uses1904) : `${dateText(day, uses1904)}T${clock}`;
}
