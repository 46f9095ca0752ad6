import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { byKey, defineLoader, groupedByKey } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { BoundaryRound, type ReviewProgress } from './reviewing.types.js';
import { readCohortReviews } from '../reviews/reviews.fit.js';
import { reliabilityOfDoubles } from '../reviews/reviews.reliability.js';
import { DIMENSIONS } from '../vocabularies.js';
import { ConflictPair } from './conflict-pair.entity.js';
import { reliabilityList, type DimensionReliability } from './reliability.types.js';
import { FitReport, ReviewerFigure } from './fit-report.entity.js';

export const oversees = (ctx: Context): boolean => can(ctx, 'reviewing:oversee', undefined);

/** Per cohort: the newest stored calibration of each kind (interim, final). */
const fitsOf = defineLoader<string, FitReport[]>(async (db, ids) => {
  const fits = await db
    .createQueryBuilder(FitReport, 'f')
    .distinctOn(['f.cohort_id', 'f.kind'])
    .where('f.cohort_id = ANY(:ids)', { ids: [...ids] })
    .orderBy('f.cohort_id')
    .addOrderBy('f.kind')
    .addOrderBy('f.at', 'DESC')
    .addOrderBy('f.id', 'DESC')
    .getMany();
  return groupedByKey(ids, fits, (fit) => fit.cohortId);
});

/**
 * The calibration of a cohort that counts at present: the final one or, before that, the newest interim one. Null
 * unless the viewer is an operator.
 */
export async function currentFit(ctx: Context, cohort: Cohort): Promise<FitReport | null> {
  if (!oversees(ctx)) return null;
  const fits = await ctx.load(fitsOf).load(cohort.id);
  return fits.find((fit) => fit.kind === 'FINAL') ?? fits[0] ?? null;
}

/**
 * Agreement between first and blind second panels of a cohort: public once the scores are final; before that for
 * operators only.
 */
export async function publicReliability(ctx: Context, cohort: Cohort): Promise<DimensionReliability[] | null> {
  const fits = await ctx.load(fitsOf).load(cohort.id);
  const final =
    cohort.status === 'PUBLIC_NOTICE' || cohort.status === 'CLOSED'
      ? fits.find((fit) => fit.kind === 'FINAL')
      : undefined;
  const fit = final ?? (oversees(ctx) ? fits[0] : undefined);
  const stored = fit?.storedReliability;
  if (!stored) return null;
  if (stored.firstRound === true || !(await hadBoundaryReviews(ctx, cohort.id))) return reliabilityList(stored);
  // Published before boundary reviews were kept out: the figures of the first round are given, beside what was wrong.
  return reliabilityList(reliabilityOfDoubles(await readCohortReviews(ctx.db, cohort.id)), stored);
}

async function hadBoundaryReviews(ctx: Context, cohortId: string): Promise<boolean> {
  const rows = (await ctx.db.query(
    `SELECT 1 FROM assignment WHERE cohort_id = $1 AND round > 0 AND status = 'SUBMITTED' LIMIT 1`,
    [cohortId],
  )) as unknown[];
  return rows.length > 0;
}

/** Progress of a cohort's reviewing (entries, reviews submitted, overdue); null unless the viewer is an operator. */
export async function reviewProgress(ctx: Context, cohort: Cohort): Promise<ReviewProgress | null> {
  return oversees(ctx) ? ctx.load(progressOf).load(`${cohort.id} ${ctx.now().toISOString()}`) : null;
}

