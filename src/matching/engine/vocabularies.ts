import { amountBin, type InvestorModel } from './model.js';
import { CodeTree, Words, type EngineTaxonomy } from './taxonomy.js';

/** Base rates by number instead of by word: looked up once, then read from an array. */
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

/** Kinds of factors. `syndicate` is the number of investors in a round: one, two, or more. */
const KINDS = ['industry', 'region', 'stage', 'amount', 'party', 'syndicate'] as const;
/** The largest syndicate size, which also stands for all larger ones. */
const LARGEST_SYNDICATE = 3;
export type FactorKind = (typeof KINDS)[number];

/** Latent factors by number; the number combines the factor's kind with the number of its code or word. */
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

  /** The factor's vector for a record that has it; null if the model does not know the factor. */
  ownOf(factor: number): Float64Array | null {
    return this.look(this.own, this.model.latent.own, factor);
  }

  /** The factor's vector for an opportunity that has it; null if the model does not know the factor. */
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

/** Numbers of the codes and words of one index, with the model's rates and factors for them. */
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
 * Calls `take` with every latent factor of a round in which an investor took part with the given other parties; the
 * factors of the parties come in the given order.
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
