import type { TreeTaste } from '../affinity.js';
import {
  codedRecord,
  FactMaker,
  latentShares,
  logOf,
  type CodedRecord,
  type InvestorFacts,
} from '../investor.facts.js';
import { eachFactor, vocabulariesOf, type Vocabularies } from '../vocabularies.js';
import { amountBin, decay, type InvestorModel, type InvestorWeights } from '../model.js';
import type { EngineTaxonomy } from '../taxonomy.js';
import type { Opportunity } from '../types.js';
import type { PastRound, Snapshot } from './history.js';

/**
 * Names of the features (regressors) of an investor's score, in the order of a design matrix's columns; the fit finds
 * one weight for each.
 */
export const TERM_VALUES = [
  'activity0',
  'activity1',
  'activity2',
  'idle',
  'industry',
  'industryDeeper',
  'region',
  'regionDeeper',
  'stage',
  'amount',
  'coInvestorsMost',
  'coInvestorsMean',
] as const;

const NOTHING: InvestorWeights = {
  activity: [0, 0, 0],
  idle: 0,
  industry: 0,
  industryDeeper: 0,
  region: 0,
  regionDeeper: 0,
  stage: 0,
  amount: 0,
  coInvestorsMost: 0,
  coInvestorsMean: 0,
  latent: 0,
  text: 0,
  declaredIndustry: [0, 0],
  declaredRegion: [0, 0],
  declaredStage: [0, 0],
  cooperation: [0, 0],
  ticket: [0, 0],
  trl: [0, 0],
  base: 0,
};
const QUARTER_DAYS = 91.3125;

/** Numbering of the latent features by name. */
export interface FeatureSpace {
  readonly keys: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** A sparse vector over a feature space. */
export interface SparseVector {
  readonly features: Int32Array;
  readonly values: Float32Array;
}

/**
 * Several sparse vectors stored one after another in the same arrays: vector i occupies positions `starts[i]` up to,
 * excluding, `starts[i + 1]`.
 */
export interface SparseVectors extends SparseVector {
  readonly starts: Int32Array;
}

function joined(vectors: readonly SparseVector[]): SparseVectors {
  const starts = new Int32Array(vectors.length + 1);
  vectors.forEach((vector, i) => (starts[i + 1] = starts[i]! + vector.features.length));
  const all = {
    starts,
    features: new Int32Array(starts[vectors.length]!),
    values: new Float32Array(starts[vectors.length]!),
  };
  vectors.forEach((vector, i) => {
    all.features.set(vector.features, starts[i]!);
    all.values.set(vector.values, starts[i]!);
  });
  return all;
}

/**
 * Returns a function that maps a factor's number in the vocabularies to its feature number in the feature space; -1 if
 * the space lacks the factor.
 */
function featuresOf(space: FeatureSpace, { factors }: Vocabularies): (factor: number) => number {
  const known: number[] = [];
  return (factor) => {
    while (known.length <= factor) known.push(-2);
    return known[factor]! >= -1 ? known[factor]! : (known[factor] = space.numbers.get(factors.key(factor)) ?? -1);
  };
}

function sparseOf(
  parts: Iterable<readonly [factor: number, value: number]>,
  featureOf: (factor: number) => number,
): SparseVector {
  const known = [...parts]
    .map(([factor, value]) => [featureOf(factor), value] as const)
    .filter(([feature]) => feature >= 0);
  return {
    features: Int32Array.from(known, ([feature]) => feature),
    values: Float32Array.from(known, ([, value]) => value),
  };
}

/**
 * Design matrix of the fit: the feature values of every pair of a query (past round) and a candidate investor, computed
 * on demand from a snapshot of the history and a model.
 */
export class Design {
  readonly width = TERM_VALUES.length;
  readonly own: SparseVectors;
  readonly sought: readonly SparseVector[];
  readonly candidates: ReadonlyMap<string, number>;
  /**
   * Per query: indexes of the candidates that invested in the round, and of the candidates excluded because they had
   * backed the company before the snapshot's day.
   */
  readonly relevant: readonly Int32Array[];
  readonly barred: readonly ReadonlySet<number>[];
  private readonly backers: readonly (readonly number[])[];
  private readonly top: InvestorFacts[];
  private readonly deeper: InvestorFacts[];
  private readonly resting: Float32Array;
  private readonly vocabularies: Vocabularies;
  private readonly byCode = new Map<string, Float32Array>();
  /**
   * Per query: the columns of the sought industries, regions and stages, each as [position of the feature in
   * `TERM_VALUES`, feature values by candidate, factor by which they are multiplied].
   */
  private readonly columnsOf: readonly (readonly (readonly [place: number, column: Float32Array, weight: number])[])[];

