import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import type {
  AchievementMatchFilter,
  DemandMatchFilter,
  InvestorMatchFilter,
  TalentMatchFilter,
} from './match.types.js';
import { say } from '../../messages/catalogue.js';

/** Maximum number of values in one list of a match filter; bounds the running time of the query. */
const MAX_VALUES = 200;

/** Throws BAD_USER_INPUT if a match filter names unknown industry or region codes, or more than MAX_VALUES values. */
async function check(ctx: Context, filter: { industries?: string[] | null; regions?: string[] | null }): Promise<void> {
  const lists = await codeLists(ctx.app.dataSource);
  for (const [name, codes, known] of [
    ['industries', filter.industries, lists.industries],
    ['regions', filter.regions, lists.regions],
  ] as const) {
    if (codes == null) continue;
    if (codes.length > MAX_VALUES)
      throw badInput(`filter.${name}`, 'TOO_MANY', say('TOO_MANY.values', { max: MAX_VALUES }));
    codes.forEach((code, i) => {
      if (!known.has(code))
        throw badInput(`filter.${name}[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.thisList', { name }));
    });
  }
}

const given = <T>(list: T[] | null | undefined): T[] | null => (list?.length ? list : null);

async function idsOf(ctx: Context, sql: string, values: unknown[]): Promise<ReadonlySet<string>> {
  const rows = (await ctx.db.query(sql, values)) as Array<{ id: string }>;
  return new Set(rows.map((row) => row.id));
}

/** SQL condition: `code` is equal to, below or above one of the filter's codes `$n` in the tree. */
const related = (tree: 'industry' | 'region', code: string, n: number) =>
  `EXISTS (
     SELECT 1
     FROM ${tree} x
     WHERE x.code = ${code}
       AND (x.path && $${n} OR EXISTS (SELECT 1 FROM ${tree} y WHERE y.code = ANY($${n}) AND x.code = ANY(y.path)))
   )`;
const below = (tree: 'industry' | 'region', code: string, n: number) =>
  `EXISTS (SELECT 1 FROM ${tree} x WHERE x.code = ${code} AND x.path && $${n})`;
const regionsOf = (alias: string, n: number) =>
  `(
     $${n}::text[] IS NULL
       OR cardinality(${alias}.region_codes) = 0
       OR EXISTS (SELECT 1 FROM unnest(${alias}.region_codes) r(code) WHERE ${related('region', 'r.code', n)})
   )`;

/**
 * SQL that holds where the parameter `$n` (a list of codes) is null, or one of the subject's industries is one of these
 * codes or a descendant of one.
 */
const inIndustries = (table: 'achievement_industry' | 'demand_industry', owner: string, subject: string, n: number) =>
  `(
     $${n}::text[] IS NULL
       OR EXISTS (
         SELECT 1 FROM ${table} i WHERE i.${owner} = ${subject} AND ${below('industry', 'i.industry_code', n)}
       )
   )`;
/**
 * SQL that holds where the parameter `$n` (a list of codes) is null, or the region `code` is one of these codes or a
 * descendant of one.
 */
const inRegion = (code: string, n: number) => `($${n}::text[] IS NULL OR ${below('region', code, n)})`;

export async function investorsIn(ctx: Context, filter: InvestorMatchFilter): Promise<ReadonlySet<string>> {
  await check(ctx, filter);
  return idsOf(
    ctx,
    `SELECT p.id
     FROM investor_profile p
     WHERE p.status = 'ACTIVE'
       AND (
         $1::text[] IS NULL
           OR EXISTS (
             SELECT 1
             FROM investor_industry i
             WHERE i.investor_id = p.id AND i.wanted AND ${related('industry', 'i.industry_code', 1)}
           )
       )
       AND ${regionsOf('p', 2)}
       AND ($3::text[] IS NULL OR cardinality(p.funding_stages) = 0 OR p.funding_stages && $3)`,
    [given(filter.industries), given(filter.regions), given(filter.stages)],
  );
}

export async function talentsIn(ctx: Context, filter: TalentMatchFilter): Promise<ReadonlySet<string>> {
  await check(ctx, filter);
  return idsOf(
    ctx,
    `SELECT p.id
     FROM talent_profile p
     WHERE p.status = 'ACTIVE'
       AND ($1::text[] IS NULL OR p.kind = ANY($1))
       AND ${regionsOf('p', 2)}
       AND ($3::text[] IS NULL OR p.roles && $3)`,
    [given(filter.kinds), given(filter.regions), given(filter.roles)],
  );
}

export async function demandsIn(ctx: Context, filter: DemandMatchFilter): Promise<ReadonlySet<string>> {
  await check(ctx, filter);
  return idsOf(
    ctx,
    `SELECT d.id
     FROM demand d
     WHERE d.status = 'OPEN'
       AND ${inIndustries('demand_industry', 'demand_id', 'd.id', 1)}
       AND ${inRegion('d.region_code', 2)}`,
    [given(filter.industries), given(filter.regions)],
  );
}

export async function achievementsIn(ctx: Context, filter: AchievementMatchFilter): Promise<ReadonlySet<string>> {
  await check(ctx, filter);
  return idsOf(
    ctx,
    `SELECT a.id
     FROM achievement a
     WHERE a.status = 'ADMITTED'
       AND ${inIndustries('achievement_industry', 'achievement_id', 'a.id', 1)}
       AND ${inRegion('a.region_code', 2)}
       AND ($3::int IS NULL OR a.trl >= $3)
       AND ($4::int IS NULL OR a.trl <= $4)`,
    [given(filter.industries), given(filter.regions), filter.trlMin ?? null, filter.trlMax ?? null],
  );
}