/** Loader keyed by `<cohort id> <ISO time>`; the time decides which assignments count as overdue. */
const progressOf = defineLoader<string, ReviewProgress>(async (db, keys) =>
  Promise.all(
    keys.map(async (key): Promise<ReviewProgress> => {
      const [id, at] = key.split(' ') as [string, string];
      const counting = db.query(
        `SELECT (SELECT count(*)::int FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED') AS entries,
           count(*) FILTER (WHERE status = 'ASSIGNED')::int AS assigned,
           count(*) FILTER (WHERE status = 'SUBMITTED')::int AS submitted,
           count(*) FILTER (WHERE status = 'ASSIGNED' AND due_at < $2)::int AS overdue,
           count(*) FILTER (WHERE status = 'DECLINED')::int AS declined,
           count(*) FILTER (WHERE status = 'WITHDRAWN')::int AS withdrawn
         FROM assignment
         WHERE cohort_id = $1`,
        [id, at],
      ) as Promise<Array<Omit<ReviewProgress, 'dimensions'>>>;
      const perDimension = db.query(
        `SELECT p.dimension, count(*) FILTER (WHERE p.assigned >= c.min_reviews)::int AS "entriesAssigned",
           count(*) FILTER (WHERE p.submitted >= c.min_reviews)::int AS "entriesReviewed"
         FROM cohort c
         CROSS JOIN LATERAL (
           SELECT a.entry_id, d.dimension, count(*) AS assigned,
             count(*) FILTER (WHERE a.status = 'SUBMITTED') AS submitted
           FROM assignment a
           CROSS JOIN unnest(a.dimensions) AS d(dimension)
           WHERE a.cohort_id = c.id AND a.status IN ('ASSIGNED','SUBMITTED')
           GROUP BY 1, 2
         ) p
         WHERE c.id = $1
         GROUP BY 1`,
        [id],
      ) as Promise<ReviewProgress['dimensions']>;
      const [[counts], rows] = await Promise.all([counting, perDimension]);
      return {
        ...counts!,
        dimensions: byKey(DIMENSIONS, rows, (row) => row.dimension).map(
          (row, i) => row ?? { dimension: DIMENSIONS[i]!, entriesAssigned: 0, entriesReviewed: 0 },
        ),
      };
    }),
  ),
);

/** Pairs of reviewer and entry in a cohort with a conflict of interest; null unless the viewer is an operator. */
export function listConflicts(ctx: Context, cohort: Cohort, args: ConnectionArgs): Promise<Page<ConflictPair>> | null {
  if (!oversees(ctx)) return null;
  const query = ctx.db.createQueryBuilder(ConflictPair, 'c').where('c.cohort_id = :cohortId', { cohortId: cohort.id });
  return keysetPage(query, args, [
    { sql: 'c.entry_id', direction: 'ASC', cast: 'uuid', value: (pair) => pair.entryId },
    { sql: 'c.reviewer_id', direction: 'ASC', cast: 'uuid', value: (pair) => pair.reviewerId },
  ]);
}

/**
 * Figures of each reviewer (severity, its standard error, agreement) from the calibration that counts at present; null
 * unless the viewer is an operator.
 */
export async function listFigures(
  ctx: Context,
  cohort: Cohort,
  args: ConnectionArgs,
): Promise<Page<ReviewerFigure> | null> {
  const fit = await currentFit(ctx, cohort);
  if (!fit) return null;
  const query = ctx.db.createQueryBuilder(ReviewerFigure, 'f').where('f.fit_id = :fitId', { fitId: fit.id });
  return keysetPage(query, args, [
    { sql: 'f.reviewer_id', direction: 'ASC', cast: 'uuid', value: (figure) => figure.reviewerId },
    { sql: 'f.dimension', direction: 'ASC', cast: 'text', value: (figure) => figure.dimension },
  ]);
}

interface RoundRow {
  round: number;
  budget: number;
  bound: number;
  expectedChanges: number;
  stop: boolean;
  wishes: Array<{ entryId: string; reviews: number }>;
  createdAt: Date;
  assignedAt: Date | null;
}

/** Rounds of extra reviews near the cut-off in a cohort, newest first; null unless the viewer is an operator. */
export async function listRounds(ctx: Context, cohortId: string): Promise<BoundaryRound[] | null> {
  if (!oversees(ctx)) return null;
  const rows = (await ctx.db.query(
    `SELECT round, budget, bound, expected_change AS "expectedChanges", stop, wishes, created_at AS "createdAt",
       assigned_at AS "assignedAt"
     FROM boundary_round
     WHERE cohort_id = $1
     ORDER BY round DESC`,
    [cohortId],
  )) as RoundRow[];
  return rows.map(({ wishes, ...row }) =>
    Object.assign(new BoundaryRound(), {
      ...row,
      entryIds: wishes.map((wish) => wish.entryId),
      reviewCount: wishes.reduce((sum, wish) => sum + wish.reviews, 0),
    }),
  );
}

/** A stored calibration by database id; null unless the viewer is an operator. */
export async function readFit(ctx: Context, id: string): Promise<FitReport | null> {
  return oversees(ctx) ? ctx.db.findOneBy(FitReport, { id }) : null;
}
