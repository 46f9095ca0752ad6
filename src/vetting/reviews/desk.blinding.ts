import type { Localized } from '../../kernel/localized.js';
import { normalised } from '../../lib/text.js';

/**
 * Names that must not be readable in a blinded text: those of an entry's institution (with its relatives) and
 * inventors.
 */
export interface HiddenNames {
  institutions: readonly Localized[];
  inventors: readonly Localized[];
}

const HIDDEN_ZH = '〇〇';
const HIDDEN_INSTITUTION = '[institution]';
const HIDDEN_PERSON = '[inventor]';
const HIDDEN_NUMBER = '[number]';
const HIDDEN_CONTACT = '[contact]';

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const isHan = (text: string) => /\p{Script=Han}/u.test(text);

/**
 * Patterns of numbers and addresses (links, e-mail, DOI, ORCID iD, patents, phones) by which a reviewer could look up a
 * name.
 */
const IDENTIFYING: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bhttps?:\/\/[^\s，。；、）)]+/giu, HIDDEN_CONTACT],
  [/(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, HIDDEN_CONTACT],
  [/\b10\.\d{4,9}\/[^\s，。；、）)]+/gu, HIDDEN_NUMBER],
  [/(?<!\d)\d{4}-\d{4}-\d{4}-\d{3}[\dXx](?!\d)/gu, HIDDEN_NUMBER],
  // Patents and applications, such as ZL 2019 1 0123456.7, CN110123456A, US 10,123,456 B2, PCT/CN2020/123456.
  [/\bPCT\/[A-Z]{2}\d{4}\/\d{4,6}\b/giu, HIDDEN_NUMBER],
  [
    /(?<![A-Za-z])(?:ZL|CN|US|EP|JP|KR|WO|DE|GB|TW)[\s.:：]?(?:\d[\s,./-]?){6,14}[\dXx](?:\s?[A-Z]\d?(?![A-Za-z\d]))?/gu,
    HIDDEN_NUMBER,
  ],
  // Chinese application numbers without letters, software registrations, mobile phone numbers, registration numbers
  // of this platform.
  [/(?<!\d)(?:19|20)\d{2}[1-3]\d{7}\.[\dXx](?!\d)/gu, HIDDEN_NUMBER],
  [/(?<!\d)(?:19|20)\d{2}SR\d{6,7}(?!\d)/giu, HIDDEN_NUMBER],
  [/(?<!\d)1[3-9]\d{9}(?!\d)/gu, HIDDEN_CONTACT],
  [/\bTP\d{4}-\d+\b/giu, HIDDEN_NUMBER],
];

/** The common spellings of a name. */
function variants(name: string): string[] {
  const text = name.trim();
  if (isHan(text)) return [text];
  const words = text.split(/[\s,]+/u).filter(Boolean);
  const [first, last] = [words[0], words.at(-1)];
  if (words.length < 2 || words.length > 4 || first === undefined || last === undefined) return [text];
  const initials = (parts: readonly string[]) => parts.map((part) => `${[...part][0]!}.`).join(' ');
  return [
    words.join(' '),
    [last, ...words.slice(0, -1)].join(' '),
    [...words.slice(1), first].join(' '),
    `${initials(words.slice(0, -1))} ${last}`,
    `${initials(words.slice(1))} ${first}`,
    `${last} ${initials(words.slice(0, -1))}`,
    `${first} ${initials(words.slice(1))}`,
  ];
}

/**
 * Regular expression that finds a name even if spaces, dots, commas and hyphens between its parts differ or are missing
 * (in a Chinese name: even if spaces are inserted); null if the name has fewer than two characters.
 */
function patternOf(name: string): string | null {
  // A name of one character would mask half the text; no institution and hardly any person has such a name.
  if ([...name].length < 2) return null;
  if (isHan(name)) return [...name.replace(/\s+/gu, '')].map(escape).join('\\s*');
  const parts = name
    .split(/[\s,.-]+/u)
    .filter(Boolean)
    .map(escape);
  return parts.length === 0 ? null : `(?<![\\p{L}\\p{N}])${parts.join('[\\s,.\\-]{0,3}')}(?![\\p{L}\\p{N}])`;
}

function matcherOf(names: readonly string[]): RegExp | null {
  const patterns = [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .map(patternOf)
    .filter((pattern) => pattern !== null);
  return patterns.length === 0 ? null : new RegExp(patterns.join('|'), 'giu');
}

const texts = (list: readonly Localized[]) =>
  list.flatMap((name) => [name.zh, name.en]).filter((name) => name !== undefined && name.trim() !== '') as string[];

/**
 * Returns a function that masks, in a text, all names of institutions and inventors and all identifying numbers and
 * addresses: 〇〇 for names in Chinese characters, a bracketed word for the rest. In doubt it masks, because masking too
 * much does less harm.
 */
export function blinderOf(names: HiddenNames): (text: string) => string {
  const institutions = matcherOf(texts(names.institutions));
  const inventors = matcherOf(texts(names.inventors).flatMap(variants));
  return (text) => {
    let blinded = normalised(text, 'NFC');
    for (const [pattern, replacement] of IDENTIFYING) blinded = blinded.replace(pattern, replacement);
    if (institutions)
      blinded = blinded.replace(institutions, (found) => (isHan(found) ? HIDDEN_ZH : HIDDEN_INSTITUTION));
    if (inventors) blinded = blinded.replace(inventors, (found) => (isHan(found) ? HIDDEN_ZH : HIDDEN_PERSON));
    return blinded;
  };
}

/** Applies a function to both languages of a text. */
export function mapLocalized(text: Localized | null, change: (value: string) => string): Localized | null {
  if (text === null) return null;
  return {
    ...(text.zh === undefined ? {} : { zh: change(text.zh) }),
    ...(text.en === undefined ? {} : { en: change(text.en) }),
  };
}
