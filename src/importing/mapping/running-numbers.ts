import { normalised } from '../../lib/text.js';

/** Greatest number that is still taken for the place of a row in a list; longer ones carry a year or a system's count. */
const MOST = 999_999;
const DIGITS = '零一二三四五六七八九';

/** Value of a Chinese numeral below 100, such as 三, 十二 or 二十; null for any other text. */
function chineseNumeral(text: string): number | null {
  const match = /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/.exec(text);
  if (!match || text === '') return null;
  const [, first, ten, last] = match;
  if (ten === undefined) return last === undefined ? DIGITS.indexOf(first!) : null;
  return (first === undefined ? 1 : DIGITS.indexOf(first)) * 10 + (last === undefined ? 0 : DIGITS.indexOf(last));
}

/** The number of a cell such as 3, 003, "No. 3", （三）, ③, 第3项 or "3."; null for any other text. */
function placeOf(cell: string): number | null {
  const text = normalised(cell, 'NFKC')
    .trim()
    .replace(/^[([{【第#]*(?:no|nr|num)?[.:： #]*/i, '')
    .replace(/[)\]}】.、,:：项条号个 ]*$/, '');
  if (/^\d{1,6}(?:\.0+)?$/.test(text)) return Number(text);
  return chineseNumeral(text);
}

/**
 * Whether the cells of a column are running numbers of a list (1, 2, 3 …): such a column counts rows and names no record,
 * since the next list begins at 1 again. Rows may be missing, as after a filter, and the order may be another.
 */
export function areRunningNumbers(cells: readonly string[]): boolean {
  const numbers = cells.filter((cell) => cell.trim() !== '').map(placeOf);
  if (numbers.length === 0 || numbers.some((number) => number === null || number > MOST)) return false;
  const values = numbers as number[];
  const span = Math.max(...values) - Math.min(...values) + 1;
  // A single row tells no sequence; only a small number is then taken for the place in a list.
  return values.length === 1 ? values[0]! < 1000 : span <= values.length * 3 + 10;
}
