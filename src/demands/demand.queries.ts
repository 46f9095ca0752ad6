import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { badInput, InputError, type FieldProblem } from '../kernel/errors.js';
import { organisationById } from '../identity/organisations/organisation.entity.js';
import { dayOfChina, isIsoDate } from '../lib/day.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { readId } from '../kernel/node.js';
import { codeLists } from '../taxonomy/code-lists.js';
import { loadRates } from '../taxonomy/currency.js';
import { readFilterCodes, related } from '../taxonomy/tree-filter.js';
import { Demand } from './demand.entity.js';
import type { DemandFilter } from './demand.inputs.js';
import { checkCurrency } from './demand.record.js';
import { SHOWN } from './demand.stages.js';
import { demandById } from './demand.entity.js';
import { say } from '../messages/catalogue.js';

/**
 * Whether the viewer may see a demand. A demand of a verified enterprise is public in the statuses SHOWN; any other
 * demand is visible to the enterprise's members and to operators.
 */
export async function isDemandVisible(
  ctx: Context,
  demand: Pick<Demand, 'organisationId' | 'status'>,
): Promise<boolean> {
  if (can(ctx, 'demand:read', demand)) return true;
  return (
    SHOWN.includes(demand.status) &&
    (await ctx.load(organisationById).load(demand.organisationId))?.verification === 'VERIFIED'
  );
}

/** Returns a demand; null if it does not exist or the viewer may not see it. */
export async function visibleDemand(ctx: Context, id: string): Promise<Demand | null> {
  const demand = await ctx.load(demandById).load(id);
  return demand && (await isDemandVisible(ctx, demand)) ? demand : null;
}

/** Lists the demands that the viewer may see and that match the filter, the newest first. */
export async function listDemands(
  ctx: Context,
  filter: DemandFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Demand>> {
  const query = ctx.db.createQueryBuilder(Demand, 'd').where('TRUE');
  if (!can(ctx, 'demand:readAll', undefined)) {
    query.andWhere(
      `(
         (
           d.status = ANY(:shown)
           AND EXISTS (SELECT 1 FROM organisation o WHERE o.id = d.organisation_id AND o.verification = 'VERIFIED')
         )
         OR d.organisation_id = ANY(CAST(:own AS uuid[]))
       )`,
      {
        shown: SHOWN,
        own: ctx.viewer.memberships.map((membership) => membership.organisationId),
      },
    );
  }
  if (filter?.organisationId != null)
    query.andWhere('d.organisation_id = :organisation', {
      organisation: readId('filter.organisationId', 'Organisation', filter.organisationId),
    });
  if (filter?.statuses?.length) query.andWhere('d.status = ANY(:statuses)', { statuses: filter.statuses });
  const codes = await codeLists(ctx.app.dataSource);
  const industries = readFilterCodes('filter.industries', filter?.industries, codes.industries);
  if (industries) {
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM demand_industry di
         JOIN industry i ON i.code = di.industry_code
         WHERE di.demand_id = d.id AND ${related('industry', 'i', 'industries')}
       )`,
      { industries },
    );
  }
  const regions = readFilterCodes('filter.regions', filter?.regions, codes.regions);
  if (regions)
    query.andWhere(
      'EXISTS (SELECT 1 FROM region r WHERE r.code = d.region_code AND r.path && CAST(:regions AS text[]))',
      { regions },
    );
  if (filter?.trl != null) {
    if (filter.trl < 1 || filter.trl > 9) throw badInput('filter.trl', 'OUT_OF_RANGE', say('OUT_OF_RANGE.whole9'));
    query.andWhere('(d.required_trl IS NULL OR d.required_trl <= :trl)', { trl: filter.trl });
  }
  if (filter?.budgetAtLeast != null) {
    const { amount, currency } = filter.budgetAtLeast;
    const problems: FieldProblem[] = [];
    checkCurrency('filter.budgetAtLeast.currency', currency, await loadRates(ctx.db), (field, code, message) =>
      problems.push({ field, code, message }),
    );
    if (problems.length > 0) throw new InputError(problems);
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM currency_rate own, currency_rate asked
         WHERE own.currency = d.budget_currency
           AND asked.currency = :currency
           AND COALESCE(d.budget_max, d.budget_min) * own.cny_per_unit >= CAST(:amount AS numeric) * asked.cny_per_unit
       )`,
      { currency, amount },
    );
  }
  if (filter?.openUntil != null) {
    if (!isIsoDate(filter.openUntil)) throw badInput('filter.openUntil', 'BAD_DATE', say('BAD_DATE.iso'));
    query.andWhere(`(d.status = 'OPEN' AND (d.deadline IS NULL OR d.deadline >= :until))`, { until: filter.openUntil });
  }
  if (filter?.expired != null) {
    const expired = `(d.status IN ('OPEN','PAUSED') AND d.deadline IS NOT NULL AND d.deadline < :today)`;
    query.andWhere(filter.expired ? expired : `NOT ${expired}`, { today: dayOfChina(ctx.now()) });
  }
  const text = filter?.text?.trim();
  if (text) {
    if ([...text].length > 100) throw badInput('filter.text', 'TOO_LONG', say('TOO_LONG.hundred'));
    query.andWhere(
      `(
         d.title->>'zh' ILIKE :pattern
         OR d.title->>'en' ILIKE :pattern
         OR d.description->>'zh' ILIKE :pattern
         OR d.description->>'en' ILIKE :pattern
       )`,
      {
        pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%`,
      },
    );
  }
  return keysetPage(query, args, [{ sql: 'd.id', direction: 'DESC', cast: 'uuid', value: (demand) => demand.id }]);
}
