import { SqlMigration } from '../src/lib/migration.js';

/**
 * What waits for a background job and was known to that job alone: near-duplicate searches, searches for neighbours of
 * a closed cohort, and mails about a thread that are held back. With it a lost job is found and queued again.
 */
export class LostJobs20261130230000 extends SqlMigration {
  readonly name = 'LostJobs20261130230000';

  readonly forward = `
-- Achievements whose near-duplicates are still to be searched by a job.
CREATE TABLE duplicate_scan (
  achievement_id uuid PRIMARY KEY REFERENCES achievement ON DELETE CASCADE,
  queued_at timestamptz(3) NOT NULL
);
-- Closed cohorts for whose entries the most similar admitted achievements are still to be found.
CREATE TABLE neighbour_search (
  cohort_id uuid PRIMARY KEY REFERENCES cohort ON DELETE CASCADE,
  queued_at timestamptz(3) NOT NULL
);
-- When a mail about newer messages is due that was held back; null where none is.
ALTER TABLE interest_participant ADD COLUMN mail_due_at timestamptz(3);
CREATE INDEX interest_participant_mail_due ON interest_participant (mail_due_at) WHERE mail_due_at IS NOT NULL;
`;

  readonly backward = `
ALTER TABLE interest_participant DROP COLUMN mail_due_at;
DROP TABLE neighbour_search, duplicate_scan;
`;
}
