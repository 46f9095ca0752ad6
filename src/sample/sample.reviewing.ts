import { randomBytes } from 'node:crypto';
import type { App, Context } from '../kernel/context.js';
import { changedRows } from '../lib/changed-rows.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import { Assignment } from '../vetting/assignments/assignments.entity.js';
import { assignInBackground } from '../vetting/assignments/assignments.job.js';
import { activeRun, postponeRun, queueRun } from '../vetting/assignments/assignments.runs.js';
import { lockCohort, requireStatus } from '../vetting/cohort/cohort.access.js';
import { Review } from '../vetting/reviews/reviews.entity.js';
import { missingParts, readReview } from '../vetting/reviews/reviews.rules.js';
import { reviewRecord } from '../vetting/reviews/reviews.service.js';
import { contextAs } from './sample.actors.js';
import type { Dimension } from '../vetting/vocabularies.js';
import type { SampleReview } from './sample.opinions.js';

/** Interval, in milliseconds, between checks of an assignment run that another worker executes. */
const LOOK_MS = 200;

/**
 * Assigns reviewers to a sample cohort by an ordinary assignment run, executed in this process so that it uses the past
 * clock.
 */
export async function assignSample(app: App, operator: Context, cohortId: string, dueAt: Date): Promise<void> {
  const db = app.dataSource.manager;
  const [done] = (await db.query(`SELECT 1 FROM assignment_run WHERE cohort_id = $1 AND status = 'COMPLETED'`, [
    cohortId,
  ])) as unknown[];
  if (done) return;
  await app.dataSource.transaction(async (tx) => {
    requireStatus(await lockCohort(tx, cohortId, 'hold'), 'FROZEN');
    const run = await queueRun(tx, { cohortId, round: 0, dueAt, requestedBy: operator.viewer.accountId }, app.clock());
    // Not removed: a run without its job would be taken for lost, and be started with the real clock.
    await postponeRun(tx, run.id);
  });
  for (let run = await activeRun(db, cohortId); run; run = await activeRun(db, cohortId)) {
    await assignInBackground(app, { runId: run.id });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Submits all open reviews of one sample reviewer in one transaction and returns their number. `opinion` is called with
 * each achievement's UUID and must return a complete review.
 */
export async function submitAll(
  app: App,
  cohortId: string,
  email: string,
  opinion: (achievementId: string, dimensions: readonly Dimension[]) => SampleReview,
): Promise<number> {
  const { viewer } = await contextAs(app, email);
  return app.dataSource.transaction(async (tx) => {
    requireStatus(await lockCohort(tx, cohortId, 'hold'), 'REVIEWING');
    const at = app.clock();
    const rows = (await tx.query(
      `SELECT a.id, e.achievement_id
       FROM assignment a
       JOIN reviewer r ON r.id = a.reviewer_id
       JOIN cohort_entry e ON e.id = a.entry_id
       WHERE a.cohort_id = $1 AND r.account_id = $2 AND a.status = 'ASSIGNED'
       ORDER BY a.id
       FOR UPDATE OF a`,
      [cohortId, viewer.accountId],
    )) as Array<{ id: string; achievement_id: string }>;
    if (rows.length === 0) return 0;
    const assignments = new Map(
      (
        await tx.findBy(
          Assignment,
          rows.map(({ id }) => ({ id })),
        )
      ).map((assignment) => [assignment.id, assignment]),
    );
    const made = rows.map(({ id, achievement_id }) => {
      const assignment = assignments.get(id)!;
      const problems: Parameters<typeof readReview>[2] = [];
      const content = readReview(assignment.dimensions, opinion(achievement_id, assignment.dimensions), problems);
      if (problems.length > 0 || missingParts(assignment.dimensions, content).length > 0)
        throw new Error(`a review by ${email} is not complete`);
      const review = tx.create(Review, {
        id: newId(),
        assignmentId: id,
        version: 1,
        status: 'SUBMITTED',
        scoreMap: content.scores,
        rationaleMap: content.rationales,
        shared: content.shared,
        confidence: content.confidence,
        gapCodes: content.gapCodes,
        correctionReason: null,
        salt: randomBytes(16).toString('hex'),
        updatedAt: at,
        submittedAt: at,
      });
      return { assignment, review };
    });
    await tx.insert(
      Review,
      made.map(({ review }) => review),
    );
    await changedRows(tx, `UPDATE assignment SET status = 'SUBMITTED' WHERE id = ANY($1)`, [rows.map((row) => row.id)]);
    await appendLedger(
      tx,
      viewer.pseudonym,
      at,
      made.map(({ assignment, review }) => reviewRecord('review.submitted', assignment, review)),
    );
    return made.length;
  });
}
