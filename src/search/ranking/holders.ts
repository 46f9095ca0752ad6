import type { WordList } from './grams.js';
import { clueOf, fits, namedCodes, type Clue, type Literal } from './literals.js';
import { eachPosting, find, type Segment } from './segment.js';

/** Whether an entry meets a condition, as far as its codes tell. */
const [NO, PERHAPS, SURE] = [0, 1, 2];

/** The entries that meet conditions. */
export interface Held {
  readonly entries: ReadonlyArray<{
    readonly id: string;
    /** False if the entry's text must be read to decide. */
    readonly isSure: boolean;
    /** False if its title certainly lacks one of the conditions. */
    readonly mayBeInTitle: boolean;
  }>;
}

/** The words of ASCII letters and digits in all entries by their codes, each once. Words of removed entries stay. */
class Words implements WordList {
  private readonly byCode = new Map<number, string | string[]>();

  add(word: string, code: number): void {
    const known = this.byCode.get(code);
    if (known === undefined) this.byCode.set(code, word);
    else if (typeof known === 'string') {
      if (known !== word) this.byCode.set(code, [known, word]);
    } else if (!known.includes(word)) known.push(word);
  }

  /**
   * Codes of the words that fit what a clue asks for; `isSure` is false if other words share one of these codes. Only a
   * word that may go on needs a pass over all words.
   */
  codesFor(sought: Clue['words'][number]): { codes: number[]; isSure: boolean } {
    const codes: number[] = [];
    let isSure = true;
    const look = (code: number, words: string | string[]) => {
      if (typeof words === 'string') {
        if (fits(words, sought)) codes.push(code);
        return;
      }
      const fitting = words.filter((word) => fits(word, sought)).length;
      if (fitting === 0) return;
      codes.push(code);
      if (fitting < words.length) isSure = false;
    };
    if (sought.open) this.byCode.forEach((words, code) => look(code, words));
    else
      for (const code of new Set(namedCodes(sought))) {
        const words = this.byCode.get(code);
        if (words !== undefined) look(code, words);
      }
    return { codes, isSure };
  }
}

/**
 * Finds the entries whose text contains literals by the posting lists of the ranking, without their texts: most of them
 * for certain, the others as candidates whose text must be read. No entry that contains the literals is left out.
 */
export class Holders {
  readonly words = new Words();
  /**
   * Ordinals of the entries whose words or characters are not all recognised by their codes (`CodeBuffer.isOdd`); they
   * are candidates of every search.
   */
  odd = new Set<number>();

  /** Follows a new numbering of the entries. */
  move(places: Int32Array): void {
    this.odd = new Set([...this.odd].map((ordinal) => places[ordinal]!));
  }

  /** `inTitle`: number of occurrences that a code has at least in an entry whose title contains it. */
  find(
    segments: readonly Segment[],
    ids: readonly string[],
    conditions: ReadonlyArray<readonly Literal[]>,
    inTitle: number,
  ): Held {
    const found = new Uint8Array(ids.length).fill(SURE);
    const titled = new Uint8Array(ids.length).fill(SURE);
    for (const literals of conditions) {
      const body = new Uint8Array(ids.length);
      const title = new Uint8Array(ids.length);
      for (const literal of literals) this.mark(segments, clueOf(literal), inTitle, body, title);
      for (const ordinal of this.odd) body[ordinal] = title[ordinal] = PERHAPS;
      for (let i = 0; i < ids.length; i += 1) {
        if (body[i]! < found[i]!) found[i] = body[i]!;
        if (title[i]! < titled[i]!) titled[i] = title[i]!;
      }
    }
    const entries: Array<Held['entries'][number]> = [];
    for (let i = 0; i < ids.length; i += 1)
      if (found[i] !== NO && ids[i] !== '')
        entries.push({ id: ids[i]!, isSure: found[i] === SURE, mayBeInTitle: titled[i] !== NO });
    return { entries };
  }

  /** Raises, in `body` and `title`, the marks of the entries that meet a clue. */
  private mark(segments: readonly Segment[], clue: Clue, inTitle: number, body: Uint8Array, title: Uint8Array): void {
    let { isWhole } = clue;
    const groups = clue.codes.map((code) => [code]);
    for (const word of clue.words) {
      const { codes, isSure } = this.words.codesFor(word);
      if (!isSure) isWhole = false;
      groups.push(codes);
    }
    if (groups.length === 0) {
      raise(body, () => PERHAPS);
      raise(title, () => PERHAPS);
      return;
    }
    // After group k, an entry that has a code of each of the groups 0 to k has the mark k + 1.
    const marks = new Uint16Array(body.length);
    const titleMarks = new Uint16Array(body.length);
    groups.forEach((codes, k) => {
      for (const code of codes)
        for (const segment of segments) {
          const at = find(segment, code);
          if (at < 0) continue;
          eachPosting(segment, at, (ordinal, occurrences) => {
            if (marks[ordinal] === k) marks[ordinal] = k + 1;
            if (occurrences >= inTitle && titleMarks[ordinal] === k) titleMarks[ordinal] = k + 1;
          });
        }
    });
    raise(body, (i) => (marks[i] === groups.length ? (isWhole ? SURE : PERHAPS) : NO));
    raise(title, (i) => (titleMarks[i] === groups.length ? PERHAPS : NO));
  }
}

function raise(levels: Uint8Array, level: (i: number) => number): void {
  for (let i = 0; i < levels.length; i += 1) {
    const here = level(i);
    if (here > levels[i]!) levels[i] = here;
  }
}
