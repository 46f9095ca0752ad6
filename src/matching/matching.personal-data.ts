import type { EntityManager } from 'typeorm';
import type { ErasedPerson, PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/** Queries of the personal data held by matching, for the export of an account's data. */
export const matchingExports: Record<string, PersonalDataExport> = {
  roundAnswers: (tx, accountId) =>
    tx.query(
      `SELECT round_id, achievement_id, investor_id, investor_answer, investor_answered_at
       FROM matching_round_pair
       WHERE investor_account_id = $1
       ORDER BY id`,
      [accountId],
    ),
  matchFeedback: (tx, accountId) =>
    tx.query(
      `SELECT achievement_id, counterpart_kind, counterpart_id, side, action, reason_code, note, suppressed_until,
         created_at, ended_at
       FROM match_feedback
       WHERE account_id = $1
       ORDER BY id`,
      [accountId],
    ),
  matchModels: (tx, accountId) =>
    tx.query(`SELECT version, note, created_at FROM match_model WHERE created_by = $1 ORDER BY version`, [accountId]),
};

/**
 * Erasure of a person from matching: deletes the feedback of all sides on matches of the person as a talent, and the
 * text vectors of the talent. Feedback and answers that the person gave for an organisation, and models that the person
 * made, stay without name and note.
 */
export async function eraseFromMatching(tx: EntityManager, { accountId }: ErasedPerson): Promise<void> {
  await changedRows(
    tx,
    `DELETE FROM match_feedback f USING talent_profile p
     WHERE f.counterpart_kind = 'TALENT' AND p.id = f.counterpart_id AND p.account_id = $1`,
    [accountId],
  );
  await changedRows(
    tx,
    `DELETE FROM match_text t USING talent_profile p
     WHERE t.kind = 'TALENT' AND p.id = t.subject_id AND p.account_id = $1`,
    [accountId],
  );
  await changedRows(tx, `UPDATE matching_round_pair SET investor_account_id = NULL WHERE investor_account_id = $1`, [
    accountId,
  ]);
  await changedRows(tx, `UPDATE match_model SET created_by = NULL, note = NULL WHERE created_by = $1`, [accountId]);
  await changedRows(tx, `UPDATE match_feedback SET account_id = NULL, note = NULL WHERE account_id = $1`, [accountId]);
}
