import { SqlMigration } from '../src/lib/migration.js';

/** Achievements with their parts, revisions, tiered content, evidence and near-duplicates. */
export class Achievements20261123111000 extends SqlMigration {
  readonly name = 'Achievements20261123111000';

  readonly forward = `
CREATE SEQUENCE registration_serial;

CREATE TABLE achievement (
  id uuid PRIMARY KEY,
  institution_id uuid NOT NULL REFERENCES organisation,
  external_id text,
  registration_no text,
  status text NOT NULL CHECK (status IN ('DRAFT','REGISTERED','UNDER_REVIEW','ADMITTED','CULTIVATING','RETIRED','WITHDRAWN')),
  revision integer NOT NULL,
  title jsonb NOT NULL,
  summary jsonb,
  category text,
  attribute text,
  stage text,
  trl smallint CHECK (trl BETWEEN 1 AND 9),
  region_code text REFERENCES region,
  funding_min numeric(18,2) CHECK (funding_min >= 0),
  funding_max numeric(18,2) CHECK (funding_max >= funding_min),
  funding_currency text,
  keywords jsonb NOT NULL DEFAULT '{}',
  incumbent jsonb,
  improvement jsonb,
  applications jsonb NOT NULL DEFAULT '[]',
  registered_on date,
  score numeric(4,2) CHECK (score BETWEEN 0 AND 5),
  admitted_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  -- Hash of the record as imported, so that importing the same row again changes nothing.
  record_hash text NOT NULL,
  -- Near-duplicate bands (see text/minhash.ts): equal values in two rows make them candidates.
  title_bands bigint[] NOT NULL DEFAULT '{}',
  text_bands bigint[] NOT NULL DEFAULT '{}',
  UNIQUE (institution_id, external_id),
  CHECK (status = 'DRAFT' OR status = 'WITHDRAWN' OR registration_no IS NOT NULL),
  CHECK ((funding_min IS NULL) = (funding_currency IS NULL))
);
-- A draft may carry a number, but only a registered result holds it.
CREATE UNIQUE INDEX achievement_registration_no_key ON achievement (registration_no) WHERE status NOT IN ('DRAFT', 'WITHDRAWN');
CREATE INDEX achievement_registration_no ON achievement (registration_no) WHERE registration_no IS NOT NULL;
CREATE INDEX achievement_institution ON achievement (institution_id, id);
CREATE INDEX achievement_status ON achievement (status, id);
CREATE INDEX achievement_admitted_score ON achievement (score DESC, id) WHERE status = 'ADMITTED';
CREATE INDEX achievement_region ON achievement (region_code) WHERE status = 'ADMITTED';
CREATE INDEX achievement_title_bands ON achievement USING gin (title_bands);
CREATE INDEX achievement_text_bands ON achievement USING gin (text_bands);

-- Each tier's text in a row of its own: whoever reads a tier must have asked for it by name.
CREATE TABLE achievement_content (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  tier text NOT NULL CHECK (tier IN ('PUBLIC','REGISTERED','NDA')),
  body jsonb NOT NULL,
  PRIMARY KEY (achievement_id, tier)
);
CREATE TABLE achievement_industry (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  industry_code text NOT NULL REFERENCES industry,
  position smallint NOT NULL,
  PRIMARY KEY (achievement_id, position),
  UNIQUE (achievement_id, industry_code)
);
CREATE INDEX achievement_industry_code ON achievement_industry (industry_code, achievement_id);
CREATE TABLE achievement_strategic_area (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  area_code text NOT NULL REFERENCES strategic_area,
  PRIMARY KEY (achievement_id, area_code)
);
CREATE INDEX achievement_strategic_area_code ON achievement_strategic_area (area_code, achievement_id);
CREATE TABLE ip_right (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  position smallint NOT NULL,
  type text NOT NULL,
  number text,
  -- Letters and digits alone, upper case: how numbers are compared.
  number_key text,
  status text NOT NULL
);
CREATE INDEX ip_right_achievement ON ip_right (achievement_id, position);
CREATE INDEX ip_right_number ON ip_right (number_key) WHERE number_key IS NOT NULL;
CREATE TABLE achievement_cooperation (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  position smallint NOT NULL,
  mode text NOT NULL,
  licence_kind text,
  PRIMARY KEY (achievement_id, position)
);
CREATE TABLE inventor (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  position smallint NOT NULL,
  name jsonb NOT NULL,
  orcid text
);
CREATE INDEX inventor_achievement ON inventor (achievement_id, position);
CREATE INDEX inventor_orcid ON inventor (orcid) WHERE orcid IS NOT NULL;

CREATE TABLE achievement_revision (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  revision integer NOT NULL,
  record jsonb NOT NULL,
  edited_by uuid REFERENCES account ON DELETE SET NULL,
  note text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (achievement_id, revision)
);

CREATE TABLE evidence_file (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  name text NOT NULL,
  media_type text NOT NULL,
  size_bytes integer NOT NULL,
  sha256 text NOT NULL,
  tier text NOT NULL CHECK (tier IN ('PUBLIC','REGISTERED','NDA')),
  uploaded_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  UNIQUE (achievement_id, sha256)
);
CREATE TABLE evidence_blob (
  evidence_id uuid PRIMARY KEY REFERENCES evidence_file ON DELETE CASCADE,
  bytes bytea NOT NULL
);

-- Unordered pair: a is the smaller id.
CREATE TABLE near_duplicate (
  id uuid PRIMARY KEY,
  a_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  b_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  similarity numeric(4,3) NOT NULL,
  evidence text NOT NULL CHECK (evidence IN ('TITLE','TEXT','IP_NUMBER')),
  created_at timestamptz(3) NOT NULL,
  dismissed_at timestamptz(3),
  dismissed_by uuid REFERENCES account ON DELETE SET NULL,
  UNIQUE (a_id, b_id),
  CHECK (a_id < b_id)
);
CREATE INDEX near_duplicate_b ON near_duplicate (b_id);

CREATE TABLE nda_grant (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('REQUESTED','GRANTED','REFUSED','REVOKED')),
  message text,
  requested_by uuid REFERENCES account ON DELETE SET NULL,
  requested_at timestamptz(3) NOT NULL,
  decided_by uuid REFERENCES account ON DELETE SET NULL,
  decided_at timestamptz(3),
  UNIQUE (achievement_id, organisation_id)
);
CREATE INDEX nda_grant_organisation ON nda_grant (organisation_id, achievement_id);

-- What the search index has yet to take over; emptied by the indexer.
CREATE TABLE search_outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  achievement_id uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

  readonly backward = `
DROP TABLE search_outbox, nda_grant, near_duplicate, evidence_blob, evidence_file, achievement_revision, inventor, achievement_cooperation, ip_right, achievement_strategic_area, achievement_industry, achievement_content, achievement;
DROP SEQUENCE registration_serial;
`;
}
