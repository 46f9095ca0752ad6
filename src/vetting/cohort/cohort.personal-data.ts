import type { EntityManager } from 'typeorm';
import { ERASED_TEXT, exportedRows, type ErasedPerson, type PersonalDataExport } from '../../kernel/personal-data.js';
import { changedRows } from '../../lib/changed-rows.js';

/**
 * Queries of the personal data held with cohorts (objections, appeals, requested assignment runs), for the export of an
 * account's data.
 */
export const cohortExports: Record<string, PersonalDataExport> = {
  objections: (tx, accountId) =>
    tx.query(
      `SELECT id, cohort_id, entry_id, reason_code, text, created_at, outcome, answer, answered_at
       FROM objection
       WHERE account_id = $1
       ORDER BY id`,
      [accountId],
    ),
  appeals: (tx, accountId) =>
    tx.query(
      `SELECT id AS entry_id, cohort_id, appeal, appealed_at, appeal_upheld, appeal_answer, appeal_answered_at
       FROM cohort_entry
       WHERE appealed_by = $1
       ORDER BY id`,
      [accountId],
    ),
  withdrawals: exportedRows(
    `SELECT id, cohort_id, entry_id, reason, requested_at, outcome, answer, answered_at
     FROM entry_withdrawal
     WHERE account_id = $1
     ORDER BY id`,
  ),
  assignmentRuns: exportedRows(
    `SELECT id, cohort_id, round, created_at FROM assignment_run WHERE requested_by = $1 ORDER BY id`,
  ),
};

/**
 * Erasure of a person from cohorts: objections, appeals and requests for withdrawal are part of decisions that others rely on, so their rows
 * stay with outcome and answer, without the author's account and text. Assignment runs stay without the account that
 * requested them.
 */
export async function eraseFromCohorts(tx: EntityManager, { accountId }: ErasedPerson): Promise<void> {
  await changedRows(tx, `UPDATE objection SET account_id = NULL, text = $2 WHERE account_id = $1`, [
    accountId,
    ERASED_TEXT,
  ]);
  await changedRows(tx, `UPDATE cohort_entry SET appealed_by = NULL, appeal = $2 WHERE appealed_by = $1`, [
    accountId,
    ERASED_TEXT,
  ]);
  await changedRows(tx, `UPDATE entry_withdrawal SET account_id = NULL, reason = $2 WHERE account_id = $1`, [
    accountId,
    ERASED_TEXT,
  ]);
  await changedRows(tx, `UPDATE assignment_run SET requested_by = NULL WHERE requested_by = $1`, [accountId]);
}
