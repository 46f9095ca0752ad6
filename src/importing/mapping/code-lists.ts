import { normalised } from '../../lib/text.js';
import { coded } from '../../messages/catalogue.js';
import type { Message } from '../../lib/messages/message.js';
import { comparable } from '../../text/normalise.js';
import { simplified } from './traditional.js';
import { isProblem, SEPARATORS, splitList, STRONG_SEPARATORS, type CellProblem } from './values.js';

/** An entry of a code list that is a tree, such as industries. */
export interface CodeEntry {
  code: string;
  parent_code: string | null;
  /** Codes from the root to the entry itself. */
  path: string[];
  zh: string | null;
  en: string | null;
}

/**
 * A code list, such as industries, that is searched by code and by name. Codes keep their punctuation ("6.3" is not
 * "6；3"); names are compared in a normalised form.
 */
export interface NameList {
  codes: ReadonlyMap<string, string>;
  /** Codes by normalised name; null for a name that several codes share. */
  names: ReadonlyMap<string, string | null>;
  entries: ReadonlyMap<string, CodeEntry>;
  /** Reads writings that only this list has, such as a region with its province; undefined where it is none of them. */
  readOther?: (text: string) => string | null | undefined;
}

/**
 * Normalised form of a code: half-width, trimmed and in upper case. In a code of one letter and digits, a space, point
 * or hyphen between them is dropped: "C-39" and "C 39" become C39. Any other punctuation is kept.
 */
export function codeKey(text: string): string {
  const plain = normalised(text, 'NFKC').trim().toUpperCase();
  const lettered = /^([A-Z])[\s.-]?(\d+)$/.exec(plain);
  return lettered ? lettered[1]! + lettered[2]! : plain;
}

/**
 * Normalised form of a name in a code list. Characters that separate list items are kept, so that a list of two names
 * never equals a single other name.
 */
export function nameKey(text: string): string {
  const pieces = (part: string) =>
    part
      .split(SEPARATORS)
      .map(comparable)
      .filter((piece) => piece !== '')
      .join('、');
  return text
    .split(STRONG_SEPARATORS)
    .map(pieces)
    .filter((piece) => piece !== '')
    .join(';');
}

/** Number of nearest codes that the problem of an unknown one names. */
const NEAREST = 3;

/**
 * Finds the code that a cell's text means: by code, by name, or by both, in each order and with or without separator
 * ("3982 电子电路制造", "C34通用设备制造业", "通用设备制造业（34）"), and at the end of a path through the tree
 * ("制造业-通用设备制造业-锅炉及原动设备制造"). Returns a problem where none or several match.
 */
export function findCode(list: NameList, text: string, what: Message): string | CellProblem {
  const found = lookUp(list, text);
  if (found !== null) return typeof found === 'string' ? found : ambiguous(what);
  const plain = normalised(text, 'NFKC').trim();
  const read = bothOf(list, plain) ?? pathOf(list, plain) ?? list.readOther?.(plain);
  if (typeof read === 'string') return read;
  if (read === null) return ambiguous(what);
  const near = nearest(list, plain);
  return near.length === 0
    ? coded('UNKNOWN_CODE.list', { list: what })
    : coded('UNKNOWN_CODE.near', {
        list: what,
        near: near.map(({ code, zh, en }) => ({ zh: `${code} ${zh ?? en}`, en: `${code} ${en ?? zh}` })),
      });
}

const ambiguous = (what: Message) => coded('AMBIGUOUS_NAME', { list: what });

/** The code of a code or a name; an object for a name that several share; null where there is none. */
function lookUp(list: NameList, text: string): string | { several: true } | null {
  const code = list.codes.get(codeKey(text));
  if (code !== undefined) return code;
  const name = nameKey(text);
  const known = list.names.get(name) ?? list.names.get(simplified(name));
  return known === undefined ? null : (known ?? { several: true });
}

