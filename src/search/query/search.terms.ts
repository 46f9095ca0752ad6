import { createHash } from 'node:crypto';
import { normalised } from '../../lib/text.js';

/** One condition of a search text; an entry must meet all of them. */
export interface Slot {
  /** The term as typed. */
  readonly text: string;
  /** Synonyms of the term. */
  readonly alternatives: readonly string[];
  /** True if the term is quoted and must occur exactly. */
  readonly quoted: boolean;
  /** The term as sent to the engine. */
  readonly engine: string;
  /** Alternatives as regular expressions with the same meaning in PostgreSQL (`~*`) and JavaScript (`iu`). */
  readonly patterns: readonly string[];
  /**
   * True if the engine is sent a synonym marker, which occurs in no text: highlights are then computed in this process.
   */
  readonly marker: boolean;
}

/** The sense of a synonym: all terms of all groups that contain it. */
export interface Sense {
  /** An artificial word that occurs in no text. Documents that contain one of the terms carry it. */
  readonly marker: string;
  readonly terms: readonly string[];
  readonly patterns: readonly string[];
}

const LATIN = '[a-z0-9]';
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const startsLatin = (term: string): boolean => /^[a-z0-9]/i.test(term);

/** Pattern for a term as prefix: Latin letters or digits at the start of a word, Chinese anywhere. */
const begunPattern = (term: string): string => `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term)}`;

/** Pattern for a whole term: if Latin, no letter may precede or follow; words may be hyphenated. */
const wholePattern = (term: string, plural = ''): string =>
  `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term).replace(/[ -]+/g, '[ -]+')}${plural}${/[a-z0-9]$/i.test(term) ? `(?!${LATIN})` : ''}`;

/** Pattern for a synonym: a whole term. Words may be plural, acronyms not: AIS is not the plural of AI. */
const synonymPattern = (term: string): string => wholePattern(term, /[a-z]{4}$/.test(term) ? '(?:s|es)?' : '');

/** Senses by the lower-case form of their terms. */
export function sensesOf(groups: ReadonlyArray<readonly string[]>): Map<string, Sense> {
  const meanings = new Map<string, Set<string>>();
  for (const group of groups) {
    const terms = group.map((term) => term.toLowerCase());
    for (const term of terms) meanings.set(term, new Set([...(meanings.get(term) ?? []), ...terms]));
  }
  return new Map(
    [...meanings].map(([term, all]) => [
      term,
      { marker: markerOf([...all]), terms: [...all], patterns: [...all].map(synonymPattern) },
    ]),
  );
}

interface Dictionary {
  readonly senses: ReadonlyMap<string, Sense>;
  /** Terms in the order of the groups in `pattern`, longest first. */
  readonly terms: readonly string[];
  readonly pattern: RegExp;
}

/** Compiled once per list of groups: every search needs the dictionary, and groups seldom change. */
const dictionaries = new WeakMap<ReadonlyArray<readonly string[]>, Dictionary>();

function dictionaryOf(groups: ReadonlyArray<readonly string[]>): Dictionary {
  const known = dictionaries.get(groups);
  if (known) return known;
  const senses = sensesOf(groups);
  const terms = [...senses.keys()].sort((a, b) => b.length - a.length);
  const made = {
    senses,
    terms,
    pattern: new RegExp(terms.map((term) => `(${synonymPattern(term)})`).join('|'), 'giu'),
  };
  dictionaries.set(groups, made);
  return made;
}

/** The marker of a sense: letters only, so that the engine's tokeniser never splits it. */
function markerOf(terms: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([...terms].sort()))
    .digest('hex');
  return `syn${[...hash.slice(0, 16)].map((digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)]).join('')}`;
}

