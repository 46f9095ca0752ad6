import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { Assignment, AssignmentRun } from './assignments.entity.js';
import { UnfilledPanel, type AssignmentFilter } from './assignments.inputs.js';
import { entryById } from '../cohort/cohort.access.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { oversees } from '../boundary/reviewing.queries.js';
import { say } from '../../messages/catalogue.js';

/** The newest assignment run of each cohort. */
const newestRun = defineLoader<string, AssignmentRun | null>(async (db, ids) => {
  const runs = await db
    .createQueryBuilder(AssignmentRun, 'r')
    .distinctOn(['r.cohort_id'])
    .where('r.cohort_id = ANY(:ids)', { ids: [...ids] })
    .orderBy('r.cohort_id')
    .addOrderBy('r.id', 'DESC')
    .getMany();
  return byKey(ids, runs, (run) => run.cohortId);
});

/** The newest assignment run of a cohort; null unless the viewer is an operator. */
export function latestRun(ctx: Context, cohort: Cohort): Promise<AssignmentRun | null> | null {
  return oversees(ctx) ? ctx.load(newestRun).load(cohort.id) : null;
}

/** The assignments of a cohort that the viewer may see, oldest first; null unless the viewer is an operator. */
export function listAssignments(
  ctx: Context,
  cohort: Cohort,
  filter: AssignmentFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<Assignment>> | null {
  if (!oversees(ctx)) return null;
  const query = ctx.db.createQueryBuilder(Assignment, 'a').where('a.cohort_id = :cohortId', { cohortId: cohort.id });
  // Operators do not learn who judges entries of their own organisations and their families.
  if (ctx.viewer.relatedOrganisations.length > 0)
    query.andWhere(
      'a.entry_id NOT IN (SELECT id FROM cohort_entry WHERE cohort_id = :cohortId AND institution_id = ANY(:related))',
      { related: ctx.viewer.relatedOrganisations },
    );
  if (filter?.statuses?.length) query.andWhere('a.status IN (:...statuses)', { statuses: filter.statuses });
  if (filter?.entryId != null)
    query.andWhere('a.entry_id = :entryId', { entryId: readId('filter.entryId', 'CohortEntry', filter.entryId) });
  if (filter?.reviewerId != null)
    query.andWhere('a.reviewer_id = :reviewerId', {
      reviewerId: readId('filter.reviewerId', 'Reviewer', filter.reviewerId),
    });
  if (filter?.overdue != null)
    query.andWhere(
      filter.overdue
        ? `(a.status = 'ASSIGNED' AND a.due_at < :now)`
        : `NOT (a.status = 'ASSIGNED' AND COALESCE(a.due_at < :now, false))`,
      { now: ctx.now() },
    );
  return keysetPage(query, args, [{ sql: 'a.id', direction: 'ASC', cast: 'uuid', value: (row) => row.id }]);
}

/** Panels of reviewers that an assignment run left with empty seats, those with most empty seats first. */
export async function unfilledPanels(ctx: Context, run: AssignmentRun, first: number): Promise<UnfilledPanel[]> {
  if (first < 1 || first > 100) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.hundred'));
  const worst = [...run.unmetSeats]
    .sort((a, b) => b.missing - a.missing || (a.entryId < b.entryId ? -1 : 1))
    .slice(0, first);
  return Promise.all(
    worst.map(async ({ entryId, ...seat }) =>
      Object.assign(new UnfilledPanel(), { ...seat, entry: await ctx.load(entryById).load(entryId) }),
    ),
  );
}

/** An assignment by database id; null unless the viewer is an operator without a tie to the entry's institution. */
export async function readAssignment(ctx: Context, id: string): Promise<Assignment | null> {
  const assignment = oversees(ctx) ? await ctx.db.findOneBy(Assignment, { id }) : null;
  const entry = assignment && (await ctx.load(entryById).load(assignment.entryId));
  return entry && can(ctx, 'platform:operate', { organisationId: entry.institutionId }) ? assignment : null;
}

/** An assignment run by database id; null unless the viewer is an operator. */
export async function readAssignmentRun(ctx: Context, id: string): Promise<AssignmentRun | null> {
  return oversees(ctx) ? ctx.db.findOneBy(AssignmentRun, { id }) : null;
}
