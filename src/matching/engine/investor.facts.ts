import { heaviest } from '../../text/similarity.vectors.js';
import { TasteMaker, type TreeTaste } from './affinity.js';
import { decay, type InvestorModel } from './model.js';
import type { Day, MatchInvestor, TrackEntry } from './types.js';
import { eachFactor, type Vocabularies } from './vocabularies.js';

/**
 * Number of terms (words, pairs of words, Chinese characters) of a profile's text that the index stores: those with the
 * largest weights.
 */
export const TEXT_TERMS = 32;

/**
 * A past investment with words and codes replaced by the index's numbers, -1 if unknown. `parties` lists the
 * co-investors, without the investor itself.
 */
export interface CodedEntry {
  readonly industry: number;
  readonly region: number;
  readonly stage: number;
  readonly amount: number | null;
  readonly logAmount: number | null;
  readonly day: Day;
  readonly parties: readonly number[];
}

/**
 * An investor's record with words and codes replaced by the index's numbers. Its lists have a canonical order, so that
 * sums over them are bit-identical whatever the order of the input.
 */
export interface CodedRecord {
  readonly wanted: readonly number[];
  readonly excluded: readonly number[];
  readonly regions: readonly number[];
  readonly stages: readonly number[];
  readonly modes: readonly number[];
  readonly party: number;
  readonly track: readonly CodedEntry[];
}

/**
 * Facts derived from an investor's record alone, from which its score for any opportunity is computed. The
 * contributions of industries, regions, stages and amounts include the model's weights.
 */
export interface InvestorFacts {
  /**
   * `activity`: number of investments per half-life, decayed by age as of the day of the latest investment. `latest`:
   * that day; null for an investor without investments.
   */
  readonly activity: readonly number[];
  readonly latest: Day | null;
  readonly industries: TreeTaste;
  readonly regions: TreeTaste;
  /**
   * Contribution of each funding stage, keyed by the stage's number; every stage not listed contributes `otherStages`.
   */
  readonly stages: ReadonlyMap<number, number>;
  readonly otherStages: number;
  /**
   * Parameters of the contribution of an amount x (ln CNY): `offset` - `slope` × (x - `mean`)² + `baseDensity` of x.
   */
  readonly amount: { readonly mean: number; readonly slope: number; readonly offset: number };
  /**
   * Ties to co-investors, keyed by the party's number: ln(joint rounds / number expected from the party's base rate),
   * smoothed and decayed by age; negative ones are left out.
   */
  readonly ties: ReadonlyMap<number, number>;
  readonly latent: Float64Array;
}

/** Natural logarithm of an amount; null if it is unknown or not positive. */
export const logOf = (amount: number | null): number | null =>
  amount !== null && amount > 0 ? Math.log(amount) : null;

const order = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0);
const byContent = (a: TrackEntry, b: TrackEntry) =>
  a.day - b.day ||
  order(a.industry, b.industry) ||
  order(a.region, b.region) ||
  order(a.stage, b.stage) ||
  (a.amount ?? -1) - (b.amount ?? -1) ||
  order([...a.coInvestors].sort().join('\n'), [...b.coInvestors].sort().join('\n'));
const NONE: readonly number[] = [];
const distinct = (words: readonly string[], numberOf: (word: string) => number): readonly number[] =>
  words.length === 0 ? NONE : words.length === 1 ? [numberOf(words[0]!)] : [...new Set(words)].sort().map(numberOf);

/** Past investments in canonical order; returns the given list unchanged if it already has that order. */
function inOrder(track: readonly TrackEntry[]): readonly TrackEntry[] {
  for (let i = 1; i < track.length; i += 1)
    if (byContent(track[i - 1]!, track[i]!) > 0) return [...track].sort(byContent);
  return track;
}

