import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { changedRows } from '../../lib/changed-rows.js';
import { record } from '../../ledger/ledger.service.js';
import { momentProblem } from '../../lib/day.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { AssignmentRun } from '../assignments/assignments.entity.js';
import { dimensionGroups } from '../assignments/assignments.problem.js';
import { readCohortFacts } from '../assignments/assignments.data.js';
import { MAX_YEARS_OF_REVIEWING, queueRun } from '../assignments/assignments.runs.js';
import { refuseUnless } from '../assignments/assignments.service.js';
import { proposeRound } from './boundary.js';
import { lockCohort } from '../cohort/cohort.access.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { candidatesOf, combine } from '../admission/decision.js';
import {
  fitCohortInThread,
  fitParameters,
  readCohortReviews,
  type CohortFit,
  type CohortReviews,
} from '../reviews/reviews.fit.js';
import { reliabilityOfDoubles } from '../reviews/reviews.reliability.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';
import { FitReport } from './fit-report.entity.js';
import {
  type AssignBoundaryRoundInput,
  type FitCohortInput,
  type ProposeBoundaryRoundInput,
} from './reviewing.inputs.js';
import { say } from '../../messages/catalogue.js';

const MAX_BUDGET = 20_000;
/**
 * Unlimited budget of extra reviews, for the summary of an interim calibration: it covers every entry near the cut-off.
 */
const WHOLE_BAND = Number.MAX_SAFE_INTEGER;

/** Entries near the cut-off score, computed from the reviews submitted so far. */
export interface Band {
  cut: number;
  /** Ids of the entries to be reviewed again, largest expected gain first, with their number of extra reviews. */
  entries: Array<{ entry: string; reviews: number }>;
  expectedChanges: number;
  stop: boolean;
}

/**
 * Computes which entries are near the cut-off, how `budget` extra reviews of all dimensions are spread over them, and
 * the expected number of admission decisions that they change; none are proposed if it is below `bound`. `most` limits
 * the extra reviews of one entry; entries in `out` are passed over, since they were withdrawn.
 */
export function bandOf(
  fit: CohortFit,
  cohort: Pick<Cohort, 'weightMap' | 'floorMap' | 'quota'>,
  budget: number,
  bound: number,
  most?: number,
  out: ReadonlySet<string> = new Set(),
): Band {
  const ids = fit.fits[DIMENSIONS[0]!].entries.map((entry) => ({ id: entry.key, enteredAt: '', order: null }));
  // An entry that is certainly below a floor in one dimension is rejected whatever its weighted score, so extra
  // reviews of it would be wasted.
  const candidates = candidatesOf(ids, fit.fits).filter(
    (candidate) =>
      !out.has(candidate.id) &&
      DIMENSIONS.every(
        (dimension) =>
          candidate.scores[dimension].score + 1.96 * candidate.scores[dimension].se >= cohort.floorMap[dimension],
      ),
  );
  const combined = candidates.map((candidate) => combine(candidate.scores, cohort.weightMap));
  let noise = 0;
  for (const dimension of DIMENSIONS)
    noise += cohort.weightMap[dimension] * cohort.weightMap[dimension] * fit.fits[dimension].variances.noise;
  const round = proposeRound(
    {
      score: Float64Array.from(combined, (c) => c.score),
      standardError: Float64Array.from(combined, (c) => c.se),
      noise,
      places: cohort.quota,
      ...(most !== undefined && { most }),
    },
    budget,
    bound,
  );
  return {
    cut: round.cut,
    entries: round.entries.map(({ entry, reviews }) => ({ entry: candidates[entry]!.id, reviews })),
    expectedChanges: round.expectedChanges,
    stop: round.stop,
  };
}

/**
 * Operator action: calibrates the reviews submitted so far and stores the result; if no review has changed since,
 * returns the stored one.
 */
