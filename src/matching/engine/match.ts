import type { Day } from './types.js';

/** A score is a sum of terms; each says what it adds and what it rests on. */
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

/** Industry or region: how much of the record lies where the opportunity is, at the most exact level where there is any. */
export interface CodeEvidence {
  /** The opportunity's code, and the code on the way up from it at which the record was counted. */
  readonly code: string;
  readonly at: string;
  /** Investments at that code or below, of all whose code is known; the day of the latest. */
  readonly investments: number;
  readonly of: number;
  readonly latest: Day | null;
  /** Declared codes that cover the opportunity; null if nothing is declared, empty if what is declared lies elsewhere. */
  readonly declared: readonly string[] | null;
}

/** A round of the profile's record, as evidence. */
export interface RoundEvidence {
  readonly industry: string | null;
  readonly region: string | null;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly day: Day;
  /** Its part of the term's contribution. */
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
  /** The sum of the terms' contributions, to the bit and in any order: see `rounded`. */
  readonly score: number;
  readonly terms: readonly MatchTerm[];
}

export interface Ranking {
  /** Profiles that could be proposed, of which `items` are the best. */
  readonly total: number;
  readonly items: readonly MatchItem[];
}

export interface RankOptions {
  readonly limit: number;
  /** The day of asking. */
  readonly asOf: Day;
  /** Only what comes after this place in the ranking. */
  readonly after?: { readonly score: number; readonly id: string };
  /** Ids never to propose (declined, in conflict). */
  readonly exclude?: Iterable<string>;
  /** Only these ids. */
  readonly only?: Iterable<string>;
  /** False leaves the terms out: scores alone, for measuring and for pairing whole pools. */
  readonly reasons?: boolean;
}

const STEPS = 2 ** 20;

/**
 * A contribution as it counts: a multiple of 2^-20. Sums of such numbers are exact in double precision, whatever the order,
 * so that the contributions of a match add up to its score even after they were sorted, stored and sent.
 */
export const rounded = (contribution: number): number => Math.round(contribution * STEPS) / STEPS || 0;
