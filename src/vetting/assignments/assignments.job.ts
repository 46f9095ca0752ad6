import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { passes } from '../../kernel/database/outages.js';
import { changedRows } from '../../lib/changed-rows.js';
import type { Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { assignPanelsInWorker } from './optimum/in-worker.js';
import type { Assignment as Panels } from './optimum/assign.js';
import { readCohortFacts, readTexts } from './assignments.data.js';
import type { UnmetSeats } from './assignments.entity.js';
import {
  dimensionGroups,
  groupProblem,
  type CohortFacts,
  type GroupProblem,
  type Wish,
} from './assignments.problem.js';
import { ASSIGNMENT_TASK, noteProgress, reviveRuns, runLock } from './assignments.runs.js';
import { similarityInput } from './assignments.similarity.js';
import { SolvedRun, PlannedSeat, storeRun } from './assignments.store.js';
import { lockCohort, requireStatus } from '../cohort/cohort.access.js';
import { lockAssigning, refreshConflicts } from '../reviewers/conflicts.service.js';
import { inThread } from './threads/in-thread.js';

/**
 * Background job that carries out an assignment run. A failure is stored in the run and ends the job. The job is
 * retried after a shutdown of the process, or if the failure could not be stored.
 */
export const assignInBackground: Task = async (app, payload, signal) => {
  const { runId } = payload as { runId: string };
  const holder = app.dataSource.createQueryRunner();
  try {
    const [key, values] = runLock(runId);
    const [lock] = (await holder.query(`SELECT pg_try_advisory_lock(${key}) AS held`, values)) as Array<{
      held: boolean;
    }>;
    if (!lock!.held) return;
    try {
      await executeRun(app, runId, signal);
    } finally {
      await holder.query(`SELECT pg_advisory_unlock(${key})`, values);
    }
  } finally {
    await holder.release();
  }
};

/** Queues again the assignment runs whose job was lost, or whose process died before it finished them. */
export const sweepAssignments: Sweep = { task: ASSIGNMENT_TASK, requeue: reviveRuns };

async function executeRun(app: App, runId: string, signal: AbortSignal | undefined): Promise<void> {
  const db = app.dataSource.manager;
  const [run] = await changedRows<{ cohort_id: string; round: number }>(
    db,
    `UPDATE assignment_run
     SET status = 'RUNNING', started_at = COALESCE(started_at, $2)
     WHERE id = $1 AND status IN ('QUEUED','RUNNING')
     RETURNING cohort_id, round`,
    [runId, app.clock()],
  );
  if (!run) return;
  try {
    const facts = await prepare(app, runId, run.cohort_id);
    await noteProgress(db, runId, 'SIMILARITY', 15);
    const matrix = await inThread('similarity', similarityInput(facts, await readTexts(db, run.cohort_id)), {
      signal,
      // A failed report of this progress is ignored; it must not fail the assignment run.
      progress: (share) => void noteProgress(db, runId, 'SIMILARITY', 15 + 25 * share).catch(() => undefined),
    });
    const wishes = run.round === 0 ? undefined : await readWishes(db, run.cohort_id, run.round);
    const solved = await solveGroups(db, runId, facts, matrix, wishes, signal);
    await noteProgress(db, runId, 'STORING', 90);
    await storeRun(app, runId, facts, solved);
  } catch (error) {
    if (signal?.aborted) {
      await changedRows(db, `UPDATE assignment_run SET status = 'QUEUED' WHERE id = $1 AND status = 'RUNNING'`, [
        runId,
      ]);
      throw error;
    }
    // The run keeps its status, and the job is tried again.
    if (passes(error)) throw error;
    app.log.error({ err: error, runId }, 'a run of the assignment failed');
    const fault =
      (error as { extensions?: { reason?: string } }).extensions?.reason === 'COHORT_STATUS'
        ? (error as Error).message
        : 'Something went wrong; the log has the details. Start the assignment again.';
    await changedRows(
      db,
      `UPDATE assignment_run SET status = 'FAILED', fault = $2, finished_at = $3 WHERE id = $1 AND status = 'RUNNING'`,
      [runId, fault, app.clock()],
    );
  }
}

/** Recomputes the conflicts of interest of the whole cohort, then reads the facts from which reviewers are assigned. */
async function prepare(app: App, runId: string, cohortId: string): Promise<CohortFacts> {
  await noteProgress(app.dataSource.manager, runId, 'CONFLICTS', 5);
  await app.dataSource.transaction(async (tx) => {
    requireStatus(await lockCohort(tx, cohortId, 'hold'), 'FROZEN', 'REVIEWING');
    await lockAssigning(tx, cohortId);
    const { records } = await refreshConflicts(tx, cohortId, app.clock());
    await appendLedger(tx, null, app.clock(), records);
  });
  return readCohortFacts(app.dataSource.manager, cohortId);
}

async function readWishes(db: EntityManager, cohortId: string, round: number): Promise<Wish[]> {
  const [row] = (await db.query(`SELECT wishes FROM boundary_round WHERE cohort_id = $1 AND round = $2`, [
    cohortId,
    round,
  ])) as Array<{ wishes: Wish[] }>;
  return row?.wishes ?? [];
}

async function solveGroups(
  db: EntityManager,
  runId: string,
  facts: CohortFacts,
  matrix: Float32Array,
  wishes: Wish[] | undefined,
  signal: AbortSignal | undefined,
): Promise<SolvedRun> {
  const solved: SolvedRun = { seats: [], unmet: [], quality: {} };
  const groups = dimensionGroups(facts.reviewers);
  for (const [g, group] of groups.entries()) {
    await noteProgress(db, runId, 'SOLVING', 40 + (50 * g) / groups.length);
    const built = groupProblem(facts, group, matrix, solved.seats, wishes);
    const options = wishes ? { panelSize: facts.minReviews } : { panelSize: facts.minReviews, doubles: built.doubles };
    const panels = await assignPanelsInWorker(built.problem, options, signal ? { signal } : {});
    solved.seats.push(...seatsOf(facts, built, panels));
    solved.unmet.push(...unmetOf(facts, built, panels));
    const { objective, upperBound, gap, withoutBridges, bridges, contrasts } = panels;
    solved.quality[group.dimensions.join('+')] = {
      reviewers: built.reviewers.length,
      objective,
      upperBound,
      gap,
      withoutBridges,
      bridges,
      contrasts,
      doubles: built.doubles.length,
    };
  }
  return solved;
}

function seatsOf(facts: CohortFacts, { group, reviewers }: GroupProblem, panels: Panels): PlannedSeat[] {
  return panels.pairs.map((pair) => ({
    entryId: facts.entries[pair.entry]!.entryId,
    reviewerId: reviewers[pair.reviewer]!.reviewerId,
    panel: pair.panel === 0 ? 1 : 2,
    dimensions: group.dimensions,
    active: true,
    similarity: pair.similarity,
  }));
}

function unmetOf(facts: CohortFacts, { group }: GroupProblem, panels: Panels): UnmetSeats[] {
  return panels.unmet.map(({ entry, panel, missing, reasons }) => ({
    entryId: facts.entries[entry]!.entryId,
    dimensions: group.dimensions,
    panel: panel === 0 ? 1 : 2,
    missing,
    reasons,
  }));
}
