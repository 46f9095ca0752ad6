import { SqlMigration } from '../src/lib/migration.js';

/** Talents with their industries and evidence; enterprises' demands with their industries. */
export class TalentAndDemands20261126101000 extends SqlMigration {
  readonly name = 'TalentAndDemands20261126101000';

  readonly forward = `
CREATE TABLE talent_profile (
  id uuid PRIMARY KEY,
  -- Null once the person is erased: what points here keeps a bare id.
  account_id uuid UNIQUE REFERENCES account,
  kind text NOT NULL CHECK (kind IN ('SCIENCE','MARKET','BRIDGE')),
  headline jsonb NOT NULL DEFAULT '{}',
  bio jsonb,
  -- [{"zh","en"}], in the person's own order.
  skills jsonb NOT NULL DEFAULT '[]',
  orcid text,
  organisation_id uuid REFERENCES organisation ON DELETE SET NULL,
  days_per_month smallint CHECK (days_per_month BETWEEN 0 AND 31),
  available_from date,
  -- GB/T 2260 codes at any level; empty means anywhere.
  region_codes text[] NOT NULL DEFAULT '{}',
  -- ISO 639-1.
  languages text[] NOT NULL DEFAULT '{}',
  roles text[] NOT NULL DEFAULT '{}' CHECK (roles <@ ARRAY['FOUNDER','ADVISER','TECHNOLOGY_MANAGER']),
  manager_grade text CHECK (manager_grade IN ('JUNIOR','INTERMEDIATE','SENIOR')),
  visibility text NOT NULL CHECK (visibility IN ('PUBLIC','REGISTERED','HIDDEN')),
  status text NOT NULL CHECK (status IN ('ACTIVE','PAUSED','SUSPENDED')),
  status_reason text,
  verification text NOT NULL CHECK (verification IN ('UNVERIFIED','VERIFIED','REJECTED')),
  verification_reason text,
  revision integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK (manager_grade IS NULL OR 'TECHNOLOGY_MANAGER' = ANY (roles)),
  -- Of an erased person nothing is shown or proposed.
  CHECK (account_id IS NOT NULL OR (status = 'SUSPENDED' AND visibility = 'HIDDEN'))
);
CREATE INDEX talent_profile_organisation ON talent_profile (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX talent_profile_orcid ON talent_profile (orcid) WHERE orcid IS NOT NULL;
CREATE TABLE talent_industry (
  talent_id uuid NOT NULL REFERENCES talent_profile ON DELETE CASCADE,
  industry_code text NOT NULL REFERENCES industry,
  PRIMARY KEY (talent_id, industry_code)
);
CREATE INDEX talent_industry_code ON talent_industry (industry_code, talent_id);
CREATE TABLE talent_evidence (
  id uuid PRIMARY KEY,
  talent_id uuid NOT NULL REFERENCES talent_profile ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('PAPER','PATENT','DEAL_CLOSED','PRODUCT_LAUNCHED','COMPANY_FOUNDED','AWARD','ORCID_RECORD')),
  title jsonb NOT NULL,
  year smallint,
  url text,
  achievement_id uuid REFERENCES achievement ON DELETE SET NULL,
  -- From 1.
  position smallint NOT NULL,
  UNIQUE (talent_id, position)
);
CREATE INDEX talent_evidence_achievement ON talent_evidence (achievement_id) WHERE achievement_id IS NOT NULL;

CREATE TABLE demand (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation,
  title jsonb NOT NULL,
  description jsonb,
  budget_min numeric(18,2) CHECK (budget_min >= 0),
  budget_max numeric(18,2) CHECK (budget_max >= budget_min),
  budget_currency text,
  -- The last day on which it is open.
  deadline date,
  region_code text REFERENCES region,
  -- At least.
  required_trl smallint CHECK (required_trl BETWEEN 1 AND 9),
  -- [{"name": {"zh","en"}, "value", "unit"}], in the enterprise's own order.
  targets jsonb NOT NULL DEFAULT '[]',
  status text NOT NULL CHECK (status IN ('OPEN','PAUSED','FULFILLED','WITHDRAWN','SUSPENDED')),
  status_reason text,
  revision integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK ((budget_min IS NULL AND budget_max IS NULL) = (budget_currency IS NULL))
);
CREATE INDEX demand_organisation ON demand (organisation_id, id);
CREATE INDEX demand_open ON demand (deadline, id) WHERE status = 'OPEN';
CREATE TABLE demand_industry (
  demand_id uuid NOT NULL REFERENCES demand ON DELETE CASCADE,
  industry_code text NOT NULL REFERENCES industry,
  PRIMARY KEY (demand_id, industry_code)
);
CREATE INDEX demand_industry_code ON demand_industry (industry_code, demand_id);
`;

  readonly backward = `
DROP TABLE demand_industry, demand, talent_evidence, talent_industry, talent_profile;
`;
}
