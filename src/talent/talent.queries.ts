import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { isLanguage } from '../lib/languages.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { MAX_FILTER_VALUES, readFilterCodes, related } from '../taxonomy/tree-filter.js';
import { TalentEvidence, TalentProfile } from './talent.entity.js';
import type { TalentFilter } from './talent.inputs.js';
import { talentById, talentOfAccount } from './talent.entity.js';
import { dayOfChina } from '../lib/day.js';
import { say } from '../messages/catalogue.js';

/** A talent profile by database id; null if it does not exist or the viewer may not see it. */
export async function visibleTalent(ctx: Context, id: string): Promise<TalentProfile | null> {
  const talent = await ctx.load(talentById).load(id);
  return talent && can(ctx, 'talent:read', talent) ? talent : null;
}

/** Evidence of a talent by database id; null unless the viewer may see the talent. */
export async function visibleTalentEvidence(ctx: Context, id: string): Promise<TalentEvidence | null> {
  const evidence = await ctx.db.findOneBy(TalentEvidence, { id });
  return evidence && (await visibleTalent(ctx, evidence.talentId)) ? evidence : null;
}

/** The viewer's own profile; null if there is none. */
export async function ownTalent(ctx: Context): Promise<TalentProfile | null> {
  return ctx.viewer.accountId === null ? null : ctx.load(talentOfAccount).load(ctx.viewer.accountId);
}

/**
 * SQL condition on a talent profile (alias `t`) that the viewer may see, equal to the rule `talent:read`. Excludes the
 * profiles of erased persons.
 */
function visibleClause(ctx: Context): { sql: string; parameters: Record<string, unknown> } {
  if (can(ctx, 'talent:readAll', undefined)) return { sql: 't.account_id IS NOT NULL', parameters: {} };
  const visibilities = can(ctx, 'talent:readRegistered', undefined) ? ['PUBLIC', 'REGISTERED'] : ['PUBLIC'];
  return {
    sql: `(
        (t.visibility = ANY(:visibilities) AND t.status <> 'SUSPENDED' AND t.verification <> 'REJECTED')
        OR t.account_id = :viewer
      )`,
    parameters: { visibilities, viewer: ctx.viewer.accountId },
  };
}

/** Talent profiles that the viewer may see and that match the filter, newest first. */
export async function listTalents(
  ctx: Context,
  filter: TalentFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<TalentProfile>> {
  const visible = visibleClause(ctx);
  const query = ctx.db.createQueryBuilder(TalentProfile, 't').where(visible.sql, visible.parameters);
  const codes = await codeLists(ctx.app.dataSource);
  for (const [field, column] of [
    ['kinds', 't.kind'],
    ['managerGrades', 't.manager_grade'],
    ['verification', 't.verification'],
    ['statuses', 't.status'],
  ] as const) {
    const values = filter?.[field];
    if (values?.length) query.andWhere(`${column} = ANY(:${field})`, { [field]: values });
  }
  if (filter?.roles?.length) query.andWhere('t.roles && CAST(:roles AS text[])', { roles: filter.roles });
  if (filter?.languages?.length) {
    if (filter.languages.length > MAX_FILTER_VALUES)
      throw badInput('filter.languages', 'TOO_MANY', say('TOO_MANY.values', { max: MAX_FILTER_VALUES }));
    filter.languages.forEach((code, i) => {
      if (!isLanguage(code)) throw badInput(`filter.languages[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.language'));
    });
    query.andWhere('t.languages && CAST(:languages AS text[])', { languages: filter.languages });
  }
  const industries = readFilterCodes('filter.industries', filter?.industries, codes.industries);
  if (industries) {
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM talent_industry ti
         JOIN industry i ON i.code = ti.industry_code
         WHERE ti.talent_id = t.id AND ${related('industry', 'i', 'industries')}
       )`,
      { industries },
    );
  }
  const regions = readFilterCodes('filter.regions', filter?.regions, codes.regions);
  if (regions)
    query.andWhere(
      `(
         t.region_codes = '{}'
         OR EXISTS (
           SELECT 1
           FROM region r
           WHERE r.code = ANY(t.region_codes) AND ${related('region', 'r', 'regions')}
         )
       )`,
      { regions },
    );
  if (filter?.availableNow != null) {
    const available = `(COALESCE(t.days_per_month, 0) >= 1 AND (t.available_from IS NULL OR t.available_from <= :today))`;
    query.andWhere(filter.availableNow ? available : `NOT ${available}`, {
      today: dayOfChina(ctx.now()),
    });
  }
  const text = filter?.text?.trim();
  if (text) {
    if ([...text].length > 100) throw badInput('filter.text', 'TOO_LONG', say('TOO_LONG.hundred'));
    query.andWhere(
      `(
         t.headline->>'zh' ILIKE :pattern
         OR t.headline->>'en' ILIKE :pattern
         OR t.bio->>'zh' ILIKE :pattern
         OR t.bio->>'en' ILIKE :pattern
         OR EXISTS (
           SELECT 1
           FROM jsonb_array_elements(t.skills) s
           WHERE s->>'zh' ILIKE :pattern OR s->>'en' ILIKE :pattern
         )
       )`,
      { pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%` },
    );
  }
  return keysetPage(query, args, [{ sql: 't.id', direction: 'DESC', cast: 'uuid', value: (talent) => talent.id }]);
}
