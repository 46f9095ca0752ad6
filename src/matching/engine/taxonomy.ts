import { joined, parted } from './columns.js';

/**
 * The code lists that the engine uses, supplied by the caller: the parent of a code, null at the top. A flat list
 * returns null for every code. Nothing else is required, so GB/T 4754, GB/T 2260 or any other hierarchy works.
 */
export interface EngineTaxonomy {
  industryParent(code: string): string | null;
  regionParent(code: string): string | null;
}

/** Code lists without hierarchy. */
export const FLAT_TAXONOMY: EngineTaxonomy = { industryParent: () => null, regionParent: () => null };

/** Maximum depth of a tree; it also stops on a list whose parents form a cycle. */
const MOST_LEVELS = 16;

/**
 * Numbers codes with small integers and stores each code's path from the top. Numbers are assigned on first use and
 * never reused.
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
    return this.numbers.get(code) ?? this.add(code, MOST_LEVELS);
  }

  /** Numbers on the path from the top down to the code itself. */
  chain(number: number): readonly number[] {
    return this.chains[number]!;
  }

  /** Number of the parent; -1 at the top. */
  parent(number: number): number {
    const chain = this.chains[number]!;
    return chain.length > 1 ? chain[chain.length - 2]! : -1;
  }

  /** The codes in the order of their numbers; their paths are derived again from the code list. */
  dump(): string {
    return joined(this.codes);
  }

  /** Assigns the codes of a dump their original numbers, in a new tree. */
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

/** Numbers words (stages, party keys, modes) with small integers, in the order of first use. */
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
