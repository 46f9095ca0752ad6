/** How a number format shows its number, as far as a reader of tables cares. */
export type NumberLook =
  { kind: 'number' } | { kind: 'padded'; digits: number } | { kind: 'date' | 'dateTime' | 'time' };

const NUMBER: NumberLook = { kind: 'number' };
/** Excel's own bound on the code of a number format is 255; one that is longer says nothing. */
export const MAX_FORMAT_CHARS = 1000;
/** Codes with leading zeros are shorter; a cell costs no more than this, whatever its format claims. */
const MAX_PADDED_DIGITS = 30;
const DAY_MS = 86_400_000;
/** 31 December 9999, the last day that a worksheet knows. */
const LAST_SERIAL = 2_958_465;

/** ECMA-376 part 1, 18.8.30: the formats that need no code, with the East Asian ones (27-36, 50-58). */
function builtInLook(id: number): NumberLook {
  if (id === 22) return { kind: 'dateTime' };
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id === 55 || id === 56)
    return { kind: 'time' };
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return { kind: 'date' };
  return NUMBER;
}

/** The look of a number format by its id and, for custom ones, its code. */
export function numberLook(id: number, code: string | undefined): NumberLook {
  if (code === undefined) return builtInLook(id);
  if (code.length > MAX_FORMAT_CHARS) return NUMBER;
  const [first = ''] = code.replace(/"[^"]*"|\\.|_.|\*./gs, '').split(';');
  const bare = first.replace(/\[(?![hms]+\])[^[\]]*\]/gi, '').toLowerCase();
  if (/^0{2,}$/.test(bare)) return { kind: 'padded', digits: Math.min(bare.length, MAX_PADDED_DIGITS) };
  if (bare.includes('general') || bare.includes('@')) return NUMBER;
  const time = /[hs]/.test(bare);
  // An m stands for minutes beside hours or seconds, for a month otherwise; am/pm tells neither.
  const date = /[yd]/.test(bare) || (!time && bare.replace('am/pm', '').includes('m'));
  if (date) return { kind: time ? 'dateTime' : 'date' };
  return time ? { kind: 'time' } : NUMBER;
}

/** A number without the zeros that end its decimals; the lookbehind has each run of zeros looked at once. */
function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/(?<!0)0+$/, '').replace(/\.$/, '') : text;
}

/** The digits of a decimal number in exponent notation, written out exactly. */
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

/** A stored number as a person reads it: no ".0", no exponent, no digits of binary noise (Excel counts 15). */
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
  // Binary noise shows from the 16th digit on: 1.1000000000000001 is the 1.1 that was typed.
  const rounded = Number(exact).toPrecision(15);
  return rounded.includes('e') ? plainNumber(rounded) : withoutTrailingZeros(rounded);
}

function dateText(day: number, uses1904: boolean): string {
  if (uses1904) return new Date(Date.UTC(1904, 0, 1) + day * DAY_MS).toISOString().slice(0, 10);
  // Serial 60 is 29 February 1900, which never was; days before it count from one day later.
  if (day === 60) return '1900-02-29';
  return new Date(Date.UTC(1899, 11, day < 60 ? 31 : 30) + day * DAY_MS).toISOString().slice(0, 10);
}

/** A stored number as its format shows it; dates as YYYY-MM-DD, with T and the time where the format has one. */
export function shownNumber(stored: string, look: NumberLook, uses1904: boolean): string {
  if (look.kind === 'number') return plainNumber(stored);
  const value = Number(stored);
  if (look.kind === 'padded') {
    const plain = plainNumber(stored);
    return /^\d+$/.test(plain) ? plain.padStart(look.digits, '0') : plain;
  }
  if (!Number.isFinite(value) || stored.trim() === '' || value < 0 || value > LAST_SERIAL + 1)
    return plainNumber(stored);
  // To the nearest second: 0.1 s of binary noise must not turn noon into 11:59:59.
  const seconds = Math.round(value * 86_400);
  const day = Math.floor(seconds / 86_400);
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  if (look.kind === 'time') {
    if (day === 0) return clock;
    return `${dateText(day, uses1904)}T${clock}`;
  }
  if (!uses1904 && day === 0) return plainNumber(stored);
  return look.kind === 'date' || clock === '00:00:00' ? dateText(day, uses1904) : `${dateText(day, uses1904)}T${clock}`;
}
