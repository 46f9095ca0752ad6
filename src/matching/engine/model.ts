import type { Day } from './types.js';

/**
 * The model: everything statistical that a score rests on, as plain data (JSON). With it, a score depends on nothing but the
 * two sides and the day, so that every process gives the same number for a pair.
 */
export interface MatchModel {
  /** Names the model in every match that it scored. */
  readonly version: string;
  readonly investor: InvestorModel;
  readonly talent: TalentModel;
  readonly demand: DemandModel;
}

/** What one unit of each term counts. A contribution is a weight times a term's value. */
export interface InvestorWeights {
  /** Of ln(1 + investments / `activity.floor`), by the half-lives of `activity`, the shortest first. */
  readonly activity: readonly number[];
  /** Of ln(1 + age of the latest investment in quarters). */
  readonly idle: number;
  /** Of the smoothed log-odds of the top level and of each level below it. */
  readonly industry: number;
  readonly industryDeeper: number;
  readonly region: number;
  readonly regionDeeper: number;
  readonly stage: number;
  /** Of the log density of the amount against everyone's. */
  readonly amount: number;
  /** Of the strongest tie to an earlier backer, and of the mean over all of them. */
  readonly coInvestorsMost: number;
  readonly coInvestorsMean: number;
  readonly latent: number;
  /** Of the similarity of texts, 0 to 1. */
  readonly text: number;
  /** Added when declared industries (regions, stages, modes, ticket, TRL) meet the opportunity, and when they do not. */
  readonly declaredIndustry: readonly [meets: number, misses: number];
  readonly declaredRegion: readonly [meets: number, misses: number];
  readonly declaredStage: readonly [meets: number, misses: number];
  readonly cooperation: readonly [meets: number, misses: number];
  readonly ticket: readonly [meets: number, misses: number];
  /** `misses` per level outside the range. */
  readonly trl: readonly [meets: number, misses: number];
  /** Of ln(share of the opportunity's industry in all investments x their number): the same for every investor. */
  readonly base: number;
}

/** Shares of a code among its siblings, so that the shares of a parent's children sum to 1. */
export type BaseRates = Readonly<Record<string, number>>;

export interface InvestorModel {
  readonly weights: InvestorWeights;
  /** Investments count half after so many years, by the day of asking. */
  readonly activity: { readonly halfLives: readonly number[]; readonly floor: readonly number[] };
  /** What an investor prefers is read from its record with this half-life in years, counted back from its latest investment. */
  readonly preferenceHalfLife: number;
  /** Investments that the base rates count for beside an investor's own. */
  readonly smoothing: {
    readonly industry: number;
    readonly region: number;
    readonly stage: number;
    readonly coInvestors: number;
    readonly latent: number;
    /** Investments that what an investor declares (its industries, regions, stages, ticket) counts for. */
    readonly declared: number;
  };
  readonly base: {
    readonly industries: BaseRates;
    readonly regions: BaseRates;
    readonly stages: BaseRates;
    /** Shares of rounds that a party is in. */
    readonly parties: BaseRates;
    /** For what the lists lack. */
    readonly unseen: number;
    readonly unseenParty: number;
    /** Natural log of CNY. */
    readonly amount: { readonly mean: number; readonly variance: number };
  };
  /** Prior of an investor's amounts: investments that the base counts for, for the mean and for the variance, and that variance. */
  readonly amount: { readonly meanPrior: number; readonly variancePrior: number; readonly variance: number };
  readonly latent: LatentModel;
}

/**
 * Factors of what a round is made of. An investor is the sum of the factors of its past rounds (`own`), each times the square
 * root of its share in the record; an opportunity is the sum of its factors (`sought`). Their product says how far investors of
 * such a record go into such rounds.
 */
export interface LatentModel {
  readonly dimensions: number;
  /** By `industry:CODE`, `region:CODE`, `stage:WORD`, `amount:BIN`, `party:KEY`, `syndicate:SIZE` (1, 2, 3 for more; of records alone, as nobody knows how many will come in). */
  readonly own: Readonly<Record<string, readonly number[]>>;
  readonly sought: Readonly<Record<string, readonly number[]>>;
  /** Upper bounds of the amount bins, natural log of CNY, ascending; one bin more than bounds. */
  readonly amountBounds: readonly number[];
}

export interface TalentModel {
  readonly weights: {
    /** Of the match of industries by level: share of the code's levels in common, 0 to 1. */
    readonly industry: number;
    readonly text: number;
    readonly region: number;
    readonly languages: number;
    /** Of ln(1 + pieces of evidence, by kind). */
    readonly evidence: number;
    readonly evidenceKinds: Readonly<Record<string, number>>;
    readonly verified: number;
    /** Of days per month / 30, and what a wait costs per quarter. */
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
    /** Added when the result is ready enough; per level that it lacks. */
    readonly trl: readonly [meets: number, misses: number];
    /** Added when the budget covers what is sought; per natural log that it falls short. */
    readonly budget: readonly [meets: number, misses: number];
    /** Of the nearness of the deadline, 0 (a year or more, or none) to 1 (today): what is urgent comes a little earlier. */
    readonly deadline: number;
  };
}

/** Years, as half-lives count them. */
export const DAYS_PER_YEAR = 365.25;

/** What an investment of so many days ago still counts. */
export const decay = (days: Day, halfLifeYears: number): number => 2 ** (-days / (halfLifeYears * DAYS_PER_YEAR));

/** Numbers the amount's bin: the first whose bound is above it. */
export function amountBin(bounds: readonly number[], logAmount: number): number {
  let bin = 0;
  while (bin < bounds.length && logAmount >= bounds[bin]!) bin += 1;
  return bin;
}
