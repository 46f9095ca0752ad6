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
 * Types of the invented profiles and demands in data/sample, and functions that read them. Amounts are in units of the
 * currency given beside them.
 */

/**
 * One past investment of a sample investor. `coInvestors` are names of other sample investors, or invented names of
 * investors outside the platform.
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

/** One line of investors.jsonl: an organisation with its investor profile and past investments. */
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

/** Evidence of a sample talent's abilities; `achievement` is the external id of a sample achievement. */
export interface SampleEvidence {
  kind: TalentEvidenceKind;
  title: Required<Localized>;
  year: number;
  url: string | null;
  achievement: string | null;
}

/** One line of talents.jsonl: a talent. `organisation` is the key of a sample institution, investor or enterprise. */
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

/**
 * One line of demands.jsonl: an enterprise's demand. An enterprise that also invests has the same key and name in
 * investors.jsonl.
 */
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
  /** Deadline of the demand, in days after the sample was first loaded. */
  deadlineInDays: number;
  region: string;
  requiredTrl: number;
}

/** One line of backers.jsonl: the investors that already hold a stake in an achievement. */
export interface SampleBackers {
  /** External id of the achievement. */
  achievement: string;
  names: string[];
}

export const readInvestors = (): Promise<SampleInvestor[]> => readJsonLines('investors.jsonl');
export const readTalents = (): Promise<SampleTalent[]> => readJsonLines('talents.jsonl');
export const readDemands = (): Promise<SampleDemand[]> => readJsonLines('demands.jsonl');
export const readBackers = (): Promise<SampleBackers[]> => readJsonLines('backers.jsonl');