export function codedRecord(
  { declared, track, key }: MatchInvestor,
  { industries, regions, stages, modes, parties }: Vocabularies,
): CodedRecord {
  const party = parties.number(key);
  const industryOf = (code: string) => industries.number(code);
  const partyOf = (other: string) => parties.number(other);
  const partiesOf = (keys: readonly string[]) => {
    const numbers = distinct(keys, partyOf);
    return numbers.includes(party) ? numbers.filter((number) => number !== party) : numbers;
  };
  return {
    wanted: distinct(declared.wanted, industryOf),
    excluded: distinct(declared.excluded, industryOf),
    regions: distinct(declared.regions, (code) => regions.number(code)),
    stages: distinct(declared.stages, (stage) => stages.number(stage)),
    modes: distinct(declared.cooperationModes, (mode) => modes.number(mode)),
    party,
    track: inOrder(track).map((entry) => ({
      industry: entry.industry === null ? -1 : industries.number(entry.industry),
      region: entry.region === null ? -1 : regions.number(entry.region),
      stage: entry.stage === null ? -1 : stages.number(entry.stage),
      amount: entry.amount,
      logAmount: logOf(entry.amount),
      day: entry.day,
      parties: partiesOf(entry.coInvestors),
    })),
  };
}

/** Computes the facts of investors' records for one index, one record at a time, in reused buffers. */
export class FactMaker {
  private readonly industries: TasteMaker;
  private readonly regions: TasteMaker;

  constructor(
    private readonly model: InvestorModel,
    private readonly vocabularies: Vocabularies,
  ) {
    this.industries = new TasteMaker(vocabularies.industries, vocabularies.rates.industries);
    this.regions = new TasteMaker(vocabularies.regions, vocabularies.rates.regions);
  }

  make(record: MatchInvestor, coded: CodedRecord): InvestorFacts {
    const { model } = this;
    const { weights, smoothing } = model;
    const { track } = coded;
    const latest = track.length === 0 ? null : track[track.length - 1]!.day;
    const counts = track.map((entry) => decay(latest! - entry.day, model.preferenceHalfLife));
    let total = 0;
    track.forEach((entry, i) => {
      const count = counts[i]!;
      total += count;
      if (entry.industry >= 0) this.industries.add(entry.industry, count);
      if (entry.region >= 0) this.regions.add(entry.region, count);
    });
    for (const code of coded.wanted) this.industries.add(code, smoothing.declared / coded.wanted.length);
    for (const code of coded.regions) this.regions.add(code, smoothing.declared / coded.regions.length);
    const industryStart = this.industries.declare(coded.wanted, ...weights.declaredIndustry);
    const regionStart = this.regions.declare(coded.regions, ...weights.declaredRegion);
    return {
      activity: model.activity.halfLives.map((halfLife) => {
        let sum = 0;
        for (const entry of track) sum += decay(latest! - entry.day, halfLife);
        return sum;
      }),
      latest,
      industries: this.industries.take(
        smoothing.industry,
        { top: weights.industry, deeper: weights.industryDeeper },
        industryStart,
      ),
      regions: this.regions.take(smoothing.region, { top: weights.region, deeper: weights.regionDeeper }, regionStart),
      ...this.stages(coded, counts),
      amount: this.amount(record, coded, counts),
      ties: this.ties(coded, counts, total),
      latent: this.latent(coded),
    };
  }

  private stages(
    { track, stages: wanted }: CodedRecord,
    counts: readonly number[],
  ): Pick<InvestorFacts, 'stages' | 'otherStages'> {
    const { weights, smoothing } = this.model;
    const byStage = new Map<number, number>();
    let staged = 0;
    const add = (stage: number, count: number) => {
      byStage.set(stage, (byStage.get(stage) ?? 0) + count);
      staged += count;
    };
    track.forEach((entry, i) => entry.stage >= 0 && add(entry.stage, counts[i]!));
    for (const stage of wanted) add(stage, smoothing.declared / wanted.length);
    const [meets, misses] = wanted.length === 0 ? [0, 0] : weights.declaredStage;
    const otherStages = weights.stage * Math.log(smoothing.stage / (staged + smoothing.stage)) + misses;
    const stages = new Map<number, number>();
    for (const [stage, count] of byStage) {
      const expected = smoothing.stage * this.vocabularies.rates.stages.of(stage);
      stages.set(
        stage,
        otherStages +
          weights.stage * Math.log((count + expected) / expected) +
          (wanted.includes(stage) ? meets - misses : 0),
      );
    }
    return { stages, otherStages };
  }

