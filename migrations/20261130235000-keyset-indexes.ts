import { SqlMigration } from '../src/lib/migration.js';

/** Indexes in the order of lists with several sort columns, so that a page is read from the index at any depth. */
export class KeysetIndexes20261130235000 extends SqlMigration {
  readonly name = 'KeysetIndexes20261130235000';

  readonly forward = `
CREATE INDEX near_duplicate_open ON near_duplicate (similarity DESC, id DESC) WHERE dismissed_at IS NULL;
CREATE INDEX cohort_entry_place ON cohort_entry (cohort_id, (COALESCE(rank, 2147483647)), id);
CREATE INDEX cohort_entry_cohort ON cohort_entry (cohort_id, id);
CREATE INDEX matching_round_standing_order ON matching_round_standing (round_id, (COALESCE(share, 2::double precision)), id);
CREATE INDEX assignment_desk ON assignment (reviewer_id, (COALESCE(due_at, 'infinity'::timestamptz)), id);
-- Replaces conflict_cohort, of which it is an extension.
CREATE INDEX conflict_page ON conflict (cohort_id, entry_id, reviewer_id);
DROP INDEX conflict_cohort;
`;

  readonly backward = `
CREATE INDEX conflict_cohort ON conflict (cohort_id);
DROP INDEX conflict_page, assignment_desk, matching_round_standing_order, cohort_entry_cohort, cohort_entry_place, near_duplicate_open;
`;
}
