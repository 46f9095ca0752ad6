import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { exportedRows, type ErasedPerson, type PersonalDataExport } from '../../kernel/personal-data.js';
import { changedRows } from '../../lib/changed-rows.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { queueRefill } from '../assignments/assignments.runs.js';
import { lockReviewedCohorts } from './conflicts.declarations.js';
import { withdrawnRecord } from './conflicts.service.js';

/** Queries of the personal data held about a reviewer, for the export of an account's data. */
export const reviewersExports: Record<string, PersonalDataExport> = {
  reviewer: exportedRows(
    `SELECT r.id, r.organisation_id, r.statement, r.dimensions, r.orcid, r.status, r.max_load, r.created_at,
       ARRAY(SELECT industry_code FROM reviewer_industry WHERE reviewer_id = r.id ORDER BY 1) AS industries
     FROM reviewer r
     WHERE r.account_id = $1`,
  ),
  reviewerDocuments: exportedRows(
    `SELECT d.title, d.abstract, d.year
     FROM reviewer_document d
     JOIN reviewer r ON r.id = d.reviewer_id
     WHERE r.account_id = $1
     ORDER BY d.position`,
  ),
  reviewerDeclarations: exportedRows(
    `SELECT d.kind, d.relation, d.organisation_id, d.orcid, d.reason, d.ended_on, d.declared_at
     FROM reviewer_declaration d
     JOIN reviewer r ON r.id = d.reviewer_id
     WHERE r.account_id = $1
     ORDER BY d.id`,
  ),
  // A review is exported with its assignment's id only, because the reviewer may not be allowed to know the entry.
  reviews: exportedRows(
    `SELECT v.assignment_id, v.version, v.status, v.scores, v.rationales, v.shared, v.confidence, v.gap_codes,
       v.correction_reason, v.updated_at, v.submitted_at
     FROM review v
     JOIN assignment a ON a.id = v.assignment_id
     JOIN reviewer r ON r.id = a.reviewer_id
     WHERE r.account_id = $1
     ORDER BY v.id`,
  ),
  // Assignments are also exported without the entry's id. For a declined assignment, `status_reason` is the reason that
  // the reviewer gave. Panel and round are null until the cohort is closed, because members of a second panel must not
  // know that they belong to one (desk.types.ts).
  reviewerSeats: exportedRows(
    `SELECT a.id AS assignment_id, a.cohort_id,
       CASE WHEN c.status = 'CLOSED' THEN a.panel END AS panel,
       CASE WHEN c.status = 'CLOSED' THEN a.round END AS round,
       a.dimensions, a.status, a.status_reason, a.assigned_at, a.due_at, a.ended_at
     FROM assignment a
     JOIN reviewer r ON r.id = a.reviewer_id
     JOIN cohort c ON c.id = a.cohort_id
     WHERE r.account_id = $1
     ORDER BY a.id`,
  ),
  reviewerConflicts: exportedRows(
    `SELECT c.cohort_id, c.entry_id, c.reasons
     FROM conflict c
     JOIN reviewer r ON r.id = c.reviewer_id
     WHERE r.account_id = $1
     ORDER BY c.cohort_id, c.entry_id`,
  ),
  // How strictly the reviewer scores compared with others, by calibration and dimension. As in the API, figures of a
  // cohort are its reviewers' to read once it is closed: before that they would tell how others scored the same entries.
  reviewerFigures: exportedRows(
    `SELECT f.cohort_id, f.kind, f.at, x.dimension, x.severity, x.severity_se, x.agreement, x.reviews
     FROM reviewer_figure x
     JOIN fit f ON f.id = x.fit_id
     JOIN reviewer r ON r.id = x.reviewer_id
     JOIN cohort c ON c.id = f.cohort_id AND c.status = 'CLOSED'
     WHERE r.account_id = $1
     ORDER BY f.at, x.dimension`,
  ),
};

const OF_REVIEWER = `assignment_id IN (SELECT id FROM assignment WHERE reviewer_id = $1)`;

/**
 * Erasure of a person who is a reviewer: documents, declarations, industries and drafts are deleted, and the profile's
 * fields emptied, except its dimensions; submitted scores stay under the reviewer's id, because decisions rest on them,
 * and lose their texts. Open assignments are withdrawn, and replacements are sought in cohorts not yet at the public
 * notice.
 */
export async function eraseFromReviewing(tx: EntityManager, { accountId }: ErasedPerson, app: App): Promise<void> {
  const [reviewer] = (await tx.query(`SELECT id FROM reviewer WHERE account_id = $1`, [accountId])) as Array<{
    id: string;
  }>;
  if (!reviewer) return;
  await lockReviewedCohorts(tx);
  const at = app.clock();
  const ended = await changedRows<{ id: string; cohort_id: string; entry_id: string }>(
    tx,
    `UPDATE assignment
     SET status = 'WITHDRAWN', status_reason = 'ERASED', ended_at = $2
     WHERE reviewer_id = $1 AND status = 'ASSIGNED'
     RETURNING id, cohort_id, entry_id`,
    [reviewer.id, at],
  );
  await changedRows(tx, `UPDATE assignment SET status_reason = NULL WHERE reviewer_id = $1 AND status = 'DECLINED'`, [
    reviewer.id,
  ]);
  await changedRows(tx, `DELETE FROM review WHERE status = 'DRAFT' AND ${OF_REVIEWER}`, [reviewer.id]);
  for (const table of ['reviewer_document', 'reviewer_declaration', 'reviewer_industry'])
    await changedRows(tx, `DELETE FROM ${table} WHERE reviewer_id = $1`, [reviewer.id]);
  await changedRows(
    tx,
    `UPDATE reviewer
     SET account_id = NULL, organisation_id = NULL, statement = NULL, orcid = NULL, max_load = NULL,
       status = 'SUSPENDED'
     WHERE id = $1`,
    [reviewer.id],
  );
  // This statement must follow the removal of account_id above: a trigger refuses every change of a submitted review,
  // except the removal of its texts once its reviewer has no account.
  await changedRows(
    tx,
    `UPDATE review SET rationales = '{}', salt = NULL, correction_reason = NULL WHERE ${OF_REVIEWER}`,
    [reviewer.id],
  );
  for (const cohortId of [...new Set(ended.map((row) => row.cohort_id))].sort()) {
    const [cohort] = (await tx.query(`SELECT 1 FROM cohort WHERE id = $1 AND status IN ('FROZEN','REVIEWING')`, [
      cohortId,
    ])) as unknown[];
    if (cohort) await queueRefill(tx, cohortId, at, null);
  }
  await appendLedger(
    tx,
    null,
    at,
    ended.map((row) =>
      withdrawnRecord(
        { id: row.id, cohortId: row.cohort_id, entryId: row.entry_id, reviewerId: reviewer.id },
        'ERASED',
      ),
    ),
  );
}
