import { amountBin, type InvestorModel } from './model.js';
import { CodeTree, Words, type EngineTaxonomy } from './taxonomy.js';

/**
 * Base rates of codes or words, addressed by their number: each rate is looked up by word once and then read from an
 * array.
 */
export class Rates {
  private readonly cache: number[] = [];

  constructor(
    private readonly wordOf: (number: number) => string,
    private readonly rates: Readonly<Record<string, number>>,
    private readonly unseen: number,
  ) {}

  of(number: number): number {
    const cached = this.cache[number];
    if (cached !== undefined) return cached;
    while (this.cache.length <= number) {
      const rate = this.rates[this.wordOf(this.cache.length)];
      this.cache.push(rate !== undefined && rate > 0 ? rate : this.unseen);
    }
    return this.cache[number]!;
  }
}

/**
 * Kinds of latent factors. The factor of kind `syndicate` is the number of investors in a round: 1, 2, or 3 for more.
 */
const KINDS = ['industry', 'region', 'stage', 'amount', 'party', 'syndicate'] as const;
/** Largest syndicate size that is distinguished; larger syndicates count as this size. */
const LARGEST_SYNDICATE = 3;
export type FactorKind = (typeof KINDS)[number];

/**
 * Vectors of the latent factors, addressed by number. A factor's number encodes its kind and the number of its code or
 * word.
 */
export class Factors {
  private readonly own: (Float64Array | null | undefined)[] = [];
  private readonly sought: (Float64Array | null | undefined)[] = [];

  constructor(
    private readonly model: InvestorModel,
    private readonly wordOf: Readonly<Record<FactorKind, (number: number) => string>>,
  ) {}

  number(kind: FactorKind, number: number): number {
    return number * KINDS.length + KINDS.indexOf(kind);
  }

  key(factor: number): string {
    const kind = KINDS[factor % KINDS.length]!;
    return `${kind}:${this.wordOf[kind](Math.floor(factor / KINDS.length))}`;
  }

  /** Latent vector that an investor's record gets from having this factor; null if the model lacks the factor. */
  ownOf(factor: number): Float64Array | null {
    return this.look(this.own, this.model.latent.own, factor);
  }

  /** Latent vector that an opportunity gets from having this factor; null if the model lacks the factor. */
  soughtOf(factor: number): Float64Array | null {
    return this.look(this.sought, this.model.latent.sought, factor);
  }

  private look(
    cache: (Float64Array | null | undefined)[],
    factors: Readonly<Record<string, readonly number[]>>,
    factor: number,
  ): Float64Array | null {
    const cached = cache[factor];
    if (cached !== undefined) return cached;
    const vector = factors[this.key(factor)];
    while (cache.length <= factor) cache.push(undefined);
    return (cache[factor] = vector ? Float64Array.from(vector) : null);
  }
}

/**
 * Mapping of one index's codes and words to numbers, together with the model's base rates and latent factors by those
 * numbers.
 */
export interface Vocabularies {
  readonly industries: CodeTree;
  readonly regions: CodeTree;
  readonly stages: Words;
  readonly modes: Words;
  readonly parties: Words;
  readonly organisations: Words;
  readonly rates: {
    readonly industries: Rates;
    readonly regions: Rates;
    readonly stages: Rates;
    readonly parties: Rates;
  };
  readonly factors: Factors;
}

export function vocabulariesOf(taxonomy: EngineTaxonomy, model: InvestorModel): Vocabularies {
  const industries = new CodeTree((code) => taxonomy.industryParent(code));
  const regions = new CodeTree((code) => taxonomy.regionParent(code));
  const [stages, modes, parties, organisations] = [new Words(), new Words(), new Words(), new Words()];
  const { base } = model;
  return {
    industries,
    regions,
    stages,
    modes,
    parties,
    organisations,
    rates: {
      industries: new Rates((number) => industries.code(number), base.industries, base.unseen),
      regions: new Rates((number) => regions.code(number), base.regions, base.unseen),
      stages: new Rates((number) => stages.word(number), base.stages, base.unseen),
      parties: new Rates((number) => parties.word(number), base.parties, base.unseenParty),
    },
    factors: new Factors(model, {
      industry: (number) => industries.code(number),
      region: (number) => regions.code(number),
      stage: (number) => stages.word(number),
      amount: String,
      syndicate: String,
      party: (number) => parties.word(number),
    }),
  };
}

/**
 * Calls `take` with the number of every latent factor of one investment (a round as seen by one investor, with the
 * other investors as parties). Parties are visited in the given order.
 */
export function eachFactor(
  { industries, regions, factors }: Vocabularies,
  model: InvestorModel,
  round: {
    readonly industry: number;
    readonly region: number;
    readonly stage: number;
    readonly logAmount: number | null;
    readonly parties: readonly number[];
  },
  take: (factor: number) => void,
): void {
  if (round.industry >= 0) for (const node of industries.chain(round.industry)) take(factors.number('industry', node));
  if (round.region >= 0) for (const node of regions.chain(round.region)) take(factors.number('region', node));
  if (round.stage >= 0) take(factors.number('stage', round.stage));
  if (round.logAmount !== null) take(factors.number('amount', amountBin(model.latent.amountBounds, round.logAmount)));
  for (const party of round.parties) take(factors.number('party', party));
  take(factors.number('syndicate', Math.min(LARGEST_SYNDICATE, 1 + round.parties.length)));
}
