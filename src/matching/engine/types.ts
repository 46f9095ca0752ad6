import type { TextVector } from '../../text/similarity.vectors.js';

/**
 * What the engine compares. Codes are industries and regions of the taxonomy it was given, at any level; stages, cooperation
 * modes, kinds and roles are plain words. Money is CNY, days are whole days since 1970-01-01 (UTC), a party's key is whatever
 * names it everywhere alike (an organisation's id, else its name in normal form).
 */

/** Whole days since 1970-01-01, UTC. */
export type Day = number;

/** What is offered: an achievement, or a financing round in an evaluation. */
export interface Opportunity {
  readonly id: string;
  /** Whose it is; its own profiles are never proposed to it. */
  readonly organisationId: string | null;
  /** Primary first. */
  readonly industries: readonly string[];
  /** Usually one, the most exact that is known. */
  readonly regions: readonly string[];
  /** Funding stages that it may be at, with weights that sum to 1 (one stage: weight 1); empty if unknown. */
  readonly stages: readonly { readonly stage: string; readonly weight: number }[];
  /** Technology readiness level, 1 to 9. */
  readonly trl: number | null;
  /** Money looked for. */
  readonly amount: { readonly min: number | null; readonly max: number | null } | null;
  /** Keys of those who have invested already. They are not proposed again. */
  readonly backers: readonly string[];
  readonly cooperationModes: readonly string[];
  /** ISO 639-1, in which one can work with its people. */
  readonly languages: readonly string[];
  readonly text: TextVector | null;
}

/** A past investment. */
export interface TrackEntry {
  readonly industry: string | null;
  readonly region: string | null;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly day: Day;
  /** Keys of the others in the round. */
  readonly coInvestors: readonly string[];
}

/** What an investor says of itself; empty lists and nulls say nothing. */
export interface InvestorDeclaration {
  readonly wanted: readonly string[];
  /** Industries never proposed, each with all below it. */
  readonly excluded: readonly string[];
  readonly trlMin: number | null;
  readonly trlMax: number | null;
  readonly stages: readonly string[];
  readonly ticketMin: number | null;
  readonly ticketMax: number | null;
  readonly regions: readonly string[];
  readonly cooperationModes: readonly string[];
}

export interface MatchInvestor {
  readonly id: string;
  readonly organisationId: string | null;
  /** How rounds and achievements name it as a co-investor or backer. */
  readonly key: string;
  readonly declared: InvestorDeclaration;
  readonly track: readonly TrackEntry[];
  readonly text: TextVector | null;
}

export interface TalentEvidenceItem {
  readonly kind: string;
  readonly year: number | null;
}

export interface MatchTalent {
  readonly id: string;
  /** Where the person works. Colleagues are not barred from each other's results. */
  readonly organisationId: string | null;
  /** SCIENCE, MARKET or BRIDGE. */
  readonly kind: string;
  readonly industries: readonly string[];
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly roles: readonly string[];
  /** JUNIOR, INTERMEDIATE or SENIOR technology manager. */
  readonly managerGrade: string | null;
  readonly daysPerMonth: number | null;
  readonly availableFrom: Day | null;
  readonly evidence: readonly TalentEvidenceItem[];
  readonly verified: boolean;
  readonly text: TextVector | null;
}

export interface MatchDemand {
  readonly id: string;
  readonly organisationId: string | null;
  readonly industries: readonly string[];
  readonly regions: readonly string[];
  /** At least this TRL. */
  readonly requiredTrl: number | null;
  readonly budgetMin: number | null;
  readonly budgetMax: number | null;
  /** Last day on which it is open. */
  readonly deadline: Day | null;
  readonly text: TextVector | null;
}

/** What a profile could still say that would sharpen its matches. */
export type Gap =
  | 'INDUSTRIES'
  | 'STAGES'
  | 'TRL'
  | 'TICKET'
  | 'TRACK_RECORD'
  | 'THESIS'
  | 'SKILLS'
  | 'EVIDENCE'
  | 'AVAILABILITY'
  | 'LANGUAGES'
  | 'BUDGET'
  | 'DESCRIPTION'
  | 'REGIONS';
