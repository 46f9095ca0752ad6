import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { addJob, addLostJob, isAlive } from '../../kernel/jobs.js';
import { newId } from '../../lib/ids.js';
import { AssignmentRun } from './assignments.entity.js';

/** How many years ahead reviews may be due. */
export const MAX_YEARS_OF_REVIEWING = 2;

export const ASSIGNMENT_TASK = 'vetting:assign';

/** REFILL_DAYS: days that a replacement reviewer gets if fewer than MIN_DAYS remain until the original due date. */
const REFILL_DAYS = 14;
const MIN_DAYS = 7;
const DAY_MS = 86_400_000;

export interface RunWish {
  cohortId: string;
  round: number;
  dueAt: Date;
  requestedBy: string | null;
}

/** The queued or running assignment run of a cohort; null if there is none. */
export function activeRun(db: EntityManager, cohortId: string): Promise<AssignmentRun | null> {
  return db.findOneBy(AssignmentRun, [
    { cohortId, status: 'QUEUED' },
    { cohortId, status: 'RUNNING' },
  ]);
}

/**
 * Queues an assignment run for a cohort; if one is already queued or running, returns that one, so that a repeated
 * request has no further effect.
 */
export async function queueRun(tx: EntityManager, wish: RunWish, at: Date): Promise<AssignmentRun> {
  const id = newId();
  const inserted: unknown[] = await tx.query(
    `INSERT INTO assignment_run (id, cohort_id, round, status, due_at, requested_by, created_at)
     VALUES ($1, $2, $3, 'QUEUED', $4, $5, $6)
     ON CONFLICT (cohort_id)
     WHERE status IN ('QUEUED','RUNNING') DO NOTHING
     RETURNING id`,
    [id, wish.cohortId, wish.round, wish.dueAt, wish.requestedBy, at],
  );
  if (inserted.length === 0) return (await activeRun(tx, wish.cohortId)) ?? queueRun(tx, wish, at);
  await addJob(tx, ASSIGNMENT_TASK, { runId: id }, { key: `assign:${id}` });
  return tx.findOneByOrFail(AssignmentRun, { id });
}

/**
 * Queues an assignment run that replaces declined and withdrawn assignments, unless no run of the cohort has been
 * completed yet. If a run is in progress, no second one is queued: that run queues a further one itself when it ends.
 */
export async function queueRefill(
  tx: EntityManager,
  cohortId: string,
  at: Date,
  requestedBy: string | null,
): Promise<void> {
  const [last] = (await tx.query(
    `SELECT due_at FROM assignment_run WHERE cohort_id = $1 AND status = 'COMPLETED' ORDER BY id DESC LIMIT 1`,
    [cohortId],
  )) as Array<{ due_at: Date }>;
  if (!last) return;
  const near = last.due_at.getTime() < at.getTime() + MIN_DAYS * DAY_MS;
  await queueRun(
    tx,
    { cohortId, round: 0, dueAt: near ? new Date(at.getTime() + REFILL_DAYS * DAY_MS) : last.due_at, requestedBy },
    at,
  );
}

/** Postpones the job of a queued run by a day, for the sample, which executes the run itself with a clock of its own. */
export async function postponeRun(tx: EntityManager, runId: string): Promise<void> {
  const runAt = new Date(Date.now() + DAY_MS);
  await addJob(tx, ASSIGNMENT_TASK, { runId }, { key: `assign:${runId}`, runAt });
}

/** Stores the progress of a run, in per cent. */
export async function noteProgress(db: EntityManager, runId: string, phase: string, progress: number): Promise<void> {
  await changedRows(
    db,
    `UPDATE assignment_run SET phase = $2, progress = GREATEST(progress, $3) WHERE id = $1 AND status = 'RUNNING'`,
    [runId, phase, Math.round(progress)],
  );
}

/**
 * Advisory lock that marks the process that carries out an assignment run; PostgreSQL releases it if the process dies.
 */
export const runLock = (runId: string): [sql: string, values: string[]] => [
  `hashtextextended('vetting.run ' || $1, 0)`,
  [runId],
];

/**
 * Queues again the assignment runs whose job is lost: queued ones, and those with status RUNNING of which nobody holds
 * the advisory lock, since their process died. Returns their number.
 */
export async function reviveRuns(tx: EntityManager): Promise<number> {
  const active = (await tx.query(
    `SELECT id, status FROM assignment_run WHERE status IN ('QUEUED','RUNNING') ORDER BY id`,
  )) as Array<{ id: string; status: string }>;
  let revived = 0;
  for (const { id, status } of active) {
    // First, so that the lock below is taken only where no job could find it taken.
    if (await isAlive(tx, `assign:${id}`)) continue;
    const [key, values] = runLock(id);
    if (status === 'RUNNING') {
      const [free] = (await tx.query(`SELECT pg_try_advisory_xact_lock(${key}) AS free`, values)) as Array<{
        free: boolean;
      }>;
      if (!free!.free) continue;
    }
    if (await addLostJob(tx, ASSIGNMENT_TASK, { runId: id }, { key: `assign:${id}` })) revived += 1;
  }
  return revived;
}
