import type { Day } from './types.js';

/**
 * The matching model: all statistical parameters of a score, as plain data (JSON). Given the model, a score depends
 * only on the two sides and the day, so that every process computes the same number for a pair.
 */
export interface MatchModel {
  /** Version name, stored with every match scored by the model. */
  readonly version: string;
  readonly investor: InvestorModel;
  readonly talent: TalentModel;
  readonly demand: DemandModel;
}

/** Weights: a contribution is a weight times a term's value. */
export interface InvestorWeights {
  /** Weights of ln(1 + investments / `activity.floor`), one per half-life of `activity`, shortest first. */
  readonly activity: readonly number[];
  /** Weight of ln(1 + age of the latest investment in quarters). */
  readonly idle: number;
  /** Weights of the smoothed log-odds: of the top level (`industry`), and of each level below it (`industryDeeper`). */
  readonly industry: number;
  readonly industryDeeper: number;
  readonly region: number;
  readonly regionDeeper: number;
  readonly stage: number;
  /** Weight of the log density of the amount relative to the base density. */
  readonly amount: number;
  /** Weights of the strongest tie to an earlier backer, and of the mean tie over all backers. */
  readonly coInvestorsMost: number;
  readonly coInvestorsMean: number;
  readonly latent: number;
  /** Weight of the similarity of texts (0 to 1). */
  readonly text: number;
  /**
   * Added if the declared industries (regions, stages, modes, ticket, TRL) include the opportunity's (`meets`), or if
   * they do not (`misses`).
   */
  readonly declaredIndustry: readonly [meets: number, misses: number];
  readonly declaredRegion: readonly [meets: number, misses: number];
  readonly declaredStage: readonly [meets: number, misses: number];
  readonly cooperation: readonly [meets: number, misses: number];
  readonly ticket: readonly [meets: number, misses: number];
  /** `misses` applies per level outside the range. */
  readonly trl: readonly [meets: number, misses: number];
  /**
   * Weight of ln(share of the opportunity's industry in all investments × number of industries); equal for all
   * investors.
   */
  readonly base: number;
}

/** Share of each code among its siblings; the shares of a parent's children sum to 1. */
export type BaseRates = Readonly<Record<string, number>>;

export interface InvestorModel {
  readonly weights: InvestorWeights;
  /** Half-lives in years with which investments lose weight, counted back from the query day. */
  readonly activity: { readonly halfLives: readonly number[]; readonly floor: readonly number[] };
  /** Half-life in years for an investor's preferences, counted back from its latest investment. */
  readonly preferenceHalfLife: number;
  /** Prior weights of the base rates, as a number of investments. */
  readonly smoothing: {
    readonly industry: number;
    readonly region: number;
    readonly stage: number;
    readonly coInvestors: number;
    readonly latent: number;
    /** Weight of an investor's declared industries, regions, stages and ticket, as a number of investments. */
    readonly declared: number;
  };
  readonly base: {
    readonly industries: BaseRates;
    readonly regions: BaseRates;
    readonly stages: BaseRates;
    /** Share of rounds in which each party takes part. */
    readonly parties: BaseRates;
    /** Base rates of codes and parties that the lists lack. */
    readonly unseen: number;
    readonly unseenParty: number;
    /** Mean and variance of ln CNY. */
    readonly amount: { readonly mean: number; readonly variance: number };
  };
  /**
   * Prior of an investor's amounts: the weight of the base as a number of investments, for the mean and for the
   * variance, and that variance.
   */
  readonly amount: { readonly meanPrior: number; readonly variancePrior: number; readonly variance: number };
  readonly latent: LatentModel;
}

/**
 * Latent factors of the features of a round. An investor's vector is the sum of the factors of its past rounds (`own`),
 * each times the square root of its share in the record; an opportunity's vector is the sum of its factors (`sought`).
 * Their scalar product estimates how strongly investors with such a record invest in such rounds.
 */
export interface LatentModel {
  readonly dimensions: number;
  /**
   * Factors by key: `industry:CODE`, `region:CODE`, `stage:WORD`, `amount:BIN`, `party:KEY`, `syndicate:SIZE` (1, 2, or
   * 3 for more; only for records, because the syndicate of a future round is unknown).
   */
  readonly own: Readonly<Record<string, readonly number[]>>;
  readonly sought: Readonly<Record<string, readonly number[]>>;
  /** Upper bounds of the amount bins, as ln CNY, ascending; there is one bin more than bounds. */
  readonly amountBounds: readonly number[];
}

export interface TalentModel {
  readonly weights: {
    /** Weight of the industry match: share of the code's levels in common, 0 to 1. */
    readonly industry: number;
    readonly text: number;
    readonly region: number;
    readonly languages: number;
    /** Weight of ln(1 + number of evidence items, weighted by kind). */
    readonly evidence: number;
    readonly evidenceKinds: Readonly<Record<string, number>>;
    readonly verified: number;
    /** Weights of days per month / 30 (`availability`), and of each quarter of waiting (`wait`). */
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
    /** Added if the result's TRL meets the requirement (`meets`), or per level that it lacks (`misses`). */
    readonly trl: readonly [meets: number, misses: number];
    /** Added if the budget covers the amount sought (`meets`), or per natural log that it falls short (`misses`). */
    readonly budget: readonly [meets: number, misses: number];
    /**
     * Weight of the deadline's nearness, 0 (a year or more, or none) to 1 (today), so that urgent demands rank slightly
     * higher.
     */
    readonly deadline: number;
  };
}

/** Length of a year in days, for half-lives. */
export const DAYS_PER_YEAR = 365.25;

/** Remaining weight of an investment made `days` days ago. */
export const decay = (days: Day, halfLifeYears: number): number => 2 ** (-days / (halfLifeYears * DAYS_PER_YEAR));

/** Index (from 0) of the bin of an amount: the first whose upper bound exceeds it, else the last. All in ln CNY. */
export function amountBin(bounds: readonly number[], logAmount: number): number {
  let bin = 0;
  while (bin < bounds.length && logAmount >= bounds[bin]!) bin += 1;
  return bin;
}
