import { createHash } from 'node:crypto';
import { normalised } from '../../lib/text.js';

/** One demand of a text; a text is a list of them, all of which must be met. */
export interface Slot {
  /** As it was written. */
  readonly text: string;
  /** Other terms that mean the same. */
  readonly alternatives: readonly string[];
  /** Whether it must stand as it is written. */
  readonly quoted: boolean;
  /** As the engine is asked. */
  readonly engine: string;
  /** Alternatives as regular expressions that PostgreSQL (`~*`) and JavaScript (`iu`) read alike. */
  readonly patterns: readonly string[];
  /** Whether the engine is asked for a marker, which stands in no text, so that the finds must be marked without it. */
  readonly marker: boolean;
}

/** What a synonym may mean: all terms of all groups that it is in. */
export interface Sense {
  /** One word that no text contains. The documents in which one of the terms occurs carry it. */
  readonly marker: string;
  readonly terms: readonly string[];
  readonly patterns: readonly string[];
}

const LATIN = '[a-z0-9]';
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const startsLatin = (term: string): boolean => /^[a-z0-9]/i.test(term);

/** The begun term: Latin letters or digits at the start of a word, Chinese anywhere. */
const begunPattern = (term: string): string => `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term)}`;

/** The whole term: where it is Latin, it neither continues a word nor goes on; words may be hyphened. */
const wholePattern = (term: string, plural = ''): string =>
  `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term).replace(/[ -]+/g, '[ -]+')}${plural}${/[a-z0-9]$/i.test(term) ? `(?!${LATIN})` : ''}`;

/** A synonym is a whole term. Words may stand in the plural; of an acronym that would be another: AIS is not AI. */
const synonymPattern = (term: string): string => wholePattern(term, /[a-z]{4}$/.test(term) ? '(?:s|es)?' : '');

/** The sense of each term, by its lower-case form. */
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
  /** Longest first, as the groups of `pattern` stand. */
  readonly terms: readonly string[];
  readonly pattern: RegExp;
}

/** Every search needs it, and groups seldom change: made once for each list of them. */
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

/** Letters alone, so that the engine never takes it apart. */
function markerOf(terms: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([...terms].sort()))
    .digest('hex');
  return `syn${[...hash.slice(0, 16)].map((digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)]).join('')}`;
}

/** Finds the markers of the senses that occur in a text; terms within longer ones count too. */
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
 * Latin words of up to three letters, and acronyms of up to four: begun, they would find far too much, as LI finds light.
 * Within a compound such as x-ray they are left to it.
 */
const SHORT =
  /(?<![^\s\p{Script=Han}(,;:])(?:(?=\d*[A-Za-z])[A-Za-z\d]{1,3}|[A-Z]{2,4})(?![^\s\p{Script=Han}),;:!?])/gu;

/** Pictures, also those made of several signs: they demand nothing. */
const PICTURES = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20e3\ufe0e\ufe0f]/gu;
const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/**
 * What a text demands, of both sides. What is quoted must occur as it stands; a term of a synonym group, also inside a
 * longer one, may be replaced by any other of its group; a short Latin word must be a whole one; every other term
 * between spaces must occur: for the engine word by word, for PostgreSQL as it is, whatever its case, begun in Latin.
 * Signs demand nothing, and a text of signs alone finds nothing.
 */
export function slotsOf(text: string, groups: ReadonlyArray<readonly string[]>): Slot[] {
  const slots: Slot[] = [];
  // Quotation marks within running text, as 论“外部性”问题 typed on some keyboards, are no wish: they only part words.
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
      // A minus in front would exclude the word in the engine; signs alone are no word.
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
  // A word that no text contains, and no pattern, or signs alone would find everything.
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

/** Walks through a text: the finds of a pattern, and what stands between them. */
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