  constructor(
    readonly snapshot: Snapshot,
    private readonly model: InvestorModel,
    taxonomy: EngineTaxonomy,
    space: FeatureSpace,
  ) {
    const { candidates, queries, day } = snapshot;
    this.vocabularies = vocabulariesOf(taxonomy, model);
    const coded = candidates.map((record): CodedRecord => codedRecord(record, this.vocabularies));
    const facts = (weights: Partial<InvestorWeights>) => {
      const maker = new FactMaker(
        { ...model, latent: { ...model.latent, dimensions: 0 }, weights: { ...NOTHING, ...weights } },
        this.vocabularies,
      );
      return candidates.map((record, i) => maker.make(record, coded[i]!));
    };
    this.top = facts({ industry: 1, region: 1, stage: 1, amount: 1 });
    this.deeper = facts({ industryDeeper: 1, regionDeeper: 1 });
    this.candidates = new Map(candidates.map((record, i) => [record.key, i]));
    this.resting = new Float32Array(candidates.length * 4);
    this.top.forEach((fact, i) => {
      const age = fact.latest === null ? 0 : Math.max(0, day - fact.latest);
      model.activity.halfLives.forEach(
        (halfLife, h) =>
          (this.resting[4 * i + h] = Math.log1p((fact.activity[h]! * decay(age, halfLife)) / model.activity.floor[h]!)),
      );
      this.resting[4 * i + 3] = Math.log1p(age / QUARTER_DAYS);
    });
    this.relevant = queries.map((query) => Int32Array.from(query.relevant, (key) => this.candidates.get(key)!));
    this.barred = queries.map(
      (query) => new Set(query.opportunity.backers.flatMap((key) => this.candidates.get(key) ?? [])),
    );
    this.backers = queries.map(({ opportunity }) =>
      opportunity.backers.map((key) => this.vocabularies.parties.number(key)),
    );
    this.columnsOf = queries.map(({ opportunity }) => this.columnsFor(opportunity));
    const featureOf = featuresOf(space, this.vocabularies);
    // The latent features computed here must stay equal to the latent term in investor.facts.ts and investor.sought.ts,
    // or the fit trains a different score.
    this.own = joined(
      coded.map(({ track }) =>
        sparseOf(
          [...latentShares(track, model, this.vocabularies)].map(
            ([factor, share]) => [factor, Math.sqrt(share)] as const,
          ),
          featureOf,
        ),
      ),
    );
    this.sought = queries.map((query) =>
      sparseOf(soughtFactors(query.opportunity, model, this.vocabularies), featureOf),
    );
  }

  /** A column of term values by candidate, for one code. */
  private column(
    key: string,
    make: (fact: InvestorFacts, i: number) => number,
    facts: readonly InvestorFacts[],
  ): Float32Array {
    let column = this.byCode.get(key);
    if (!column) this.byCode.set(key, (column = Float32Array.from(facts, make)));
    return column;
  }

  private columnsFor({ industries: codes, regions: places, stages }: Opportunity): [number, Float32Array, number][] {
    const { industries, regions } = this.vocabularies;
    const columns: [number, Float32Array, number][] = [];
    for (const code of codes) {
      const chain = industries.chain(industries.number(code));
      columns.push([4, this.column(`i:${code}`, (own) => tasteOf(own.industries, chain), this.top), 1]);
      if (chain.length > 1)
        columns.push([5, this.column(`I:${code}`, (own) => tasteOf(own.industries, chain), this.deeper), 1]);
    }
    for (const code of places) {
      const chain = regions.chain(regions.number(code));
      columns.push([6, this.column(`r:${code}`, (own) => tasteOf(own.regions, chain), this.top), 1]);
      if (chain.length > 1)
        columns.push([7, this.column(`R:${code}`, (own) => tasteOf(own.regions, chain), this.deeper), 1]);
    }
    for (const { stage, weight } of stages)
      columns.push([
        8,
        this.column(
          `s:${stage}`,
          (own) => own.stages.get(this.vocabularies.stages.number(stage)) ?? own.otherStages,
          this.top,
        ),
        weight,
      ]);
    return columns;
  }

