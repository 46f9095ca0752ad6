import { heaviest } from '../../text/similarity.vectors.js';
import { declareIn, treeTaste, type CodeMass, type TreeTaste } from './affinity.js';
import { decay, rateOf, type InvestorModel } from './model.js';
import { CodeTree, Words, type EngineTaxonomy } from './taxonomy.js';
import type { Day, InvestorRecord, TrackEntry } from './types.js';

/** Heaviest terms of a profile's text that are kept. */
export const TEXT_TERMS = 32;

/** The numbers that stand for codes and words in one index. */
export interface Vocabularies {
  readonly industries: CodeTree;
  readonly regions: CodeTree;
  readonly stages: Words;
  readonly modes: Words;
  readonly parties: Words;
  readonly organisations: Words;
}

export function vocabulariesOf(taxonomy: EngineTaxonomy): Vocabularies {
  return {
    industries: new CodeTree((code) => taxonomy.industryParent(code)),
    regions: new CodeTree((code) => taxonomy.regionParent(code)),
    stages: new Words(),
    modes: new Words(),
    parties: new Words(),
    organisations: new Words(),
  };
}

/** What a record comes to: the parts of its score that do not depend on the opportunity, weights included. */
export interface InvestorFacts {
  /** Investments by the half-lives of activity, counted on the day of the latest one; that day, or null without any. */
  readonly activity: readonly number[];
  readonly latest: Day | null;
  readonly industries: TreeTaste;
  readonly regions: TreeTaste;
  /** By stage word; `otherStages` for all others. */
  readonly stages: ReadonlyMap<string, number>;
  readonly otherStages: number;
  /** Contribution of an amount x (ln CNY): offset - slope (x - mean)^2, less the base's own. */
  readonly amount: { readonly mean: number; readonly slope: number; readonly offset: number };
  /** Ties by party key, ln of how much more often than expected; only where positive. */
  readonly ties: ReadonlyMap<string, number>;
  readonly latent: Float64Array;
}

const order = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0);

/** A record's investments in one order, whatever order they came in, so that sums come out alike to the bit. */
export function inOrder(track: readonly TrackEntry[]): TrackEntry[] {
  return [...track].sort(
    (a, b) => a.day - b.day || order(a.industry, b.industry) || order(a.region, b.region) || order(a.stage, b.stage) || (a.amount ?? -1) - (b.amount ?? -1) || order(a.coInvestors.join('\n'), b.coInvestors.join('\n')),
  );
}

/** Numbers the amount's bin: the first whose bound is above it. */
export function amountBin(bounds: readonly number[], logAmount: number): number {
  let bin = 0;
  while (bin < bounds.length && logAmount >= bounds[bin]!) bin += 1;
  return bin;
}

/** ln CNY, null for nothing sensible. */
export const logOf = (amount: number | null): number | null => (amount !== null && amount > 0 ? Math.log(amount) : null);

/** The keys of a round's latent factors. */
export function factorKeys(model: InvestorModel, round: { industries: readonly string[]; regions: readonly string[]; stage: string | null; logAmount: number | null; parties: readonly string[] }): string[] {
  return [
    ...round.industries.map((code) => `industry:${code}`),
    ...round.regions.map((code) => `region:${code}`),
    ...(round.stage === null ? [] : [`stage:${round.stage}`]),
    ...(round.logAmount === null ? [] : [`amount:${amountBin(model.latent.amountBounds, round.logAmount)}`]),
    ...round.parties.map((key) => `party:${key}`),
  ];
}

/** The codes from the top down to a code. */
export const wayTo = (tree: CodeTree, code: string): string[] => tree.chain(tree.number(code)).map((number) => tree.code(number));

