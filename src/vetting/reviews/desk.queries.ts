import { can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import type { DeskFilter } from './desk.inputs.js';
import { DeskAssignment, ReviewerDesk } from './desk.types.js';
import { Reviewer } from '../reviewers/reviewers.entity.js';
import { Review } from './reviews.entity.js';
import { reviewerOfAccount } from '../reviewers/reviewers.entity.js';

/** The viewer's own desk (assignments to review); null unless the viewer is a reviewer with a confirmed address. */
export async function readDesk(ctx: Context): Promise<ReviewerDesk | null> {
  requireLogin(ctx);
  const reviewer = await reviewerOfViewer(ctx);
  return reviewer && new ReviewerDesk(reviewer);
}

/** The viewer's profile as a reviewer; null with an unconfirmed address, which may belong to somebody else. */
async function reviewerOfViewer({ viewer, load }: Context): Promise<Reviewer | null> {
  return viewer.accountId === null || !viewer.emailConfirmed ? null : load(reviewerOfAccount).load(viewer.accountId);
}

/** A page of a reviewer's assignments, by default the open and submitted ones, earliest due date first. */
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

/** True if the viewer may read a reviewer's profile, that is, the reviewer and operators. */
export function mayReadReviewer(ctx: Context, reviewer: Pick<Reviewer, 'accountId'>): boolean {
  return can(ctx, 'reviewer:read', reviewer);
}

/**
 * An assignment of the viewer by database id; null if it is another reviewer's, or the viewer's address unconfirmed.
 */
export async function ownDeskAssignment(ctx: Context, id: string): Promise<DeskAssignment | null> {
  const reviewer = await reviewerOfViewer(ctx);
  return reviewer && ctx.db.findOneBy(DeskAssignment, { id, reviewerId: reviewer.id });
}

/** A review written by the viewer, by database id; null if another reviewer wrote it. */
export async function ownReview(ctx: Context, id: string): Promise<Review | null> {
  const review = await ctx.db.findOneBy(Review, { id });
  return review && (await ownDeskAssignment(ctx, review.assignmentId)) ? review : null;
}
