import type { Day } from './types.js';

/** Codes of the terms that a match score is the sum of. Each term states its contribution and the evidence for it. */
export type TermCode =
  | 'ACTIVITY'
  | 'INDUSTRY'
  | 'STAGE'
  | 'REGION'
  | 'AMOUNT'
  | 'TRL'
  | 'COOPERATION'
  | 'CO_INVESTORS'
  | 'LATENT'
  | 'TEXT'
  | 'BASE'
  | 'LANGUAGES'
  | 'EVIDENCE'
  | 'AVAILABILITY'
  | 'GRADE'
  | 'DEADLINE'
  | 'BUDGET';

/**
 * Evidence for the industry or region term. For an investor: its past investments at the most specific node, on the
 * path to the opportunity's code, that has any. Talents and demands have no past investments: their evidence is
 * `declared`, and the counts are 0.
 */
export interface CodeEvidence {
  /**
   * `code`: the opportunity's own code. `at`: a node on the path from the top down to it: for an investor, the one at
   * which investments were counted; for a talent or demand, the deepest one that its codes cover.
   */
  readonly code: string;
  readonly at: string;
  /**
   * `investments`: number of past investments at or below `at`. `of`: number of past investments with a known code.
   * `latest`: day of the latest of the counted ones.
   */
  readonly investments: number;
  readonly of: number;
  readonly latest: Day | null;
  /**
   * An investor's declared codes that cover the opportunity: null if it declared none, empty if it declared only
   * others. For a talent or demand: all its codes.
   */
  readonly declared: readonly string[] | null;
}

/** A round of the profile's record, as evidence. */
export interface RoundEvidence {
  readonly industry: string | null;
  readonly region: string | null;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly day: Day;
  /** The round's part of the term's contribution. */
  readonly contribution: number;
}

export type Evidence =
  | { readonly code: 'ACTIVITY'; readonly investments: number; readonly lastYear: number; readonly latest: Day | null }
  | ({ readonly code: 'INDUSTRY' | 'REGION' } & Omit<CodeEvidence, 'code'> & { readonly sought: string })
  | {
      readonly code: 'STAGE';
      readonly sought: string;
      readonly investments: number;
      readonly of: number;
      readonly latest: Day | null;
      readonly declared: readonly string[] | null;
      readonly meets: boolean;
    }
  | {
      readonly code: 'AMOUNT';
      readonly sought: number;
      readonly typical: number | null;
      readonly investments: number;
      readonly ticketMin: number | null;
      readonly ticketMax: number | null;
      readonly meets: boolean | null;
    }
  | {
      readonly code: 'TRL';
      readonly sought: number;
      readonly min: number;
      readonly max: number;
      readonly outside: number;
    }
  | { readonly code: 'COOPERATION'; readonly shared: readonly string[]; readonly declared: readonly string[] }
  | {
      readonly code: 'CO_INVESTORS';
      readonly ties: readonly { readonly key: string; readonly rounds: number; readonly latest: Day }[];
    }
  | {
      readonly code: 'LATENT';
      readonly rounds: readonly RoundEvidence[];
      readonly pairs: readonly { readonly own: string; readonly sought: string; readonly contribution: number }[];
    }
  | { readonly code: 'TEXT'; readonly similarity: number; readonly terms: readonly number[] }
  | { readonly code: 'BASE'; readonly sought: string; readonly share: number }
  | { readonly code: 'LANGUAGES'; readonly shared: readonly string[]; readonly sought: readonly string[] }
  | {
      readonly code: 'EVIDENCE';
      readonly kinds: readonly { readonly kind: string; readonly count: number; readonly latest: number | null }[];
      readonly verified: boolean;
    }
  | {
      readonly code: 'AVAILABILITY';
      readonly daysPerMonth: number | null;
      readonly availableFrom: Day | null;
      readonly waitDays: number;
    }
  | { readonly code: 'GRADE'; readonly grade: string }
  | { readonly code: 'DEADLINE'; readonly deadline: Day; readonly daysLeft: number }
  | {
      readonly code: 'BUDGET';
      readonly sought: number;
      readonly budgetMin: number | null;
      readonly budgetMax: number | null;
      readonly meets: boolean;
    };

export interface MatchTerm {
  readonly code: TermCode;
  readonly contribution: number;
  readonly evidence: Evidence;
}

export interface MatchItem {
  readonly id: string;
  /**
   * Score of the match: the sum of its terms' contributions, which is exact in any order of addition (see `rounded`).
   */
  readonly score: number;
  readonly terms: readonly MatchTerm[];
}

export interface Ranking {
  /** Number of profiles that were not excluded; `items` holds the best of them. */
  readonly total: number;
  readonly items: readonly MatchItem[];
}

export interface RankOptions {
  readonly limit: number;
  /** The day for which scores are computed. */
  readonly asOf: Day;
  /** Only results after this position in the ranking. */
  readonly after?: { readonly score: number; readonly id: string };
  /** Ids of profiles that must not be proposed, because a side declined the match or has a conflict of interest. */
  readonly exclude?: Iterable<string>;
  /** If given, only these ids are ranked. */
  readonly only?: Iterable<string>;
  /** False returns scores without terms, which is faster; used by benchmarks and matching rounds. */
  readonly reasons?: boolean;
}

const STEPS = 2 ** 20;

/**
 * Rounds a contribution to a multiple of 2^-20. Sums of such numbers are exact in double precision, so the
 * contributions of a match add up to its score in any order, also after sorting, storage and transmission.
 */
export const rounded = (contribution: number): number => Math.round(contribution * STEPS) / STEPS || 0;