  /**
   * Writes the feature values of one pair of query and candidate into `out` from index `at` on, in the order of
   * TERM_VALUES.
   */
  write(query: number, candidate: number, out: Float32Array, at: number): void {
    const { opportunity } = this.snapshot.queries[query]!;
    for (let i = 0; i < 4; i += 1) out[at + i] = this.resting[4 * candidate + i]!;
    out.fill(0, at + 4, at + this.width);
    const fact = this.top[candidate]!;
    for (const [place, column, weight] of this.columnsOf[query]!) out[at + place]! += weight * column[candidate]!;
    const x = logOf(opportunity.amount?.max ?? null);
    const { base } = this.model;
    if (x !== null && fact.amount.slope > 0) {
      out[at + 9] =
        fact.amount.offset -
        fact.amount.slope * (x - fact.amount.mean) ** 2 +
        (x - base.amount.mean) ** 2 / (2 * base.amount.variance);
    }
    if (opportunity.backers.length === 0 || fact.ties.size === 0) return;
    let most = 0;
    let sum = 0;
    for (const party of this.backers[query]!) {
      const tie = fact.ties.get(party) ?? 0;
      if (tie > most) most = tie;
      sum += tie;
    }
    out[at + 10] = most;
    out[at + 11] = sum / Math.sqrt(opportunity.backers.length);
  }
}

function tasteOf(taste: TreeTaste, chain: readonly number[]): number {
  let sum = taste.start;
  chain.forEach((node, i) => {
    const at = taste.nodes.indexOf(node);
    if (at < 0) return;
    sum += taste.here[at]!;
    if (i + 1 < chain.length) sum += taste.below[at]!;
  });
  return sum;
}

function soughtFactors(opportunity: Opportunity, model: InvestorModel, vocabularies: Vocabularies): [number, number][] {
  const { factors, industries, regions, stages, parties } = vocabularies;
  const list: [number, number][] = [];
  for (const code of opportunity.industries)
    for (const node of industries.chain(industries.number(code))) list.push([factors.number('industry', node), 1]);
  for (const code of opportunity.regions)
    for (const node of regions.chain(regions.number(code))) list.push([factors.number('region', node), 1]);
  for (const { stage, weight } of opportunity.stages)
    list.push([factors.number('stage', stages.number(stage)), weight]);
  const logAmount = logOf(opportunity.amount?.max ?? null);
  if (logAmount !== null) list.push([factors.number('amount', amountBin(model.latent.amountBounds, logAmount)), 1]);
  for (const key of opportunity.backers)
    list.push([factors.number('party', parties.number(key)), 1 / Math.sqrt(opportunity.backers.length)]);
  return list;
}

/**
 * The factors that occur in enough past rounds to become latent features; a rarer factor is left out, because too few
 * rounds would train its vector.
 */
export function featureSpace(
  rounds: readonly PastRound[],
  model: InvestorModel,
  taxonomy: EngineTaxonomy,
  least: number,
  leastParty: number,
): FeatureSpace {
  const vocabularies = vocabulariesOf(taxonomy, model);
  const { factors, industries, regions, stages, parties } = vocabularies;
  const counts = new Map<number, number>();
  for (const round of rounds) {
    // A round has one set of factors per investor, in which the co-investors appear as parties. The first investor
    // stands for all: its factors are counted, and it is counted as a party as well.
    const [one, ...others] = round.investors.map((key) => parties.number(key));
    const coded = {
      industry: round.industry === null ? -1 : industries.number(round.industry),
      region: round.region === null ? -1 : regions.number(round.region),
      stage: round.stage === null ? -1 : stages.number(round.stage),
      logAmount: logOf(round.amount),
      parties: others,
    };
    const count = (factor: number) => void counts.set(factor, (counts.get(factor) ?? 0) + 1);
    eachFactor(vocabularies, model, coded, count);
    if (one !== undefined) count(factors.number('party', one));
  }
  const keys = [...counts]
    .map(([factor, count]) => ({ key: factors.key(factor), count }))
    .filter(({ key, count }) => count >= (key.startsWith('party:') ? leastParty : least))
    .map(({ key }) => key)
    .sort();
  return { keys, numbers: new Map(keys.map((key, i) => [key, i])) };
}
