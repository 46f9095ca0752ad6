import { canonicalDecimal, compareDecimals } from '../../lib/decimal.js';
import { coded, type Coded } from '../../messages/catalogue.js';
import { CURRENCY_WORD, currencyOf, MULTIPLIER_WORD, powerOf, type StatedUnit } from './amount-units.js';
import { readChineseNumber } from './chinese-numbers.js';
import { simplified } from './traditional.js';
import { isProblem, plainText, saysNothing, type CellProblem } from './values.js';

export interface Amount {
  value: string;
  /** ISO 4217 code of the currency; null if the cell names none. */
  currency: string | null;
  /** Whether the cell itself names a multiplier or a currency. */
  stated: boolean;
}

/** A range of amounts; a single amount stands for both ends. */
export interface AmountRange {
  min: string;
  max: string;
  currency: string | null;
  stated: boolean;
  /** Whether the cell is a range of two amounts. */
  ranged: boolean;
  /** Which end is open in the cell's words: LOWER for 500万元以上, UPPER for 不超过500万元; null for neither. */
  bound: 'LOWER' | 'UPPER' | null;
}

export const NO_UNIT: StatedUnit = { power: null, currency: null };

const AMOUNT = new RegExp(
  `^(${CURRENCY_WORD})? ?(\\d[\\d,]*(?:\\.\\d+)?) ?(?:余|多)?(${MULTIPLIER_WORD})?(?![a-z]{2}) ?(?:余|多)?(${CURRENCY_WORD})?整? ?(?:[(]?(?:${CURRENCY_WORD})[)]?)?$`,
  'i',
);
const AFTER_NUMERAL = new RegExp(`^(${CURRENCY_WORD})?整?$`, 'i');

function shifted(digits: string, power: number): string | null {
  const [whole = '', fraction = ''] = digits.split('.');
  const all = whole + fraction.padEnd(power, '0');
  const point = whole.length + power;
  const decimals = all.slice(point).replace(/(?<!0)0+$/, '');
  return canonicalDecimal(decimals === '' ? all.slice(0, point) : `${all.slice(0, point)}.${decimals}`);
}

type One = Amount & {
  /** The multiplier that was used, as a power of ten; null where neither cell nor header states one. */
  power: number | null;
};

/**
 * Reads one amount. A multiplier in the cell wins over the header's; so does a currency, with which a number without a
 * multiplier counts single units: 300元 under 资金需求（万元） is CNY 300.
 */
function readOne(cell: string, unit: StatedUnit): One | CellProblem {
  const text = cell.trim();
  const numeral = readChineseNumber(text.replace(new RegExp(`^(?:${CURRENCY_WORD}) ?`, 'i'), ''));
  if (numeral !== null) {
    const word = AFTER_NUMERAL.exec(numeral.rest);
    if (!word) return coded('BAD_AMOUNT');
    const before = new RegExp(`^(${CURRENCY_WORD})`, 'i').exec(text)?.[1];
    const currency = word[1] ?? before;
    const power = numeral.hasUnit || currency !== undefined ? 0 : (unit.power ?? 0);
    const value = shifted(String(numeral.value), power);
    if (value === null) return coded('BAD_AMOUNT');
    const stated = numeral.hasUnit || currency !== undefined;
    return {
      value,
      power: stated ? 0 : unit.power,
      currency: currency === undefined ? null : currencyOf(currency),
      stated,
    };
  }
  const match = AMOUNT.exec(text);
  if (!match) return coded('BAD_AMOUNT');
  const [, before, digits, own, after] = match;
  if (digits!.includes(',') && !/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d{1,4}(?:,\d{4})+(?:\.\d+)?$/.test(digits!))
    return coded('BAD_AMOUNT');
  const word = after ?? before;
  const power = own !== undefined ? powerOf(own) : word !== undefined ? 0 : unit.power;
  const value = shifted(digits!.replaceAll(',', ''), power ?? 0);
  if (value === null) return coded('BAD_AMOUNT');
  return {
    value,
    power,
    currency: word === undefined ? null : currencyOf(word),
    stated: own !== undefined || word !== undefined,
  };
}

const LOWER_BEFORE =
  /^(?:不低于|不少于|至少|最低|最少|大于|超过|超|高于|≥|>=|>|over|above|at least|min(?:imum|\.)?)\s*/i;
const UPPER_BEFORE =
  /^(?:不超过|不高于|不多于|至多|最高|最多|小于|低于|≤|<=|<|up to|below|at most|max(?:imum|\.)?)\s*/i;
const LOWER_AFTER = /\s*(?:及以上|以上|起|\+|or more|and above)$/i;
const UPPER_AFTER = /\s*(?:及以下|以下|以内|之内|or less)$/i;
const ABOUT_BEFORE = /^(?:约|大约|大概|近|预计|拟|需要?|总计|共计?|合计|about|approx\.?|ca\.?|circa|~|≈)\s*/i;
const ABOUT_AFTER = /\s*(?:左右|上下|许)$/i;
/** A remark in brackets at the end, such as （含设备）; one that names a currency is part of the amount. */
const REMARK = new RegExp(`(?<=\\S)\\s*[(](?!\\s*(?:${CURRENCY_WORD})\\s*[)])[^()]*[)]$`, 'i');