const CODE_FIRST = /^[[(【]?\s*([A-Z]?\d[\d.]*|[A-Z]{1,2}(?![A-Za-z]))\s*[\])】]?[\s:：·,，、_-]*(?=[\p{L}(])/u;
const CODE_LAST = /^(.*?\p{L}.*?)[\s:：·_-]*[[(【]?\s*([A-Z]?\d[\d.]*|(?<=[\s([【])[A-Z]{1,2})\s*[\])】]?$/u;

/** A code beside its name; the rest must be that code's own name or at least no list and no other code. */
function bothOf(list: NameList, plain: string): string | undefined {
  const first = CODE_FIRST.exec(plain);
  if (first) {
    const code = list.codes.get(codeKey(first[1]!));
    if (code !== undefined && agrees(list, code, plain.slice(first[0].length))) return code;
  }
  const last = CODE_LAST.exec(plain);
  if (last) {
    const code = list.codes.get(codeKey(last[2]!));
    if (code !== undefined && agrees(list, code, last[1]!)) return code;
  }
  return undefined;
}

/**
 * Whether a text beside a code can be its name: it may be worded in another way, but it is neither a code, nor a list,
 * nor the name of an entry outside the code's own branch.
 */
function agrees(list: NameList, code: string, rest: string): boolean {
  const other = lookUp(list, rest);
  if (other === null) return rest.search(SEPARATORS) === -1 && rest.search(PATH) === -1;
  if (typeof other !== 'string') return true;
  if (list.codes.has(codeKey(rest))) return other === code;
  const path = list.entries.get(code)?.path ?? [];
  return (
    path.includes(other) || (list.entries.get(other)?.path.includes(code) ?? false) || rest.search(SEPARATORS) === -1
  );
}

const PATH = /\s*(?:-{1,2}>?|—+|–|→|>+|\/|\\|_|·|»)\s*/;

/** The last of several codes or names each of which lies in the branch of the one before it. */
function pathOf(list: NameList, plain: string): string | undefined {
  const parts = plain.split(PATH).filter((part) => part.trim() !== '');
  if (parts.length < 2 || parts.length > 8) return undefined;
  let last: string | undefined;
  for (const part of parts) {
    const found = lookUp(list, part);
    const code = typeof found === 'string' ? found : bothOf(list, part);
    if (code === undefined) return undefined;
    const path = list.entries.get(code)?.path ?? [code];
    // A name that a parent and its only child share stands for the child; as a step of a path it may be either.
    if (last !== undefined && !path.includes(last) && !path.includes(list.entries.get(last)?.parent_code ?? ''))
      return undefined;
    last = code;
  }
  return last;
}

/** Reads a list of codes or names: separated by the usual characters, by slashes, or codes by spaces. */
export function readCodes(list: NameList, text: string, what: Message): string[] | CellProblem {
  // Official names contain 、 and some even semicolons. Therefore the whole cell is first tried as one name, and so is
  // each item before it is split further.
  const whole = findCode(list, text, what);
  if (!isProblem(whole)) return [whole];
  const codes: string[] = [];
  for (const item of splitList(text, { weak: false })) {
    const read = readItem(list, item, what);
    if (isProblem(read)) return read;
    codes.push(...read);
  }
  return codes.length === 0 ? whole : [...new Set(codes)];
}

function readItem(list: NameList, item: string, what: Message): string[] | CellProblem {
  const whole = findCode(list, item, what);
  if (!isProblem(whole)) return [whole];
  const codes: string[] = [];
  for (const piece of splitList(item)) {
    const one = findCode(list, piece, what);
    const found = isProblem(one) ? sideBySide(list, piece) : [one];
    if (found === null) return one as CellProblem;
    codes.push(...found);
  }
  return codes;
}

/** Codes or names between slashes, and codes between spaces. */
function sideBySide(list: NameList, text: string): string[] | null {
  for (const separator of [/[/／\\&]|\s(?:和|及)\s/, /\s+/]) {
    const parts = text.split(separator).filter((part) => part.trim() !== '');
    if (parts.length < 2) continue;
    // Single figures between spaces may be one code that lost its point.
    if (separator.source === '\\s+' && parts.some((part) => part.trim().length < 2)) continue;
    const codes = parts.map((part) => lookUp(list, part) ?? bothOf(list, normalised(part, 'NFKC').trim()) ?? null);
    if (codes.every((code) => typeof code === 'string')) return codes;
  }
  return null;
}

interface Grams {
  /** Entries by the pairs and single characters of their names. */
  entries: Map<string, CodeEntry[]>;
}
const gramsOfLists = new WeakMap<NameList, Grams>();
const MAX_NEAR_CHARS = 60;

function gramsOf(text: string): Set<string> {
  const plain = comparable(text.slice(0, MAX_NEAR_CHARS));
  const characters = [...plain];
  const grams = new Set<string>();
  for (let i = 0; i < characters.length; i += 1) {
    const han = /\p{Script=Han}/u.test(characters[i]!);
    if (han) grams.add(characters[i]!);
    const size = han ? 2 : 3;
    if (i + size <= characters.length) grams.add(characters.slice(i, i + size).join(''));
  }
  return grams;
}

/** The entries whose codes or names are nearest to a text that is neither. */
function nearest(list: NameList, text: string): CodeEntry[] {
  const digits = /^[A-Z]?(\d{1,6})$/.exec(codeKey(text))?.[1];
  if (digits !== undefined) {
    const prefix = (code: string) => {
      let n = 0;
      while (n < code.length && code[n] === digits[n]) n += 1;
      return n;
    };
    const distance = (code: string) => Math.abs(Number(code.padEnd(6, '0')) - Number(digits.padEnd(6, '0')));
    return [...list.entries.values()]
      .filter(({ code }) => /^\d+$/.test(code))
      .sort(
        (a, b) =>
          prefix(b.code) - prefix(a.code) ||
          Math.abs(a.code.length - digits.length) - Math.abs(b.code.length - digits.length) ||
          distance(a.code) - distance(b.code),
      )
      .slice(0, NEAREST);
  }
  let known = gramsOfLists.get(list);
  if (!known) {
    known = { entries: new Map() };
    for (const entry of list.entries.values())
      for (const gram of new Set([...gramsOf(entry.zh ?? ''), ...gramsOf(entry.en ?? '')])) {
        const those = known.entries.get(gram);
        if (those) those.push(entry);
        else known.entries.set(gram, [entry]);
      }
    gramsOfLists.set(list, known);
  }
  const points = new Map<CodeEntry, number>();
  for (const gram of gramsOf(text)) {
    const those = known.entries.get(gram) ?? [];
    // A pair tells more than a character, and a rare one more than a common one.
    const weight = ([...gram].length > 1 ? 4 : 1) / Math.sqrt(those.length + 1);
    for (const entry of those) points.set(entry, (points.get(entry) ?? 0) + weight);
  }
  const length = (entry: CodeEntry) => Math.max(4, [...(entry.zh ?? entry.en ?? '')].length);
  return [...points]
    .map(([entry, value]) => ({ entry, value: value / Math.sqrt(length(entry)) }))
    .sort((a, b) => b.value - a.value || (a.entry.code < b.entry.code ? -1 : 1))
    .slice(0, NEAREST)
    .map(({ entry }) => entry);
}
