import { Field, InputType } from 'type-graphql';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { defineLoader, groupedByKey } from '../../lib/batching.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { entryById } from '../cohort/cohort.access.js';
import { mayReadReviewer } from '../reviews/desk.queries.js';
import { Reviewer, ReviewerDeclaration } from './reviewers.entity.js';
import { ReviewerStatus } from './reviewers.vocabularies.js';
import { ReviewerRecordRow } from '../boundary/reviewing.types.js';
import { Dimension } from '../vocabularies.js';
import { reviewerById } from './reviewers.entity.js';
import { ReviewerFigure } from '../boundary/fit-report.entity.js';
import { say } from '../../messages/catalogue.js';

@InputType({ description: 'Narrows a list of reviewers.' })
export class ReviewerFilter {
  @Field(() => [ReviewerStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: ReviewerStatus[] | null;

  @Field(() => [Dimension], { nullable: true, description: 'Who judge one of these.' })
  dimensions?: Dimension[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Who declared one of these GB/T 4754 codes, one below, or one above.',
  })
  industries?: string[] | null;
}

/** All reviewers, newest first; operators only. */
export async function listReviewers(
  ctx: Context,
  filter: ReviewerFilter | undefined,
  args: ConnectionArgs,
): Promise<Page<Reviewer>> {
  authorize(ctx, 'platform:operate', undefined);
  const query = ctx.db.createQueryBuilder(Reviewer, 'r');
  if (filter?.statuses?.length) query.andWhere('r.status IN (:...statuses)', { statuses: filter.statuses });
  if (filter?.dimensions?.length)
    query.andWhere('r.dimensions && CAST(:dimensions AS text[])', { dimensions: filter.dimensions });
  if (filter?.industries?.length) {
    if (filter.industries.length > 200) throw badInput('filter.industries', 'TOO_MANY', say('TOO_MANY.values200'));
    const codes = await codeLists(ctx.app.dataSource);
    filter.industries.forEach((code, i) => {
      if (!codes.industries.has(code))
        throw badInput(`filter.industries[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
    });
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM reviewer_industry ri
         JOIN industry i ON i.code = ri.industry_code
         WHERE ri.reviewer_id = r.id
           AND (
             i.path && CAST(:industries AS text[])
               OR EXISTS (SELECT 1 FROM industry w WHERE w.code = ANY(:industries) AND i.code = ANY(w.path))
           )
       )`,
      { industries: filter.industries },
    );
  }
  return keysetPage(query, args, [{ sql: 'r.id', direction: 'DESC', cast: 'uuid', value: (row) => row.id }]);
}

/** A reviewer's profile by database id; null unless the viewer may read it. */
export async function readReviewer(ctx: Context, id: string): Promise<Reviewer | null> {
  const reviewer = await ctx.load(reviewerById).load(id);
  return reviewer && mayReadReviewer(ctx, reviewer) ? reviewer : null;
}

/** A reviewer's declaration of a tie by database id; null unless the viewer may read the reviewer's profile. */
export async function readDeclaration(ctx: Context, id: string): Promise<ReviewerDeclaration | null> {
  const declaration = await ctx.db.findOneBy(ReviewerDeclaration, { id });
  return declaration && (await readReviewer(ctx, declaration.reviewerId)) ? declaration : null;
}

/**
 * A reviewer's figures from the final calibrations of closed cohorts, newest first. The caller must have checked that
 * the viewer may read the profile.
 */
export const closedFiguresOf = defineLoader<string, ReviewerFigure[]>(async (db, ids) => {
  const figures = await db
    .createQueryBuilder(ReviewerFigure, 'g')
    .where(
      `g.reviewer_id = ANY(:ids)
         AND g.fit_id IN (
           SELECT f.id FROM fit f JOIN cohort c ON c.id = f.cohort_id WHERE f.kind = 'FINAL' AND c.status = 'CLOSED'
         )`,
      { ids: [...ids] },
    )
    .orderBy('g.fit_id', 'DESC')
    .addOrderBy('g.dimension')
    .getMany();
  return groupedByKey(ids, figures, (figure) => figure.reviewerId);
});

/** Maximum number of scores of one reviewer that a request may return. */
const MAX_ROWS = 500;

/**
 * A reviewer's scores in closed cohorts, each beside the entry's calibrated score and decision, newest first. Operators
 * only.
 */
export async function reviewerRecord(ctx: Context, reviewer: Reviewer, first: number): Promise<ReviewerRecordRow[]> {
  authorize(ctx, 'platform:operate', undefined);
  if (first < 1 || first > MAX_ROWS) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.oneTo', { max: MAX_ROWS }));
  const rows = (await ctx.db.query(
    `SELECT a.entry_id AS "entryId", s.key AS dimension, s.value::float8 AS score, m.score AS "calibratedScore",
       e.decision, v.submitted_at AS "submittedAt"
     FROM assignment a
     JOIN cohort c ON c.id = a.cohort_id AND c.status = 'CLOSED'
     JOIN cohort_entry e ON e.id = a.entry_id
     JOIN LATERAL (
       SELECT scores, submitted_at
       FROM review
       WHERE assignment_id = a.id AND status = 'SUBMITTED'
       ORDER BY version DESC
       LIMIT 1
     ) v ON true
     CROSS JOIN LATERAL jsonb_each_text(v.scores) AS s(key, value)
     LEFT JOIN assessment m ON m.entry_id = a.entry_id AND m.dimension = s.key
     WHERE a.reviewer_id = $1 AND a.status = 'SUBMITTED'
     ORDER BY a.id DESC, s.key
     LIMIT $2`,
    [reviewer.id, first],
  )) as Array<Omit<ReviewerRecordRow, 'entry'> & { entryId: string }>;
  return Promise.all(
    rows.map(async ({ entryId, ...row }) =>
      Object.assign(new ReviewerRecordRow(), { ...row, entry: (await ctx.load(entryById).load(entryId))! }),
    ),
  );
}

export interface FamilyPair {
  parent_id: string;
  child_id: string;
}

/** Recorded pairs of parent and child organisation, all or those of one organisation. Operators only. */
export async function listFamilies(ctx: Context, organisationId: string | undefined): Promise<FamilyPair[]> {
  authorize(ctx, 'platform:operate', undefined);
  return (await ctx.db.query(
    `SELECT parent_id, child_id
     FROM organisation_family
     WHERE $1::uuid IS NULL OR $1 IN (parent_id, child_id)
     ORDER BY 1, 2
     LIMIT 1000`,
    [organisationId ?? null],
  )) as FamilyPair[];
}
