import { named, shownNames } from '../identity/organisations/organisation.names.js';
import { authorize, can } from '../kernel/authz.js';
import { badInput, NotFoundError } from '../kernel/errors.js';
import type { Context } from '../kernel/context.js';
import { organisationById } from '../identity/organisations/organisation.entity.js';
import { byKey, defineLoader, groupedByKey } from '../lib/batching.js';
import { localize, localizeOrNull, type Locale } from '../kernel/localized.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { Achievement, achievementById } from './achievement.entity.js';
import type { AchievementListFilter } from './achievement.inputs.js';
import { contentOf, evidenceOf } from './achievement.loaders.js';
import { changedFields, missingForRegistration, type AchievementRecord } from './achievement.record.js';
import { readRecord } from './achievement.store.js';
import type {
  AchievementRevision,
  DuplicateOf,
  FieldChange,
  MissingField,
  TieredContent,
} from './achievement.types.js';
import { NdaGrant, NearDuplicate, type EvidenceFile } from './achievement-parts.entity.js';
import { isVisible, mayReadTier, visibleParts } from './disclosure/disclosure.js';
import { narrowList, ORDERS, READ_BY_ORDER } from './own-list.js';
import type { AchievementOrder, DisclosureTier, NdaStatus } from './vocabularies.js';
import { inWords, say } from '../messages/catalogue.js';

/** Returns an achievement by database id; null if it does not exist or the viewer may not see it. */
export async function visibleAchievement(ctx: Context, id: string): Promise<Achievement | null> {
  const achievement = await ctx.load(achievementById).load(id);
  return achievement && isVisible(ctx, achievement) ? achievement : null;
}

/** Returns an achievement as `visibleAchievement` does, and reports to the hooks that the viewer opens its own page. */
export async function openAchievement(ctx: Context, id: string): Promise<Achievement | null> {
  const achievement = await visibleAchievement(ctx, id);
  if (achievement) ctx.app.achievementHooks.opened(ctx);
  return achievement;
}

/** Returns an achievement by its global id; throws NOT_FOUND if it does not exist or the viewer may not see it. */
export async function requireAchievement(ctx: Context, field: string, globalId: string): Promise<Achievement> {
  const achievement = await visibleAchievement(ctx, readId(field, 'Achievement', globalId));
  if (!achievement) throw new NotFoundError(say('thing.theAchievement'));
  return achievement;
}

/** Maximum number of values in one filter of a list; it bounds the cost of the query. */
const MAX_FILTER_VALUES = 200;

/**
 * Lists the achievements that the viewer may see and that match the filter, by default the newest first.
 *
 * @param reads the properties of an achievement that the query's fields need; all where it is undefined
 */
