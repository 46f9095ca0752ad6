import type { EntityManager } from 'typeorm';
import { newId } from '../lib/ids.js';
import { defaultSettings } from '../vetting/cohort/cohort.settings.js';

/**
 * Records the given achievements as admitted by a past cohort, which an achievement in the pool must have. Rows are
 * inserted as by a restore, without the triggers that guard current changes. Must be called in the transaction that
 * inserts the achievements, and gives those without a score or a date one, which every entry of the pool has.
 */
export async function enterPool(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  const { weights, floors, tieRule } = defaultSettings;
  await tx.query(`SET LOCAL session_replication_role = replica`);
  const [cohort] = (await tx.query(
    `INSERT INTO cohort (
       id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days,
       validity_months, double_share, blind, tie_rule, created_at, closed_at, registered_count, quota,
       admitted_count
     )
     VALUES (
       $1, 1990, 1, '{"zh":"往年批次","en":"A past cohort"}', 'CLOSED', 0.2, $2, $3, 3, 40, 7, 24, 0.1, true, $4,
       '1990-01-01', '1990-12-31', 1000000, 200000, $5
     )
     ON CONFLICT (year, number) DO UPDATE
     SET admitted_count = cohort.admitted_count + excluded.admitted_count
     RETURNING id`,
    [newId(), JSON.stringify(weights), JSON.stringify(floors), tieRule, achievementIds.length],
  )) as Array<{ id: string }>;
  await tx.query(
    `INSERT INTO cohort_entry (
       id, cohort_id, achievement_id, institution_id, revision, entered_at, screen, decision, proposal
     )
     SELECT gen_random_uuid(), $1, id, institution_id, revision, '1990-06-01', 'COUNTED', 'ADMITTED', 'ADMITTED'
     FROM achievement
     WHERE id = ANY($2::uuid[])`,
    [cohort!.id, achievementIds],
  );
  await tx.query(
    `UPDATE achievement SET score = COALESCE(score, 3), admitted_at = COALESCE(admitted_at, '1990-12-31')
     WHERE id = ANY($1::uuid[]) AND status IN ('ADMITTED', 'RETIRED') AND (score IS NULL OR admitted_at IS NULL)`,
    [achievementIds],
  );
  await tx.query(`SET LOCAL session_replication_role = origin`);
}
