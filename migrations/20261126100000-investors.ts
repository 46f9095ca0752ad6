import { SqlMigration } from '../src/lib/migration.js';

/**
 * Exchange rates to start with, in CNY per unit: rounded ones of about the end of 2024, which operators replace by those
 * of the day. Never used to move money, only to compare amounts.
 */
const RATES: ReadonlyArray<readonly [currency: string, cnyPerUnit: string]> = [
  ['CNY', '1'],
  ['USD', '7.19'],
  ['EUR', '7.53'],
  ['GBP', '9.08'],
  ['JPY', '0.0462'],
  ['HKD', '0.926'],
  ['SGD', '5.32'],
  ['KRW', '0.0049'],
  ['TWD', '0.219'],
  ['CHF', '8.0'],
  ['CAD', '5.05'],
  ['AUD', '4.51'],
  ['MOP', '0.9'],
  ['INR', '0.084'],
];

/** Investor profiles with their track records, currency rates, existing backers of achievements, and imports of more than achievements. */
export class Investors20261126100000 extends SqlMigration {
  readonly name = 'Investors20261126100000';

  readonly forward = `
CREATE TABLE currency_rate (
  id uuid PRIMARY KEY,
  currency text NOT NULL UNIQUE CHECK (currency ~ '^[A-Z]{3}$'),
  cny_per_unit numeric(18,8) NOT NULL CHECK (cny_per_unit > 0),
  as_of date NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
INSERT INTO currency_rate (id, currency, cny_per_unit, as_of, updated_at)
  SELECT gen_random_uuid(), r.currency, r.rate, '2024-12-31', '2024-12-31Z' FROM (VALUES ${RATES.map(([currency, rate]) => `('${currency}', ${rate})`).join(', ')}) AS r(currency, rate);

CREATE TABLE investor_profile (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL UNIQUE REFERENCES organisation ON DELETE CASCADE,
  thesis jsonb,
  trl_min smallint CHECK (trl_min BETWEEN 1 AND 9),
  trl_max smallint CHECK (trl_max BETWEEN 1 AND 9),
  funding_stages text[] NOT NULL DEFAULT '{}',
  ticket_min numeric(18,2) CHECK (ticket_min >= 0),
  ticket_max numeric(18,2) CHECK (ticket_max >= 0),
  ticket_currency text REFERENCES currency_rate (currency),
  -- Of any level; none is anywhere.
  region_codes text[] NOT NULL DEFAULT '{}',
  cooperation_modes text[] NOT NULL DEFAULT '{}',
  status text NOT NULL CHECK (status IN ('ACTIVE','PAUSED','SUSPENDED')),
  status_reason text,
  revision integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CHECK (trl_min <= trl_max),
  CHECK (ticket_min <= ticket_max),
  CHECK ((ticket_currency IS NULL) = (ticket_min IS NULL AND ticket_max IS NULL)),
  CHECK (status_reason IS NULL OR status = 'SUSPENDED')
);
CREATE INDEX investor_profile_regions ON investor_profile USING gin (region_codes);
CREATE TABLE investor_industry (
  investor_id uuid NOT NULL REFERENCES investor_profile ON DELETE CASCADE,
  industry_code text NOT NULL REFERENCES industry,
  -- False: excluded.
  wanted boolean NOT NULL,
  PRIMARY KEY (investor_id, industry_code)
);
CREATE INDEX investor_industry_code ON investor_industry (industry_code, investor_id);

CREATE TABLE track_record (
  id uuid PRIMARY KEY,
  investor_id uuid NOT NULL REFERENCES investor_profile ON DELETE CASCADE,
  company text NOT NULL,
  -- Letters and digits of the name alone, lower case: how names are compared.
  company_key text NOT NULL,
  industry_code text REFERENCES industry,
  region_code text REFERENCES region,
  stage text,
  amount numeric(18,2) CHECK (amount >= 0),
  currency text REFERENCES currency_rate (currency),
  invested_on date NOT NULL,
  -- [{"name": …, "organisationId": … or null}]
  co_investors jsonb NOT NULL DEFAULT '[]',
  external_id text,
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL,
  UNIQUE (investor_id, external_id),
  CHECK ((amount IS NULL) = (currency IS NULL))
);
CREATE INDEX track_record_newest ON track_record (investor_id, invested_on DESC, id DESC);
-- What has no key of its own is the same investment when company, day and stage are the same.
CREATE UNIQUE INDEX track_record_natural_key ON track_record (investor_id, company_key, invested_on, (COALESCE(stage, ''))) WHERE external_id IS NULL;

-- Who has put money into a result already.
CREATE TABLE achievement_backer (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position >= 1),
  name text NOT NULL,
  organisation_id uuid REFERENCES organisation ON DELETE SET NULL,
  PRIMARY KEY (achievement_id, position)
);
CREATE INDEX achievement_backer_organisation ON achievement_backer (organisation_id) WHERE organisation_id IS NOT NULL;

ALTER TABLE import_run ADD COLUMN target text NOT NULL DEFAULT 'ACHIEVEMENTS' CHECK (target IN ('ACHIEVEMENTS','TRACK_RECORDS'));
ALTER TABLE column_mapping ADD COLUMN target text NOT NULL DEFAULT 'ACHIEVEMENTS' CHECK (target IN ('ACHIEVEMENTS','TRACK_RECORDS'));
ALTER TABLE column_mapping DROP CONSTRAINT column_mapping_institution_id_name_key, ADD CONSTRAINT column_mapping_name_key UNIQUE (institution_id, target, name);
`;

  readonly backward = `
DELETE FROM column_mapping WHERE target <> 'ACHIEVEMENTS';
DELETE FROM import_run WHERE target <> 'ACHIEVEMENTS';
ALTER TABLE column_mapping DROP CONSTRAINT column_mapping_name_key, ADD CONSTRAINT column_mapping_institution_id_name_key UNIQUE (institution_id, name);
ALTER TABLE column_mapping DROP COLUMN target;
ALTER TABLE import_run DROP COLUMN target;
DROP TABLE achievement_backer, track_record, investor_industry, investor_profile, currency_rate;
`;
}