  /**
   * Fits a normal density to the ln amounts of an investor, mean and variance shrunk towards the base density; the two
   * ends of a declared ticket range count as investments of these amounts.
   */
  private amount(
    { declared }: MatchInvestor,
    { track }: CodedRecord,
    counts: readonly number[],
  ): InvestorFacts['amount'] {
    const { amount: prior, smoothing, weights } = this.model;
    const base = this.model.base.amount;
    const edges = [logOf(declared.ticketMin), logOf(declared.ticketMax)].filter(
      (edge): edge is number => edge !== null,
    );
    // Sums over the investor's known ln amounts, weighted by age: called once for the mean and once for the squared
    // deviations from it.
    const sumOf = (value: (x: number) => number): { count: number; sum: number } => {
      let count = 0;
      let sum = 0;
      track.forEach(({ logAmount }, i) => {
        if (logAmount === null) return;
        count += counts[i]!;
        sum += counts[i]! * value(logAmount);
      });
      for (const edge of edges) {
        count += smoothing.declared / 2;
        sum += (smoothing.declared / 2) * value(edge);
      }
      return { count, sum };
    };
    const points = sumOf((x) => x);
    // An investor without any known amount gets the base density, so that the amount term contributes 0.
    if (points.count === 0) return { mean: base.mean, slope: 0, offset: 0 };
    const mean = (points.sum + prior.meanPrior * base.mean) / (points.count + prior.meanPrior);
    const squares = sumOf((x) => (x - mean) ** 2);
    const variance = (squares.sum + prior.variancePrior * prior.variance) / (squares.count + prior.variancePrior);
    return {
      mean,
      slope: weights.amount / (2 * variance),
      offset: (-weights.amount * Math.log(variance / base.variance)) / 2,
    };
  }

  private ties({ track }: CodedRecord, counts: readonly number[], total: number): Map<number, number> {
    const prior = this.model.smoothing.coInvestors;
    const known = new Map<number, number>();
    track.forEach((entry, i) => {
      for (const party of entry.parties) known.set(party, (known.get(party) ?? 0) + counts[i]!);
    });
    for (const [party, count] of known) {
      const rate = this.vocabularies.rates.parties.of(party);
      const tie = Math.log((count + prior * rate) / (total + prior) / rate);
      if (tie > 0) known.set(party, tie);
      else known.delete(party);
    }
    return known;
  }

  /**
   * Latent vector of an investor: the sum of its factors' vectors, each times the square root of the factor's share, so
   * that a first investment in a field counts more than a further one.
   */
  private latent(coded: CodedRecord): Float64Array {
    const { dimensions } = this.model.latent;
    const vector = new Float64Array(dimensions);
    if (dimensions === 0) return vector;
    for (const [factor, share] of latentShares(coded.track, this.model, this.vocabularies)) {
      const own = this.vocabularies.factors.ownOf(factor);
      if (!own) continue;
      const root = Math.sqrt(share);
      for (let d = 0; d < dimensions; d += 1) vector[d] = vector[d]! + root * own[d]!;
    }
    return vector;
  }
}

/**
 * Share, from 0 to 1, of an investor's past investments that have each latent factor; the smoothing constant is part of
 * the denominator. Investments are decayed by age relative to the latest one, as for all preferences.
 */
export function latentShares(
  track: readonly CodedEntry[],
  model: InvestorModel,
  vocabularies: Vocabularies,
): Map<number, number> {
  const shares = new Map<number, number>();
  const latest = track.length === 0 ? 0 : track[track.length - 1]!.day;
  let total = model.smoothing.latent;
  for (const entry of track) {
    const count = decay(latest - entry.day, model.preferenceHalfLife);
    total += count;
    eachFactor(vocabularies, model, entry, (factor) => shares.set(factor, (shares.get(factor) ?? 0) + count));
  }
  for (const [factor, count] of shares) shares.set(factor, count / total);
  return shares;
}

/** The TEXT_TERMS heaviest term ids of a record's text with their weights; null for a record without text. */
export const textOf = (record: { readonly text: MatchInvestor['text'] }) =>
  record.text === null ? null : heaviest(record.text, TEXT_TERMS);
