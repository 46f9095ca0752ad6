import { visibleAchievement } from '../../achievements/achievement.queries.js';
import type { Achievement } from '../../achievements/achievement.entity.js';
import { mayReadTier } from '../../achievements/disclosure/disclosure.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { Organisation, organisationById } from '../../identity/organisations/organisation.entity.js';
import { localize, type Locale, type LocalizedText } from '../../kernel/localized.js';
import {
  keysetPage,
  readWindow,
  decodeCursor,
  encodeCursor,
  type ConnectionArgs,
  type Page,
} from '../../graphql/pagination.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { cohortById, entryById } from './cohort.access.js';
import { Cohort } from './cohort.entity.js';
import type { CohortEntryFilter } from './cohort.inputs.js';
import { assessmentsOf, entriesOfAchievement, passportById, passportOf, progressOfCohort } from './cohort.loaders.js';
import { PoolPlace, type CohortProgress } from './cohort.types.js';
import { CohortEntry, interval, type ScoreAxis } from './entry.entity.js';
import { Objection } from '../../objections/objection.entity.js';
import type { ScorePassport } from '../admission/passport.entity.js';
import { DIMENSIONS } from '../vocabularies.js';
import { achievementById } from '../../achievements/achievement.entity.js';
import { say } from '../../messages/catalogue.js';

/** All cohorts, newest first. */
export function listCohorts(ctx: Context, args: ConnectionArgs): Promise<Page<Cohort>> {
  return keysetPage(ctx.db.createQueryBuilder(Cohort, 'c'), args, [
    { sql: 'c.id', direction: 'DESC', cast: 'uuid', value: (cohort) => cohort.id },
  ]);
}

export const readCohort = (ctx: Context, id: string): Promise<Cohort | null> => ctx.load(cohortById).load(id);
export const readEntry = (ctx: Context, id: string): Promise<CohortEntry | null> => ctx.load(entryById).load(id);

/**
 * True for members of the entry's institution and for operators: they may see which achievement the entry is, the
 * reasons of its screening, and its appeal. Its scores have a rule of their own (`showsScores`).
 */
export const isInsider = (ctx: Context, entry: CohortEntry): boolean =>
  can(ctx, 'achievement:read', { organisationId: entry.institutionId });

/** True if the entry is proposed for admission or admitted: from the public notice on, its achievement is public. */
export const isNamed = (entry: CohortEntry): boolean => entry.proposalState === 'ADMITTED';

/**
 * True if the viewer may see the entry's scores: for an entry proposed for admission, everybody; otherwise, operators
 * without a tie to its institution always, and the institution's members from the public notice on.
 */
export const showsScores = (ctx: Context, entry: CohortEntry): boolean =>
  isNamed(entry) ||
  can(ctx, 'platform:operate', { organisationId: entry.institutionId }) ||
  (entry.proposalState !== null && isInsider(ctx, entry));

/**
 * Entries of a cohort that match the filter: by rank if only proposed entries are listed or the viewer is an operator
 * without ties to any institution; otherwise in the order in which they entered the cohort.
 */
