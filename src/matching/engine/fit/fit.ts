import { DEFAULT_MODEL } from '../default-model.js';
import { DAYS_PER_YEAR, type InvestorModel, type LatentModel, type MatchModel } from '../model.js';
import { FLAT_TAXONOMY, type EngineTaxonomy } from '../taxonomy.js';
import type { Day } from '../types.js';
import { baseRates } from './base-rates.js';
import { Design, featureSpace, TERM_VALUES, type FeatureSpace } from './design.js';
import { factorise } from './factors.js';
import { snapshotOf, type PastRound } from './history.js';
import { minimise } from './lbfgs.js';
import { choiceLoss, sampleChoices, type Penalties } from './logit.js';

export interface FitOptions {
  /** Rounds on or after this day are ignored. */
  readonly asOf: Day;
  /** Version name of the fitted model. */
  readonly version: string;
  readonly taxonomy?: EngineTaxonomy;
  /**
   * Starting model: supplies every parameter that the fit does not estimate (half-lives, smoothing, weights of declared
   * preferences and texts, and the models of talents and demands).
   */
  readonly start?: MatchModel;
  /** False if the amount sought is unknown when the model will be used; the fit then leaves amounts out. */
  readonly withAmount?: boolean;
  readonly settings?: Partial<FitSettings>;
}

/**
 * Settings of the fit of an investor model. The defaults were chosen on several splits of the evaluation data by time.
 */
export interface FitSettings {
  /**
   * Number of one-year training periods before `asOf`. For each period, investor profiles are built from the rounds
   * known at its start, and the period's own rounds are the queries.
   */
  readonly years: number;
  /** Minimum number of queries for a year to be used. */
  readonly leastQueries: number;
  readonly negatives: number;
  readonly penalties: Penalties;
  /**
   * Minimum number of past rounds in which a party (`leastPartyRounds`) or any other latent factor, such as an industry
   * or a stage (`leastRounds`), must occur to get a latent vector.
   */
  readonly leastRounds: number;
  readonly leastPartyRounds: number;
  readonly dimensions: number;
  readonly iterations: number;
  /**
   * Probability floor of the loss: an investor that the model gives a probability below the floor hardly influences the
   * fit. `polish` is the number of optimiser iterations with the floor.
   */
  readonly floor: number;
  readonly polish: number;
}

export const FIT_SETTINGS: FitSettings = {
  years: 5,
  leastQueries: 100,
  negatives: 300,
  penalties: { terms: 1, latent: 10 },
  leastRounds: 30,
  leastPartyRounds: 25,
  dimensions: 24,
  iterations: 25,
  floor: 0.001,
  polish: 12,
};

/** Result of a fit: the fitted model and its quality on the training data. */
export interface FitResult {
  readonly model: MatchModel;
  readonly queries: number;
  /**
   * Final value of the training objective per query: the mean of -ln(p + floor), where p is the modelled probability of
   * an actual investor, with the penalties added. NaN if nothing was fitted.
   */
  readonly loss: number;
}

const QUANTILES = 8;

function amountBounds(rounds: readonly PastRound[]): number[] {
  const logs = rounds
    .flatMap((round) => (round.amount !== null && round.amount > 0 ? [Math.log(round.amount)] : []))
    .sort((a, b) => a - b);
  const bounds = Array.from(
    { length: QUANTILES },
    (_, i) => logs[Math.floor(((i + 1) * logs.length) / (QUANTILES + 1))] ?? 0,
  );
  return [...new Set(bounds)];
}

/**
 * Fits an investor model to past rounds: base rates are counted; weights and latent factors maximise the penalised
 * likelihood of the actual investors against sampled other candidates (a conditional logit). Investors' profiles are
 * those at the start of each one-year period. Deterministic. With too little history, the weights of `start` are kept.
 */
