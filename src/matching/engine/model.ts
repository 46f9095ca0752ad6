import type { Day } from './types.js';

/**
 * The matching model: every statistical parameter of a score, as plain data (JSON). A score depends only on the model,
 * the two profiles and the day, so that every process computes the same number.
 */
export interface MatchModel {
  /** Version name, stored with every match scored by the model. */
  readonly version: string;
  readonly investor: InvestorModel;
  readonly talent: TalentModel;
  readonly demand: DemandModel;
}

/** Weights of an investor's score: the contribution of a term is its weight times its value. */
export interface InvestorWeights {
  /**
   * Weights of ln(1 + decayed number of investments / `activity.floor`), one per half-life of `activity`, shortest
   * first.
   */
  readonly activity: readonly number[];
  /** Weight of ln(1 + number of quarters since the investor's latest investment). */
  readonly idle: number;
  /**
   * Weights of the smoothed log-odds of the sought industry: at the top level (`industry`) and at each deeper level
   * (`industryDeeper`); likewise for regions.
   */
  readonly industry: number;
  readonly industryDeeper: number;
  readonly region: number;
  readonly regionDeeper: number;
  readonly stage: number;
  /** Weight of the log density of the amount sought under the investor's amounts, relative to the base density. */
  readonly amount: number;
  /**
   * Weight of the strongest tie to an earlier backer, and weight of the sum of ties divided by the square root of the
   * number of backers.
   */
  readonly coInvestorsMost: number;
  readonly coInvestorsMean: number;
  readonly latent: number;
  /** Weight of the similarity of texts (0 to 1). */
  readonly text: number;
  /**
   * Added to the score if the investor's declared industries include the opportunity's (`meets`), or if they do not
   * (`misses`); likewise for regions, stages, cooperation modes, ticket and TRL. `misses` of the ticket applies per
   * natural log of distance between the ticket range and the amount sought.
   */
  readonly declaredIndustry: readonly [meets: number, misses: number];
  readonly declaredRegion: readonly [meets: number, misses: number];
  readonly declaredStage: readonly [meets: number, misses: number];
  readonly cooperation: readonly [meets: number, misses: number];
  readonly ticket: readonly [meets: number, misses: number];
  /** `misses` applies per level outside the range. */
  readonly trl: readonly [meets: number, misses: number];
  /** Weight of ln(base rate of the opportunity's top-level industry), a term with the same value for every investor. */
  readonly base: number;
}

/**
 * Base rates: by code, its share of the investments among all children of its parent; the shares of one parent's
 * children sum to 1.
 */
export type BaseRates = Readonly<Record<string, number>>;

export interface InvestorModel {
  readonly weights: InvestorWeights;
  /**
   * `halfLives`: half-lives in years with which past investments lose weight in the activity term, counted back from
   * the day of the query.
   */
  readonly activity: { readonly halfLives: readonly number[]; readonly floor: readonly number[] };
  /**
   * Half-life in years with which past investments lose weight in an investor's preferences, counted back from its
   * latest investment.
   */
  readonly preferenceHalfLife: number;
  /** Strength of the smoothing towards the base rates, as a number of imaginary investments. */
  readonly smoothing: {
    readonly industry: number;
    readonly region: number;
    readonly stage: number;
    readonly coInvestors: number;
    readonly latent: number;
    /**
     * Weight of all declared codes of one kind together (industries, regions, stages, or the ends of a ticket range),
     * as a number of imaginary investments.
     */
    readonly declared: number;
  };
  readonly base: {
    readonly industries: BaseRates;
    readonly regions: BaseRates;
    readonly stages: BaseRates;
    /** Share of rounds in which each party takes part. */
    readonly parties: BaseRates;
    /** Base rate of a code (`unseen`) or party (`unseenParty`) that the model's lists lack. */
    readonly unseen: number;
    readonly unseenParty: number;
    /** Mean and variance of ln CNY. */
    readonly amount: { readonly mean: number; readonly variance: number };
  };
  /**
   * Prior of an investor's amounts: strength of the base density as a number of imaginary investments, for the mean and
   * for the variance, and the prior variance (of ln CNY).
   */
  readonly amount: { readonly meanPrior: number; readonly variancePrior: number; readonly variance: number };
  readonly latent: LatentModel;
}

/**
 * Latent factors of the features of a round. An investor's vector is the sum of the factors of its past rounds (`own`),
 * each times the square root of its share in the record; an opportunity's vector is the weighted sum of its factors
 * (`sought`). Their scalar product estimates how strongly investors with such a record invest in such rounds.
 */
export interface LatentModel {
  readonly dimensions: number;
  /**
   * Factors by key: `industry:CODE`, `region:CODE`, `stage:WORD`, `amount:BIN`, `party:KEY`, `syndicate:SIZE` (1, 2, or
   * 3 for more; only for records, because the syndicate of a future round is unknown).
   */
  readonly own: Readonly<Record<string, readonly number[]>>;
  readonly sought: Readonly<Record<string, readonly number[]>>;
  /** Upper bounds of the amount bins, in ln CNY, ascending; n bounds make n + 1 bins. */
  readonly amountBounds: readonly number[];
}

export interface TalentModel {
  readonly weights: {
    /**
     * Weight of the industry match, whose value from 0 to 1 is the share of the path to the sought code that the
     * talent's codes cover.
     */
    readonly industry: number;
    readonly text: number;
    readonly region: number;
    readonly languages: number;
    /**
     * Weight of the evidence: for every kind, ln(1 + number of the talent's items) times the kind's factor in
     * `evidenceKinds`, added up.
     */
    readonly evidence: number;
    readonly evidenceKinds: Readonly<Record<string, number>>;
    readonly verified: number;
    /**
     * `availability`: weight of (days per month / 30). `wait`: weight per quarter until the talent becomes available.
     */
    readonly availability: number;
    readonly wait: number;
    readonly grade: Readonly<Record<string, number>>;
  };
}

export interface DemandModel {
  readonly weights: {
    readonly industry: number;
    readonly text: number;
    readonly region: number;
    /**
     * Added if the achievement's TRL meets the demand's minimum (`meets`); per TRL level below the minimum (`misses`).
     */
    readonly trl: readonly [meets: number, misses: number];
    /** Added if the demand's budget covers the amount sought (`meets`); per natural log of shortfall (`misses`). */
    readonly budget: readonly [meets: number, misses: number];
    /**
     * Weight of the deadline's proximity, from 0 (none, or a year or more away) to 1 (today): urgent demands rank
     * slightly higher.
     */
    readonly deadline: number;
  };
}

/** Length of a year in days, for half-lives. */
export const DAYS_PER_YEAR = 365.25;

/** Factor by which an investment's weight has decayed after `days` days, with the half-life in years. */
export const decay = (days: Day, halfLifeYears: number): number => 2 ** (-days / (halfLifeYears * DAYS_PER_YEAR));

/**
 * Bin number (from 0) of an amount in ln CNY: the first bin whose upper bound exceeds it; the last bin if none does.
 */
export function amountBin(bounds: readonly number[], logAmount: number): number {
  let bin = 0;
  while (bin < bounds.length && logAmount >= bounds[bin]!) bin += 1;
  return bin;
}
