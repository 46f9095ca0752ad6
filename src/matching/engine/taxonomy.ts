import { joined, parted } from './columns.js';

/**
 * Code lists used by the engine, supplied by the caller as functions from a code to its parent code (null at the top
 * level). This is all that the engine needs, so GB/T 4754, GB/T 2260 or any other hierarchy works.
 */
export interface EngineTaxonomy {
  industryParent(code: string): string | null;
  regionParent(code: string): string | null;
}

/** Code lists without hierarchy. */
export const FLAT_TAXONOMY: EngineTaxonomy = { industryParent: () => null, regionParent: () => null };

/** Maximum number of levels read from a code list; it also ends the walk upwards if the list's parents form a cycle. */
const MAX_LEVELS = 16;

/**
 * Numbers codes with consecutive integers and stores for each code the path of nodes from the top level down to it. A
 * code gets its number on first use and keeps it.
 */
export class CodeTree {
  private readonly numbers = new Map<string, number>();
  private readonly codes: string[] = [];
  private readonly chains: number[][] = [];

  constructor(private readonly parentOf: (code: string) => string | null) {}

  get size(): number {
    return this.codes.length;
  }

  code(number: number): string {
    return this.codes[number]!;
  }

  number(code: string): number {
    return this.numbers.get(code) ?? this.add(code, MAX_LEVELS);
  }

  /** The numbers of all nodes on the path from the top level down to a code, the code's own number last. */
  chain(number: number): readonly number[] {
    return this.chains[number]!;
  }

  /** Number of the parent; -1 at the top. */
  parent(number: number): number {
    const chain = this.chains[number]!;
    return chain.length > 1 ? chain[chain.length - 2]! : -1;
  }

  /**
   * All codes in the order of their numbers, as one text. Paths are not included; a restored tree takes them from the
   * code list.
   */
  dump(): string {
    return joined(this.codes);
  }

  /** Fills a new tree from a dump, so that every code has the number it had in the dumped tree. */
  restore(dump: string): void {
    for (const code of parted(dump, dump.length)) this.number(code);
  }

  private add(code: string, levels: number): number {
    const parent = levels > 0 ? this.parentOf(code) : null;
    const above = parent === null ? [] : this.chains[this.numbers.get(parent) ?? this.add(parent, levels - 1)]!;
    const number = this.codes.length;
    this.codes.push(code);
    this.numbers.set(code, number);
    this.chains.push([...above, number]);
    return number;
  }
}

/**
 * Numbers words (such as stages, party keys, cooperation modes) with consecutive integers from 0, in the order of first
 * use.
 */
export class Words {
  private readonly numbers = new Map<string, number>();
  private readonly list: string[] = [];

  get size(): number {
    return this.list.length;
  }

  word(number: number): string {
    return this.list[number]!;
  }

  /** Number of a word; -1 if it is unknown. */
  find(word: string): number {
    return this.numbers.get(word) ?? -1;
  }

  number(word: string): number {
    let number = this.numbers.get(word);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(word);
      this.numbers.set(word, number);
    }
    return number;
  }

  dump(): string {
    return joined(this.list);
  }

  restore(dump: string): void {
    for (const word of parted(dump, dump.length)) this.number(word);
  }
}
