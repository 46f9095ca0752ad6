import type { TreeTaste } from '../affinity.js';
import { factorKeys, inOrder, investorFacts, latentShares, logOf, vocabulariesOf, wayTo, type InvestorFacts, type Vocabularies } from '../investor.facts.js';
import { decay, type InvestorModel, type InvestorWeights } from '../model.js';
import type { EngineTaxonomy } from '../taxonomy.js';
import type { InvestorRecord, Opportunity } from '../types.js';
import type { Snapshot } from './history.js';

/** What the weights of a model multiply, in the order of the columns of a design. */
export const TERM_VALUES = ['activity0', 'activity1', 'activity2', 'idle', 'industry', 'industryDeeper', 'region', 'regionDeeper', 'stage', 'amount', 'coInvestorsMost', 'coInvestorsMean'] as const;

const NOTHING: InvestorWeights = {
  activity: [0, 0, 0], idle: 0, industry: 0, industryDeeper: 0, region: 0, regionDeeper: 0, stage: 0, amount: 0, coInvestorsMost: 0, coInvestorsMean: 0, latent: 0, text: 0,
  declaredIndustry: [0, 0], declaredRegion: [0, 0], declaredStage: [0, 0], cooperation: [0, 0], ticket: [0, 0], trl: [0, 0], base: 0,
};
const QUARTER_DAYS = 91.3125;

/** Names of latent features as numbers. */
export interface FeatureSpace {
  readonly keys: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** A sparse vector over a feature space. */
export interface SparseVector {
  readonly features: Int32Array;
  readonly values: Float32Array;
}

/** Sparse vectors one after another: the i-th from `starts[i]` up to `starts[i + 1]`. */
export interface SparseVectors extends SparseVector {
  readonly starts: Int32Array;
}

function joined(vectors: readonly SparseVector[]): SparseVectors {
  const starts = new Int32Array(vectors.length + 1);
  vectors.forEach((vector, i) => (starts[i + 1] = starts[i]! + vector.features.length));
  const all = { starts, features: new Int32Array(starts[vectors.length]!), values: new Float32Array(starts[vectors.length]!) };
  vectors.forEach((vector, i) => {
    all.features.set(vector.features, starts[i]!);
    all.values.set(vector.values, starts[i]!);
  });
  return all;
}

function sparseOf(space: FeatureSpace, parts: Iterable<readonly [key: string, value: number]>): SparseVector {
  const sums = new Map<number, number>();
  for (const [key, value] of parts) {
    const number = space.numbers.get(key);
    if (number !== undefined) sums.set(number, (sums.get(number) ?? 0) + value);
  }
  return { features: Int32Array.from(sums.keys()), values: Float32Array.from(sums.values()) };
}

/** A snapshot's term values under a model, for any query and candidate, computed when first asked for. */
export class Design {
  readonly width = TERM_VALUES.length;
  readonly own: SparseVectors;
  readonly sought: readonly SparseVector[];
  readonly candidates: ReadonlyMap<string, number>;
  /** Per query: numbers of relevant candidates, and of those barred (earlier backers). */
  readonly relevant: readonly Int32Array[];
  readonly barred: readonly ReadonlySet<number>[];
  private readonly top: InvestorFacts[];
  private readonly deeper: InvestorFacts[];
  private readonly resting: Float32Array;
  private readonly vocabularies: Vocabularies;
  private readonly byCode = new Map<string, Float32Array>();
  /** Per query, the columns that its values come from: [place among the term values, column by candidate, weight]. */
  private readonly columnsOf: readonly (readonly (readonly [place: number, column: Float32Array, weight: number])[])[];

  constructor(
    readonly snapshot: Snapshot,
    private readonly model: InvestorModel,
    taxonomy: EngineTaxonomy,
    space: FeatureSpace,
  ) {
    const { candidates, queries, day } = snapshot;
    this.vocabularies = vocabulariesOf(taxonomy);
    const unit = { ...model, latent: { ...model.latent, dimensions: 0 } };
    const facts = (weights: Partial<InvestorWeights>) => candidates.map((record) => investorFacts(record, { ...unit, weights: { ...NOTHING, ...weights } }, this.vocabularies));
    this.top = facts({ industry: 1, region: 1, stage: 1, amount: 1 });
    this.deeper = facts({ industryDeeper: 1, regionDeeper: 1 });
    this.candidates = new Map(candidates.map((record, i) => [record.key, i]));
    this.resting = new Float32Array(candidates.length * 4);
    this.top.forEach((fact, i) => {
      const age = fact.latest === null ? 0 : Math.max(0, day - fact.latest);
      model.activity.halfLives.forEach((halfLife, h) => (this.resting[4 * i + h] = Math.log1p((fact.activity[h]! * decay(age, halfLife)) / model.activity.floor[h]!)));
      this.resting[4 * i + 3] = Math.log1p(age / QUARTER_DAYS);
    });
    this.relevant = queries.map((query) => Int32Array.from(query.relevant, (key) => this.candidates.get(key)!));
    this.barred = queries.map((query) => new Set(query.opportunity.backers.flatMap((key) => this.candidates.get(key) ?? [])));
    this.columnsOf = queries.map(({ opportunity }) => this.columnsFor(opportunity));
    this.own = joined(candidates.map((record) => sparseOf(space, ownFeatures(record, model, this.vocabularies))));
    this.sought = queries.map((query) => sparseOf(space, soughtFeatures(query.opportunity, model, this.vocabularies)));
  }

