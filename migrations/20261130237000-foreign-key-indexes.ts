import { OnlineMigration } from '../src/lib/online-migration.js';

const index = (table: string, column: string, nullable = false) => ({
  name: `${table}_${column}_fk`,
  on: `${table} (${column})${nullable ? ` WHERE ${column} IS NOT NULL` : ''}`,
});

/**
 * Indexes of foreign keys by which rows are found when a person is erased or a referenced row is deleted; without them
 * PostgreSQL reads the whole table each time. References to code lists need none, since codes are never deleted.
 */
export class ForeignKeyIndexes20261130237000 extends OnlineMigration {
  readonly name = 'ForeignKeyIndexes20261130237000';

  override readonly indexes = [
    index('achievement_revision', 'edited_by', true),
    index('assessment', 'fit_id'),
    index('assignment_run', 'requested_by', true),
    index('cohort_entry', 'appealed_by', true),
    index('column_mapping', 'updated_by', true),
    index('evidence_file', 'uploaded_by', true),
    index('invitation', 'invited_by', true),
    index('match_model', 'created_by', true),
    index('matching_round_pair', 'achievement_id'),
    index('matching_round_pair', 'interest_id', true),
    index('matching_round_pair', 'investor_account_id', true),
    index('matching_round_pair', 'investor_id'),
    index('matching_round_veto', 'achievement_id'),
    index('matching_round_veto', 'investor_id'),
    index('nda_grant', 'decided_by', true),
    index('nda_grant', 'requested_by', true),
    index('near_duplicate', 'dismissed_by', true),
    index('objection', 'account_id', true),
    index('pool_rank', 'passport_id'),
    index('reviewer_declaration', 'achievement_id', true),
    index('reviewer_declaration', 'organisation_id', true),
    index('reviewer_figure', 'reviewer_id'),
    index('score_passport', 'cohort_id'),
    index('support_service', 'organisation_id', true),
    index('team', 'institution_id'),
  ];
}
