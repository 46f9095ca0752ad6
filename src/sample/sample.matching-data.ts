import type { FundingStage } from '../investors/vocabularies.js';
import type { Localized } from '../kernel/localized.js';
import type {
  ManagerGrade,
  TalentEvidenceKind,
  TalentKind,
  TalentRole,
  TalentVerification,
  TalentVisibility,
} from '../talent/vocabularies.js';
import type { CooperationMode } from '../taxonomy/cooperation.js';
import { readJsonLines } from './sample.data.js';
import type { OrganisationKind } from '../kernel/viewer.js';

/**
 * Types and readers of the invented profiles and demands in data/sample. Amounts are in units of the currency beside
 * them.
 */

/**
 * One past investment of an investor. `coInvestors` are names of other sample investors, or invented names of investors
 * outside the platform.
 */
export interface SampleTrackRecord {
  company: string;
  industry: string;
  region: string;
  stage: FundingStage;
  amount: number;
  currency: string;
  date: string;
  coInvestors: string[];
  externalId: string;
}

/** One line of investors.jsonl: organisation, profile and past investments. */
export interface SampleInvestor {
  key: string;
  kind: OrganisationKind & ('INVESTOR' | 'ENTERPRISE' | 'GOVERNMENT');
  region: string;
  name: Required<Localized>;
  thesis: Required<Localized> | null;
  industries: string[];
  excludedIndustries: string[];
  trlMin: number | null;
  trlMax: number | null;
  fundingStages: FundingStage[];
  ticketMin: number | null;
  ticketMax: number | null;
  ticketCurrency: string | null;
  regions: string[];
  cooperationModes: CooperationMode[];
  trackRecord: SampleTrackRecord[];
}

/** Evidence of a talent's abilities; `achievement` is the external id of a sample achievement. */
export interface SampleEvidence {
  kind: TalentEvidenceKind;
  title: Required<Localized>;
  year: number;
  url: string | null;
  achievement: string | null;
}

/** One line of talents.jsonl. `organisation` is the key of an institution, investor or enterprise of the sample. */
export interface SampleTalent {
  key: string;
  name: string;
  kind: TalentKind;
  headline: Required<Localized>;
  bio: Required<Localized> | null;
  skills: Array<Required<Localized>>;
  industries: string[];
  orcid: string | null;
  organisation: string | null;
  daysPerMonth: number | null;
  availableFrom: string | null;
  regions: string[];
  languages: string[];
  roles: TalentRole[];
  managerGrade: ManagerGrade | null;
  visibility: TalentVisibility;
  verification: TalentVerification;
  evidence: SampleEvidence[];
}

/** One line of demands.jsonl. An enterprise that also invests has the same key and name in investors.jsonl. */
export interface SampleDemand {
  key: string;
  organisation: { key: string; name: Required<Localized>; region: string };
  title: Required<Localized>;
  description: Required<Localized>;
  industries: string[];
  targets: Array<{ name: Required<Localized>; value: string; unit: string | null }>;
  budgetMin: number;
  budgetMax: number;
  budgetCurrency: string;
  /** Deadline, in days after the first start of the sample. */
  deadlineInDays: number;
  region: string;
  requiredTrl: number;
}

/** One line of backers.jsonl: existing investors in an achievement. */
export interface SampleBackers {
  /** External id of the achievement. */
  achievement: string;
  names: string[];
}

export const readInvestors = (): Promise<SampleInvestor[]> => readJsonLines('investors.jsonl');
export const readTalents = (): Promise<SampleTalent[]> => readJsonLines('talents.jsonl');
export const readDemands = (): Promise<SampleDemand[]> => readJsonLines('demands.jsonl');
export const readBackers = (): Promise<SampleBackers[]> => readJsonLines('backers.jsonl');
