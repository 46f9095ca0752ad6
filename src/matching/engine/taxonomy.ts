import { joined, parted } from './columns.js';

/**
 * The code lists that the engine compares in, given by the caller: the parent of a code, null at the top. A code list without
 * levels has null throughout. Nothing else is asked of them, so that GB/T 4754, GB/T 2260 or any other list will do.
 */
export interface EngineTaxonomy {
  industryParent(code: string): string | null;
  regionParent(code: string): string | null;
}

/** Lists without levels. */
export const FLAT_TAXONOMY: EngineTaxonomy = { industryParent: () => null, regionParent: () => null };

/** Deeper than any list goes; a list whose parents run in a circle ends here. */
const MOST_LEVELS = 16;

/** Codes as small numbers, each with the way down to it. Numbers are given as codes come up and are never reused. */
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

  /** The numbers from the top down to the code itself. */
  chain(number: number): readonly number[] {
    return this.chains[number]!;
  }

  /** The number above, or -1. */
  parent(number: number): number {
    const chain = this.chains[number]!;
    return chain.length > 1 ? chain[chain.length - 2]! : -1;
  }

  /** The codes by number; their ways come from the list again. */
  dump(): string {
    return joined(this.codes);
  }

  /** Gives the codes of a dump, in a new tree, the numbers that they had. */
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

/** Words (stages, keys of parties, modes) as small numbers, in the order in which they come up. */
export class Words {
  private readonly numbers = new Map<string, number>();
  private readonly list: string[] = [];

  get size(): number {
    return this.list.length;
  }

  word(number: number): string {
    return this.list[number]!;
  }

  /** -1 for a word that has not come up. */
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
