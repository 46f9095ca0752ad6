import { SqlMigration } from '../src/lib/migration.js';

/**
 * Cohorts with their entries, reviewers, assignments, reviews, fits, objections, passports, cultivation and ledger heads.
 * What must hold whoever writes is held here: the quota, the frozen denominator, conflicts, submitted reviews.
 */
export class Vetting20261124100000 extends SqlMigration {
  readonly name = 'Vetting20261124100000';

  readonly forward = `
CREATE TABLE cohort (
  id uuid PRIMARY KEY,
  year integer NOT NULL CHECK (year BETWEEN 1990 AND 2200),
  number integer NOT NULL CHECK (number >= 1),
  name jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN','FROZEN','REVIEWING','PUBLIC_NOTICE','CLOSED')),
  quota_rate numeric(5,4) NOT NULL CHECK (quota_rate > 0 AND quota_rate <= 0.2),
  weights jsonb NOT NULL,
  floors jsonb NOT NULL,
  min_reviews integer NOT NULL CHECK (min_reviews >= 3),
  reviewer_load integer NOT NULL CHECK (reviewer_load >= 1),
  notice_days integer NOT NULL CHECK (notice_days >= 1),
  validity_months integer NOT NULL CHECK (validity_months BETWEEN 1 AND 120),
  double_share numeric(4,3) NOT NULL CHECK (double_share BETWEEN 0 AND 1),
  blind boolean NOT NULL,
  -- Keys by which equal scores are ordered; declared before any score is seen.
  tie_rule text[] NOT NULL,
  created_at timestamptz(3) NOT NULL,
  frozen_at timestamptz(3),
  reviewing_at timestamptz(3),
  notice_at timestamptz(3),
  notice_ends_at timestamptz(3),
  closed_at timestamptz(3),
  -- The denominator and what follows from it: counted by the trigger below at freezing, and not to be set.
  registered_count integer NOT NULL DEFAULT 0 CHECK (registered_count >= 0),
  quota integer NOT NULL DEFAULT 0,
  admitted_count integer NOT NULL DEFAULT 0,
  cut_off double precision,
  UNIQUE (year, number),
  CONSTRAINT cohort_quota_cap CHECK (admitted_count <= floor(quota_rate * registered_count)),
  CONSTRAINT cohort_quota CHECK (quota = floor(quota_rate * registered_count))
);
CREATE UNIQUE INDEX cohort_one_open ON cohort (status) WHERE status = 'OPEN';

CREATE TABLE cohort_entry (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  achievement_id uuid NOT NULL REFERENCES achievement,
  institution_id uuid NOT NULL REFERENCES organisation,
  -- The revision that is judged; follows the record until the cohort is frozen.
  revision integer NOT NULL,
  -- SHA-256 over the sorted hashes of its evidence files, one a line.
  evidence_revision text,
  -- Division (two digits) of its primary industry: the panel.
  industry_code text REFERENCES industry,
  entered_at timestamptz(3) NOT NULL,
  screen text NOT NULL CHECK (screen IN ('PENDING','COUNTED','EXCLUDED')),
  screen_reasons text[] NOT NULL DEFAULT '{}',
  -- An operator's verdict is not overturned by the automatic screen.
  screen_by text NOT NULL DEFAULT 'AUTOMATIC' CHECK (screen_by IN ('AUTOMATIC','OPERATOR')),
  screen_note text,
  screened_at timestamptz(3),
  appeal text,
  appealed_at timestamptz(3),
  appealed_by uuid REFERENCES account ON DELETE SET NULL,
  appeal_answer text,
  appeal_upheld boolean,
  appeal_answered_at timestamptz(3),
  -- What the public notice proposes; the decision follows at closing.
  proposal text CHECK (proposal IN ('ADMITTED','NOT_ADMITTED')),
  decision text CHECK (decision IN ('ADMITTED','NOT_ADMITTED')),
  decision_reason text,
  -- Exact: replaying the ledger must give the same bits.
  combined_score double precision,
  combined_se double precision,
  rank integer,
  -- Of an admission that an operator has taken back.
  revoked_at timestamptz(3),
  previous_entry_id uuid REFERENCES cohort_entry,
  UNIQUE (cohort_id, achievement_id),
  CHECK (screen <> 'EXCLUDED' OR cardinality(screen_reasons) > 0),
  CHECK (decision IS NULL OR screen = 'COUNTED'),
  CHECK (revoked_at IS NULL OR decision = 'ADMITTED')
);
CREATE INDEX cohort_entry_achievement ON cohort_entry (achievement_id, id);
CREATE INDEX cohort_entry_institution ON cohort_entry (institution_id, id);
CREATE INDEX cohort_entry_rank ON cohort_entry (cohort_id, rank) WHERE rank IS NOT NULL;
CREATE INDEX cohort_entry_screen ON cohort_entry (cohort_id, screen, id);
CREATE INDEX cohort_entry_previous ON cohort_entry (previous_entry_id) WHERE previous_entry_id IS NOT NULL;

CREATE FUNCTION cohort_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'OPEN' THEN RAISE EXCEPTION 'a cohort that is % stays', OLD.status USING ERRCODE = '23514', CONSTRAINT = 'cohort_stays'; END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'OPEN' OR NEW.registered_count <> 0 OR NEW.admitted_count <> 0 THEN
      RAISE EXCEPTION 'a cohort begins OPEN and empty' USING ERRCODE = '23514', CONSTRAINT = 'cohort_begins_open';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.status = 'CLOSED' THEN RAISE EXCEPTION 'a closed cohort does not change' USING ERRCODE = '23514', CONSTRAINT = 'cohort_closed'; END IF;
  IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('OPEN','FROZEN'), ('FROZEN','OPEN'), ('FROZEN','REVIEWING'), ('REVIEWING','PUBLIC_NOTICE'), ('PUBLIC_NOTICE','CLOSED')) THEN
    RAISE EXCEPTION 'a cohort does not go from % to %', OLD.status, NEW.status USING ERRCODE = '23514', CONSTRAINT = 'cohort_transition';
  END IF;
  IF OLD.status <> 'OPEN' AND ROW(OLD.id, OLD.year, OLD.number, OLD.quota_rate, OLD.weights, OLD.floors, OLD.min_reviews, OLD.reviewer_load, OLD.notice_days, OLD.validity_months, OLD.double_share, OLD.blind, OLD.tie_rule)
     IS DISTINCT FROM ROW(NEW.id, NEW.year, NEW.number, NEW.quota_rate, NEW.weights, NEW.floors, NEW.min_reviews, NEW.reviewer_load, NEW.notice_days, NEW.validity_months, NEW.double_share, NEW.blind, NEW.tie_rule) THEN
    RAISE EXCEPTION 'the settings of a cohort are frozen with it' USING ERRCODE = '23514', CONSTRAINT = 'cohort_settings_frozen';
  END IF;
  IF OLD.status = 'OPEN' AND NEW.status = 'FROZEN' THEN
    NEW.registered_count := (SELECT count(*) FROM cohort_entry WHERE cohort_id = NEW.id AND screen = 'COUNTED');
    NEW.quota := floor(NEW.quota_rate * NEW.registered_count);
  ELSIF NEW.status = 'OPEN' THEN
    NEW.registered_count := 0;
    NEW.quota := 0;
  ELSIF NEW.registered_count <> OLD.registered_count OR NEW.quota <> OLD.quota THEN
    RAISE EXCEPTION 'the denominator of a cohort is fixed when it is frozen' USING ERRCODE = '23514', CONSTRAINT = 'cohort_denominator_frozen';
  END IF;
  -- Never a number from outside: the cap below holds against what is there.
  NEW.admitted_count := (SELECT count(*) FROM cohort_entry WHERE cohort_id = NEW.id AND decision = 'ADMITTED');
  RETURN NEW;
END $f$;
CREATE TRIGGER cohort_guard BEFORE INSERT OR UPDATE OR DELETE ON cohort FOR EACH ROW EXECUTE FUNCTION cohort_guard();

CREATE FUNCTION cohort_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE stage text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT status INTO stage FROM cohort WHERE id = OLD.cohort_id FOR SHARE;
    IF stage <> 'OPEN' THEN RAISE EXCEPTION 'an entry of a cohort that is % stays', stage USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_stays'; END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR SHARE;
    IF stage IS DISTINCT FROM 'OPEN' THEN RAISE EXCEPTION 'only an open cohort takes entries' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_open'; END IF;
    IF NEW.decision IS NOT NULL OR NEW.proposal IS NOT NULL THEN RAISE EXCEPTION 'an entry begins undecided' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_undecided'; END IF;
    RETURN NEW;
  END IF;
  IF (OLD.id, OLD.cohort_id, OLD.achievement_id) IS DISTINCT FROM (NEW.id, NEW.cohort_id, NEW.achievement_id) THEN
    RAISE EXCEPTION 'an entry stays with its cohort and achievement' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_identity';
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a revoked admission stays revoked' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_revoked';
  END IF;
  -- What the cohort's state does not guard takes no lock on it: appeals, notes, erasures.
  IF (OLD.decision, OLD.screen, OLD.screen_reasons, OLD.revision, OLD.evidence_revision, OLD.industry_code, OLD.proposal, OLD.decision_reason, OLD.combined_score, OLD.combined_se, OLD.rank)
     IS NOT DISTINCT FROM (NEW.decision, NEW.screen, NEW.screen_reasons, NEW.revision, NEW.evidence_revision, NEW.industry_code, NEW.proposal, NEW.decision_reason, NEW.combined_score, NEW.combined_se, NEW.rank) THEN
    RETURN NEW;
  END IF;
  IF NEW.decision IS DISTINCT FROM OLD.decision THEN
    -- Whoever decides takes turns, so that each counts what the others did.
    SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR NO KEY UPDATE;
    IF stage <> 'PUBLIC_NOTICE' OR OLD.decision IS NOT NULL THEN
      RAISE EXCEPTION 'entries are decided once, at the closing of their cohort' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_decided_once';
    END IF;
  ELSE
    SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR SHARE;
  END IF;
  IF stage <> 'OPEN' AND (OLD.screen, OLD.screen_reasons, OLD.revision, OLD.evidence_revision, OLD.industry_code) IS DISTINCT FROM (NEW.screen, NEW.screen_reasons, NEW.revision, NEW.evidence_revision, NEW.industry_code) THEN
    RAISE EXCEPTION 'what counts is fixed when the cohort is frozen' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_screen_frozen';
  END IF;
  IF stage = 'CLOSED' AND (OLD.proposal, OLD.decision_reason, OLD.combined_score, OLD.combined_se, OLD.rank) IS DISTINCT FROM (NEW.proposal, NEW.decision_reason, NEW.combined_score, NEW.combined_se, NEW.rank) THEN
    RAISE EXCEPTION 'a decided entry does not change' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_closed';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER cohort_entry_guard BEFORE INSERT OR UPDATE OR DELETE ON cohort_entry FOR EACH ROW EXECUTE FUNCTION cohort_entry_guard();

-- Each statement that admits counts under the cohort's lock; the check on the cohort refuses one too many.
CREATE FUNCTION cohort_entry_count() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE cohort SET admitted_count = admitted_count + 1
  WHERE id IN (SELECT n.cohort_id FROM changed n JOIN before o ON o.id = n.id WHERE n.decision = 'ADMITTED' AND o.decision IS DISTINCT FROM 'ADMITTED');
  RETURN NULL;
END $f$;
CREATE TRIGGER cohort_entry_count AFTER UPDATE ON cohort_entry REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cohort_entry_count();

CREATE FUNCTION vetting_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION '% is not emptied', TG_TABLE_NAME;
END $f$;
CREATE TRIGGER cohort_no_truncate BEFORE TRUNCATE ON cohort FOR EACH STATEMENT EXECUTE FUNCTION vetting_refuse_truncate();
CREATE TRIGGER cohort_entry_no_truncate BEFORE TRUNCATE ON cohort_entry FOR EACH STATEMENT EXECUTE FUNCTION vetting_refuse_truncate();

-- The one door into the pool: its last decision by a cohort is an admission that still stands. Deferred, so that one transaction may write
-- the achievement and its entry in either order.
CREATE FUNCTION achievement_needs_admission() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.id AND e.decision IS NOT NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % enters the pool only through a cohort', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
CREATE CONSTRAINT TRIGGER achievement_inserted_admitted AFTER INSERT ON achievement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'ADMITTED') EXECUTE FUNCTION achievement_needs_admission();
CREATE CONSTRAINT TRIGGER achievement_becomes_admitted AFTER UPDATE OF status ON achievement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'ADMITTED' AND OLD.status <> 'ADMITTED') EXECUTE FUNCTION achievement_needs_admission();

CREATE TABLE reviewer (
  -- Stands for the person in the ledger; the tie to the account is cut by an erasure.
  id uuid PRIMARY KEY,
  account_id uuid UNIQUE REFERENCES account ON DELETE SET NULL,
  organisation_id uuid REFERENCES organisation,
  statement jsonb,
  dimensions text[] NOT NULL,
  orcid text,
  status text NOT NULL CHECK (status IN ('PENDING','ACTIVE','SUSPENDED')),
  max_load integer CHECK (max_load >= 0),
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX reviewer_organisation ON reviewer (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE TABLE reviewer_industry (
  reviewer_id uuid NOT NULL REFERENCES reviewer ON DELETE CASCADE,
  industry_code text NOT NULL REFERENCES industry,
  PRIMARY KEY (reviewer_id, industry_code)
);
CREATE TABLE reviewer_document (
  id uuid PRIMARY KEY,
  reviewer_id uuid NOT NULL REFERENCES reviewer ON DELETE CASCADE,
  title text NOT NULL,
  abstract text,
  year integer,
  position smallint NOT NULL
);
CREATE INDEX reviewer_document_reviewer ON reviewer_document (reviewer_id, position);
CREATE TABLE reviewer_declaration (
  id uuid PRIMARY KEY,
  reviewer_id uuid NOT NULL REFERENCES reviewer ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('ORGANISATION','ACHIEVEMENT','PERSON')),
  organisation_id uuid REFERENCES organisation,
  achievement_id uuid REFERENCES achievement,
  orcid text,
  reason text,
  ended_on date,
  declared_at timestamptz(3) NOT NULL,
  CHECK (CASE kind WHEN 'ORGANISATION' THEN organisation_id IS NOT NULL WHEN 'ACHIEVEMENT' THEN achievement_id IS NOT NULL ELSE orcid IS NOT NULL END)
);
CREATE INDEX reviewer_declaration_reviewer ON reviewer_declaration (reviewer_id, id);
CREATE TABLE organisation_family (
  parent_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  child_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  PRIMARY KEY (parent_id, child_id),
  CHECK (parent_id <> child_id)
);
CREATE INDEX organisation_family_child ON organisation_family (child_id);

CREATE TABLE conflict (
  cohort_id uuid NOT NULL REFERENCES cohort ON DELETE CASCADE,
  entry_id uuid NOT NULL REFERENCES cohort_entry ON DELETE CASCADE,
  reviewer_id uuid NOT NULL REFERENCES reviewer,
  reasons text[] NOT NULL CHECK (cardinality(reasons) > 0),
  PRIMARY KEY (entry_id, reviewer_id)
);
CREATE INDEX conflict_cohort ON conflict (cohort_id);
CREATE INDEX conflict_reviewer ON conflict (reviewer_id);

CREATE TABLE assignment (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  entry_id uuid NOT NULL REFERENCES cohort_entry,
  reviewer_id uuid NOT NULL REFERENCES reviewer,
  -- 1: the main panel; 2: the independent second one that measures reliability.
  panel smallint NOT NULL CHECK (panel IN (1, 2)),
  -- 0: the first; from 1: rounds of the boundary band.
  round smallint NOT NULL CHECK (round >= 0),
  dimensions text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('ASSIGNED','SUBMITTED','DECLINED','WITHDRAWN')),
  similarity real,
  assigned_at timestamptz(3) NOT NULL,
  due_at timestamptz(3),
  UNIQUE (entry_id, reviewer_id)
);
CREATE INDEX assignment_reviewer ON assignment (reviewer_id, id);
CREATE INDEX assignment_cohort ON assignment (cohort_id, status);
CREATE FUNCTION assignment_refuse_conflict() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM conflict WHERE entry_id = NEW.entry_id AND reviewer_id = NEW.reviewer_id) THEN
    RAISE EXCEPTION 'this reviewer has a conflict of interest with this entry' USING ERRCODE = '23514', CONSTRAINT = 'assignment_conflict';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER assignment_refuse_conflict BEFORE INSERT OR UPDATE OF entry_id, reviewer_id, status ON assignment FOR EACH ROW WHEN (NEW.status IN ('ASSIGNED','SUBMITTED')) EXECUTE FUNCTION assignment_refuse_conflict();

CREATE TABLE review (
  id uuid PRIMARY KEY,
  assignment_id uuid NOT NULL REFERENCES assignment,
  version integer NOT NULL CHECK (version >= 1),
  status text NOT NULL CHECK (status IN ('DRAFT','SUBMITTED')),
  scores jsonb NOT NULL DEFAULT '{}',
  rationales jsonb NOT NULL DEFAULT '{}',
  confidence smallint CHECK (confidence BETWEEN 1 AND 5),
  correction_reason text,
  updated_at timestamptz(3) NOT NULL,
  submitted_at timestamptz(3),
  UNIQUE (assignment_id, version),
  CHECK (status = 'DRAFT' OR submitted_at IS NOT NULL)
);
CREATE FUNCTION review_immutable() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION 'a submitted review does not change; a correction is a new version' USING ERRCODE = '23514', CONSTRAINT = 'review_immutable';
END $f$;
CREATE TRIGGER review_immutable BEFORE UPDATE OR DELETE ON review FOR EACH ROW WHEN (OLD.status = 'SUBMITTED') EXECUTE FUNCTION review_immutable();

CREATE TABLE fit (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  kind text NOT NULL CHECK (kind IN ('INTERIM','FINAL')),
  inputs_hash text NOT NULL,
  parameters jsonb NOT NULL,
  reliability jsonb,
  at timestamptz(3) NOT NULL
);
CREATE INDEX fit_cohort ON fit (cohort_id, at DESC);
-- The newest fit's scores, on the exact scale of the fit.
CREATE TABLE assessment (
  entry_id uuid NOT NULL REFERENCES cohort_entry ON DELETE CASCADE,
  dimension text NOT NULL,
  fit_id uuid NOT NULL REFERENCES fit,
  score double precision NOT NULL,
  se double precision NOT NULL,
  reviews integer NOT NULL,
  comparable boolean NOT NULL,
  industry_percentile real,
  PRIMARY KEY (entry_id, dimension)
);
CREATE TABLE reviewer_figure (
  fit_id uuid NOT NULL REFERENCES fit ON DELETE CASCADE,
  reviewer_id uuid NOT NULL REFERENCES reviewer,
  dimension text NOT NULL,
  severity double precision NOT NULL,
  severity_se double precision NOT NULL,
  agreement double precision,
  reviews integer NOT NULL,
  PRIMARY KEY (fit_id, reviewer_id, dimension)
);

CREATE TABLE objection (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  entry_id uuid NOT NULL REFERENCES cohort_entry,
  -- Objections are named; null once the person is erased.
  account_id uuid REFERENCES account ON DELETE SET NULL,
  reason_code text NOT NULL,
  text text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  outcome text CHECK (outcome IN ('UPHELD','REJECTED')),
  answer text,
  answered_at timestamptz(3),
  UNIQUE (entry_id, account_id),
  CHECK ((outcome IS NULL) = (answered_at IS NULL) AND (outcome IS NULL) = (answer IS NULL))
);
CREATE INDEX objection_cohort ON objection (cohort_id, id);
CREATE INDEX objection_open ON objection (cohort_id) WHERE outcome IS NULL;
CREATE FUNCTION objection_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE stage text;
BEGIN
  SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR SHARE;
  IF stage <> 'PUBLIC_NOTICE' THEN RAISE EXCEPTION 'objections are made during the public notice' USING ERRCODE = '23514', CONSTRAINT = 'objection_in_notice'; END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER objection_guard BEFORE INSERT ON objection FOR EACH ROW EXECUTE FUNCTION objection_guard();

CREATE TABLE score_passport (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement,
  cohort_id uuid NOT NULL REFERENCES cohort,
  entry_id uuid NOT NULL UNIQUE REFERENCES cohort_entry,
  axes jsonb NOT NULL,
  weights jsonb NOT NULL,
  score double precision NOT NULL,
  se double precision NOT NULL,
  -- Codes of its industries at the closing, with all above them.
  industry_codes text[] NOT NULL,
  revision integer NOT NULL,
  evidence_revision text NOT NULL,
  issued_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  voided_at timestamptz(3),
  void_reason text CHECK (void_reason IN ('MATERIAL_CHANGE','EXPIRED','REPLACED','REVOKED')),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL))
);
CREATE INDEX score_passport_achievement ON score_passport (achievement_id, issued_at DESC);
CREATE UNIQUE INDEX score_passport_one_valid ON score_passport (achievement_id) WHERE voided_at IS NULL;
CREATE INDEX score_passport_expiry ON score_passport (expires_at) WHERE voided_at IS NULL;

-- The order of the pool as the last closing left it; written only there.
CREATE TABLE pool_rank (
  achievement_id uuid PRIMARY KEY REFERENCES achievement,
  passport_id uuid NOT NULL REFERENCES score_passport,
  position integer NOT NULL UNIQUE,
  score double precision NOT NULL,
  industry_codes text[] NOT NULL
);
CREATE INDEX pool_rank_industries ON pool_rank USING gin (industry_codes);

CREATE TABLE gap_code (
  code text PRIMARY KEY,
  dimension text NOT NULL,
  name jsonb NOT NULL,
  position smallint NOT NULL
);
CREATE TABLE cultivation_gap (
  entry_id uuid NOT NULL REFERENCES cohort_entry ON DELETE CASCADE,
  dimension text NOT NULL,
  code text NOT NULL REFERENCES gap_code,
  note jsonb,
  source text NOT NULL CHECK (source IN ('REVIEW','COMPUTED','DECLINE')),
  PRIMARY KEY (entry_id, dimension, code, source)
);
CREATE INDEX cultivation_gap_code ON cultivation_gap (code);
CREATE TABLE support_service (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  name jsonb NOT NULL,
  description jsonb,
  organisation_id uuid REFERENCES organisation ON DELETE SET NULL,
  region_code text REFERENCES region,
  gap_codes text[] NOT NULL DEFAULT '{}',
  url text,
  active boolean NOT NULL DEFAULT true
);

CREATE TABLE ledger_key (
  kid text PRIMARY KEY,
  public_key text NOT NULL,
  -- Sealed with the secret of the installation.
  private_key text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE TABLE ledger_head (
  seq bigint PRIMARY KEY,
  hash text NOT NULL,
  cohort_id uuid REFERENCES cohort,
  signed_at timestamptz(3) NOT NULL,
  kid text NOT NULL REFERENCES ledger_key,
  signature text NOT NULL
);
CREATE TRIGGER ledger_head_append_only BEFORE UPDATE OR DELETE ON ledger_head FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_head_no_truncate BEFORE TRUNCATE ON ledger_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
`;

  readonly backward = `
DROP TRIGGER achievement_inserted_admitted ON achievement;
DROP TRIGGER achievement_becomes_admitted ON achievement;
DROP TABLE ledger_head, ledger_key, support_service, cultivation_gap, gap_code, pool_rank, score_passport, objection, reviewer_figure, assessment, fit, review, assignment, conflict,
  organisation_family, reviewer_declaration, reviewer_document, reviewer_industry, reviewer, cohort_entry, cohort;
DROP FUNCTION achievement_needs_admission, vetting_refuse_truncate, cohort_entry_count, cohort_entry_guard, cohort_guard, assignment_refuse_conflict, review_immutable, objection_guard;
`;
}
