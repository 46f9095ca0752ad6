import { SqlMigration } from '../src/lib/migration.js';

/** What cultivation needs beyond the tables of vetting, texts kept beside the ledger, and guards of the ledger's keys. */
export class Cultivation20261124106000 extends SqlMigration {
  readonly name = 'Cultivation20261124106000';

  readonly forward = `
-- Words that a record refers to by their salted hash. They can be erased; the record stays and tells nothing.
CREATE TABLE ledger_text (
  hash text PRIMARY KEY,
  salt text NOT NULL,
  text text NOT NULL,
  -- Whose words they are; null for those of the machine.
  account_id uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX ledger_text_account ON ledger_text (account_id) WHERE account_id IS NOT NULL;

CREATE TRIGGER ledger_key_append_only BEFORE UPDATE OR DELETE ON ledger_key FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_key_no_truncate BEFORE TRUNCATE ON ledger_key FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE INDEX ledger_head_cohort ON ledger_head (cohort_id) WHERE cohort_id IS NOT NULL;
-- Replays look records up by what they are about.
CREATE INDEX ledger_record_kind ON ledger_record (kind, seq);

ALTER TABLE review
  -- Dimensions whose rationale the reviewer gives to the lister, without a name.
  ADD COLUMN shared text[] NOT NULL DEFAULT '{}';

ALTER TABLE cultivation_gap
  -- How many reviewers named it; null where it was computed.
  ADD COLUMN reviewers smallint CHECK (reviewers >= 1);
CREATE TABLE cultivation_neighbour (
  entry_id uuid NOT NULL REFERENCES cohort_entry ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position >= 1),
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  similarity real NOT NULL,
  same_division boolean NOT NULL,
  PRIMARY KEY (entry_id, position)
);
CREATE INDEX cultivation_neighbour_achievement ON cultivation_neighbour (achievement_id);

ALTER TABLE support_service
  ADD COLUMN created_at timestamptz(3) NOT NULL DEFAULT now(),
  ADD COLUMN updated_at timestamptz(3) NOT NULL DEFAULT now();
CREATE INDEX support_service_gaps ON support_service USING gin (gap_codes) WHERE active;
`;

  readonly backward = `
DROP INDEX support_service_gaps;
ALTER TABLE support_service DROP COLUMN updated_at, DROP COLUMN created_at;
DROP TABLE cultivation_neighbour;
ALTER TABLE cultivation_gap DROP COLUMN reviewers;
ALTER TABLE review DROP COLUMN shared;
DROP INDEX ledger_record_kind, ledger_head_cohort;
DROP TRIGGER ledger_key_append_only ON ledger_key;
DROP TRIGGER ledger_key_no_truncate ON ledger_key;
DROP TABLE ledger_text;
`;
}
