import type { EntityManager } from 'typeorm';
import { exportedRows, type ErasedPerson, type PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/**
 * Sections of a person's data export on achievements: revisions that the person wrote, evidence that the person
 * uploaded, and requests of NDA access that the person made or decided.
 */
export const achievementsExports: Record<string, PersonalDataExport> = {
  revisionsWritten: exportedRows(
    `SELECT achievement_id, revision, note, created_at
     FROM achievement_revision
     WHERE edited_by = $1
     ORDER BY achievement_id, revision`,
  ),
  evidenceUploads: exportedRows(
    `SELECT achievement_id, name, created_at FROM evidence_file WHERE uploaded_by = $1 ORDER BY id`,
  ),
  ndaRequests: exportedRows(
    `SELECT id, achievement_id, organisation_id, status, message, requested_at
     FROM nda_grant
     WHERE requested_by = $1
     ORDER BY id`,
  ),
  ndaDecisions: exportedRows(
    `SELECT id, achievement_id, organisation_id, status, decided_at FROM nda_grant WHERE decided_by = $1 ORDER BY id`,
  ),
  duplicatesDismissed: exportedRows(`SELECT id, dismissed_at FROM near_duplicate WHERE dismissed_by = $1 ORDER BY id`),
};

/** Results, evidence and grants stay with their organisations; the person’s notes, messages and name are removed. */
export async function eraseFromAchievements(tx: EntityManager, { accountId }: ErasedPerson): Promise<void> {
  for (const sql of [
    `UPDATE achievement_revision SET edited_by = NULL, note = NULL WHERE edited_by = $1`,
    `UPDATE evidence_file SET uploaded_by = NULL WHERE uploaded_by = $1`,
    `UPDATE nda_grant SET requested_by = NULL, message = NULL WHERE requested_by = $1`,
    `UPDATE nda_grant SET decided_by = NULL WHERE decided_by = $1`,
    `UPDATE near_duplicate SET dismissed_by = NULL WHERE dismissed_by = $1`,
  ])
    await changedRows(tx, sql, [accountId]);
}
