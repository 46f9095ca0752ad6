import type { IpStatus, IpType } from '../../achievements/vocabularies.js';
import { normalised } from '../../lib/text.js';
import { coded } from '../../messages/catalogue.js';
import { comparable } from '../../text/normalise.js';
import type { Labels } from './names.js';
import { saysNothing, splitNumbers, type CellProblem } from './values.js';

/** What an item of a cell with numbers of IP rights says; null where nothing in it does. */
export interface IpClaim {
  number: string | null;
  type: IpType | null;
  /** Kind that follows from the form of the number; a stored kind, or one in a column of its own, is preferred. */
  formType: IpType | null;
  status: IpStatus | null;
  /** Status that follows from the form of the number, such as the suffix B; a stored status is preferred. */
  formStatus: IpStatus | null;
}

/** A number that a spreadsheet program turned into a floating-point number, such as 2.02211E+12. */
const SCIENTIFIC = /^\d(?:\.\d+)?E[+-]?\d{1,3}$/i;

export function isScientific(text: string): boolean {
  return SCIENTIFIC.test(normalised(text, 'NFKC').trim());
}

/** The problem of a cell that holds such a number: digits are lost, so nothing can be read from it. */
export const SCIENTIFIC_NUMBER: CellProblem = coded('SCIENTIFIC_NUMBER');

interface Form {
  type: IpType | null;
  status: IpStatus | null;
}

const KINDS: Readonly<Record<string, IpType>> = {
  1: 'INVENTION_PATENT',
  2: 'UTILITY_MODEL',
  3: 'DESIGN_PATENT',
  // 8 and 9 stand for international applications that entered the national phase.
  8: 'INVENTION_PATENT',
  9: 'UTILITY_MODEL',
};
const GRANT: Form = { type: 'INVENTION_PATENT', status: 'GRANTED' };
const NATIONAL = /^(ZL|CN)?((?:19|20)\d{2}([1-9])\d{7}|\d{2}([1-9])\d{5})(?:\.?[\dX])?$/;
const PUBLISHED_CN = /^CN([1-3])?\d{6,9}([A-Z])\d?$/;
const FOREIGN =
  /^(?:US|EP|JP|KR|WO|DE|GB|FR|CA|AU|TW|RU|IN|CH|IT|ES|SE|NL|EA|BR|SG|HK|IL|FI|DK|NO|AT|BE|PL|NZ|ZA|MX)[A-Z]{0,2}\d{4,14}([A-Z]\d?)?$/;

/**
 * Kind and status that the form of a number says, by the rules of the offices: the digit after the year of a Chinese
 * application number (and ZL before a granted one), the letter after a publication number (A: published application;
 * B, C: granted invention; U, Y: utility model; S, D: design), PCT and WO for international applications.
 */