export async function fitInterim(ctx: Context, input: FitCohortInput): Promise<FitReport> {
  authorize(ctx, 'platform:operate', undefined);
  const cohortId = readId('input.cohortId', 'Cohort', input.cohortId);
  const reviews = await readReviewsUnderReview(ctx, cohortId);
  const fit = await fitCohortInThread(reviews);
  const reliability = reliabilityOfDoubles(reviews);
  return writeOnce(ctx, 'fitCohort', input, FitReport, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const cohort = await lockCohort(tx, cohortId, 'hold');
    refuseUnless(cohort, 'REVIEWING');
    const last = await tx.findOne(FitReport, {
      where: { cohortId, kind: 'INTERIM' },
      order: { at: 'DESC', id: 'DESC' },
    });
    if (last?.inputsHash === fit.inputsHash) return last;
    const { cut, entries, expectedChanges } = bandOf(fit, cohort, WHOLE_BAND, 0, 1, await withdrawnOf(tx, cohortId));
    const parameters = { ...fitParameters(fit), band: { cut, entries: entries.length, expectedChanges } };
    const id = newId();
    await tx.query(
      `INSERT INTO fit (id, cohort_id, kind, inputs_hash, parameters, reliability, at)
       VALUES ($1, $2, 'INTERIM', $3, $4, $5, $6)`,
      [
        id,
        cohortId,
        fit.inputsHash,
        JSON.stringify(parameters),
        JSON.stringify({ ...reliability, firstRound: true }),
        ctx.now(),
      ],
    );
    await storeFigures(tx, id, fit);
    await record(tx, ctx, {
      kind: 'fit.made',
      subjectType: 'Fit',
      subjectId: id,
      facts: { cohort: cohortId, kind: 'INTERIM', inputsHash: fit.inputsHash, parameters },
    });
    return tx.findOneByOrFail(FitReport, { id });
  });
}

/** Per entry, the largest number of open seats in one dimension. */
async function openSeatsOf(tx: EntityManager, cohortId: string): Promise<ReadonlyMap<string, number>> {
  const rows = (await tx.query(
    `SELECT entry_id, max(n)::int AS seats
     FROM (
       SELECT a.entry_id, d.dimension, count(*) AS n
       FROM assignment a
       CROSS JOIN unnest(a.dimensions) AS d(dimension)
       WHERE a.cohort_id = $1 AND a.status = 'ASSIGNED'
       GROUP BY 1, 2
     ) x
     GROUP BY entry_id`,
    [cohortId],
  )) as Array<{ entry_id: string; seats: number }>;
  return new Map(rows.map((row) => [row.entry_id, row.seats]));
}

/**
 * Returns a band without the reviews that are assigned but not yet submitted: each entry's number of reviews is reduced
 * by its open seats, and the total is limited to `budget` reviews. `stop` is also true where no review remains.
 */
function withoutOpen(band: Band, open: ReadonlyMap<string, number>, budget: number): Band {
  let left = budget;
  const entries: Band['entries'] = [];
  for (const { entry, reviews } of band.entries) {
    const more = Math.min(left, reviews - (open.get(entry) ?? 0));
    if (more <= 0) continue;
    entries.push({ entry, reviews: more });
    left -= more;
  }
  return { ...band, entries, stop: band.stop || entries.length === 0 };
}

async function withdrawnOf(tx: EntityManager, cohortId: string): Promise<ReadonlySet<string>> {
  const rows = (await tx.query(`SELECT id FROM cohort_entry WHERE cohort_id = $1 AND withdrawn_at IS NOT NULL`, [
    cohortId,
  ])) as Array<{ id: string }>;
  return new Set(rows.map(({ id }) => id));
}

async function readReviewsUnderReview(ctx: Context, cohortId: string): Promise<CohortReviews> {
  const [cohort] = (await ctx.db.query(`SELECT status FROM cohort WHERE id = $1`, [cohortId])) as Array<
    Pick<Cohort, 'status'>
  >;
  if (!cohort) throw new NotFoundError(say('thing.theCohort'));
  refuseUnless(cohort, 'REVIEWING');
  const reviews = await readCohortReviews(ctx.db, cohortId);
  if (reviews.reviews.length === 0) throw new ConflictError(say('NO_REVIEWS.fit'), 'NO_REVIEWS');
  return reviews;
}

async function storeFigures(tx: EntityManager, fitId: string, fit: CohortFit): Promise<void> {
  const figures = DIMENSIONS.flatMap((dimension) =>
    fit.fits[dimension].reviewers.map(({ key, severity, standardError, agreement, reviews }) => ({
      key,
      dimension,
      severity,
      se: standardError,
      agreement,
      reviews,
    })),
  );
  await tx.query(
    `INSERT INTO reviewer_figure (fit_id, reviewer_id, dimension, severity, severity_se, agreement, reviews)
     SELECT $1, f.key, f.dimension, f.severity, f.se, f.agreement, f.reviews
     FROM jsonb_to_recordset($2::jsonb) AS f(
       key uuid, dimension text, severity double precision, se double precision, agreement double precision,
       reviews int
     )`,
    [fitId, JSON.stringify(figures)],
  );
}

/**
 * Operator action: proposes the next round of extra reviews for entries near the cut-off. Replaces an earlier proposal
 * whose reviews were not assigned. Returns the round's number.
 */
