import { In } from 'typeorm';
import { can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { byKey, defineLoader, groupedByKey } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import type { DeskFilter } from './desk.inputs.js';
import { DeskAssignment, ReviewerDesk } from './desk.types.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { reviewerOfAccount } from '../reviewers/reviewers.loaders.js';
import { Review } from './reviews.entity.js';

/** The viewer's desk; null for who is no reviewer. */
export async function readDesk(ctx: Context): Promise<ReviewerDesk | null> {
  const { accountId } = requireLogin(ctx);
  const reviewer = await ctx.load(reviewerOfAccount).load(accountId);
  return reviewer && new ReviewerDesk(reviewer);
}

/** The assignments of the reviewer: nearest date first. */
export function pageOfDesk(
  ctx: Context,
  reviewerId: string,
  filter: DeskFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<DeskAssignment>> {
  const statuses = filter?.statuses?.length ? filter.statuses : ['ASSIGNED', 'SUBMITTED'];
  const query = ctx.db
    .createQueryBuilder(DeskAssignment, 'd')
    .where('d.reviewer_id = :reviewerId AND d.status IN (:...statuses)', { reviewerId, statuses });
  if (filter?.cohortId != null)
    query.andWhere('d.cohort_id = :cohortId', { cohortId: readId('filter.cohortId', 'Cohort', filter.cohortId) });
  return keysetPage(query, args, [
    {
      sql: `COALESCE(d.due_at, 'infinity')`,
      direction: 'ASC',
      cast: 'timestamptz',
      value: (row) => row.dueAt?.toISOString() ?? 'infinity',
    },
    { sql: 'd.id', direction: 'ASC', cast: 'uuid', value: (row) => row.id },
  ]);
}

/** All versions of a review, the newest first, by assignment. Only assignments of the viewer's own get here. */
export const reviewsOf = defineLoader<string, Review[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(Review, { where: { assignmentId: In([...ids]) }, order: { version: 'DESC' } }),
    (review) => review.assignmentId,
  ),
);

/** What a reviewer has to do. */
export const summaryOf = defineLoader<string, { open: number; dueTimes: Date[] }>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT a.reviewer_id AS id, count(*)::int AS open, COALESCE(array_agg(a.due_at ORDER BY a.due_at) FILTER (WHERE a.due_at IS NOT NULL), '{}') AS "dueTimes"
     FROM assignment a JOIN cohort c ON c.id = a.cohort_id AND c.status = 'REVIEWING' WHERE a.reviewer_id = ANY($1) AND a.status = 'ASSIGNED' GROUP BY 1`,
    [ids],
  )) as Array<{ id: string; open: number; dueTimes: Date[] }>;
  return byKey(ids, rows, (row) => row.id).map((row) => ({ open: row?.open ?? 0, dueTimes: row?.dueTimes ?? [] }));
});

/** Whether the viewer may read a reviewer's profile: the owner and operators. */
export function mayReadReviewer(ctx: Context, reviewer: Pick<Reviewer, 'accountId'>): boolean {
  return (
    (ctx.viewer.accountId !== null && reviewer.accountId === ctx.viewer.accountId) ||
    can(ctx.viewer, 'platform:operate', undefined)
  );
}

/** An assignment of the viewer's own, for `node`. */
export async function ownDeskAssignment(ctx: Context, id: string): Promise<DeskAssignment | null> {
  const reviewer = ctx.viewer.accountId === null ? null : await ctx.load(reviewerOfAccount).load(ctx.viewer.accountId);
  return reviewer && ctx.db.findOneBy(DeskAssignment, { id, reviewerId: reviewer.id });
}

/** A review of the viewer's own, for `node`. */
export async function ownReview(ctx: Context, id: string): Promise<Review | null> {
  const review = await ctx.db.findOneBy(Review, { id });
  return review && (await ownDeskAssignment(ctx, review.assignmentId)) ? review : null;
}
