import { dayOfChina, isIsoDate } from '../../lib/day.js';
import { coded } from '../../messages/catalogue.js';
import { plainText, type CellProblem } from './values.js';

export type DateOrder = 'MDY' | 'DMY';

const BAD_DATE: CellProblem = coded('BAD_DATE');

/** A moment with its offset from UTC, as programs write it: 2026-12-31T16:30:00Z, 2027-01-01T00:30:00+08:00. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
/**
 * Matches a moment at midnight UTC, which programs write for a day without a time; it is read as that day, without
 * conversion to the deployment's zone.
 */
const BARE_DAY = /[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)$/i;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const DAY_FIRST = new RegExp(`^(?:(\\d{1,2})(?:st|nd|rd|th)?[ -])?${MONTH}[ ,-]+(\\d{4})$`, 'i');
const MONTH_FIRST = new RegExp(`^${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})$`, 'i');
const YEAR_FIRST = new RegExp(`^(\\d{4})[ -]${MONTH}(?:[ -](\\d{1,2}))?$`, 'i');

/** Year, month and day of a date whose month is written in English letters. */
function inWordsOf(text: string): [string, string, string] | null {
  const number = (month: string) => String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1);
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return [dayFirst[3]!, number(dayFirst[2]!), dayFirst[1] ?? '1'];
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst) return [monthFirst[3]!, number(monthFirst[1]!), monthFirst[2]!];
  const yearFirst = YEAR_FIRST.exec(text);
  return yearFirst ? [yearFirst[1]!, number(yearFirst[2]!), yearFirst[3] ?? '1'] : null;
}

const CHINESE_DIGITS = '〇一二三四五六七八九';

/** A date in Chinese numerals with digits: 二〇二三年五月十二日 gives 2023年5月12日. */
function withDigits(text: string): string {
  if (!/[一二三四五六七八九十〇零○]/.test(text)) return text;
  return text.replace(/[〇零○一二三四五六七八九十]+/g, (run) => {
    const digits = run.replace(/[零○]/g, '〇');
    if (!digits.includes('十')) return [...digits].map((digit) => CHINESE_DIGITS.indexOf(digit)).join('');
    const [tens = '', ones = ''] = digits.split('十');
    return String(
      (tens === '' ? 1 : CHINESE_DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : CHINESE_DIGITS.indexOf(ones)),
    );
  });
}

/** A date without what people write around it: the day of the week, a point at the end, the time of day, 民国 years. */
function bareDate(text: string): string {
  return withDigits(text)
    .replace(/ ?[(]?(?:星期|周|礼拜)[一二三四五六日天\d][)]?/g, '')
    .replace(/^[(]?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]* (?=.)/i, '')
    .replace(/ ?(?:上午|下午|早上|晚上|中午)? ?\d{1,2}[:时点]\d{2}.*$/, (time) =>
      /^ ?(?:上午|下午|早上|晚上|中午)/.test(time) || /[时点]/.test(time) ? '' : time,
    )
    .replace(/^(?:中华)?[民][国國] ?(\d{1,3})(?= ?年)/, (_era, year: string) => String(Number(year) + 1911))
    .replace(/(?<=\d) ?[号號]$/, '日')
    .replace(/(?<=\d)[.。]$/, '')
    .trim();
}

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
  const text = bareDate(plain.slice(0, 100)).replace(/[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z| ?[AP]M)?$/i, '');
  const iso = (year: string, month: string, day: string): string | CellProblem => {
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return isIsoDate(date) ? date : BAD_DATE;
  };
  const yearFirst =
    /^(\d{4}) ?[-/.年] ?(\d{1,2})(?: ?[-/.月] ?(\d{1,2})? ?日?)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (yearFirst) return iso(yearFirst[1]!, yearFirst[2]!, yearFirst[3] ?? '1');
  const month = /^((?:19|20)\d{2})(0[1-9]|1[0-2])$/.exec(text);
  if (month) return iso(month[1]!, month[2]!, '1');
  const inWords = inWordsOf(text);
  if (inWords) return iso(...inWords);
  const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (!yearLast) return BAD_DATE;
  const [, first, second, year] = yearLast as unknown as [string, string, string, string];
  if (order === 'DMY' || (order === null && Number(first) > 12)) return iso(year, second, first);
  if (order === 'MDY' || Number(second) > 12 || first === second) return iso(year, first, second);
  return coded('AMBIGUOUS_DATE');
}