export function investorFacts(record: InvestorRecord, model: InvestorModel, vocabularies: Vocabularies): InvestorFacts {
  const { weights, smoothing, base } = model;
  const { industries, regions } = vocabularies;
  const track = inOrder(record.track);
  const latest = track.length === 0 ? null : track[track.length - 1]!.day;
  const counts = track.map((entry) => decay(latest! - entry.day, model.preferenceHalfLife));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const { declared } = record;

  const masses = (tree: CodeTree, codeOf: (entry: TrackEntry) => string | null, wanted: readonly string[]): CodeMass[] => [
    ...track.flatMap((entry, i) => (codeOf(entry) === null ? [] : [{ code: tree.number(codeOf(entry)!), mass: counts[i]! }])),
    ...wanted.map((code) => ({ code: tree.number(code), mass: smoothing.declared / wanted.length })),
  ];
  const wanted = [...new Set(declared.wanted)].sort();
  const places = [...new Set(declared.regions)].sort();
  const stageWords = [...new Set(declared.stages)].sort();
  const industryTaste = treeTaste(industries, masses(industries, (entry) => entry.industry, wanted), base.industries, base.unseen, smoothing.industry, { top: weights.industry, deeper: weights.industryDeeper });
  const regionTaste = treeTaste(regions, masses(regions, (entry) => entry.region, places), base.regions, base.unseen, smoothing.region, { top: weights.region, deeper: weights.regionDeeper });

  const byStage = new Map<string, number>();
  const addStage = (stage: string, count: number) => byStage.set(stage, (byStage.get(stage) ?? 0) + count);
  track.forEach((entry, i) => entry.stage !== null && addStage(entry.stage, counts[i]!));
  for (const stage of stageWords) addStage(stage, smoothing.declared / stageWords.length);
  let staged = 0;
  for (const count of byStage.values()) staged += count;
  const [stageMeets, stageMisses] = stageWords.length === 0 ? [0, 0] : weights.declaredStage;
  const otherStages = weights.stage * Math.log(smoothing.stage / (staged + smoothing.stage)) + stageMisses;
  const stages = new Map<string, number>();
  for (const [stage, count] of byStage) {
    const expected = smoothing.stage * rateOf(base.stages, stage, base.unseen);
    stages.set(stage, otherStages + weights.stage * Math.log((count + expected) / expected) + (stageWords.includes(stage) ? stageMeets - stageMisses : 0));
  }

  const known = new Map<string, number>();
  track.forEach((entry, i) => {
    for (const key of new Set(entry.coInvestors)) if (key !== record.key) known.set(key, (known.get(key) ?? 0) + counts[i]!);
  });
  const ties = new Map<string, number>();
  for (const [key, count] of known) {
    const rate = rateOf(base.parties, key, base.unseenParty);
    const tie = Math.log((count + smoothing.coInvestors * rate) / (total + smoothing.coInvestors) / rate);
    if (tie > 0) ties.set(key, tie);
  }

  return {
    activity: model.activity.halfLives.map((halfLife) => track.reduce((sum, entry) => sum + decay(latest! - entry.day, halfLife), 0)),
    latest,
    industries: declareIn(industries, industryTaste, wanted.map((code) => industries.number(code)), ...weights.declaredIndustry),
    regions: declareIn(regions, regionTaste, places.map((code) => regions.number(code)), ...weights.declaredRegion),
    stages,
    otherStages,
    amount: amountFacts(record, track, counts, model),
    ties,
    latent: latentOf(record, track, model, vocabularies),
  };
}

/** A normal density of ln amount, its mean and variance drawn towards the base; a declared ticket counts as investments across it. */
function amountFacts(record: InvestorRecord, track: readonly TrackEntry[], counts: readonly number[], model: InvestorModel): InvestorFacts['amount'] {
  const { amount: prior, smoothing, weights } = model;
  const base = model.base.amount;
  const points: { x: number; count: number }[] = [];
  track.forEach((entry, i) => {
    const x = logOf(entry.amount);
    if (x !== null) points.push({ x, count: counts[i]! });
  });
  for (const edge of [record.declared.ticketMin, record.declared.ticketMax]) {
    const x = logOf(edge);
    if (x !== null) points.push({ x, count: smoothing.declared / 2 });
  }
  // Without a single amount everybody's density is the best guess, and adds nothing.
  if (points.length === 0) return { mean: base.mean, slope: 0, offset: 0 };
  let count = prior.meanPrior;
  let sum = prior.meanPrior * base.mean;
  for (const point of points) {
    count += point.count;
    sum += point.count * point.x;
  }
  const mean = sum / count;
  let weight = prior.variancePrior;
  let squares = prior.variancePrior * prior.variance;
  for (const point of points) {
    weight += point.count;
    squares += point.count * (point.x - mean) ** 2;
  }
  const variance = squares / weight;
  return { mean, slope: weights.amount / (2 * variance), offset: (-weights.amount * Math.log(variance / base.variance)) / 2 };
}

/**
 * How much of a record lies at each latent factor, of the record and what smooths it, 0 to 1. Counted back from the latest
 * investment, like all preferences.
 */
export function latentShares(record: { readonly key: string }, track: readonly TrackEntry[], model: InvestorModel, { industries, regions }: Vocabularies): Map<string, number> {
  const shares = new Map<string, number>();
  const latest = track.length === 0 ? 0 : track[track.length - 1]!.day;
  let total = model.smoothing.latent;
  for (const entry of track) {
    const count = decay(latest - entry.day, model.preferenceHalfLife);
    total += count;
    for (const key of roundKeys(entry, record.key, model, industries, regions)) shares.set(key, (shares.get(key) ?? 0) + count);
  }
  for (const [key, count] of shares) shares.set(key, count / total);
  return shares;
}

/** The latent factors of a past investment. */
export function roundKeys(entry: TrackEntry, own: string, model: InvestorModel, industries: CodeTree, regions: CodeTree): string[] {
  return factorKeys(model, {
    industries: entry.industry === null ? [] : wayTo(industries, entry.industry),
    regions: entry.region === null ? [] : wayTo(regions, entry.region),
    stage: entry.stage,
    logAmount: logOf(entry.amount),
    parties: [...new Set(entry.coInvestors)].filter((key) => key !== own).sort(),
  });
}

/** The square roots of the shares times the factors: roots, so that a first step into a field counts more than a further one. */
function latentOf(record: InvestorRecord, track: readonly TrackEntry[], model: InvestorModel, vocabularies: Vocabularies): Float64Array {
  const { dimensions, own } = model.latent;
  const vector = new Float64Array(dimensions);
  if (dimensions === 0) return vector;
  for (const [key, share] of latentShares(record, track, model, vocabularies)) {
    const factors = own[key];
    if (!factors) continue;
    const root = Math.sqrt(share);
    for (let d = 0; d < dimensions; d += 1) vector[d] = vector[d]! + root * factors[d]!;
  }
  return vector;
}

/** Term ids of a text that are kept, with their weights. */
export const textOf = (record: { readonly text: InvestorRecord['text'] }) => (record.text === null ? null : heaviest(record.text, TEXT_TERMS));