/** Returns a function that finds the markers of all senses in a text, also of terms inside longer ones. */
export function markerFinder(groups: ReadonlyArray<readonly string[]>): (text: string) => string[] {
  const senses = new Map(
    [...sensesOf(groups).values()].map((sense) => [sense.marker, new RegExp(sense.patterns.join('|'), 'iu')]),
  );
  return (text) => {
    const plain = normalised(text, 'NFKC');
    return [...senses]
      .filter(([, pattern]) => pattern.test(plain))
      .map(([marker]) => marker)
      .sort();
  };
}

/**
 * Latin words of up to three letters and acronyms of up to four must match whole words: as prefixes they would match
 * too much (LI matches light). Inside a compound such as x-ray they are not treated separately.
 */
const SHORT =
  /(?<![^\s\p{Script=Han}(,;:])(?:(?=\d*[A-Za-z])[A-Za-z\d]{1,3}|[A-Z]{2,4})(?![^\s\p{Script=Han}),;:!?])/gu;

/** Emoji, including sequences; they are ignored. */
const PICTURES = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20e3\ufe0e\ufe0f]/gu;
const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/**
 * Splits a search text into its conditions, for both backends. A quotation must occur exactly; a term of a synonym
 * group, also inside a longer one, may be replaced by any term of its group; a short Latin word must occur as a whole
 * word; every other term between spaces must occur (engine: word by word; PostgreSQL: as a case-insensitive substring,
 * for Latin from the start of a word). Signs are ignored; a text of signs only finds nothing.
 */
export function slotsOf(text: string, groups: ReadonlyArray<readonly string[]>): Slot[] {
  const slots: Slot[] = [];
  // Quotation marks within running text, as in 论“外部性”问题 typed on some keyboards, do not quote; they separate words.
  const rest = text.replace(PICTURES, ' ').replace(/(?<=^|\s)"([^"]*)(?:"(?=\s|$)|$)/g, (_all, quoted: string) => {
    if (isWord(quoted))
      slots.push({
        ...asWritten(quoted.trim()),
        engine: `"${quoted.trim()}"`,
        patterns: [wholePattern(quoted.trim())],
        quoted: true,
      });
    return ' ';
  });
  const plain = (piece: string) => {
    for (const term of piece.split(/\s+/)) {
      // A leading minus would exclude the word in the engine; a term of signs only is ignored.
      const word = term.replace(/^-+/, '');
      if (isWord(word)) slots.push({ ...asWritten(word), patterns: [begunPattern(word)] });
    }
  };
  const withShort = (piece: string) =>
    eachPart(
      piece,
      SHORT,
      plain,
      ([word]) => void slots.push({ ...asWritten(word), engine: `"${word}"`, patterns: [wholePattern(word)] }),
    );
  const unquoted = rest.replace(/"/g, ' ');
  const { senses, terms, pattern } = dictionaryOf(groups);
  if (terms.length === 0) withShort(unquoted);
  else {
    eachPart(unquoted, pattern, withShort, (found) => {
      const sense = senses.get(terms[found.slice(1).findIndex((part) => part !== undefined)]!)!;
      const alternatives = sense.terms.filter((term) => term !== found[0].toLowerCase());
      slots.push({
        ...asWritten(found[0]),
        alternatives,
        engine: `"${sense.marker}"`,
        patterns: sense.patterns,
        marker: true,
      });
    });
  }
  // A query for a word that occurs in no text: without it, a text of signs would find everything.
  return slots.length > 0 ? slots : [{ ...asWritten(text), engine: NOTHING }];
}

const NOTHING = `"${markerOf([])}"`;

const asWritten = (text: string): Slot => ({
  text,
  alternatives: [],
  quoted: false,
  engine: text,
  patterns: [],
  marker: false,
});

/** Visits the matches of a pattern in a text, and the text between them. */
function eachPart(
  text: string,
  pattern: RegExp,
  between: (piece: string) => void,
  find: (found: RegExpExecArray) => void,
): void {
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    between(text.slice(end, found.index));
    find(found);
    end = found.index + found[0].length;
  }
  between(text.slice(end));
}
