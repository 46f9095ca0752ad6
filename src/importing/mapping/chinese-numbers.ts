const DIGITS: Record<string, number> = Object.fromEntries(
  ['零〇', '一壹', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].flatMap((chars, digit) =>
    [...chars].map((char) => [char, digit]),
  ),
);
const TENS: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };
const MYRIADS: Record<string, number> = { 万: 10_000, 萬: 10_000, 亿: 100_000_000, 億: 100_000_000 };

const RUN = /^[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿億]{1,30}/;

/**
 * Reads the Chinese numeral with which a text begins, such as 伍佰万 in 伍佰万元: its value, whether it holds 万 or 亿, and
 * the rest of the text. Null where the text begins with none, or with one that is malformed.
 */
export function readChineseNumber(text: string): { value: number; hasUnit: boolean; rest: string } | null {
  const run = RUN.exec(text)?.[0];
  if (run === undefined || !/[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾]/.test(run[0]!)) return null;
  let [total, section, digit, hasUnit] = [0, 0, -1, false];
  let lastTen = Infinity;
  for (const char of run) {
    if (char in DIGITS) {
      if (digit > 0) return null;
      digit = DIGITS[char]!;
    } else if (char in TENS) {
      const ten = TENS[char]!;
      if (ten >= lastTen) return null;
      section += (digit === -1 ? 1 : digit) * ten;
      lastTen = ten;
      digit = -1;
    } else {
      const value = section + Math.max(digit, 0);
      if (char === '亿' || char === '億') total = (total + value) * MYRIADS[char]!;
      else total += value * MYRIADS[char]!;
      [section, digit, lastTen, hasUnit] = [0, -1, Infinity, true];
    }
  }
  return { value: total + section + Math.max(digit, 0), hasUnit, rest: text.slice(run.length) };
}
