import type { SelectQueryBuilder } from 'typeorm';
import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { InputError, type FieldProblem } from '../kernel/errors.js';
import { keysetPage, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { loadRates } from '../taxonomy/currency.js';
import { Industry, nodesOf, Region } from '../taxonomy/taxonomy.entity.js';
import { InvestorProfile } from './investor.entity.js';
import type { InvestorProfileFilter } from './investor.inputs.js';
import { currencyProblem } from './investor.record.js';
import { say, type Said } from '../messages/catalogue.js';

const MAX_VALUES = 50;

/**
 * One industry or region code of a filter, with related codes of its tree. `above`: the code and its ancestors;
 * `related`: those and the code's descendants.
 */
interface Wish {
  above: readonly string[];
  related: string[];
}

function wishes(
  field: string,
  codes: readonly string[],
  nodes: ReadonlyMap<string, { path: string[] }>,
  hint: Said,
  problems: FieldProblem[],
): Wish[] {
  if (codes.length > MAX_VALUES)
    problems.push({ field, code: 'TOO_MANY', message: say('TOO_MANY.values', { max: MAX_VALUES }) });
  return codes.slice(0, MAX_VALUES).flatMap((code, i) => {
    const node = nodes.get(code);
    if (!node) problems.push({ field: `${field}[${i}]`, code: 'UNKNOWN_CODE', message: hint });
    return node
      ? [
          {
            above: node.path,
            related: [
              ...new Set([
                ...node.path,
                ...[...nodes].filter(([, other]) => other.path.includes(code)).map(([below]) => below),
              ]),
            ],
          },
        ]
      : [];
  });
}

/**
 * Lists the investor profiles that the viewer may see and that match the filter, the newest first; without `statuses`
 * in the filter, suspended ones are left out.
 */
export async function listInvestors(
  ctx: Context,
  filter: InvestorProfileFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<InvestorProfile>> {
  const query = ctx.db
    .createQueryBuilder(InvestorProfile, 'p')
    .where('p.status = ANY(:statuses)', { statuses: filter?.statuses ?? ['ACTIVE', 'PAUSED'] });
  if (!can(ctx, 'investor:readAll', undefined)) {
    query.andWhere(
      `(
         p.organisation_id = ANY(:own::uuid[])
         OR EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.organisation_id AND o.verification = 'VERIFIED')
       )`,
      {
        own: ctx.viewer.memberships.map((m) => m.organisationId),
      },
    );
  }
  const problems: FieldProblem[] = [];
  await narrow(ctx, query, filter ?? {}, problems);
  if (problems.length > 0) throw new InputError(problems);
  return keysetPage(query, args, [{ sql: 'p.id', direction: 'DESC', cast: 'uuid', value: (investor) => investor.id }]);
}

async function narrow(
  ctx: Context,
  query: SelectQueryBuilder<InvestorProfile>,
  filter: InvestorProfileFilter,
  problems: FieldProblem[],
): Promise<void> {
  const text = filter.text?.trim();
  if (text) {
    if (text.length > 100) problems.push({ field: 'filter.text', code: 'TOO_LONG', message: say('TOO_LONG.hundred') });
    query.andWhere(
      `(
         p.thesis ->> 'zh' ILIKE :pattern
         OR p.thesis ->> 'en' ILIKE :pattern
         OR EXISTS (
           SELECT 1
           FROM organisation n
           WHERE n.id = p.organisation_id AND (n.name ->> 'zh' ILIKE :pattern OR n.name ->> 'en' ILIKE :pattern)
         )
       )`,
      { pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%` },
    );
  }
  if (filter.industries?.length) {
    const wished = wishes(
      'filter.industries',
      filter.industries,
      await nodesOf(ctx.app.dataSource, Industry),
      say('UNKNOWN_CODE.industry'),
      problems,
    );
    query.andWhere(
      `EXISTS (
         SELECT 1
         FROM jsonb_to_recordset(CAST(:industryWishes AS jsonb)) AS x(above jsonb, related jsonb)
         WHERE NOT EXISTS (
           SELECT 1
           FROM investor_industry e
           WHERE e.investor_id = p.id AND NOT e.wanted AND jsonb_exists(x.above, e.industry_code)
         )
           AND (
             NOT EXISTS (SELECT 1 FROM investor_industry w WHERE w.investor_id = p.id AND w.wanted)
             OR EXISTS (
               SELECT 1
               FROM investor_industry w
               WHERE w.investor_id = p.id AND w.wanted AND jsonb_exists(x.related, w.industry_code)
             )
           )
       )`,
      { industryWishes: JSON.stringify(wished) },
    );
  }
  if (filter.regions?.length) {
    const wished = wishes(
      'filter.regions',
      filter.regions,
      await nodesOf(ctx.app.dataSource, Region),
      say('UNKNOWN_CODE.regions'),
      problems,
    );
    query.andWhere(`(p.region_codes = '{}' OR p.region_codes && CAST(:relatedRegions AS text[]))`, {
      relatedRegions: [...new Set(wished.flatMap((wish) => wish.related))],
    });
  }
  if (filter.fundingStages?.length)
    query.andWhere(`(p.funding_stages = '{}' OR p.funding_stages && CAST(:stages AS text[]))`, {
      stages: filter.fundingStages,
    });
  if (filter.cooperationModes?.length)
    query.andWhere(`(p.cooperation_modes = '{}' OR p.cooperation_modes && CAST(:modes AS text[]))`, {
      modes: filter.cooperationModes,
    });
  if (filter.trl != null) {
    if (filter.trl < 1 || filter.trl > 9)
      problems.push({ field: 'filter.trl', code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.readiness') });
    query.andWhere('(p.trl_min IS NULL OR p.trl_min <= :trl) AND (p.trl_max IS NULL OR p.trl_max >= :trl)', {
      trl: filter.trl,
    });
  }
  if (filter.amount != null) {
    const wrong = currencyProblem('filter.amount.currency', filter.amount.currency, await loadRates(ctx.db));
    if (wrong) problems.push(wrong);
    query.andWhere(
      `(
         p.ticket_currency IS NULL
         OR EXISTS (
           SELECT 1
           FROM currency_rate own, currency_rate asked
           WHERE own.currency = p.ticket_currency
             AND asked.currency = :currency
             AND (
               p.ticket_min IS NULL
               OR p.ticket_min * own.cny_per_unit <= CAST(:amount AS numeric) * asked.cny_per_unit
             )
             AND (
               p.ticket_max IS NULL
               OR p.ticket_max * own.cny_per_unit >= CAST(:amount AS numeric) * asked.cny_per_unit
             )
         )
       )`,
      { amount: filter.amount.amount, currency: filter.amount.currency },
    );
  }
}
