import { notifyOfExpiry, notifyOfVoid } from './passports.mails.js';
import type { EntityManager } from 'typeorm';
import type { AchievementRecord } from '../../achievements/achievement.record.js';
import { changedRows } from '../../lib/changed-rows.js';
import { noteForIndexing } from '../../outbox/indexing.js';
import type { Task } from '../../kernel/jobs.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import type { PassportVoidReason } from '../vocabularies.js';

export const EXPIRE_TASK = 'vetting:expire-passports';

/**
 * Fields of an achievement's record that reviewers judged: an edit of one of them voids the score passport. Keywords,
 * strategic areas, funding need, region, cooperation modes, registration number and day, and the institution's own key
 * are not among them, because they serve to find and trade the achievement and are not its substance.
 */
export const MATERIAL: ReadonlySet<keyof AchievementRecord> = new Set<keyof AchievementRecord>([
  'title',
  'summary',
  'abstract',
  'technicalDetail',
  'confidentialDetail',
  'industries',
  'trl',
  'stage',
  'category',
  'attribute',
  'ipRights',
  'inventors',
  'incumbent',
  'improvement',
  'applications',
]);

/** Those of the given achievements that hold a valid score passport and would lose it by an edit of these fields. */
export async function losingPassports(
  tx: EntityManager,
  edits: ReadonlyArray<{ id: string; fields: ReadonlyArray<keyof AchievementRecord> }>,
): Promise<ReadonlySet<string>> {
  const material = edits.filter((edit) => edit.fields.some((field) => MATERIAL.has(field))).map((edit) => edit.id);
  if (material.length === 0) return new Set();
  const rows = (await tx.query(
    `SELECT achievement_id FROM score_passport WHERE achievement_id = ANY($1::uuid[]) AND voided_at IS NULL`,
    [material],
  )) as Array<{ achievement_id: string }>;
  return new Set(rows.map((row) => row.achievement_id));
}

/**
 * Voids the score passports of the given achievements that are not void yet, takes back the scores that rested on them,
 * and queues the mails about them; returns the ledger records.
 */
export async function voidPassports(
  tx: EntityManager,
  achievementIds: readonly string[],
  reason: PassportVoidReason,
  at: Date,
): Promise<LedgerEntry[]> {
  if (achievementIds.length === 0) return [];
  const voided = await changedRows<VoidedRow>(
    tx,
    `UPDATE score_passport
     SET voided_at = $3, void_reason = $2
     WHERE achievement_id = ANY($1::uuid[]) AND voided_at IS NULL
     RETURNING id, achievement_id, cohort_id, entry_id`,
    [achievementIds, reason, at],
  );
  await takeBackScores(tx, voided);
  await notifyOfVoid(
    tx,
    voided.map((row) => row.achievement_id),
    reason,
  );
  return voidRecords(voided, reason);
}

/** No score is shown or searched where no passport holds: the achievement stays in the pool without one. */
async function takeBackScores(tx: EntityManager, voided: readonly VoidedRow[]): Promise<void> {
  if (voided.length === 0) return;
  const rows = await changedRows<{ id: string; status: string }>(
    tx,
    `UPDATE achievement SET score = NULL WHERE id = ANY($1::uuid[]) AND score IS NOT NULL RETURNING id, status`,
    [voided.map((row) => row.achievement_id)],
  );
  await noteForIndexing(
    tx,
    rows.filter((row) => row.status === 'ADMITTED').map((row) => row.id),
  );
}

interface VoidedRow {
  id: string;
  achievement_id: string;
  cohort_id: string;
  entry_id: string;
}

function voidRecords(rows: readonly VoidedRow[], reason: PassportVoidReason): LedgerEntry[] {
  return [...rows]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => ({
      kind: 'passport.voided',
      subjectType: 'ScorePassport',
      subjectId: row.id,
      facts: { achievement: row.achievement_id, cohort: row.cohort_id, entry: row.entry_id, reason },
    }));
}

/**
 * Daily job: voids score passports past their expiry date, and announces those that expire soon. The achievements stay
 * in the pool but need a new review.
 */
export const expirePassports: Task = async (app) => {
  const at = app.clock();
  await app.dataSource.transaction(async (tx) => {
    // Achievements are locked before their passports, in the order in which an edit locks them, to prevent deadlocks.
    await tx.query(
      `SELECT id FROM achievement
       WHERE id IN (SELECT achievement_id FROM score_passport WHERE voided_at IS NULL AND expires_at <= $1)
       ORDER BY id
       FOR UPDATE`,
      [at],
    );
    const expired = await changedRows<VoidedRow>(
      tx,
      `UPDATE score_passport
       SET voided_at = $1, void_reason = 'EXPIRED'
       WHERE voided_at IS NULL AND expires_at <= $1
       RETURNING id, achievement_id, cohort_id, entry_id`,
      [at],
    );
    await takeBackScores(tx, expired);
    await notifyOfVoid(
      tx,
      expired.map((row) => row.achievement_id),
      'EXPIRED',
    );
    await notifyOfExpiry(tx, at);
    await appendLedger(tx, null, at, voidRecords(expired, 'EXPIRED'));
  });
};