export function formOfNumber(number: string): Form {
  const text = normalised(number, 'NFKC')
    .toUpperCase()
    .replace(/[\s,，'’-]/g, '');
  if (/^(?:\d{4}SR\d{4,}|软著登字第?\d+号?)$/.test(text)) return { type: 'SOFTWARE_COPYRIGHT', status: 'GRANTED' };
  if (/SR\d{4,}|软著/.test(text)) return { type: 'SOFTWARE_COPYRIGHT', status: null };
  if (/^CNA\d{6,}/.test(text)) return { type: 'PLANT_VARIETY', status: null };
  if (/^BS\.?\d{6,}/.test(text)) return { type: 'IC_LAYOUT', status: 'GRANTED' };
  if (/^PCT/.test(text)) return { type: 'INVENTION_PATENT', status: 'APPLIED' };
  if (/^WO\d{2,4}\/?\d{4,}/.test(text)) return { type: 'INVENTION_PATENT', status: 'PUBLISHED' };
  const national = NATIONAL.exec(text);
  if (national) {
    const type = KINDS[national[3] ?? national[4]!] ?? null;
    return { type, status: national[1] === 'ZL' ? 'GRANTED' : null };
  }
  const published = PUBLISHED_CN.exec(text);
  if (published) return chinesePublication(published[1], published[2]!);
  const plain = /^CN([1-3])\d{8}$/.exec(text);
  if (plain) return { type: KINDS[plain[1]!]!, status: null };
  // Numbers of patents and of applications in the United States, which are often written without the country.
  if (/^(?:\d{7,8}|\d{2}\/\d{6})$/.test(text)) return { type: 'INVENTION_PATENT', status: null };
  const foreign = FOREIGN.exec(text.replaceAll(/[/.]/g, ''));
  if (foreign) return foreignPublication(text.slice(0, 2), foreign[1] ?? '');
  return { type: null, status: null };
}

function chinesePublication(first: string | undefined, letter: string): Form {
  if (letter === 'A') return { type: KINDS[first ?? '1'] ?? null, status: 'PUBLISHED' };
  if (letter === 'B' || letter === 'C') return GRANT;
  if (letter === 'U' || letter === 'Y') return { type: 'UTILITY_MODEL', status: 'GRANTED' };
  if (letter === 'S' || letter === 'D') return { type: 'DESIGN_PATENT', status: 'GRANTED' };
  return { type: null, status: null };
}

function foreignPublication(office: string, suffix: string): Form {
  if (/^[BC]/.test(suffix)) return GRANT;
  // Before 2001 the United States marked granted patents with A, so that their A alone says nothing.
  if (/^A/.test(suffix))
    return { type: 'INVENTION_PATENT', status: office === 'US' && suffix === 'A' ? null : 'PUBLISHED' };
  if (/^U/.test(suffix)) return { type: 'UTILITY_MODEL', status: null };
  if (/^S/.test(suffix)) return { type: 'DESIGN_PATENT', status: office === 'US' ? 'GRANTED' : null };
  return { type: suffix === '' ? 'INVENTION_PATENT' : null, status: null };
}

/** A count of rights instead of their numbers: 共3项, 等3项, 3件, 多项, 3 patents. */
const COUNT =
  /(?:共|等|计|合计|近|约|超|余)\s*[\d一二两三四五六七八九十百]+\s*余?\s*[项件个篇]|^[\d一二两三四五六七八九十百]+\s*余?\s*[项件个篇](?!\p{L})|[多若数]\s*[干]?\s*[项件]|^\d{1,3}\s*(?:patents?|applications?)$|\betc\b|\bet al\b|等$/iu;
/** Numbers of IP rights as they stand within other words. */
const NUMBER =
  /PCT\s*\/\s*[A-Z]{2}\s*\d{2,4}\s*\/\s*\d{4,7}|WO\s*\d{2,4}\s*\/\s*\d{5,6}(?:\s*[A-Z]\d?(?![A-Z\d]))?|\d{4}\s*SR\s*\d{4,}|软著登字第?\s*\d{4,}\s*号?|CNA\s*\d{6,}(?:\.\d)?|BS\.\s*\d{6,}(?:\.?\d)?|(?:ZL|CN)\s*(?:(?:19|20)\d{2}\s?[1-9]\s?\d{7}|\d{2}\s?[1-9]\s?\d{5}|\d{6,9})(?!\d)(?:\s?\.\s?[\dX])?(?:\s?[A-DSUXY]\d?(?![A-Z\d]))?|(?<![\d.])(?:19|20)\d{2}\s?[1-9]\s?\d{7}(?:\s?\.\s?[\dX])?(?![\d.])/giu;

interface Words {
  type: IpType | null;
  status: IpStatus | null;
}

/** Kind and status that the words around a number name, such as （实用新型，已授权） or 发明专利：. */
function wordsOf(text: string, { ipType, ipStatus }: Labels): Words {
  const found: Words = { type: null, status: null };
  const take = (word: string): boolean => {
    const [type, status] = [ipType.get(word), ipStatus.get(word)];
    if (type !== undefined) found.type ??= type;
    if (status !== undefined) found.status ??= status;
    return type !== undefined || status !== undefined;
  };
  for (const piece of text.split(/[()[\]{}【】（）〔〕:：;；,，、/|\s]+/u)) {
    const word = comparable(piece);
    if (word === '' || take(word)) continue;
    // Two words without a separator, such as 发明专利已授权 or 授权发明专利.
    const characters = [...word];
    for (let cut = 2; cut <= characters.length - 2 && characters.length <= 16; cut += 1) {
      const [head, tail] = [characters.slice(0, cut).join(''), characters.slice(cut).join('')];
      const both = (ipType.has(head) && ipStatus.has(tail)) || (ipStatus.has(head) && ipType.has(tail));
      if (!both) continue;
      take(head);
      take(tail);
      break;
    }
  }
  return found;
}

/** What the header of a column says about all its numbers: 授权公告号 is given to granted rights only. */
export function statusOfHeader(header: string): IpStatus | null {
  const text = normalised(header.slice(0, 200), 'NFKC').toLowerCase();
  if (/授权|证书号|granted|issued/.test(text)) return 'GRANTED';
  return /公布号|公开号/.test(text) ? 'PUBLISHED' : null;
}

const NOT_A_NUMBER: CellProblem = coded('NOT_A_NUMBER');
const LABEL_ONLY =
  /^(?:专利|申请|授权|公告|公开|登记|证书|知识产权|patent|no|application|grant|publication|number)*(?:号|no|number)?$/iu;

/**
 * Reads one item of a cell with numbers of IP rights: usually one claim, several where numbers stand side by side. Words
 * without a number, such as 正在申请, are a claim without a number; what is no number is a problem.
 */
function readItem(item: string, labels: Labels, exported: boolean): IpClaim[] | CellProblem {
  if (isScientific(item)) return SCIENTIFIC_NUMBER;
  const text = normalised(item, 'NFKC').trim();
  if (COUNT.test(text)) return coded('COUNT_INSTEAD_OF_NUMBERS');
  const matches = [...text.matchAll(NUMBER)];
  const rest = text.replace(NUMBER, ' ');
  const words = wordsOf(rest, labels);
  if (matches.length > 0) {
    // A single number without words keeps its writing; else it is cut out of the words.
    const plain = matches.length === 1 && rest.trim() === '';
    return matches.map((match) => claim(plain ? item.trim() : match[0].trim(), words));
  }
  const bare = text
    .replace(/[([【（][^)\]】）]*[)\]】）]/gu, (bracket) => (isWords(bracket, labels) ? ' ' : bracket))
    .replace(/^\s*([^\s:：]+)\s*[:：]\s*/u, (whole, label: string) =>
      isWords(label, labels) || LABEL_ONLY.test(label) ? '' : whole,
    )
    .trim();
  if (!/\d/.test(bare) && (words.status === 'APPLIED' || words.type === 'TECHNICAL_SECRET'))
    return [claim(null, words)];
  // Exports hold whatever was typed in as a number, and must come back as they are.
  const isNumber = exported ? /[\dA-Za-z]/.test(bare) : bare.replace(/\D/g, '').length >= 4;
  return isNumber ? [claim(bare === text ? item.trim() : bare, words)] : NOT_A_NUMBER;
}

const isWords = (text: string, labels: Labels): boolean => {
  const { type, status } = wordsOf(text, labels);
  return type !== null || status !== null;
};

function claim(number: string | null, words: Words): IpClaim {
  const form = number === null ? { type: null, status: null } : formOfNumber(number);
  return { number, type: words.type, status: words.status, formType: form.type, formStatus: form.status };
}

/**
 * Reads a cell with numbers of IP rights; null stands for an item that says nothing ("-"), as parallel lists have it.
 * `exported`: the column has the header of the product's own exports.
 */
export function readIpNumbers(cell: string, labels: Labels, exported = false): Array<IpClaim | null> | CellProblem {
  const claims: Array<IpClaim | null> = [];
  for (const item of splitNumbers(cell)) {
    if (saysNothing(item)) {
      claims.push(null);
      continue;
    }
    const read = readItem(item, labels, exported);
    if (!Array.isArray(read)) return read;
    claims.push(...read);
  }
  return claims;
}
