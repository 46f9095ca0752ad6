import type { SelectQueryBuilder } from 'typeorm';
import type { KeysetColumn } from '../graphql/pagination.js';
import { authorize } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { hasMoreThan } from '../lib/text.js';
import { say } from '../messages/catalogue.js';
import { Achievement } from './achievement.entity.js';
import type { AchievementListFilter } from './achievement.inputs.js';
import { visibleParts } from './disclosure/disclosure.js';
import type { AchievementOrder, AchievementStatus, RegistrationField } from './vocabularies.js';

/** Maximum length, in code points, of a text that a list is searched for. */
const LONGEST_TEXT = 100;

const RECORD = `SELECT 1 FROM achievement_revision r
  WHERE r.achievement_id = a.id AND r.revision = a.revision AND`;

/** SQL condition that an achievement's current record lacks a field that is needed to register it. */
const LACKS: Record<RegistrationField, string> = {
  TITLE: `EXISTS (${RECORD} NOT (COALESCE(r.record -> 'title', '{}') ?| ARRAY['zh', 'en']))`,
  SUMMARY: `EXISTS (${RECORD} COALESCE(r.record ->> 'summary', r.record ->> 'abstract') IS NULL)`,
  INDUSTRIES: `EXISTS (${RECORD} COALESCE(jsonb_array_length(r.record -> 'industries'), 0) = 0)`,
  TRL: `EXISTS (${RECORD} r.record ->> 'trl' IS NULL)`,
  CATEGORY: `EXISTS (${RECORD} r.record ->> 'category' IS NULL)`,
};

/**
 * Narrows a list of achievements by text, and by what only the institution and operators may read: external id, missing
 * fields, time of the last change. Throws FORBIDDEN where the viewer may not read the records.
 */
export function narrowList(
  ctx: Context,
  query: SelectQueryBuilder<Achievement>,
  filter: AchievementListFilter | null | undefined,
  order: AchievementOrder,
  institutionId: string | undefined,
): void {
  const { externalId, missingFields, updatedSince } = filter ?? {};
  if (externalId != null || missingFields != null || updatedSince != null || order === 'EXTERNAL_ID') {
    if (institutionId === undefined) authorize(ctx, 'achievement:readAll', undefined);
    else authorize(ctx, 'achievement:read', { organisationId: institutionId });
  }
  const text = filter?.text?.trim() ?? '';
  if (hasMoreThan(text, LONGEST_TEXT))
    throw badInput('filter.text', 'TOO_LONG', say('TOO_LONG.max', { max: LONGEST_TEXT }));
  if (text !== '')
    query.andWhere(`(a.title ->> 'zh' ILIKE :text OR a.title ->> 'en' ILIKE :text OR a.registration_no ILIKE :text)`, {
      text: `%${text.replace(/[\\%_]/g, '\\$&')}%`,
    });
  if (externalId != null) query.andWhere('a.external_id = :externalId', { externalId: externalId.trim() });
  for (const field of new Set(missingFields ?? [])) query.andWhere(LACKS[field]);
  if (updatedSince != null) query.andWhere('a.updated_at >= :updatedSince', { updatedSince });
}

const byId: KeysetColumn<Achievement> = { sql: 'a.id', direction: 'DESC', cast: 'uuid', value: (a) => a.id };

/** The columns of each order of a list. */
export const ORDERS: Record<AchievementOrder, ReadonlyArray<KeysetColumn<Achievement>>> = {
  NEWEST: [byId],
  OLDEST: [{ ...byId, direction: 'ASC' }],
  UPDATED: [
    { sql: 'a.updated_at', direction: 'DESC', cast: 'timestamptz', value: (a) => a.updatedAt.toISOString() },
    byId,
  ],
  TITLE: [
    {
      sql: `COALESCE(a.title ->> 'zh', a.title ->> 'en', '')`,
      direction: 'ASC',
      cast: 'text',
      value: (a) => a.titleText.zh ?? a.titleText.en ?? '',
    },
    byId,
  ],
  EXTERNAL_ID: [
    { sql: `COALESCE(a.external_id, '')`, direction: 'ASC', cast: 'text', value: (a) => a.externalIdText ?? '' },
    byId,
  ],
};

/** Properties of an achievement from which the cursor of an order is made. */
export const READ_BY_ORDER: Record<AchievementOrder, readonly string[]> = {
  NEWEST: [],
  OLDEST: [],
  UPDATED: ['updatedAt'],
  TITLE: ['titleText'],
  EXTERNAL_ID: ['externalIdText'],
};

/** The numbers of an institution's achievements that the viewer may see, by status; statuses without any are left out. */
export async function countByStatus(
  ctx: Context,
  institutionId: string,
): Promise<Array<{ status: AchievementStatus; count: number }>> {
  const counts = new Map<AchievementStatus, number>();
  for (const { sql, parameters } of visibleParts(ctx, { institutionId })) {
    const rows = await ctx.db
      .createQueryBuilder(Achievement, 'a')
      .select('a.status', 'status')
      .addSelect('count(*)::int', 'count')
      .where('a.institution_id = :institutionId', { institutionId })
      .andWhere(sql, parameters)
      .groupBy('a.status')
      .getRawMany<{ status: AchievementStatus; count: number }>();
    for (const { status, count } of rows) counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return [...counts].map(([status, count]) => ({ status, count }));
}
