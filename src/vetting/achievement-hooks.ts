import type { EntityManager } from 'typeorm';
import type { AchievementHooks } from '../achievements/achievement.hooks.js';
import { changedRows } from '../lib/changed-rows.js';
import type { LedgerEntry } from '../ledger/ledger.service.js';
import { enterCohort, holdOpenCohort, queueScreen } from './cohort/entering.js';
import { losingPassports, MATERIAL, voidPassports } from './admission/passports.js';
import { evidenceForReviewer } from './reviews/desk.evidence.js';

/**
 * Callbacks by which vetting reacts when an achievement changes status or is edited; they implement the interface
 * AchievementHooks of the achievements domain.
 */
export const vettingHooks: Omit<AchievementHooks, 'opened'> = {
  evidenceName: evidenceForReviewer,

  // An admitted achievement that is reviewed again keeps the status ADMITTED, so its status alone does not show that it
  // is under review.
  async held(tx, ids) {
    if (ids.length === 0) return new Set();
    const judged = (await tx.query(
      `SELECT e.achievement_id
       FROM cohort_entry e
       JOIN cohort c ON c.id = e.cohort_id
       WHERE e.achievement_id = ANY($1::uuid[])
         AND e.screen = 'COUNTED'
         AND e.withdrawn_at IS NULL
         AND c.status IN ('FROZEN','REVIEWING','PUBLIC_NOTICE')`,
      [ids],
    )) as Array<{ achievement_id: string }>;
    return new Set(judged.map((row) => row.achievement_id));
  },

  async moved(tx, at, moves) {
    const by = (...actions: string[]) => moves.filter((move) => actions.includes(move.action)).map((move) => move.id);
    const entering = by('register', 'revokeAdmission');
    const withdrawn = by('withdraw');
    const revoked = by('revokeAdmission');
    const records: LedgerEntry[] = [];
    if (revoked.length > 0) {
      records.push(...(await revokeEntries(tx, revoked, at)), ...(await voidPassports(tx, revoked, 'REVOKED', at)));
    }
    if (entering.length === 0 && withdrawn.length === 0) return records;
    const open = await holdOpenCohort(tx);
    if (open === null) return records;
    records.push(...(await withdrawEntries(tx, open, withdrawn, at)), ...(await enterCohort(tx, open, entering, at)));
    return records;
  },

  voidedBy: losingPassports,

  async edited(tx, at, edits) {
    const ids = edits.map((edit) => edit.id);
    const [open] = (await tx.query(
      `SELECT e.cohort_id
       FROM cohort_entry e
       JOIN cohort c ON c.id = e.cohort_id AND c.status = 'OPEN'
       WHERE e.achievement_id = ANY($1::uuid[])
       LIMIT 1`,
      [ids],
    )) as Array<{ cohort_id: string }>;
    if (open) await queueScreen(tx, open.cohort_id);
    return voidPassports(
      tx,
      edits.filter((edit) => edit.fields.some((field) => MATERIAL.has(field))).map((edit) => edit.id),
      'MATERIAL_CHANGE',
      at,
    );
  },

  // The screen of an open cohort may have excluded one of the two for the other.
  async duplicateSettled(tx, ids) {
    const cohorts = (await tx.query(
      `SELECT DISTINCT e.cohort_id
       FROM cohort_entry e
       JOIN cohort c ON c.id = e.cohort_id AND c.status = 'OPEN'
       WHERE e.achievement_id = ANY($1::uuid[])`,
      [ids],
    )) as Array<{ cohort_id: string }>;
    for (const { cohort_id } of cohorts) await queueScreen(tx, cohort_id);
  },

  // The passport is voided only if its review could use the removed file, that is, if the file was added before the
  // passport was issued.
  async evidenceRemoved(tx, at, { id, addedAt }) {
    const [judged] = (await tx.query(
      `SELECT 1 FROM score_passport WHERE achievement_id = $1 AND voided_at IS NULL AND issued_at >= $2`,
      [id, addedAt],
    )) as unknown[];
    return judged ? voidPassports(tx, [id], 'MATERIAL_CHANGE', at) : [];
  },
};

async function revokeEntries(tx: EntityManager, achievementIds: readonly string[], at: Date): Promise<LedgerEntry[]> {
  const rows = await changedRows<{ id: string; cohort_id: string; achievement_id: string }>(
    tx,
    `UPDATE cohort_entry
     SET revoked_at = $2
     WHERE achievement_id = ANY($1::uuid[]) AND decision = 'ADMITTED' AND revoked_at IS NULL
     RETURNING id, cohort_id, achievement_id`,
    [achievementIds, at],
  );
  return rows.map((row) => ({
    kind: 'entry.revoked',
    subjectType: 'CohortEntry',
    subjectId: row.id,
    facts: { cohort: row.cohort_id, achievement: row.achievement_id },
  }));
}

async function withdrawEntries(
  tx: EntityManager,
  cohortId: string,
  achievementIds: readonly string[],
  at: Date,
): Promise<LedgerEntry[]> {
  if (achievementIds.length === 0) return [];
  const rows = await changedRows<{ id: string }>(
    tx,
    `UPDATE cohort_entry
     SET screen = 'EXCLUDED', screen_reasons = '{WITHDRAWN}', screen_by = 'AUTOMATIC', screened_at = $3
     WHERE cohort_id = $1
       AND achievement_id = ANY($2::uuid[])
       AND NOT (screen_by = 'OPERATOR' AND screen = 'EXCLUDED')
     RETURNING id`,
    [cohortId, achievementIds, at],
  );
  return rows.map((row) => ({
    kind: 'entry.screened',
    subjectType: 'CohortEntry',
    subjectId: row.id,
    facts: { cohort: cohortId, screen: 'EXCLUDED', reasons: ['WITHDRAWN'], by: 'AUTOMATIC' },
  }));
}