export function listEntries(
  ctx: Context,
  cohort: Cohort,
  filter: CohortEntryFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<CohortEntry>> {
  const query = ctx.db.createQueryBuilder(CohortEntry, 'e').where('e.cohort_id = :cohort', { cohort: cohort.id });
  if (filter?.screens?.length) query.andWhere('e.screen = ANY(:screens)', { screens: filter.screens });
  if (filter?.proposed != null)
    query.andWhere(filter.proposed ? `e.proposal = 'ADMITTED'` : `e.proposal IS DISTINCT FROM 'ADMITTED'`);
  const own = ctx.viewer.memberships.map((membership) => membership.organisationId);
  if (filter?.own === true) query.andWhere('e.institution_id = ANY(:own)', { own });
  if (filter?.appealOpen === true) {
    query.andWhere('e.appealed_at IS NOT NULL AND e.appeal_answered_at IS NULL');
    if (!can(ctx, 'platform:operate', undefined)) query.andWhere('e.institution_id = ANY(:insider)', { insider: own });
  }
  // For other viewers the list is not sorted by rank, because the order would disclose the rank of unpublished
  // entries.
  const isImpartial = can(ctx, 'platform:operate', undefined) && ctx.viewer.relatedOrganisations.length === 0;
  if (filter?.proposed === true || isImpartial) {
    return keysetPage(query, args, [
      {
        sql: 'COALESCE(e.rank, 2147483647)',
        direction: 'ASC',
        cast: 'integer',
        value: (entry) => entry.rankNumber ?? 2_147_483_647,
      },
      { sql: 'e.id', direction: 'ASC', cast: 'uuid', value: (entry) => entry.id },
    ]);
  }
  return keysetPage(query, args, [{ sql: 'e.id', direction: 'ASC', cast: 'uuid', value: (entry) => entry.id }]);
}

/** Progress of reviewing and admission in a cohort; null unless the viewer is an operator. */
export function readProgress(ctx: Context, cohort: Cohort): Promise<CohortProgress> | null {
  return can(ctx, 'platform:operate', undefined) ? ctx.load(progressOfCohort).load(cohort.id) : null;
}

export async function entryTitle(
  ctx: Context,
  entry: CohortEntry,
  locale: Locale | undefined,
): Promise<LocalizedText | null> {
  if (!isNamed(entry) && !isInsider(ctx, entry)) return null;
  const achievement = await ctx.load(achievementById).load(entry.achievementId);
  return achievement && localize(achievement.titleText, locale ?? ctx.locale);
}

/**
 * Number of the revision of the achievement's record that reviewers judge. Null for viewers who may not learn which
 * achievement the entry is, because the number tells how often the record was edited.
 */
export const entryRevision = (ctx: Context, entry: CohortEntry): number | null =>
  isNamed(entry) || isInsider(ctx, entry) ? entry.recordRevision : null;

/**
 * The hash of an achievement's evidence files; null unless the viewer may read evidence of every tier. It covers files
 * of all tiers: it shows whether there are any files, and a viewer with a copy of a file could confirm that it is among
 * them.
 */
export async function evidenceHash(ctx: Context, achievementId: string, hash: string | null): Promise<string | null> {
  if (hash === null) return null;
  const achievement = await ctx.load(achievementById).load(achievementId);
  return achievement && (await mayReadTier(ctx, achievement, 'NDA')) ? hash : null;
}

export function entryInstitution(ctx: Context, entry: CohortEntry): Promise<Organisation | null> | null {
  return isNamed(entry) || isInsider(ctx, entry) ? ctx.load(organisationById).load(entry.institutionId) : null;
}

/** Scores of an entry, one per dimension; null if the viewer may not see them or there are none yet. */
export async function entryAxes(ctx: Context, entry: CohortEntry): Promise<ScoreAxis[] | null> {
  if (!showsScores(ctx, entry)) return null;
  const [assessments, cohort] = await Promise.all([
    ctx.load(assessmentsOf).load(entry.id),
    ctx.load(cohortById).load(entry.cohortId),
  ]);
  if (assessments.length === 0 || !cohort) return null;
  return DIMENSIONS.flatMap((dimension) => {
    const found = assessments.find((assessment) => assessment.dimension === dimension);
    if (!found) return [];
    const { score, se, reviews, comparable, industryPercentile } = found;
    return [
      {
        dimension,
        score,
        standardError: se,
        ...interval(score, se),
        percentile: industryPercentile,
        weight: cohort.weightMap[dimension],
        reviews,
        comparable,
      },
    ];
  });
}

/** The cohort entries of an achievement (one per cohort), for its institution and operators; null for other viewers. */
export function entriesOf(ctx: Context, achievement: Achievement): Promise<CohortEntry[]> | null {
  return can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
    ? ctx.load(entriesOfAchievement).load(achievement.id)
    : null;
}

export const latestPassport = (ctx: Context, achievement: Achievement): Promise<ScorePassport | null> =>
  ctx.load(passportOf).load(achievement.id);

/** A score passport by database id; null unless the viewer may see its achievement. */
export async function readPassport(ctx: Context, id: string): Promise<ScorePassport | null> {
  const passport = await ctx.load(passportById).load(id);
  return passport && (await visibleAchievement(ctx, passport.achievementId)) ? passport : null;
}

/**
 * An objection by database id; null unless the viewer is its author, a member of the entry's institution, or an
 * operator.
 */
export async function readObjection(ctx: Context, id: string): Promise<Objection | null> {
  if (ctx.viewer.accountId === null) return null;
  const objection = await ctx.db.findOneBy(Objection, { id });
  if (!objection) return null;
  if (objection.accountId === ctx.viewer.accountId) return objection;
  const entry = await readEntry(ctx, objection.entryId);
  return entry && isInsider(ctx, entry) ? objection : null;
}

/** Objections raised in a cohort that the viewer may see, newest first. */
export function listObjections(
  ctx: Context,
  cohort: Cohort,
  open: boolean | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Objection>> {
  const query = ctx.db.createQueryBuilder(Objection, 'o').where('o.cohort_id = :cohort', { cohort: cohort.id });
  if (!can(ctx, 'platform:operate', undefined)) {
    query.andWhere(
      `(
         o.account_id = :viewer
           OR o.entry_id IN (SELECT id FROM cohort_entry WHERE cohort_id = :cohort AND institution_id = ANY(:own))
       )`,
      {
        viewer: ctx.viewer.accountId,
        own: ctx.viewer.memberships.map((membership) => membership.organisationId),
      },
    );
  }
  if (open != null) query.andWhere(open ? 'o.outcome IS NULL' : 'o.outcome IS NOT NULL');
  return keysetPage(query, args, [
    { sql: 'o.id', direction: 'DESC', cast: 'uuid', value: (objection) => objection.id },
  ]);
}

/**
 * The pool ranking within an industry of any level, as written by the last closing of a cohort. An achievement that has
 * left the pool since is not shown but keeps its rank, so that no other rank moves until the next closing.
 */
export async function poolRanking(
  ctx: Context,
  industry: string | null | undefined,
  args: ConnectionArgs,
): Promise<Page<PoolPlace>> {
  if (industry != null && !(await codeLists(ctx.app.dataSource)).industries.has(industry))
    throw badInput('industry', 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
  const { limit, backward, cursor } = readWindow(args);
  const argument = backward ? 'before' : 'after';
  const start = cursor === undefined ? (backward ? 2_147_483_647 : 0) : decodeCursor(cursor, 1, argument)[0];
  if (typeof start !== 'number' || !Number.isInteger(start) || start < 0 || start > 2_147_483_647)
    throw badInput(argument, 'BAD_CURSOR', say('BAD_CURSOR.list'));
  const scope = industry == null ? '' : `WHERE industry_codes @> ARRAY[$1]`;
  const values = industry == null ? [] : [industry];
  // Positions are numbered without gaps, so in the whole pool they are the ranks, and no page counts from the start.
  const rank = industry == null ? 'position' : 'row_number() OVER (ORDER BY position)';
  const rows = (await ctx.db.query(
    `SELECT r.achievement_id, r.passport_id, r.position, r.rank::int, r.score
     FROM (SELECT *, ${rank} AS rank FROM pool_rank ${scope}) r
     JOIN achievement a ON a.id = r.achievement_id AND a.status = 'ADMITTED'
     WHERE r.position ${backward ? '<' : '>'} $${values.length + 1}
     ORDER BY r.position ${backward ? 'DESC' : 'ASC'}
     LIMIT $${values.length + 2}`,
    [...values, start, limit + 1],
  )) as Array<{ achievement_id: string; passport_id: string; position: number; rank: number; score: number }>;
  const more = rows.length > limit;
  if (more) rows.length = limit;
  if (backward) rows.reverse();
  const [achievements, passports] = await Promise.all([
    ctx.load(achievementById).loadMany(rows.map((row) => row.achievement_id)),
    ctx.load(passportById).loadMany(rows.map((row) => row.passport_id)),
  ]);
  const edges = rows.map((row, i) => ({
    node: Object.assign(new PoolPlace(), {
      rank: row.rank,
      score: row.score,
      position: row.position,
      achievement: achievements[i],
      passport: passports[i],
    }),
    cursor: encodeCursor([row.position]),
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? cursor !== undefined : more,
      hasPreviousPage: backward ? more : cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    async countTotal() {
      const [row] = (await ctx.db.query(
        `SELECT count(*)::int AS n
         FROM pool_rank r
         JOIN achievement a ON a.id = r.achievement_id AND a.status = 'ADMITTED' ${scope}`,
        values,
      )) as Array<{ n: number }>;
      return row!.n;
    },
  };
}
