import type { TextVector } from '../../text/similarity.vectors.js';

/**
 * Records that the engine compares. Codes are industries and regions of the given taxonomy, at any level; stages,
 * cooperation modes, kinds and roles are plain words. Money is in CNY, days are whole days since 1970-01-01 (UTC). A
 * party's key identifies it across records: an organisation's id, or else its normalised name.
 */

/** Whole days since 1970-01-01, UTC. */
export type Day = number;

/** The subject of a query: an achievement, or a financing round in an evaluation. */
export interface Opportunity {
  readonly id: string;
  /** Organisation that owns it; its own profiles are never proposed. */
  readonly organisationId: string | null;
  /** Industry codes, the primary one first. */
  readonly industries: readonly string[];
  /** Region codes; usually one, the most specific known. */
  readonly regions: readonly string[];
  /** Possible funding stages with weights that sum to 1 (a known stage has weight 1); empty if unknown. */
  readonly stages: readonly { readonly stage: string; readonly weight: number }[];
  /** Technology readiness level, 1 to 9. */
  readonly trl: number | null;
  /** Range of the funding sought, in CNY. */
  readonly amount: { readonly min: number | null; readonly max: number | null } | null;
  /** Keys of earlier investors, which are not proposed again. */
  readonly backers: readonly string[];
  readonly cooperationModes: readonly string[];
  /** Working languages of its people, ISO 639-1. */
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
  /** Keys of the other investors in the round. */
  readonly coInvestors: readonly string[];
}

/** An investor's declared preferences; empty lists and nulls mean not declared. */
export interface InvestorDeclaration {
  readonly wanted: readonly string[];
  /** Industries never proposed, including all codes below them. */
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
  /** Key under which rounds and achievements name the investor as co-investor or backer. */
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
  /** The person's employer. Talents may be proposed for results of their own organisation. */
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
  /** Minimum TRL required. */
  readonly requiredTrl: number | null;
  readonly budgetMin: number | null;
  readonly budgetMax: number | null;
  /** Last day on which the demand is open. */
  readonly deadline: Day | null;
  readonly text: TextVector | null;
}

/** A fact that a profile could add to sharpen its matches. */
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
