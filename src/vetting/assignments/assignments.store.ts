import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { changedRows } from '../../lib/changed-rows.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { Locale } from '../../kernel/localized.js';
import { timeOfChina } from '../../lib/day.js';
import { GETS_MAIL, notify } from '../../notifications/mail.js';
import type { UnmetSeats } from './assignments.entity.js';
import { provinceOf, StandingSeat, type CohortFacts } from './assignments.problem.js';
import { queueRefill } from './assignments.runs.js';
import { lockCohort, requireStatus } from '../cohort/cohort.access.js';
import { lockAssigning } from '../reviewers/conflicts.service.js';
import { assignedMail } from '../reviewers/reviewers.mails.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/**
 * A new seat of a reviewer in an entry's panel, planned by an assignment run and not yet stored; ids are database ids.
 */
export interface PlannedSeat extends StandingSeat {
  similarity: number;
}

/** Result of an assignment run before it is stored: new seats, seats left empty with reasons, and quality figures. */
export interface SolvedRun {
  seats: PlannedSeat[];
  unmet: UnmetSeats[];
  quality: Record<string, unknown>;
}

/** An assignment row to be inserted. */
export interface NewAssignment {
  id: string;
  entry_id: string;
  reviewer_id: string;
  panel: number;
  round: number;
  dimensions: Dimension[];
  similarity: number | null;
  entry_region: string | null;
  reviewer_region: string | null;
}

/**
 * Merges the seats of an assignment run into one assignment per entry and reviewer: a reviewer seated in both groups of
 * dimensions judges both.
 */
export function mergedSeats(facts: CohortFacts, seats: readonly PlannedSeat[], round: number): NewAssignment[] {
  const entries = new Map(facts.entries.map((entry) => [entry.entryId, entry]));
  const reviewers = new Map(facts.reviewers.map((reviewer) => [reviewer.reviewerId, reviewer]));
  const rows = new Map<string, NewAssignment>();
  for (const seat of seats) {
    const key = `${seat.entryId} ${seat.reviewerId}`;
    const row = rows.get(key);
    if (row) {
      row.dimensions = DIMENSIONS.filter(
        (dimension) => row.dimensions.includes(dimension) || seat.dimensions.includes(dimension),
      );
      continue;
    }
    rows.set(key, {
      id: newId(),
      entry_id: seat.entryId,
      reviewer_id: seat.reviewerId,
      panel: seat.panel,
      round,
      dimensions: DIMENSIONS.filter((dimension) => seat.dimensions.includes(dimension)),
      similarity: seat.similarity,
      entry_region: provinceOf(entries.get(seat.entryId)!.regionCode),
      reviewer_region: provinceOf(reviewers.get(seat.reviewerId)!.regionCode),
    });
  }
  return [...rows.values()];
}

/**
 * Stores the result of an assignment run (assignments, figures, mails, ledger records) in one transaction. Pairs of
 * entry and reviewer with a conflict of interest found since the run began, or assigned since, are left out and
 * reported as CONFLICT; if assignments ended meanwhile, another run is queued.
 */
export async function storeRun(app: App, runId: string, facts: CohortFacts, solved: SolvedRun): Promise<void> {
  await app.dataSource.transaction(async (tx) => {
    const at = app.clock();
    const { cohortId } = facts;
    requireStatus(await lockCohort(tx, cohortId, 'hold'), 'FROZEN', 'REVIEWING');
    await lockAssigning(tx, cohortId);
    const [run] = (await tx.query(
      `SELECT round, due_at, started_at, requested_by
       FROM assignment_run
       WHERE id = $1 AND status = 'RUNNING'
       FOR UPDATE`,
      [runId],
    )) as Array<{
      round: number;
      due_at: Date;
      started_at: Date;
      requested_by: string | null;
    }>;
    if (!run) return;
    const planned = mergedSeats(facts, solved.seats, run.round);
    const made = await insertAssignments(tx, cohortId, planned, run.due_at, at);
    await changedRows(
      tx,
      `UPDATE assignment_run
       SET status = 'COMPLETED', phase = 'DONE', progress = 100, made = $2, unmet = $3, quality = $4,
         finished_at = $5
       WHERE id = $1`,
      [
        runId,
        made.length,
        JSON.stringify([...solved.unmet, ...overtaken(planned, made)]),
        JSON.stringify(solved.quality),
        at,
      ],
    );
    if (run.round > 0)
      await changedRows(tx, `UPDATE boundary_round SET assigned_at = $3 WHERE cohort_id = $1 AND round = $2`, [
        cohortId,
        run.round,
        at,
      ]);
    const [ended] = (await tx.query(
      `SELECT EXISTS (SELECT 1 FROM assignment WHERE cohort_id = $1 AND ended_at > $2) AS since`,
      [cohortId, run.started_at],
    )) as Array<{ since: boolean }>;
    if (ended!.since) await queueRefill(tx, cohortId, at, run.requested_by);
    await notifyReviewers(tx, made, run.due_at);
    await appendLedger(
      tx,
      null,
      at,
      made.map((row) => madeRecord(cohortId, row)),
    );
  });
}

