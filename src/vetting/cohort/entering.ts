import type { EntityManager } from 'typeorm';
import { addJob, addLostJob } from '../../kernel/jobs.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';

/** Name of the background job that screens the entries of the open cohort. */
export const SCREEN_TASK = 'vetting:screen';

/**
 * Key of an advisory lock: a registration holds it shared, the opening and the deletion of a cohort exclusively, so
 * that no achievement registered meanwhile is missed.
 */
const ENTERING_LOCK = 7_402_313;
const DAY_MS = 86_400_000;

export const holdEntering = (tx: EntityManager): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock_shared($1)`, [ENTERING_LOCK]);
export const closeEntering = (tx: EntityManager): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock($1)`, [ENTERING_LOCK]);

/**
 * Id of the open cohort, which the lock taken here keeps open until the transaction ends; null if no cohort is open.
 */
export async function holdOpenCohort(tx: EntityManager): Promise<string | null> {
  await holdEntering(tx);
  const [row] = (await tx.query(`SELECT id FROM cohort WHERE status = 'OPEN' FOR SHARE`)) as Array<{ id: string }>;
  return row?.id ?? null;
}

/**
 * Queues the screening of a cohort's entries. It shares a queue with the scan for near-duplicates, so that it runs
 * after the scan that the same change queued and reads its result.
 */
export async function queueScreen(tx: EntityManager, cohortId: string): Promise<void> {
  await addJob(tx, SCREEN_TASK, { cohortId }, screenJob(cohortId));
}

/** Queues the screening of a cohort's entries unless it waits or runs; returns whether it was queued. */
export const queueLostScreen = (tx: EntityManager, cohortId: string): Promise<boolean> =>
  addLostJob(tx, SCREEN_TASK, { cohortId }, screenJob(cohortId));

/**
 * Postpones the queued screening by a day, for the sample, which screens with a clock of its own; a job that is removed
 * would be taken for lost.
 */
export async function postponeScreen(tx: EntityManager, cohortId: string): Promise<void> {
  await addJob(tx, SCREEN_TASK, { cohortId }, { ...screenJob(cohortId), runAt: new Date(Date.now() + DAY_MS) });
}

const screenJob = (cohortId: string) => ({ queue: 'duplicates', key: `screen:${cohortId}` });

/**
 * Enters achievements into an open cohort, which the caller has locked, in a fixed number of statements. An achievement
 * that is already in the cohort (withdrawn and registered again) is screened again, unless an operator's verdict holds.
 * A new entry refers to the achievement's latest entry in another cohort, if there is one.
 */
export async function enterCohort(
  tx: EntityManager,
  cohortId: string,
  achievementIds: readonly string[],
  at: Date,
): Promise<LedgerEntry[]> {
  if (achievementIds.length === 0) return [];
  const entered = (await tx.query(
    `INSERT INTO cohort_entry (
       id, cohort_id, achievement_id, institution_id, revision, industry_code, entered_at, screen, previous_entry_id
     )
     SELECT n.id, $1, a.id, a.institution_id, a.revision, COALESCE(i.path[2], i.path[1]), $4, 'PENDING',
       (
         SELECT e.id
         FROM cohort_entry e
         JOIN cohort c ON c.id = e.cohort_id
         WHERE e.achievement_id = a.id AND e.cohort_id <> $1
         ORDER BY c.created_at DESC, e.id DESC
         LIMIT 1
       )
     FROM unnest($2::uuid[], $3::uuid[]) AS n(id, achievement_id)
     JOIN achievement a ON a.id = n.achievement_id
     LEFT JOIN achievement_industry ai ON ai.achievement_id = a.id
       AND ai.position = (SELECT min(position) FROM achievement_industry x WHERE x.achievement_id = a.id)
     LEFT JOIN industry i ON i.code = ai.industry_code
     ON CONFLICT (cohort_id, achievement_id) DO UPDATE
     SET revision = excluded.revision, industry_code = excluded.industry_code,
       screen = CASE WHEN cohort_entry.screen_by = 'OPERATOR' THEN cohort_entry.screen ELSE 'PENDING' END,
       screen_reasons = CASE WHEN cohort_entry.screen_by = 'OPERATOR' THEN cohort_entry.screen_reasons ELSE '{}' END
     RETURNING id, achievement_id, institution_id, revision, previous_entry_id`,
    [cohortId, achievementIds.map(() => newId()), achievementIds, at],
  )) as Array<{
    id: string;
    achievement_id: string;
    institution_id: string;
    revision: number;
    previous_entry_id: string | null;
  }>;
  await queueScreen(tx, cohortId);
  return entered
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => ({
      kind: 'entry.registered',
      subjectType: 'CohortEntry',
      subjectId: row.id,
      facts: {
        cohort: cohortId,
        achievement: row.achievement_id,
        institution: row.institution_id,
        revision: row.revision,
        previous: row.previous_entry_id,
      },
    }));
}