export function fitModel(history: readonly PastRound[], options: FitOptions): FitResult {
  const settings = { ...FIT_SETTINGS, ...options.settings };
  const taxonomy = options.taxonomy ?? FLAT_TAXONOMY;
  const start = options.start ?? DEFAULT_MODEL;
  const withAmount = options.withAmount ?? true;
  const rounds = history.filter((round) => round.day < options.asOf);
  const bounds = withAmount ? amountBounds(rounds) : [];
  const modelAt = (day: Day): InvestorModel => ({
    ...start.investor,
    base: baseRates(
      rounds.filter((round) => round.day < day),
      day,
      taxonomy,
    ),
    latent: { dimensions: 0, own: {}, sought: {}, amountBounds: bounds },
  });

  const days = Array.from({ length: settings.years }, (_, i) => Math.round(options.asOf - (i + 1) * DAYS_PER_YEAR));
  const snapshots = days
    .map((day) => snapshotOf(rounds, day, Math.round(day + DAYS_PER_YEAR), withAmount))
    .filter((snapshot) => snapshot.queries.length >= settings.leastQueries);
  const final = modelAt(options.asOf);
  const space = featureSpace(rounds, final, taxonomy, settings.leastRounds, settings.leastPartyRounds);
  if (snapshots.length === 0)
    return { model: { ...start, version: options.version, investor: final }, queries: 0, loss: NaN };

  const designs = snapshots.map((snapshot) => new Design(snapshot, modelAt(snapshot.day), taxonomy, space));
  const width = TERM_VALUES.length;
  const rough = new Float64Array(width);
  const uniformly = designs.flatMap((design, i) => sampleChoices(design, 60, 100 + i, null));
  minimise(choiceLoss(uniformly, width, 0, settings.penalties), rough, settings.iterations);

  const choices = designs.flatMap((design, i) => sampleChoices(design, settings.negatives, 200 + i, rough));
  const features = space.keys.length;
  const point = new Float64Array(width + features * features);
  point.set(rough);
  minimise(choiceLoss(choices, width, features, settings.penalties), point, settings.iterations);
  // Second phase: the floor frees the weights from investors that the terms cannot predict, and so improves the top
  // of the rankings.
  const loss =
    minimise(choiceLoss(choices, width, features, settings.penalties, settings.floor), point, settings.polish) /
    choices.length;
  const latent = latentModel(point.subarray(width), space, designs, settings.dimensions, bounds);
  const [
    a0,
    a1,
    a2,
    idle,
    industry,
    industryDeeper,
    region,
    regionDeeper,
    stage,
    amount,
    coInvestorsMost,
    coInvestorsMean,
  ] = Array.from(point.subarray(0, width)) as number[];
  const weights = {
    ...start.investor.weights,
    activity: [a0!, a1!, a2!],
    idle: idle!,
    industry: industry!,
    industryDeeper: industryDeeper!,
    region: region!,
    regionDeeper: regionDeeper!,
    stage: stage!,
    amount: withAmount ? amount! : start.investor.weights.amount,
    coInvestorsMost: coInvestorsMost!,
    coInvestorsMean: coInvestorsMean!,
    latent: 1,
  };
  return {
    model: { ...start, version: options.version, investor: { ...final, weights, latent } },
    queries: choices.length,
    loss,
  };
}

function latentModel(
  matrix: Float64Array,
  space: FeatureSpace,
  designs: readonly Design[],
  dimensions: number,
  amountBounds: readonly number[],
): LatentModel {
  const size = space.keys.length;
  const scaleOf = (vectors: Iterable<{ features: Int32Array; values: Float32Array }>, count: number) => {
    const squares = new Float64Array(size);
    for (const { features, values } of vectors) {
      features.forEach((feature, i) => (squares[feature]! += values[i]! ** 2));
    }
    return squares.map((square) => Math.sqrt((square + 0.1) / Math.max(1, count)));
  };
  const most = Math.min(dimensions, size);
  const { own, sought } = factorise(
    matrix,
    size,
    most,
    scaleOf(
      designs.map((design) => design.own),
      designs.reduce((sum, design) => sum + design.candidates.size, 0),
    ),
    scaleOf(
      designs.flatMap((design) => design.sought),
      designs.reduce((sum, design) => sum + design.sought.length, 0),
    ),
  );
  const byKey = (factors: Float64Array) =>
    Object.fromEntries(
      space.keys.map((key, f) => [
        key,
        Array.from(factors.subarray(f * most, (f + 1) * most), (value) => Math.fround(value)),
      ]),
    );
  return { dimensions: most, own: byKey(own), sought: byKey(sought), amountBounds };
}
