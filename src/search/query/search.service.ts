import { Achievement } from '../../achievements/achievement.entity.js';
import type { App, Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import type { Locale } from '../../kernel/localized.js';
import { selectEntities } from '../../lib/rows.js';
import { encodeCursor, MAX_PAGE } from '../../graphql/pagination.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { answerSearch } from './search.answer.js';
import { FacetValues, type OrderedCounts } from './search.facet-values.js';
import { FACETS, type SearchFacetName } from './search.facets.js';
import { readFilter } from './search.filter.js';
import { identifierKeys } from './search.identifiers.js';
import { noteSearch } from '../misses/misses.service.js';
import type { AchievementSearchFilter, AchievementSearchSort } from './search.inputs.js';
import { isKnownNumber } from './search.postgres.js';
import { fingerprint, readPage, readText, type SearchRequest } from './search.request.js';
import { AchievementSearchConnection, AchievementSearchEdge, SearchFacet, SearchFacetValue } from './search.types.js';
import { say } from '../../messages/catalogue.js';

export interface SearchArgs {
  query?: string | null;
  filter?: AchievementSearchFilter | null;
  sort?: AchievementSearchSort | null;
  first?: number | null;
  after?: string | null;
  locale?: Locale | null;
}

/** Parts of a search result that the client selected; nothing else is computed. */
export interface Wanted {
  facets: ReadonlySet<SearchFacetName>;
  highlights: boolean;
  entries: boolean;
  /** The properties of an entry that its selected fields need; all where it is undefined. */
  reads?: ReadonlySet<string> | undefined;
}

/** Searches the public pool. The results are the same for all viewers, because only public content is searched. */
export async function searchAchievements(
  ctx: Context,
  args: SearchArgs,
  wanted: Wanted,
): Promise<AchievementSearchConnection> {
  const started = performance.now();
  const request = await readRequest(ctx, args, wanted);
  const print = fingerprint(request);
  const page = readPage(args, print);
  Object.assign(request, wanted.entries ? page : { ...page, limit: 0 });
  const answer = await answerSearch(ctx.app, request);
  void noteSearch(ctx, request, answer.total);
  const entries = wanted.entries ? await admittedByIds(ctx, answer.ids, wanted.reads) : new Map<string, Achievement>();
  const facets = await Promise.all(
    [...answer.facets].map(([name, values]) => presentFacet(ctx, name, values, request, answer.version)),
  );
  const cursor = (i: number) => encodeCursor([request.offset + i + 1, print]);
  const edges = answer.ids.flatMap((id, i) => {
    const node = entries.get(id);
    const related = i >= answer.ids.length - answer.related;
    return node
      ? [
          Object.assign(new AchievementSearchEdge(), {
            cursor: cursor(i),
            node,
            related,
            highlights: answer.highlights.get(id) ?? [],
          }),
        ]
      : [];
  });
  return Object.assign(new AchievementSearchConnection(), {
    edges,
    pageInfo: {
      hasNextPage: request.offset + answer.ids.length < answer.total + answer.relatedTotal && answer.ids.length > 0,
      hasPreviousPage: request.offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      // Taken from the ids found, not from the entries loaded, so that paging continues even if the last entries of
      // a page have left the pool.
      endCursor: answer.ids.length > 0 ? cursor(answer.ids.length - 1) : null,
    },
    totalCount: answer.total,
    facetsByName: new Map(facets.map((facet) => [facet.name, facet])),
    degraded: answer.degraded,
    tookMs: Math.round(performance.now() - started),
  });
}

async function readRequest(ctx: Context, args: SearchArgs, wanted: Wanted): Promise<SearchRequest> {
  const text = readText(args.query, 'query');
  const filter = readFilter(args.filter, await codeLists(ctx.app.dataSource));
  const field = args.sort?.field ?? 'RELEVANCE';
  if (field === 'RELEVANCE' && args.sort?.direction === 'ASC')
    throw badInput('sort.direction', 'NO_SUCH_ORDER', say('NO_SUCH_ORDER.relevance'));
  return {
    text,
    identifierKeys: await knownKeys(ctx.app, text),
    filter,
    sort: { field, descending: args.sort?.direction == null ? field !== 'TITLE' : args.sort.direction === 'DESC' },
    locale: args.locale ?? ctx.locale,
    offset: 0,
    limit: 0,
    facets: wanted.facets,
    highlights: wanted.highlights,
  };
}

/**
 * Normalised keys of a search text that is the number of a pool entry, so that the search finds only entries with that
 * number; null for any other text or number.
 */
async function knownKeys(app: App, text: string | null): Promise<string[] | null> {
  const keys = text === null ? null : identifierKeys(text);
  return keys !== null && (await isKnownNumber(app.dataSource.manager, keys)) ? keys : null;
}

/**
 * Loads those of the given entries that are in the pool now; the search index may lag behind the database by some
 * seconds.
 */
export async function admittedByIds(
  ctx: Context,
  ids: readonly string[],
  reads?: ReadonlySet<string>,
): Promise<Map<string, Achievement>> {
  if (ids.length === 0) return new Map();
  const rows = await selectEntities(
    ctx.db,
    Achievement,
    `WHERE e.id = ANY($1::uuid[]) AND e.status = 'ADMITTED'`,
    [ids],
    reads,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function presentFacet(
  ctx: Context,
  name: SearchFacetName,
  ordered: OrderedCounts,
  request: SearchRequest,
  version: number | null,
): Promise<SearchFacet> {
  const found = await FacetValues.of(
    ctx.db,
    FACETS[name].labels,
    ordered,
    request.filter.selected[name] ?? [],
    request.locale,
    { version },
  );
  return Object.assign(new SearchFacet(), { name, found });
}

/**
 * Values of one facet whose code, or whose name in either language, contains a text, with their counts in this search.
 */
export async function findFacetValues(
  ctx: Context,
  args: {
    facet: SearchFacetName;
    text: string;
    query?: string | null;
    filter?: AchievementSearchFilter | null;
    first: number;
    locale?: Locale | null;
  },
): Promise<SearchFacetValue[]> {
  if (args.first < 1 || args.first > MAX_PAGE)
    throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.oneTo', { max: MAX_PAGE }));
  const sought = (readText(args.text, 'text') ?? '').toLowerCase();
  const request = await readRequest(ctx, args, { facets: new Set([args.facet]), highlights: false, entries: false });
  const answer = await answerSearch(ctx.app, request);
  const facet = await presentFacet(
    ctx,
    args.facet,
    answer.facets.get(args.facet) ?? { values: new Uint32Array(0), counts: new Uint32Array(0) },
    request,
    answer.version,
  );
  const matches = (value: SearchFacetValue) =>
    [value.labelText.zh, value.labelText.en, value.value].some((name) => name?.toLowerCase().includes(sought));
  return facet.found
    .list({ first: facet.size })
    .filter(matches)
    .sort((a, b) => b.count - a.count)
    .slice(0, args.first);
}
