/**
 * One section of a number format that shows words beside the number, such as `0"万元"` or `"TRL"0`, or a percentage. The
 * number is not rounded to the format's decimals: what a cell holds is read exactly.
 */
export interface WordedSection {
  /** The values that the section is for; null for all others. */
  condition: { operator: string; than: number } | null;
  /** Decimal places by which the number is moved to the right before it is shown: 2 for a percentage, -4 for 万. */
  shift: number;
  /** Minimum number of digits before the decimal point; fewer are padded with zeros. */
  digits: number;
  prefix: string;
  suffix: string;
}

/** Words in a format: letters of any script, and the percent sign; currency signs other than those of the yuan. */
const WORDS = /[\p{L}%‰$€£₩]/u;
const CONDITION = /^\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]$/;
/** A bracket that states a currency or a locale: `[$USD-409]`, `[$-804]`. */
const CURRENCY_BRACKET = /^\[\$([^\]-]*)(?:-[^\]]*)?\]$/;
/** The parts of a section: quoted and escaped text (`!` escapes in Chinese Excel), brackets, General, single characters. */
const TOKEN = /"[^"]*"|[\\!].|_.|\*.|\[[^\]]*\]|general|g\/通用格式|./gis;

/** Splits a format code at the semicolons that are not quoted or escaped. */
function sectionsOf(code: string): string[] {
  const sections = [''];
  for (const [token] of code.matchAll(TOKEN)) {
    if (token === ';') sections.push('');
    else sections[sections.length - 1] += token;
  }
  return sections;
}

function wordedSection(section: string): WordedSection | null {
  let condition: WordedSection['condition'] = null;
  let [prefix, inner, suffix] = ['', '', ''];
  /** Digit placeholders so far; those after a literal point inside the number; and scaling commas after the last one. */
  let [placeholders, behindPoint, commas, percents] = [0, -1, 0, 0];
  let [whole, pointed] = ['', false];
  const literal = (text: string) => {
    if (placeholders === 0) prefix += text;
    else suffix += text;
  };
  for (const [token] of section.matchAll(TOKEN)) {
    const found = CONDITION.exec(token);
    if (found) condition = { operator: found[1]!, than: Number(found[2]) };
    else if (token.startsWith('[')) literal(CURRENCY_BRACKET.exec(token)?.[1] ?? '');
    else if (token.startsWith('_') || token.startsWith('*')) continue;
    else if (/^(?:general|g\/通用格式)$/i.test(token)) placeholders += 1;
    else if (/^[0#?]$/.test(token)) {
      // A literal between two digits is part of the number's picture: 0!.0 puts a point before the last digit.
      if (suffix !== '') {
        inner += suffix;
        behindPoint = 0;
        suffix = '';
      }
      placeholders += 1;
      commas = 0;
      if (behindPoint >= 0) behindPoint += 1;
      if (!pointed) whole += token;
    } else if (token === '.') pointed = true;
    else if (token === ',') commas += 1;
    else if (token === '%') {
      percents += 1;
      literal('%');
    } else if (/^[eE/]$/.test(token)) return null;
    else literal(/^".*"$/s.test(token) ? token.slice(1, -1) : token.replace(/^[\\!](?=.)/s, ''));
  }
  if (placeholders === 0 || (inner !== '' && inner !== '.')) return null;
  const shift = 2 * percents - 3 * commas - (inner === '.' ? behindPoint : 0);
  const yuanless = (text: string) => text.replace(/^\s*[¥￥]\s*$/, '');
  [prefix, suffix] = [yuanless(prefix), yuanless(suffix)];
  const digits = inner === '' && /^0{2,}$/.test(whole) ? Math.min(whole.length, 30) : 0;
  return { condition, shift, digits, prefix, suffix };
}

/** The sections of a number format that shows words beside the number; null for a format without words. */
export function wordedSections(code: string): WordedSection[] | null {
  const sections = sectionsOf(code).slice(0, 3).map(wordedSection);
  const first = sections[0];
  if (first == null) return null;
  const worded = (section: WordedSection | null) =>
    section !== null && (WORDS.test(section.prefix + section.suffix) || section.shift !== 0);
  if (!sections.some(worded)) return null;
  return sections.map((section) => section ?? { ...first, condition: null });
}

const HOLDS: Record<string, (value: number, than: number) => boolean> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
};

/** The section of a format that shows a value, by its conditions, else by the order positive, negative, zero. */
export function sectionFor(
  sections: readonly WordedSection[],
  value: number,
): { section: WordedSection; signed: boolean } {
  if (sections.some((section) => section.condition !== null)) {
    const fitting = sections.find(
      ({ condition }) => condition === null || HOLDS[condition.operator]!(value, condition.than),
    );
    return { section: fitting ?? sections[0]!, signed: true };
  }
  if (value < 0 && sections[1] !== undefined)
    return { section: sections[1], signed: !/[-(（]/.test(sections[1].prefix) };
  if (value === 0 && sections[2] !== undefined) return { section: sections[2], signed: true };
  return { section: sections[0]!, signed: true };
}
