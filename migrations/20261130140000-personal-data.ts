import { SqlMigration } from '../src/lib/migration.js';

/** Ledger records of decisions whose reason is also a column of the subject's row: kind pattern, place, table, column. */
const REASONS = [
  ['demand.%', 'demand', 'status_reason'],
  ['investor.%', 'investor_profile', 'status_reason'],
  ['talent.%', 'talent_profile', 'status_reason'],
  ['talent.%', 'talent_profile', 'verification_reason'],
  ['entry.%', 'cohort_entry', 'screen_note'],
  ['entry.appeal-answered', 'cohort_entry', 'appeal_answer'],
  ['objection.answered', 'objection', 'answer'],
] as const;

/** Authors of texts in rows that name none, so that a text is exported and erased with its author. */
export class PersonalData20261130140000 extends SqlMigration {
  readonly name = 'PersonalData20261130140000';

  readonly forward = `
CREATE TABLE authored_text (
  -- The column that holds the text, as table.column.
  place text NOT NULL,
  row_id uuid NOT NULL,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  PRIMARY KEY (place, row_id)
);
CREATE INDEX authored_text_account ON authored_text (account_id);
${REASONS.map(
  ([kind, table, column]) => `
INSERT INTO authored_text (place, row_id, account_id)
SELECT DISTINCT ON (t.id) '${table}.${column}', t.id, x.account_id
FROM ${table} t
JOIN ledger_record l ON l.subject_id = t.id::text AND l.kind LIKE '${kind}'
JOIN ledger_text x ON x.hash = l.facts->>'reasonHash'
WHERE t.${column} = x.text AND x.account_id IS NOT NULL
ORDER BY t.id, l.seq DESC
ON CONFLICT DO NOTHING;`,
).join('')}
INSERT INTO authored_text (place, row_id, account_id)
SELECT 'interest.close_reason', id, account_id
FROM interest
WHERE close_reason IS NOT NULL AND closed_by = 'PARTY' AND account_id IS NOT NULL AND organisation_id IS NULL;

-- A submitted review does not change, except that its texts go when its reviewer is erased: scores and codes stay.
CREATE OR REPLACE FUNCTION review_immutable() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'UPDATE'
     AND NEW.rationales = '{}' AND NEW.salt IS NULL AND NEW.correction_reason IS NULL
     AND to_jsonb(NEW) - '{rationales,salt,correction_reason}'::text[] = to_jsonb(OLD) - '{rationales,salt,correction_reason}'::text[]
     AND EXISTS (
       SELECT 1 FROM assignment a JOIN reviewer r ON r.id = a.reviewer_id
       WHERE a.id = OLD.assignment_id AND r.account_id IS NULL
     ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a submitted review does not change; a correction is a new version' USING ERRCODE = '23514', CONSTRAINT = 'review_immutable';
END $f$;
`;

  readonly backward = `
CREATE OR REPLACE FUNCTION review_immutable() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION 'a submitted review does not change; a correction is a new version' USING ERRCODE = '23514', CONSTRAINT = 'review_immutable';
END $f$;
DROP TABLE authored_text;
`;
}