export async function proposeBoundaryRound(
  ctx: Context,
  input: ProposeBoundaryRoundInput,
): Promise<{ cohortId: string; round: number }> {
  authorize(ctx, 'platform:operate', undefined);
  const cohortId = readId('input.cohortId', 'Cohort', input.cohortId);
  if (input.budget < 1 || input.budget > MAX_BUDGET)
    throw badInput('input.budget', 'OUT_OF_RANGE', say('OUT_OF_RANGE.oneTo', { max: MAX_BUDGET }));
  if (!(input.bound >= 0 && input.bound <= 1e6))
    throw badInput('input.bound', 'OUT_OF_RANGE', say('OUT_OF_RANGE.fromZero'));
  const fit = await fitCohortInThread(await readReviewsUnderReview(ctx, cohortId));
  const groups = dimensionGroups((await readCohortFacts(ctx.db, cohortId)).reviewers);
  return write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const cohort = await lockCohort(tx, cohortId, 'change');
    refuseUnless(cohort, 'REVIEWING');
    const open = await openSeatsOf(tx, cohortId);
    const budget = Math.floor(input.budget / groups.length);
    const waiting = [...open.values()].reduce((sum, n) => sum + n, 0);
    const whole = bandOf(fit, cohort, budget + waiting, input.bound, undefined, await withdrawnOf(tx, cohortId));
    const band = withoutOpen(whole, open, budget);
    await changedRows(tx, `DELETE FROM boundary_round WHERE cohort_id = $1 AND assigned_at IS NULL`, [cohortId]);
    const [last] = (await tx.query(
      `SELECT COALESCE(max(round), 0)::int AS round FROM boundary_round WHERE cohort_id = $1`,
      [cohortId],
    )) as Array<{ round: number }>;
    const round = last!.round + 1;
    const id = newId();
    const wishes = band.entries.map(({ entry, reviews }) => ({
      entryId: entry,
      dimensions: [...DIMENSIONS] as Dimension[],
      reviews,
    }));
    await tx.query(
      `INSERT INTO boundary_round (
         id, cohort_id, round, budget, bound, expected_change, stop, inputs_hash, wishes, created_at
       )
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        cohortId,
        round,
        input.budget,
        input.bound,
        band.expectedChanges,
        band.stop,
        fit.inputsHash,
        JSON.stringify(wishes),
        ctx.now(),
      ],
    );
    await record(tx, ctx, {
      kind: 'boundary.proposed',
      subjectType: 'BoundaryRound',
      subjectId: id,
      facts: {
        cohort: cohortId,
        round,
        budget: input.budget,
        bound: input.bound,
        cut: band.cut,
        expectedChanges: band.expectedChanges,
        stop: band.stop,
        inputsHash: fit.inputsHash,
        entries: band.entries,
      },
    });
    return { cohortId, round };
  });
}

/**
 * Operator action: queues an assignment run for a proposed round of extra reviews, under the same rules (conflicts,
 * load, independence) as any run.
 */
export async function assignBoundaryRound(ctx: Context, input: AssignBoundaryRoundInput): Promise<AssignmentRun> {
  const cohortId = readId('input.cohortId', 'Cohort', input.cohortId);
  const wrong = momentProblem(input.dueAt, ctx.now(), MAX_YEARS_OF_REVIEWING);
  if (wrong) throw badInput('input.dueAt', wrong.code, wrong.message);
  return writeOnce(ctx, 'assignBoundaryRound', input, AssignmentRun, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    refuseUnless(await lockCohort(tx, cohortId, 'hold'), 'REVIEWING');
    const [row] = (await tx.query(
      `SELECT stop, assigned_at FROM boundary_round WHERE cohort_id = $1 AND round = $2 FOR UPDATE`,
      [cohortId, input.round],
    )) as Array<{ stop: boolean; assigned_at: Date | null }>;
    if (!row) throw new NotFoundError(say('thing.theRound'));
    if (row.assigned_at !== null) throw new ConflictError(say('ROUND_ASSIGNED.round'), 'ROUND_ASSIGNED');
    if (row.stop) throw new ConflictError(say('ROUND_NOT_WORTH.bound'), 'ROUND_NOT_WORTH');
    const run = await queueRun(
      tx,
      { cohortId, round: input.round, dueAt: input.dueAt, requestedBy: requireLogin(ctx).accountId },
      ctx.now(),
    );
    if (run.round !== input.round)
      throw new ConflictError(say('ASSIGNMENT_RUNNING.run'), 'ASSIGNMENT_RUNNING', { runId: run.globalId });
    return run;
  });
}