/**
 * Inserts new assignments, except pairs of entry and reviewer that have an assignment, ended ones included, or a
 * conflict of interest; returns the inserted rows.
 */
export async function insertAssignments(
  tx: EntityManager,
  cohortId: string,
  rows: readonly NewAssignment[],
  dueAt: Date,
  at: Date,
): Promise<NewAssignment[]> {
  const inserted = (await tx.query(
    `INSERT INTO assignment (
       id, cohort_id, entry_id, reviewer_id, panel, round, dimensions, status, similarity, entry_region,
       reviewer_region, assigned_at, due_at
     )
     SELECT n.id, $1, n.entry_id, n.reviewer_id, n.panel, n.round,
       ARRAY(SELECT jsonb_array_elements_text(n.dimensions)), 'ASSIGNED', n.similarity, n.entry_region,
       n.reviewer_region, $3, $4
     FROM jsonb_to_recordset($2::jsonb) AS n(
       id uuid, entry_id uuid, reviewer_id uuid, panel smallint, round smallint, dimensions jsonb, similarity real,
       entry_region text, reviewer_region text
     )
     WHERE NOT EXISTS (SELECT 1 FROM conflict c WHERE c.entry_id = n.entry_id AND c.reviewer_id = n.reviewer_id)
     ON CONFLICT (entry_id, reviewer_id) DO NOTHING
     RETURNING id`,
    [cohortId, JSON.stringify(rows), at, dueAt],
  )) as Array<{ id: string }>;
  const ids = new Set(inserted.map((row) => row.id));
  return rows.filter((row) => ids.has(row.id));
}

/**
 * Ledger record of a new assignment; includes every fact (regions, panel, dimensions) that the calibration needs from
 * it.
 */
export function madeRecord(cohort: string, row: NewAssignment): LedgerEntry {
  const { entry_id: entry, reviewer_id: reviewer, panel, round, dimensions } = row;
  return {
    kind: 'assignment.made',
    subjectType: 'Assignment',
    subjectId: row.id,
    facts: { cohort, entry, reviewer, panel, round, dimensions, regions: [row.entry_region, row.reviewer_region] },
  };
}

function overtaken(planned: readonly NewAssignment[], made: readonly NewAssignment[]): UnmetSeats[] {
  const done = new Set(made);
  return planned
    .filter((row) => !done.has(row))
    .map((row) => ({
      entryId: row.entry_id,
      dimensions: row.dimensions,
      panel: row.panel === 1 ? 1 : 2,
      missing: 1,
      reasons: [{ reason: 'CONFLICT', reviewers: 1 }],
    }));
}

/** Queues one mail to every reviewer with new assignments, in a single statement. */
async function notifyReviewers(tx: EntityManager, made: readonly NewAssignment[], dueAt: Date): Promise<void> {
  const counts = new Map<string, number>();
  for (const row of made) counts.set(row.reviewer_id, (counts.get(row.reviewer_id) ?? 0) + 1);
  const people = (await tx.query(
    `SELECT r.id, acc.email, acc.locale
     FROM reviewer r
     JOIN account acc ON acc.id = r.account_id
     WHERE r.id = ANY($1) AND ${GETS_MAIL}
     ORDER BY r.id`,
    [[...counts.keys()]],
  )) as Array<{
    id: string;
    email: string;
    locale: Locale;
  }>;
  await notify(tx, assignedMail, people, ({ id }) => ({ count: counts.get(id)!, due: timeOfChina(dueAt) }));
}
