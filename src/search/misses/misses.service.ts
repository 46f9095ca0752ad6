import { pruneRows } from '../../kernel/database/prune.js';
import { authorize } from '../../kernel/authz.js';
import type { App, Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { decodeCursor, encodeCursor, readWindow, type Page } from '../../graphql/pagination.js';
import { Industry, nodesOf } from '../../taxonomy/taxonomy.entity.js';
import type { SearchRequest } from '../query/search.request.js';
import { missText } from './misses.text.js';
import { SearchMiss, type SearchMissKind } from './misses.types.js';
import { addMonths, firstOfMonth } from '../../lib/day.js';
import { say } from '../../messages/catalogue.js';

/** Minimum number of parties (accounts or networks) for a text to be shown: a rarer one may identify a person. */
export const MIN_SEARCHES = 3;
const MONTHS_KEPT = 36;

/**
 * Notes a search of the pool, in memory, for the counts of unsuccessful searches. The first page of a text is a new
 * search, a later page a follow-up. A request without entries (only counts) is ignored.
 */
export async function noteSearch(ctx: Context, request: SearchRequest, total: number): Promise<void> {
  try {
    if (request.text === null || request.limit === 0) return;
    if (request.offset > 0) return ctx.app.misses.goOn(clientOf(ctx));
    // A text that is the number of a pool entry is not noted: it was found, so the search shows no missing content.
    const text = request.identifierKeys === null ? missText(request.text) : null;
    ctx.app.misses.noteSearch(clientOf(ctx), { text, industry: await sectionOf(ctx.app, request), found: total > 0 });
  } catch (error) {
    // A failure to count must not affect the search.
    ctx.app.log.warn({ fault: (error as Error).name }, 'a search could not be counted');
  }
}

/** Notes that the viewer opened or used an entry, which makes the preceding search successful. */
export function noteOpening(ctx: Context): void {
  ctx.app.misses.goOn(clientOf(ctx));
}

// An account with an unconfirmed address is not counted as a party, because one person can have any number of them.
const clientOf = ({ viewer, ip, userAgent }: Context) => ({
  accountId: viewer.emailConfirmed ? viewer.accountId : null,
  ip,
  userAgent,
});

/**
 * The one industry section (GB/T 4754) that a search's filter narrows it to; empty for none or several, so that a
 * search is counted only once.
 */
async function sectionOf(app: App, request: SearchRequest): Promise<string> {
  const { INDUSTRY: codes } = request.filter.selected;
  if (!codes?.length) return '';
  const industries = await nodesOf(app.dataSource, Industry);
  const sections = new Set(codes.map((code) => industries.get(code)?.path[0] ?? ''));
  return sections.size === 1 ? [...sections][0]! : '';
}

export interface SearchMissArgs {
  kind: SearchMissKind;
  from?: string | null;
  to?: string | null;
  industry?: string | null;
  first?: number | null;
  after?: string | null;
}

interface MissRow {
  text: string;
  industry: string;
  count: number;
  months: Array<{ month: string; count: number }>;
}

/**
 * Unsuccessful searches, most frequent first; for operators. Counts are of parties per month, summed over the period. A
 * text is listed only if at least MIN_SEARCHES different parties searched for it in the period and industry; for this,
 * a party that searched in several months is one. Where an earlier version stored counts without marks of parties, the
 * sum of the counts must reach MIN_SEARCHES.
 */
export async function listSearchMisses(ctx: Context, args: SearchMissArgs): Promise<Page<SearchMiss>> {
  authorize(ctx, 'platform:operate', undefined);
  const { limit, cursor } = readWindow({ first: args.first ?? undefined, after: args.after ?? undefined });
  const now = ctx.now();
  const to = readMonth('to', args.to) ?? firstOfMonth(now);
  const from = readMonth('from', args.from) ?? addMonths(to, -11);
  if (from > to) throw badInput('from', 'AFTER_TO', say('AFTER_TO.range'));
  const industry = await readSection(ctx, args.industry);
  const [count, text, section] = cursor === undefined ? [null, null, null] : decodeCursor(cursor, 3, 'after');
  if (
    cursor !== undefined &&
    (!Number.isSafeInteger(count) ||
      typeof text !== 'string' ||
      typeof section !== 'string' ||
      `${text}${section}`.includes('\0'))
  )
    throw badInput('after', 'BAD_CURSOR', say('BAD_CURSOR.list'));
  const amount = args.kind === 'ABANDONED' ? 'abandoned' : 'without_result';
  const grouped = `
    SELECT m.text, m.industry, sum(m.${amount})::int8 AS count,
      json_agg(
        json_build_object('month', to_char(m.month, 'YYYY-MM'), 'count', m.${amount}) ORDER BY m.month
      ) AS months
    FROM search_miss m
    WHERE m.month BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR m.industry = $3) AND m.${amount} > 0
    GROUP BY m.text, m.industry
    HAVING sum(m.${amount}) >= ${MIN_SEARCHES}
      AND (
        SELECT count(DISTINCT k.mark)
        FROM search_miss_mark k
        WHERE k.month BETWEEN $1::date AND $2::date
          AND k.text = m.text
          AND k.industry = m.industry
          AND k.kind = '${args.kind === 'ABANDONED' ? 'abandoned' : 'withoutResult'}'
      ) <> ALL (ARRAY[${Array.from({ length: MIN_SEARCHES - 1 }, (_, i) => i + 1).join(', ')}])`;
  const rows = (await ctx.db.query(
    `SELECT g.text, g.industry, g.count::float8 AS count, g.months
     FROM (${grouped}) g
     WHERE $4::int8 IS NULL
       OR g.count < $4
       OR (
         g.count = $4
         AND (g.text COLLATE "C", g.industry COLLATE "C") > ($5::text COLLATE "C", $6::text COLLATE "C")
       )
     ORDER BY g.count DESC, g.text COLLATE "C", g.industry COLLATE "C"
     LIMIT $7`,
    [from, to, industry, count, text, section, limit + 1],
  )) as MissRow[];
  const edges = rows.slice(0, limit).map((row) => ({
    node: Object.assign(new SearchMiss(), {
      text: row.text,
      section: row.industry,
      count: row.count,
      months: row.months,
    }),
    cursor: encodeCursor([row.count, row.text, row.industry]),
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal: async () => {
      const [row] = (await ctx.db.query(`SELECT count(*)::int AS n FROM (${grouped}) g`, [
        from,
        to,
        industry,
      ])) as Array<{ n: number }>;
      return row!.n;
    },
  };
}

function readMonth(field: string, value: string | null | undefined): string | null {
  if (value == null) return null;
  if (!/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(value)) throw badInput(field, 'BAD_MONTH', say('BAD_MONTH.format'));
  return `${value}-01`;
}

async function readSection(ctx: Context, code: string | null | undefined): Promise<string | null> {
  if (code == null) return null;
  const industry = (await nodesOf(ctx.app.dataSource, Industry)).get(code);
  if (industry?.level !== 1) throw badInput('industry', 'UNKNOWN_CODE', say('UNKNOWN_CODE.section'));
  return code;
}

/** Deletes counts older than MONTHS_KEPT months. */
export async function pruneSearchMisses(app: App): Promise<void> {
  await pruneRows(app, 'search_miss', 't.month < $1::date', [firstOfMonth(app.clock(), -MONTHS_KEPT)]);
}
