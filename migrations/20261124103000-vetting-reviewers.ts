import { SqlMigration } from '../src/lib/migration.js';

/** What reviewing needs beyond the cohort's tables: runs of the assignment, boundary rounds, drafts, regional ties. */
export class VettingReviewers20261124103000 extends SqlMigration {
  readonly name = 'VettingReviewers20261124103000';

  readonly forward = `
ALTER TABLE reviewer_declaration ADD COLUMN relation text NOT NULL CHECK (relation IN ('CONFLICT','COLLABORATION'));

ALTER TABLE assignment
  -- Provinces of the achievement and the reviewer when it was made: the model that calibrates scores asks whether they are one.
  ADD COLUMN entry_region text,
  ADD COLUMN reviewer_region text,
  -- Why it was declined or withdrawn, for operators.
  ADD COLUMN status_reason text,
  ADD COLUMN ended_at timestamptz(3);
CREATE INDEX assignment_entry_active ON assignment (entry_id) WHERE status IN ('ASSIGNED','SUBMITTED');

ALTER TABLE review
  -- With it, the hash of the rationales in the ledger can be checked; without it, it tells nothing.
  ADD COLUMN salt text,
  -- What the reviewer found missing, by the codes of gap_code.
  ADD COLUMN gap_codes text[] NOT NULL DEFAULT '{}';
CREATE UNIQUE INDEX review_one_draft ON review (assignment_id) WHERE status = 'DRAFT';

-- The other half of "a conflicted assignment is impossible": a conflict that is found later ends the assignment in the
-- same transaction, or does not commit.
CREATE FUNCTION conflict_ends_assignment() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM conflict WHERE entry_id = NEW.entry_id AND reviewer_id = NEW.reviewer_id)
     AND EXISTS (SELECT 1 FROM assignment WHERE entry_id = NEW.entry_id AND reviewer_id = NEW.reviewer_id AND status IN ('ASSIGNED','SUBMITTED')) THEN
    RAISE EXCEPTION 'an assignment stands on this conflict of interest' USING ERRCODE = '23514', CONSTRAINT = 'conflict_ends_assignment';
  END IF;
  RETURN NULL;
END $f$;
CREATE CONSTRAINT TRIGGER conflict_ends_assignment AFTER INSERT ON conflict DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION conflict_ends_assignment();

CREATE TABLE assignment_run (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  round smallint NOT NULL CHECK (round >= 0),
  status text NOT NULL CHECK (status IN ('QUEUED','RUNNING','COMPLETED','FAILED')),
  progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  phase text NOT NULL DEFAULT 'QUEUED',
  made integer NOT NULL DEFAULT 0,
  unmet jsonb NOT NULL DEFAULT '[]',
  quality jsonb NOT NULL DEFAULT '{}',
  fault text,
  due_at timestamptz(3) NOT NULL,
  requested_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  finished_at timestamptz(3)
);
CREATE INDEX assignment_run_cohort ON assignment_run (cohort_id, id DESC);
CREATE UNIQUE INDEX assignment_run_one_active ON assignment_run (cohort_id) WHERE status IN ('QUEUED','RUNNING');

CREATE TABLE boundary_round (
  id uuid PRIMARY KEY,
  cohort_id uuid NOT NULL REFERENCES cohort,
  round smallint NOT NULL CHECK (round >= 1),
  budget integer NOT NULL CHECK (budget >= 1),
  bound double precision NOT NULL,
  expected_change double precision NOT NULL,
  stop boolean NOT NULL,
  inputs_hash text NOT NULL,
  -- What it would review again: [{"entry": id, "reviews": n}], most promising first.
  wishes jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  assigned_at timestamptz(3),
  UNIQUE (cohort_id, round)
);
`;

  readonly backward = `
DROP TABLE boundary_round, assignment_run;
DROP TRIGGER conflict_ends_assignment ON conflict;
DROP FUNCTION conflict_ends_assignment;
DROP INDEX review_one_draft;
ALTER TABLE review DROP COLUMN gap_codes, DROP COLUMN salt;
DROP INDEX assignment_entry_active;
ALTER TABLE assignment DROP COLUMN ended_at, DROP COLUMN status_reason, DROP COLUMN reviewer_region, DROP COLUMN entry_region;
ALTER TABLE reviewer_declaration DROP COLUMN relation;
`;
}
