import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { addJob } from '../../kernel/jobs.js';
import { newId } from '../../lib/ids.js';
import { AssignmentRun } from './assignments.entity.js';

export const ASSIGNMENT_TASK = 'vetting:assign';

/** How long reviewers get where a refill finds the earlier date too near. */
const REFILL_DAYS = 14;
const LEAST_DAYS = 7;
const DAY_MS = 86_400_000;

export interface RunWish {
  cohortId: string;
  round: number;
  dueAt: Date;
  requestedBy: string | null;
}

/** The run of a cohort that is under way; null without one. */
export function activeRun(db: EntityManager, cohortId: string): Promise<AssignmentRun | null> {
  return db.findOneBy(AssignmentRun, [
    { cohortId, status: 'QUEUED' },
    { cohortId, status: 'RUNNING' },
  ]);
}

/** Queues a run, or gives the one that is under way: asking twice is asking once. */
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

/** Seeks replacements for what was declined or withdrawn, once a first run is done; the one under way sees to it itself. */
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
  const near = last.due_at.getTime() < at.getTime() + LEAST_DAYS * DAY_MS;
  await queueRun(
    tx,
    { cohortId, round: 0, dueAt: near ? new Date(at.getTime() + REFILL_DAYS * DAY_MS) : last.due_at, requestedBy },
    at,
  );
}

/** Notes how far a run is. */
export async function noteProgress(db: EntityManager, runId: string, phase: string, progress: number): Promise<void> {
  await changedRows(
    db,
    `UPDATE assignment_run SET phase = $2, progress = GREATEST(progress, $3) WHERE id = $1 AND status = 'RUNNING'`,
    [runId, phase, Math.round(progress)],
  );
}

/** The advisory lock that whoever works off a run holds; it falls with the connection. */
export const runLock = (runId: string): [sql: string, values: string[]] => [
  `hashtextextended('vetting.run ' || $1, 0)`,
  [runId],
];

/** Starts runs again whose process is gone: marked as running, and nobody holds their lock. */
export async function reviveRuns(tx: EntityManager): Promise<number> {
  const running = (await tx.query(`SELECT id FROM assignment_run WHERE status = 'RUNNING'`)) as Array<{ id: string }>;
  let revived = 0;
  for (const { id } of running) {
    const [key, values] = runLock(id);
    const [free] = (await tx.query(`SELECT pg_try_advisory_xact_lock(${key}) AS free`, values)) as Array<{
      free: boolean;
    }>;
    if (!free!.free) continue;
    await addJob(tx, ASSIGNMENT_TASK, { runId: id }, { key: `assign:${id}` });
    revived += 1;
  }
  return revived;
}