/** A cell's amount without the words that say how exact it is. */
function bare(cell: string): { text: string; bound: AmountRange['bound'] } {
  let text = simplified(plainText(cell));
  let bound: AmountRange['bound'] = null;
  text = text.replace(REMARK, '').replace(ABOUT_BEFORE, '').replace(ABOUT_AFTER, '');
  for (const [pattern, end] of [
    [LOWER_BEFORE, 'LOWER'],
    [UPPER_BEFORE, 'UPPER'],
    [LOWER_AFTER, 'LOWER'],
    [UPPER_AFTER, 'UPPER'],
  ] as const) {
    const without = text.replace(pattern, '');
    if (without !== text) bound = end;
    text = without;
  }
  return { text: text.replace(ABOUT_BEFORE, '').replace(ABOUT_AFTER, ''), bound };
}

const NO_AMOUNT =
  /^(?:面议|面谈|另议|待议|待定|未定|待商定|待确定|协商|可协商|双方协商|详谈|不限|不详|保密|视情况而定|根据情况|negotiable|to be (?:determined|agreed|negotiated)|tba|on request|n\.?a\.?)$/i;

/** Whether a cell of an amount states none, such as 面议 or 待定. */
export function saysNoAmount(cell: string): boolean {
  return (saysNothing(cell) && !/^0+$/.test(cell.trim())) || NO_AMOUNT.test(plainText(cell));
}

/**
 * Reads an exact decimal amount with thousands separators, multiplier (万, 亿, million …) and currency from a cell.
 * `unit` is what the column's header states; it applies where the cell states nothing itself.
 */
export function readAmount(cell: string, unit: StatedUnit = NO_UNIT): Amount | CellProblem {
  const read = readOne(bare(cell).text, unit);
  return isProblem(read) ? read : { value: read.value, currency: read.currency, stated: read.stated };
}

/**
 * Reads a range of amounts such as "100-300万元" or "1 to 3 million USD"; a single amount stands for both ends of the
 * range.
 */
export function readAmountRange(cell: string, unit: StatedUnit = NO_UNIT): AmountRange | CellProblem {
  const { text, bound } = bare(cell);
  const [left, right, ...more] = text.split(/ ?(?:[-‐‑–—―~～〜至到]|\bto\b)+ ?/i);
  if (more.length > 0 || left === undefined) return coded('BAD_AMOUNT');
  if (right === undefined) {
    const one = readOne(text, unit);
    if (isProblem(one)) return one;
    const { value, currency, stated } = one;
    return { min: value, max: value, currency, stated, ranged: false, bound };
  }
  const max = readOne(right, unit);
  if (isProblem(max)) return max;
  // In a range such as "100-300万元", the unit after the maximum applies to the minimum too.
  const min = readOne(left, max.stated ? { power: max.power, currency: null } : unit);
  if (isProblem(min)) return min;
  // The currency before the minimum ("USD 1-3 million") is no reason to count it in single units.
  const low = min.currency !== null && max.stated && !/[^\d,.\s]$/.test(left) ? withPower(left, max.power) : min.value;
  if (low === null) return coded('BAD_AMOUNT');
  if (compareDecimals(low, max.value) > 0) return coded('INVERTED_RANGE.row');
  return {
    min: low,
    max: max.value,
    currency: min.currency ?? max.currency,
    stated: min.stated || max.stated,
    ranged: true,
    bound,
  };
}

function withPower(text: string, power: number | null): string | null {
  const digits = /\d[\d,]*(?:\.\d+)?/.exec(text)?.[0];
  return digits === undefined ? null : shifted(digits.replaceAll(',', ''), power ?? 0);
}

/** What one unit of a currency is worth in CNY, to the order of magnitude; only for judging what is plausible. */
const ROUGH_RATES: Record<string, number> = { USD: 7, EUR: 8, GBP: 9, HKD: 1, JPY: 0.05, KRW: 0.005, TWD: 0.2, SGD: 5 };
/** The range in which amounts are plausible, in CNY. */
const LEAST = 10_000;
const MOST = 10_000_000_000;

/**
 * Why an amount is doubted: too small or too large to be meant, which mostly comes from a missing or doubled unit, or a
 * range that states no unit at all. Null for a plausible amount.
 */
export function doubtOf(
  { min, max, ranged, stated }: { min: string; max: string; ranged: boolean; stated: boolean },
  currency: string,
  unit: StatedUnit,
): Coded | null {
  if (ranged && !stated && unit.power === null && unit.currency === null) return coded('AMOUNT_DOUBTED.noUnit');
  const rate = ROUGH_RATES[currency] ?? 1;
  if (Number(min) > 0 && Number(min) * rate < LEAST) return coded('AMOUNT_DOUBTED.small', { amount: min, currency });
  if (Number(max) === 0) return null;
  return Number(max) * rate > MOST ? coded('AMOUNT_DOUBTED.large', { amount: max, currency }) : null;
}
