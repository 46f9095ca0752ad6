import { createHash } from 'node:crypto';
import { normalised } from '../../lib/text.js';
import type { Literal } from '../ranking/literals.js';

/** One condition of a search text, such as a term, a quotation or a synonym; an entry must meet all of them. */
export interface Slot {
  /** The term as typed. */
  readonly text: string;
  /** Synonyms of the term. */
  readonly alternatives: readonly string[];
  /** True if the term is quoted and must occur exactly. */
  readonly quoted: boolean;
  /** The term as sent to the engine. */
  readonly engine: string;
  /**
   * Alternatives that meet the condition, as regular expressions with the same meaning in PostgreSQL (`~*`) and
   * JavaScript (`iu`).
   */
  readonly patterns: readonly string[];
  /** The same alternatives as literals, one per pattern, to find candidates by the ranking's posting lists. */
  readonly literals: readonly Literal[];
  /**
   * True if a synonym marker is sent to the search engine instead of the text. The marker occurs in no text, so this
   * process must compute the highlights.
   */
  readonly marker: boolean;
}

/** What a synonym stands for: all terms of all synonym groups that contain it. */
export interface Sense {
  /**
   * Artificial word that stands for the terms in the search index: a document that contains one of the terms also
   * carries the marker.
   */
  readonly marker: string;
  readonly terms: readonly string[];
  readonly patterns: readonly string[];
  readonly literals: readonly Literal[];
}

const LATIN = '[a-z0-9]';
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const startsLatin = (term: string): boolean => /^[a-z0-9]/i.test(term);

/** Pattern for a term as a prefix: Latin letters or digits must start a word, Chinese may occur anywhere. */
const begunPattern = (term: string): string => `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term)}`;

/**
 * Pattern for a whole term: a Latin term must not adjoin other letters; its words may be joined by spaces or hyphens.
 */
const wholePattern = (term: string, plural = ''): string =>
  `${startsLatin(term) ? `(?<!${LATIN})` : ''}${escape(term).replace(/[ -]+/g, '[ -]+')}${plural}${/[a-z0-9]$/i.test(term) ? `(?!${LATIN})` : ''}`;

/**
 * A synonym that ends in at least four Latin letters may have a plural ending, a shorter one, often an acronym, may not:
 * AIS is not the plural of AI.
 */
const mayBePlural = (term: string): boolean => /[a-z]{4}$/.test(term);
/** Pattern for a synonym as a whole term. */
const synonymPattern = (term: string): string => wholePattern(term, mayBePlural(term) ? '(?:s|es)?' : '');

const begun = (term: string): Pick<Slot, 'patterns' | 'literals'> => ({
  patterns: [begunPattern(term)],
  literals: [{ text: term, open: true, plural: false }],
});
const whole = (term: string): Pick<Slot, 'patterns' | 'literals'> => ({
  patterns: [wholePattern(term)],
  literals: [{ text: term, open: false, plural: false }],
});

/** Senses by the lower-case form of their terms. A term's sense has all terms of all groups that contain the term. */
export function sensesOf(groups: ReadonlyArray<readonly string[]>): Map<string, Sense> {
  const meanings = new Map<string, Set<string>>();
  for (const group of groups) {
    const terms = group.map((term) => term.toLowerCase());
    for (const term of terms) meanings.set(term, new Set([...(meanings.get(term) ?? []), ...terms]));
  }
  return new Map(
    [...meanings].map(([term, all]) => [
      term,
      {
        marker: markerOf([...all]),
        terms: [...all],
        patterns: [...all].map(synonymPattern),
        literals: [...all].map((each) => ({ text: each, open: false, plural: mayBePlural(each) })),
      },
    ]),
  );
}

interface Dictionary {
  readonly senses: ReadonlyMap<string, Sense>;
  /**
   * All terms of all synonym groups, longest first; the term at index i belongs to the i-th capture group of `pattern`.
   */
  readonly terms: readonly string[];
  readonly pattern: RegExp;
}

/** Compiled synonym dictionaries, cached per list of groups: every search needs one, and groups seldom change. */
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

/**
 * Computes the marker of a synonym from its terms; letters only, so that the search engine's tokeniser never splits it.
 */
function markerOf(terms: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([...terms].sort()))
    .digest('hex');
  return `syn${[...hash.slice(0, 16)].map((digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)]).join('')}`;
}

/**
 * Returns a function that finds the markers of all synonyms that occur in a text, including terms inside longer ones.
 */
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
 * Latin words of up to three letters and acronyms of up to four, which must match whole words: as prefixes they would
 * match too much (LI matches light). Parts of a compound such as x-ray are not treated separately.
 */
const SHORT =
  /(?<![^\s\p{Script=Han}(,;:])(?:(?=\d*[A-Za-z])[A-Za-z\d]{1,3}|[A-Z]{2,4})(?![^\s\p{Script=Han}),;:!?])/gu;

/** Emoji, including sequences; they are ignored. */
const PICTURES = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20e3\ufe0e\ufe0f]/gu;
const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/**
 * Splits a search text into its conditions, for both backends. A quotation must occur exactly; a term of a synonym
 * group, also inside a longer one, may be replaced by any term of its group; a short Latin word must occur as a whole
 * word; every other term between spaces must occur (search engine: word by word; PostgreSQL: as a case-insensitive
 * substring, Latin from the start of a word). Signs are ignored; a text of signs only finds nothing.
 */
export function slotsOf(text: string, groups: ReadonlyArray<readonly string[]>): Slot[] {
  const slots: Slot[] = [];
  // Quotation marks within running text, as some keyboards produce in 论“外部性”问题, do not quote; they separate words.
  const rest = text.replace(PICTURES, ' ').replace(/(?<=^|\s)"([^"]*)(?:"(?=\s|$)|$)/g, (_all, quoted: string) => {
    if (isWord(quoted))
      slots.push({
        ...asWritten(quoted.trim()),
        engine: `"${quoted.trim()}"`,
        ...whole(quoted.trim()),
        quoted: true,
      });
    return ' ';
  });
  const plain = (piece: string) => {
    for (const term of piece.split(/\s+/)) {
      // A leading minus is removed, because the search engine would exclude the word; a term of signs only is
      // ignored.
      const word = term.replace(/^-+/, '');
      if (isWord(word)) slots.push({ ...asWritten(word), ...begun(word) });
    }
  };
  const withShort = (piece: string) =>
    eachPart(
      piece,
      SHORT,
      plain,
      ([word]) => void slots.push({ ...asWritten(word), engine: `"${word}"`, ...whole(word) }),
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
        literals: sense.literals,
        marker: true,
      });
    });
  }
  // A text of signs only is replaced by a word that occurs in no text; an empty query would find everything.
  return slots.length > 0 ? slots : [{ ...asWritten(text), engine: NOTHING }];
}

const NOTHING = `"${markerOf([])}"`;

const asWritten = (text: string): Slot => ({
  text,
  alternatives: [],
  quoted: false,
  engine: text,
  patterns: [],
  literals: [],
  marker: false,
});

/** Calls `find` for each match of a pattern in a text, and `between` for the text between matches, in order. */
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