export async function listAchievements(
  ctx: Context,
  filter: AchievementListFilter | null | undefined,
  args: ConnectionArgs,
  reads: ReadonlySet<string> | undefined,
  order: AchievementOrder = 'NEWEST',
): Promise<Page<Achievement>> {
  const query = ctx.db.createQueryBuilder(Achievement, 'a');
  const institutionId =
    filter?.institutionId == null ? undefined : readId('filter.institutionId', 'Organisation', filter.institutionId);
  if (institutionId !== undefined) query.andWhere('a.institution_id = :institutionId', { institutionId });
  for (const [name, list] of Object.entries({
    statuses: filter?.statuses,
    industries: filter?.industries,
    regions: filter?.regions,
  })) {
    if ((list?.length ?? 0) > MAX_FILTER_VALUES)
      throw badInput(`filter.${name}`, 'TOO_MANY', say('TOO_MANY.values', { max: MAX_FILTER_VALUES }));
  }
  if (filter?.statuses?.length) query.andWhere('a.status = ANY(:statuses)', { statuses: filter.statuses });
  const codes = await codeLists(ctx.app.dataSource);
  if (filter?.industries?.length) {
    filter.industries.forEach((code, i) => {
      if (!codes.industries.has(code))
        throw badInput(`filter.industries[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
    });
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM achievement_industry ai
         JOIN industry i ON i.code = ai.industry_code
         WHERE ai.achievement_id = a.id AND i.path && :industries
       )`,
      { industries: filter.industries },
    );
  }
  if (filter?.regions?.length) {
    filter.regions.forEach((code, i) => {
      if (!codes.regions.has(code)) throw badInput(`filter.regions[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.regions'));
    });
    query.andWhere(`EXISTS (SELECT 1 FROM region r WHERE r.code = a.region_code AND r.path && :regions)`, {
      regions: filter.regions,
    });
  }
  narrowList(ctx, query, filter, order, institutionId);
  const visible = visibleParts(ctx, { institutionId, statuses: filter?.statuses ?? undefined });
  const counting = visible.map(({ sql, parameters }) => query.clone().andWhere(sql, parameters));
  query.andWhere(
    `(${visible.map(({ sql }) => sql).join(' OR ')})`,
    Object.assign({}, ...visible.map(({ parameters }) => parameters)) as Record<string, unknown>,
  );
  return keysetPage(query, args, ORDERS[order], {
    counting,
    reads: reads && new Set([...reads, ...READ_BY_ORDER[order]]),
  });
}

const HOW_TO_GET = { PUBLIC: 'howToGet.public', REGISTERED: 'howToGet.registered', NDA: 'howToGet.nda' } as const;

/**
 * Returns an achievement's text of one disclosure tier; its body is null where the viewer may not read that tier.
 * Reviewers, who may read more during a review, get the texts from vetting and not from this function.
 */
export async function contentByTier(
  ctx: Context,
  achievement: Achievement,
  tier: DisclosureTier,
  locale: Locale | undefined,
): Promise<TieredContent> {
  const granted = await mayReadTier(ctx, achievement, tier);
  const content = granted ? await ctx.load(contentOf[tier]).load(achievement.id) : null;
  return {
    tier,
    granted,
    body: localizeOrNull(content?.body, locale ?? ctx.locale),
    howToGet: granted ? null : inWords(locale ?? ctx.messageLocale, say(HOW_TO_GET[tier])),
  };
}

/** Returns those evidence files of an achievement whose disclosure tier the viewer may read. */
export async function openEvidence(ctx: Context, achievement: Achievement): Promise<EvidenceFile[]> {
  const files = await ctx.load(evidenceOf).load(achievement.id);
  const readable = await Promise.all(files.map((file) => mayReadTier(ctx, achievement, file.tier)));
  return files.filter((_, i) => readable[i]);
}

function assertReadsRecord(ctx: Context, achievement: Achievement): void {
  authorize(ctx, 'achievement:read', { organisationId: achievement.institutionId });
}

interface RevisionWindow {
  id: string;
  first: number;
  before: number;
}

/**
 * Loads, per achievement, its newest `first` revisions below the number `before`. Each key is achievement id, `first`
 * and `before` as JSON, so that one SQL statement serves all achievements of a list.
 */
const revisionsOf = defineLoader<string, AchievementRevision[]>(async (db, keys) => {
  const windows = keys.map((key) => JSON.parse(key) as RevisionWindow);
  const rows = (await db.query(
    `SELECT w.key, r.revision, r.created_at AS "createdAt", r.note, acc.display_name AS "editedBy"
     FROM jsonb_to_recordset($1::jsonb) AS w(key text, id uuid, first int, before int)
     CROSS JOIN LATERAL (
       SELECT *
       FROM achievement_revision x
       WHERE x.achievement_id = w.id AND x.revision < w.before
       ORDER BY x.revision DESC
       LIMIT w.first
     ) r
     LEFT JOIN account acc ON acc.id = r.edited_by
     ORDER BY r.revision DESC`,
    [JSON.stringify(windows.map((window, i) => ({ ...window, key: keys[i] })))],
  )) as Array<AchievementRevision & { key: string }>;
  return groupedByKey(keys, rows, (row) => row.key);
});

/**
 * Lists the revisions of an achievement that are older than a given one, the newest first; empty if the viewer may not
 * read its record.
 */
export async function listRevisions(
  ctx: Context,
  achievement: Achievement,
  first: number,
  before: number | undefined,
): Promise<AchievementRevision[]> {
  if (first < 1 || first > 100) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.hundred'));
  if (!can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return [];
  return ctx
    .load(revisionsOf)
    .load(JSON.stringify({ id: achievement.id, first, before: before ?? 2_147_483_647 } satisfies RevisionWindow));
}

/**
 * Returns the fields in which two revisions of an achievement differ, confidential ones included; throws unless the
 * viewer may read the full record.
 */
export async function compareRevisions(
  ctx: Context,
  globalId: string,
  from: number,
  to: number,
): Promise<FieldChange[]> {
  const achievement = await requireAchievement(ctx, 'id', globalId);
  assertReadsRecord(ctx, achievement);
  const [before, after] = await Promise.all([
    readRecord(ctx.db, achievement.id, from),
    readRecord(ctx.db, achievement.id, to),
  ]);
  if (!before)
    throw badInput('from', 'UNKNOWN_REVISION', say('UNKNOWN_REVISION.achievement', { revision: achievement.revision }));
  if (!after)
    throw badInput('to', 'UNKNOWN_REVISION', say('UNKNOWN_REVISION.achievement', { revision: achievement.revision }));
  return changedFields(before, after).map((field) => ({ field, before: before[field], after: after[field] }));
}

const recordOf = defineLoader<string, AchievementRecord | null>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT DISTINCT ON (achievement_id) achievement_id, record
     FROM achievement_revision
     WHERE achievement_id = ANY($1)
     ORDER BY achievement_id, revision DESC`,
    [ids],
  )) as Array<{ achievement_id: string; record: AchievementRecord }>;
  return byKey(ids, rows, (row) => row.achievement_id).map((row) => row?.record ?? null);
});

/** The achievement's record as its institution wrote it, for an edit form; null if the viewer may not read it. */
export async function editableRecord(ctx: Context, achievement: Achievement): Promise<AchievementRecord | null> {
  if (!can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return null;
  return ctx.load(recordOf).load(achievement.id);
}

/** The fields that an achievement's record lacks for registration; null if the viewer may not read the record. */
export async function missingFields(
  ctx: Context,
  achievement: Achievement,
  locale: Locale = ctx.messageLocale,
): Promise<MissingField[] | null> {
  const content = await editableRecord(ctx, achievement);
  return content === null
    ? null
    : missingForRegistration(content).map(({ field, message }) => ({
        field,
        message: inWords(locale, message),
      }));
}

const duplicatesOf = defineLoader<string, NearDuplicate[]>(async (db, ids) => {
  const pairs = await db
    .createQueryBuilder(NearDuplicate, 'p')
    .where('p.dismissed_at IS NULL AND (p.a_id = ANY(:ids) OR p.b_id = ANY(:ids))', { ids: [...ids] })
    .orderBy('p.similarity', 'DESC')
    .addOrderBy('p.id')
    .getMany();
  return ids.map((id) => pairs.filter((pair) => pair.aId === id || pair.bId === id));
});

/**
 * The near-duplicates of an achievement that no operator has dismissed, for members of its institution and operators;
 * null for other viewers.
 */
export async function nearDuplicates(ctx: Context, achievement: Achievement): Promise<DuplicateOf[] | null> {
  if (!can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return null;
  const pairs = await ctx.load(duplicatesOf).load(achievement.id);
  const found = await Promise.all(
    pairs.map((pair) => presentPair(ctx, pair, pair.aId === achievement.id ? pair.bId : pair.aId)),
  );
  return found.filter((entry) => entry !== null);
}

async function presentPair(ctx: Context, pair: NearDuplicate, otherId: string): Promise<DuplicateOf | null> {
  const other = await ctx.load(achievementById).load(otherId);
  const institution = other && (await ctx.load(organisationById).load(other.institutionId));
  if (!other || !institution) return null;
  const visible = isVisible(ctx, other);
  // Of a near-duplicate that the viewer may not see, only title and institution are shown. If it is a draft or
  // withdrawn, it is private altogether, so the pair is left out.
  if (!visible && (other.status === 'WITHDRAWN' || other.status === 'DRAFT')) return null;
  return {
    pair,
    other: visible ? other : null,
    otherTitle: localize(other.titleText, ctx.locale),
    otherInstitution: localize(shownNames(named(institution)), ctx.locale),
  };
}

/**
 * Lists, for operators, the pairs of near-duplicates that no operator has dismissed, the most similar first, of equally
 * similar ones the newest.
 */
export async function listNearDuplicates(ctx: Context, args: ConnectionArgs): Promise<Page<NearDuplicate>> {
  authorize(ctx, 'platform:operate', undefined);
  const query = ctx.db.createQueryBuilder(NearDuplicate, 'p').where('p.dismissed_at IS NULL');
  return keysetPage(query, args, [
    { sql: 'p.similarity', direction: 'DESC', cast: 'numeric', value: (pair) => pair.similarityText },
    { sql: 'p.id', direction: 'DESC', cast: 'uuid', value: (pair) => pair.id },
  ]);
}

/**
 * The requests of NDA access to an institution's achievements, the newest first; null if the viewer may not see them.
 */
export async function listNdaRequests(
  ctx: Context,
  institutionId: string,
  args: ConnectionArgs,
  statuses: readonly NdaStatus[] | null | undefined,
): Promise<Page<NdaGrant> | null> {
  if (!can(ctx, 'achievement:read', { organisationId: institutionId })) return null;
  const query = ctx.db
    .createQueryBuilder(NdaGrant, 'g')
    .innerJoin(Achievement, 'a', 'a.id = g.achievement_id')
    .where('a.institution_id = :institutionId', { institutionId });
  if (statuses?.length) query.andWhere('g.status = ANY(:statuses)', { statuses });
  return keysetPage(query, args, [{ sql: 'g.id', direction: 'DESC', cast: 'uuid', value: (grant) => grant.id }]);
}
