import { oneOf, SqlMigration, vocabularyConstraint } from '../src/lib/migration.js';

const REASONS =
  'QUOTA FLOOR_MARKET_POTENTIAL FLOOR_ECONOMIC_VALUE FLOOR_TECHNICAL_CONTENT TOO_FEW_REVIEWS OBJECTION_UPHELD WITHDRAWN';
const constraint = vocabularyConstraint('cohort_entry', 'decision_reason');
const reasons = (codes: readonly string[]): string => `
ALTER TABLE cohort_entry DROP CONSTRAINT ${constraint};
ALTER TABLE cohort_entry ADD CONSTRAINT ${constraint} CHECK (${oneOf('decision_reason', codes)});`;

/**
 * Withdrawals of entries between the freezing of a cohort and its closing: requests of institutions with the answer of an
 * operator. A withdrawn entry stays in the denominator and is not admitted; its achievement may stay in the pool by an
 * earlier cohort, so the checks of the pool pass over withdrawn entries.
 */
export class EntryWithdrawals20261201071000 extends SqlMigration {
  readonly name = 'EntryWithdrawals20261201071000';

  readonly forward = `
ALTER TABLE cohort_entry ADD COLUMN withdrawn_at timestamptz(3);
CREATE TABLE entry_withdrawal (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  entry_id uuid NOT NULL,
  -- Who asked; null once the person is erased.
  account_id uuid REFERENCES account ON DELETE SET NULL,
  reason text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  outcome text CONSTRAINT entry_withdrawal_outcome_code CHECK (outcome IN ('CONFIRMED', 'REFUSED')),
  answer text,
  answered_at timestamptz(3),
  CONSTRAINT entry_withdrawal_entry_cohort_fkey FOREIGN KEY (entry_id, cohort_id) REFERENCES cohort_entry (id, cohort_id),
  CHECK ((outcome IS NULL) = (answered_at IS NULL) AND (outcome IS NULL) = (answer IS NULL))
);
CREATE INDEX entry_withdrawal_cohort ON entry_withdrawal (cohort_id, id);
CREATE INDEX entry_withdrawal_entry ON entry_withdrawal (entry_id, id);
CREATE INDEX entry_withdrawal_account ON entry_withdrawal (account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX entry_withdrawal_open ON entry_withdrawal (entry_id) WHERE outcome IS NULL;
${reasons(REASONS.split(' '))}
CREATE OR REPLACE FUNCTION cohort_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
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
  IF OLD.status <> 'OPEN' AND ROW(OLD.id, OLD.year, OLD.number, OLD.quota_rate, OLD.weights, OLD.floors, OLD.min_reviews, OLD.reviewer_load, OLD.notice_days, OLD.validity_months, OLD.double_share, OLD.blind, OLD.tie_rule, OLD.rule_version)
     IS DISTINCT FROM ROW(NEW.id, NEW.year, NEW.number, NEW.quota_rate, NEW.weights, NEW.floors, NEW.min_reviews, NEW.reviewer_load, NEW.notice_days, NEW.validity_months, NEW.double_share, NEW.blind, NEW.tie_rule, CASE WHEN NEW.status = 'OPEN' THEN OLD.rule_version ELSE NEW.rule_version END) THEN
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
CREATE OR REPLACE FUNCTION cohort_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
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
  IF (OLD.decision, OLD.screen, OLD.screen_reasons, OLD.revision, OLD.evidence_revision, OLD.industry_code, OLD.proposal, OLD.decision_reason, OLD.combined_score, OLD.combined_se, OLD.rank, OLD.registration_order, OLD.withdrawn_at)
     IS NOT DISTINCT FROM (NEW.decision, NEW.screen, NEW.screen_reasons, NEW.revision, NEW.evidence_revision, NEW.industry_code, NEW.proposal, NEW.decision_reason, NEW.combined_score, NEW.combined_se, NEW.rank, NEW.registration_order, NEW.withdrawn_at) THEN
    RETURN NEW;
  END IF;
  IF NEW.decision IS DISTINCT FROM OLD.decision THEN
    -- Transactions that decide in one cohort run one after another, so that each counts the decisions of the others.
    SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR NO KEY UPDATE;
    IF NEW.decision = 'ADMITTED' AND NEW.withdrawn_at IS NOT NULL THEN
      RAISE EXCEPTION 'a withdrawn entry is not admitted' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_withdrawn';
    END IF;
    IF stage <> 'PUBLIC_NOTICE' OR OLD.decision IS NOT NULL THEN
      RAISE EXCEPTION 'entries are decided once, at the closing of their cohort' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_decided_once';
    END IF;
  ELSE
    SELECT status INTO stage FROM cohort WHERE id = NEW.cohort_id FOR SHARE;
  END IF;
  IF stage <> 'OPEN' AND (OLD.screen, OLD.screen_reasons, OLD.revision, OLD.evidence_revision, OLD.industry_code, OLD.registration_order) IS DISTINCT FROM (NEW.screen, NEW.screen_reasons, NEW.revision, NEW.evidence_revision, NEW.industry_code, NEW.registration_order) THEN
    RAISE EXCEPTION 'what counts is fixed when the cohort is frozen' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_screen_frozen';
  END IF;
  IF NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at AND NOT (
    OLD.withdrawn_at IS NULL AND stage IN ('FROZEN', 'REVIEWING', 'PUBLIC_NOTICE') OR NEW.withdrawn_at IS NULL AND stage = 'OPEN'
  ) THEN
    RAISE EXCEPTION 'an entry is withdrawn between freezing and closing, and stays withdrawn' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_withdrawn';
  END IF;
  IF stage = 'CLOSED' AND (OLD.proposal, OLD.decision_reason, OLD.combined_score, OLD.combined_se, OLD.rank) IS DISTINCT FROM (NEW.proposal, NEW.decision_reason, NEW.combined_score, NEW.combined_se, NEW.rank) THEN
    RAISE EXCEPTION 'a decided entry does not change' USING ERRCODE = '23514', CONSTRAINT = 'cohort_entry_closed';
  END IF;
  RETURN NEW;
END $f$;
CREATE OR REPLACE FUNCTION achievement_needs_admission() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.id AND e.decision IS NOT NULL AND e.withdrawn_at IS NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % enters the pool only through a cohort', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
CREATE OR REPLACE FUNCTION cohort_entry_upholds_pool() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.achievement_id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.achievement_id AND e.decision IS NOT NULL AND e.withdrawn_at IS NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % is in the pool by this admission', NEW.achievement_id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
`;

  readonly backward = `
CREATE OR REPLACE FUNCTION cohort_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
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
CREATE OR REPLACE FUNCTION cohort_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
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
    -- Transactions that decide in one cohort run one after another, so that each counts the decisions of the others.
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
CREATE OR REPLACE FUNCTION achievement_needs_admission() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.id AND e.decision IS NOT NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % enters the pool only through a cohort', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
CREATE OR REPLACE FUNCTION cohort_entry_upholds_pool() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.achievement_id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.achievement_id AND e.decision IS NOT NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % is in the pool by this admission', NEW.achievement_id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
${reasons(REASONS.split(' ').filter((code) => code !== 'WITHDRAWN'))}
DROP TABLE entry_withdrawal;
ALTER TABLE cohort_entry DROP COLUMN withdrawn_at;
`;
}
