import { normalised } from '../../lib/text.js';
import { simplified } from './traditional.js';
import { MAX_HEADER_CHARS } from './values.js';

/** Multipliers of amounts, as the number of zeros that they stand for. */
const POWERS: ReadonlyArray<readonly [word: RegExp, power: number]> = [
  [/^万亿$/, 12],
  [/^(?:亿|yi)$/, 8],
  [/^(?:千万)$/, 7],
  [/^(?:百万|millions?|mio|mln|mn|mm|m)$/, 6],
  [/^(?:十万)$/, 5],
  [/^(?:万|w|wan)$/, 4],
  [/^(?:千|thousands?|k)$/, 3],
  [/^(?:billions?|bn|b)$/, 9],
];
const WORDS = '万亿|千万|百万|十万|万|千|亿|millions?|mio|mln|mn|mm|m|thousands?|k|billions?|bn|b|wan|w|yi';
/** A power of ten in figures before the word or instead of it: 10k, 100 million, 10,000. */
const FIGURES = '10*(?:,0{3,4})*|10\\^\\d';
const MULTIPLIER = `(?:(?:${FIGURES}) ?(?:${WORDS})(?![a-z])|(?:${WORDS})(?![a-z])|1(?:0+|0{0,2}(?:,0{3,4})+)(?![\\d,])|10\\^\\d|'?000s?(?![\\d]))`;

const CURRENCIES: ReadonlyArray<readonly [words: RegExp, code: string]> = [
  [/^(?:(?:人民币)?元|人民币|rmb|cny|renminbi|yuan|¥|￥|圆|块钱?)$/, 'CNY'],
  [/^(?:usd|us\$|u\.s\.\$|\$|美元|美金|us dollars?|dollars?)$/, 'USD'],
  [/^(?:eur|€|欧元|euros?)$/, 'EUR'],
  [/^(?:gbp|£|英镑|pounds?)$/, 'GBP'],
  [/^(?:jpy|日元|日圆|yen)$/, 'JPY'],
  [/^(?:hkd|hk\$|港元|港币)$/, 'HKD'],
  [/^(?:twd|nt\$|新台币|台币)$/, 'TWD'],
  [/^(?:krw|₩|韩元)$/, 'KRW'],
  [/^(?:sgd|s\$|新加坡元|新元)$/, 'SGD'],
  [/^(?:chf|瑞士法郎|瑞郎)$/, 'CHF'],
  [/^(?:aud|澳元)$/, 'AUD'],
  [/^(?:cad|加元)$/, 'CAD'],
];
/** Words and signs of currencies, the longer ones before those that are part of them. */
const CURRENCY =
  '人民币元|人民币|新加坡元|瑞士法郎|新台币|美元|美金|欧元|英镑|日元|日圆|港元|港币|台币|韩元|新元|瑞郎|澳元|加元|元|圆|块钱|块|us dollars?|dollars?|renminbi|rmb|cny|yuan|usd|us\\$|u\\.s\\.\\$|hk\\$|nt\\$|s\\$|\\$|euros?|eur|€|pounds?|gbp|£|yen|jpy|¥|￥|hkd|twd|krw|₩|sgd|chf|aud|cad';
/** A currency that is not a part of another word, such as 元 in 单元 or 元素. */
const STANDING = `(?:(?<![a-z单多二三次])(?:${CURRENCY})(?![a-z素器件])|[$€£¥￥₩])`;

/** The pattern of a multiplier, and of a currency, for the reader of cells. */
export const MULTIPLIER_WORD = WORDS;
export const CURRENCY_WORD = CURRENCY;

/** The number of zeros that a multiplier stands for: 4 for 万, 10k and 10,000. */
export function powerOf(multiplier: string): number {
  const text = multiplier.toLowerCase().trim();
  if (/^'?000s?$/.test(text)) return 3;
  const raised = /^10\^(\d)/.exec(text);
  if (raised) return Number(raised[1]);
  const figures = /^1[0,]*/.exec(text)?.[0] ?? '';
  const word = text.slice(figures.length).trim();
  const zeros = figures.replaceAll(',', '').length;
  return (zeros === 0 ? 0 : zeros - 1) + (POWERS.find(([words]) => words.test(word))?.[1] ?? 0);
}

/** Returns the ISO 4217 code for a currency's name or sign in Chinese or English; null for an unknown one. */
export function currencyOf(word: string): string | null {
  const text = normalised(word, 'NFKC').trim();
  const known = CURRENCIES.find(([words]) => words.test(text.toLowerCase()));
  if (known) return known[1];
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null;
}

/** Unit and currency that hold for a column: the power of ten and the currency, each null where none is stated. */
export interface StatedUnit {
  power: number | null;
  currency: string | null;
}

/** Where a header or a cell may state its unit, the surest forms first. */
const FORMS: readonly RegExp[] = [
  new RegExp(`(?<power>${MULTIPLIER}) ?(?:of |in )?(?<currency>${STANDING})`, 'i'),
  new RegExp(`(?<currency>${STANDING})[\\s:.,/·_()\\[\\-]*(?:in )?(?<power>${MULTIPLIER})`, 'i'),
  new RegExp(`(?<currency>${STANDING})`, 'i'),
  new RegExp(`(?:[([{<【《:/_·]|单位|in ) ?(?<power>${MULTIPLIER}) ?(?:[)\\]}>】》,;]|$)`, 'i'),
  /(?:[\s\-—])(?<power>千万|百万|十万|万|千|亿)$/i,
];

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Reads the unit and the currency that a text states, wherever in it they stand: 资金需求（万元）, 资金需求万元,
 * 资金需求:万元, 金额/亿元, Funding RMB 10k, Amount (USD m).
 */
export function unitOfHeader(header: string): StatedUnit {
  const raised = header
    .slice(0, MAX_HEADER_CHARS)
    .replace(new RegExp(`10([${RAISED}])`, 'g'), (_, digit: string) => `10^${RAISED.indexOf(digit)}`);
  const text = simplified(normalised(raised, 'NFKC').replace(/\s+/g, ' ').trim());
  for (const form of FORMS) {
    const { power, currency } = form.exec(text)?.groups ?? {};
    if (power === undefined && currency === undefined) continue;
    return {
      power: power === undefined ? null : powerOf(power),
      currency: currency === undefined ? null : currencyOf(currency),
    };
  }
  return { power: null, currency: null };
}

/** What a text that holds nothing but a unit may consist of beside it. */
const AROUND = /单位|金额|unit|currency|货币|币种|人民币|[\s:：()[\]{}（）【】,，/]/gi;

/** Whether a text states a unit of money and nothing else: 万元, （万元）, 单位：万元, unit: RMB 10k. */
export function isUnitOnly(text: string): boolean {
  const plain = simplified(normalised(text.slice(0, MAX_HEADER_CHARS), 'NFKC').replace(/\s+/g, ' ').trim());
  const { power, currency } = unitOfHeader(`(${plain})`);
  if ((power === null && currency === null) || /^[\d\s,.()]*$/.test(plain)) return false;
  const bare = new RegExp(`^(?:${MULTIPLIER}|${CURRENCY}|'|of|in)*$`, 'i');
  return bare.test(plain.replace(AROUND, ''));
}
