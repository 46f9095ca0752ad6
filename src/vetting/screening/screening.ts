import type { EntityManager } from 'typeorm';
import type { AchievementRecord } from '../../achievements/achievement.record.js';
import type { AchievementStatus } from '../../achievements/vocabularies.js';
import { changedRows } from '../../lib/changed-rows.js';
import type { Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { screenReasons, type NearPair, type Screened } from './screening.rules.js';
import { queueLostScreen, SCREEN_TASK } from '../cohort/entering.js';
import type { ScreenReason } from '../vocabularies.js';

/** Number of achievement records read at a time, which limits memory use for large cohorts. */
const READ = 500;

interface Row {
  entry_id: string;
  achievement_id: string;
  status: AchievementStatus;
  verified: boolean;
  holds_passport: boolean;
  objection_upheld: boolean;
  screen: 'PENDING' | 'COUNTED' | 'EXCLUDED';
  screen_by: 'AUTOMATIC' | 'OPERATOR';
  screen_reasons: ScreenReason[];
}

/**
 * Verdict of an operator on an entry, null if there is none. An exclusion stays in force after withdrawal and
 * re-registration; an inclusion does not apply while the achievement is withdrawn.
 */
function verdictOf({ screen_by, screen, status }: Row): Screened['verdict'] {
  if (screen_by !== 'OPERATOR' || screen === 'PENDING') return null;
  return screen === 'COUNTED' && (status === 'WITHDRAWN' || status === 'DRAFT') ? null : screen;
}

/**
 * Screens all entries of an open cohort, which the caller has locked, except those with an operator's verdict, and
 * writes the entries whose result changed. Returns the ledger records.
 */
export async function screenEntries(tx: EntityManager, cohortId: string, at: Date): Promise<LedgerEntry[]> {
  return (await screenAgain(tx, cohortId, at)).records;
}

/** What a screen changed of one entry. */
export interface Rescreened {
  entryId: string;
  was: Row['screen'];
  is: 'COUNTED' | 'EXCLUDED';
  reasons: ScreenReason[];
}

/** Like `screenEntries`, and also returns what changed. */
export async function screenAgain(
  tx: EntityManager,
  cohortId: string,
  at: Date,
): Promise<{ changes: Rescreened[]; records: LedgerEntry[] }> {
  const rows = (await tx.query(
    `SELECT e.id AS entry_id, e.achievement_id, a.status, o.verification = 'VERIFIED' AS verified, e.screen,
       e.screen_by, e.screen_reasons,
       EXISTS (
         SELECT 1 FROM score_passport p WHERE p.achievement_id = a.id AND p.voided_at IS NULL AND p.expires_at > $2
       ) AS holds_passport,
       EXISTS (
         SELECT 1
         FROM cohort_entry x
         JOIN objection o ON o.entry_id = x.id AND o.outcome = 'UPHELD'
         WHERE x.achievement_id = a.id
           AND x.cohort_id <> e.cohort_id
           AND NOT EXISTS (
             SELECT 1
             FROM cohort_entry y
             WHERE y.achievement_id = a.id
               AND y.screen = 'COUNTED'
               AND y.screen_by = 'OPERATOR'
               AND y.screened_at > o.answered_at
           )
       ) AS objection_upheld
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     JOIN organisation o ON o.id = a.institution_id
     WHERE e.cohort_id = $1
     ORDER BY e.achievement_id`,
    [cohortId, at],
  )) as Row[];
  const screened: Screened[] = [];
  for (let from = 0; from < rows.length; from += READ) {
    const part = rows.slice(from, from + READ);
    const records = (await tx.query(
      `SELECT r.achievement_id,
         r.record - 'technicalDetail' - 'confidentialDetail' || jsonb_build_object(
           'abstract', CASE WHEN COALESCE(r.record->'abstract', 'null') = 'null' THEN NULL ELSE '{}'::jsonb END
         ) AS record
       FROM achievement a
       JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
       WHERE a.id = ANY($1::uuid[])`,
      [part.map((row) => row.achievement_id)],
    )) as Array<{ achievement_id: string; record: AchievementRecord }>;
    const byId = new Map(records.map((row) => [row.achievement_id, row.record]));
    for (const row of part) {
      screened.push({
        entryId: row.entry_id,
        achievementId: row.achievement_id,
        status: row.status,
        institutionVerified: row.verified,
        holdsPassport: row.holds_passport,
        objectionUpheld: row.objection_upheld,
        record: byId.get(row.achievement_id)!,
        verdict: verdictOf(row),
        countedBefore: row.screen === 'COUNTED',
      });
    }
  }
  const pairs = (await tx.query(
    `SELECT e.achievement_id AS "achievementId", b.id AS other, b.status AS "otherStatus"
     FROM cohort_entry e JOIN near_duplicate n ON n.a_id = e.achievement_id OR n.b_id = e.achievement_id
     JOIN achievement b ON b.id = CASE WHEN n.a_id = e.achievement_id THEN n.b_id ELSE n.a_id END
     WHERE e.cohort_id = $1 AND n.dismissed_at IS NULL AND b.status NOT IN ('DRAFT', 'WITHDRAWN')`,
    [cohortId],
  )) as NearPair[];
  const reasons = screenReasons(screened, pairs);
  const changes = rows.flatMap((row) => {
    const found = reasons.get(row.entry_id);
    if (found === undefined) return [];
    const screen = found.length === 0 ? ('COUNTED' as const) : ('EXCLUDED' as const);
    return screen === row.screen && found.join() === row.screen_reasons.join()
      ? []
      : [{ id: row.entry_id, was: row.screen, screen, reasons: found }];
  });
  if (changes.length === 0) return { changes: [], records: [] };
  await changedRows(
    tx,
    `UPDATE cohort_entry e
     SET screen = c.screen, screen_reasons = ARRAY(SELECT jsonb_array_elements_text(c.reasons)),
       screen_by = 'AUTOMATIC', screen_note = NULL, screened_at = $2
     FROM jsonb_to_recordset($1::jsonb) AS c(id uuid, screen text, reasons jsonb)
     WHERE e.id = c.id`,
    [JSON.stringify(changes), at],
  );
  return {
    changes: changes.map(({ id, was, screen, reasons: found }) => ({ entryId: id, was, is: screen, reasons: found })),
    records: changes.map((change) => ({
      kind: 'entry.screened',
      subjectType: 'CohortEntry',
      subjectId: change.id,
      facts: { cohort: cohortId, screen: change.screen, reasons: change.reasons, by: 'AUTOMATIC' },
    })),
  };
}

/** Background job: screens the entries of a cohort if it is still open. */
export const screenCohortTask: Task = async (app, payload) => {
  const { cohortId } = payload as { cohortId: string };
  const at = app.clock();
  await app.dataSource.transaction(async (tx) => {
    const [open] = (await tx.query(`SELECT 1 FROM cohort WHERE id = $1 AND status = 'OPEN' FOR NO KEY UPDATE`, [
      cohortId,
    ])) as unknown[];
    if (open) await appendLedger(tx, null, at, await screenEntries(tx, cohortId, at));
  });
};

/** Queues again the screening of an open cohort with entries that were not screened yet. */
export const sweepScreening: Sweep = {
  task: SCREEN_TASK,
  async requeue(tx) {
    const cohorts = (await tx.query(
      `SELECT c.id
       FROM cohort c
       WHERE c.status = 'OPEN' AND EXISTS (
         SELECT 1 FROM cohort_entry e WHERE e.cohort_id = c.id AND e.screen = 'PENDING')`,
    )) as Array<{ id: string }>;
    let queued = 0;
    for (const { id } of cohorts) if (await queueLostScreen(tx, id)) queued += 1;
    return queued;
  },
};
