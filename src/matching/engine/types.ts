import type { TextVector } from '../../text/similarity.vectors.js';

/**
 * Input records of the matching engine. Industry and region codes are those of the given taxonomy, at any level;
 * stages, cooperation modes, kinds and roles are plain words. Money is in CNY; a day is a calendar day in China as its
 * number since 1970-01-01. A party's key identifies it across records: its organisation's id or, failing that, its
 * normalised name.
 */

/** A calendar day in China, as the number of days since 1970-01-01. */
export type Day = number;

/** What counterparts are sought for: an achievement or, in an evaluation, a past financing round. */
export interface Opportunity {
  readonly id: string;
  /**
   * Id of the organisation that owns the opportunity; investor profiles and demands of that organisation are not
   * proposed.
   */
  readonly organisationId: string | null;
  /** Industry codes, the primary one first. */
  readonly industries: readonly string[];
  /** Region codes; usually one, the most specific known. */
  readonly regions: readonly string[];
  /**
   * Funding stages that the opportunity may be in, with weights that sum to 1 (a known stage has weight 1); empty if
   * unknown.
   */
  readonly stages: readonly { readonly stage: string; readonly weight: number }[];
  /** Technology readiness level, 1 to 9. */
  readonly trl: number | null;
  /** Range of the funding sought, in CNY. */
  readonly amount: { readonly min: number | null; readonly max: number | null } | null;
  /** Keys of the parties that invested in the opportunity earlier; they are not proposed again. */
  readonly backers: readonly string[];
  readonly cooperationModes: readonly string[];
  /** Working languages of the opportunity's people, ISO 639-1. */
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

/** Preferences that an investor declared; an empty list or null means that the investor declared none. */
export interface InvestorDeclaration {
  readonly wanted: readonly string[];
  /** Industry codes whose opportunities are never proposed to the investor, including all codes below them. */
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
  /** Party key of the investor: the key by which rounds and opportunities name it as co-investor or backer. */
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
  /**
   * Organisation that employs the talent. Employment bars no match: talents may be proposed for results of their own
   * organisation.
   */
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

/** A fact missing from a profile or achievement that would make its matches more precise. */
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