  /** A column of term values by candidate, for one code. */
  private column(key: string, make: (fact: InvestorFacts, i: number) => number, facts: readonly InvestorFacts[]): Float32Array {
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
      if (chain.length > 1) columns.push([5, this.column(`I:${code}`, (own) => tasteOf(own.industries, chain), this.deeper), 1]);
    }
    for (const code of places) {
      const chain = regions.chain(regions.number(code));
      columns.push([6, this.column(`r:${code}`, (own) => tasteOf(own.regions, chain), this.top), 1]);
      if (chain.length > 1) columns.push([7, this.column(`R:${code}`, (own) => tasteOf(own.regions, chain), this.deeper), 1]);
    }
    for (const { stage, weight } of stages) columns.push([8, this.column(`s:${stage}`, (own) => own.stages.get(stage) ?? own.otherStages, this.top), weight]);
    return columns;
  }

  /** Writes the term values of a query and a candidate at a place of an array. */
  write(query: number, candidate: number, out: Float32Array, at: number): void {
    const { opportunity } = this.snapshot.queries[query]!;
    for (let i = 0; i < 4; i += 1) out[at + i] = this.resting[4 * candidate + i]!;
    out.fill(0, at + 4, at + this.width);
    const fact = this.top[candidate]!;
    for (const [place, column, weight] of this.columnsOf[query]!) out[at + place]! += weight * column[candidate]!;
    const x = logOf(opportunity.amount?.max ?? null);
    const { base } = this.model;
    if (x !== null && fact.amount.slope > 0) {
      out[at + 9] = fact.amount.offset - fact.amount.slope * (x - fact.amount.mean) ** 2 + (x - base.amount.mean) ** 2 / (2 * base.amount.variance);
    }
    if (opportunity.backers.length === 0 || fact.ties.size === 0) return;
    let most = 0;
    let sum = 0;
    for (const key of opportunity.backers) {
      const tie = fact.ties.get(key) ?? 0;
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
    sum += taste.here.get(node) ?? 0;
    if (i + 1 < chain.length) sum += taste.below.get(node) ?? 0;
  });
  return sum;
}

/** An investor as latent features: square roots of shares of its record. As in investor.facts.ts. */
function ownFeatures(record: InvestorRecord, model: InvestorModel, vocabularies: Vocabularies): [string, number][] {
  return [...latentShares(record, inOrder(record.track), model, vocabularies)].map(([key, share]) => [key, Math.sqrt(share)]);
}

/** An opportunity as latent features. As in investor.sought.ts. */
function soughtFeatures(opportunity: Opportunity, model: InvestorModel, { industries, regions }: Vocabularies): [string, number][] {
  const keys = factorKeys(model, {
    industries: opportunity.industries.flatMap((code) => wayTo(industries, code)),
    regions: opportunity.regions.flatMap((code) => wayTo(regions, code)),
    stage: opportunity.stages[0]?.stage ?? null,
    logAmount: logOf(opportunity.amount?.max ?? null),
    parties: [],
  });
  const tie = 1 / Math.sqrt(Math.max(1, opportunity.backers.length));
  return [...keys.map((key) => [key, 1] as [string, number]), ...opportunity.backers.map((key) => [`party:${key}`, tie] as [string, number])];
}

/** The features that enough rounds have, the others being too rare to learn from. */
export function featureSpace(snapshot: Snapshot, model: InvestorModel, taxonomy: EngineTaxonomy, least: number, leastParty: number): FeatureSpace {
  const { industries, regions } = vocabulariesOf(taxonomy);
  const counts = new Map<string, number>();
  for (const round of snapshot.known) {
    for (const key of factorKeys(model, {
      industries: round.industry === null ? [] : wayTo(industries, round.industry),
      regions: round.region === null ? [] : wayTo(regions, round.region),
      stage: round.stage,
      logAmount: logOf(round.amount),
      parties: round.investors,
    })) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts].filter(([key, count]) => count >= (key.startsWith('party:') ? leastParty : least)).map(([key]) => key).sort();
  return { keys, numbers: new Map(keys.map((key, i) => [key, i])) };
}
