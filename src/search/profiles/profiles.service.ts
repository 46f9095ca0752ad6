import type { App, Context } from '../../kernel/context.js';
import { encodeCursor } from '../../graphql/pagination.js';
import type { Locale } from '../../kernel/localized.js';
import { selectEntities } from '../../lib/rows.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { EngineFailedError } from '../engine/engine.queries.js';
import { noteFailure } from '../query/search.answer.js';
import { FacetValues, orderValues, type FacetCounts } from '../query/search.facet-values.js';
import { isReadWhole, textOf } from '../engine/search.meilisearch.js';
import { asPinyin, PINYIN_FIELDS } from '../query/search.pinyin.js';
import { readPage, readText } from '../query/search.request.js';
import { slotsOf, type Slot } from '../query/search.terms.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { searchProfilesByEngine } from './profiles.engine.js';
import { ANYWHERE } from './profiles.facets.js';
import type { ProfileKind } from './profiles.kinds.js';
import { searchProfilesInDatabase, type ProfileAnswer } from './profiles.postgres.js';
import { printOf, readSelected, type ProfileRequest } from './profiles.request.js';
import type { FoundProfiles } from './profiles.types.js';
import { dayOfChina } from '../../lib/day.js';

export interface ProfileSearchArgs {
  query?: string | null;
  filter?: object | null;
  first?: number | null;
  after?: string | null;
  locale?: Locale | null;
}

/** Parts of a search result of profiles that the client selected; nothing else is computed. */
export interface WantedProfiles {
  facets: readonly string[];
  highlights: boolean;
  entries: boolean;
}

/**
 * Searches one kind of profile. The results are the same for all viewers, because only public profiles can be found.
 */
export async function searchProfiles<T extends { id: string }>(
  ctx: Context,
  kind: ProfileKind,
  lists: Readonly<Record<string, string>>,
  args: ProfileSearchArgs,
  wanted: WantedProfiles,
): Promise<FoundProfiles<T>> {
  const text = readText(args.query, 'query');
  const selected = readSelected(lists, args.filter, await codeLists(ctx.app.dataSource));
  const print = printOf({ kind, text, selected });
  const page = readPage(args, print);
  const request: ProfileRequest = {
    kind,
    text,
    selected,
    facets: wanted.facets,
    highlights: wanted.highlights,
    locale: args.locale ?? ctx.locale,
    offset: page.offset,
    limit: wanted.entries ? page.limit : 0,
    today: dayOfChina(ctx.now()),
  };
  const answer = await answerFor(ctx.app, request);
  const nodes = await profilesByIds<T>(ctx, kind, answer.ids);
  const cursor = (i: number) => encodeCursor([request.offset + i + 1, print]);
  const edges = answer.ids.flatMap((id, i) => {
    const node = nodes.get(id);
    return node ? [{ cursor: cursor(i), node, highlights: answer.highlights.get(id) ?? [] }] : [];
  });
  return {
    edges,
    pageInfo: {
      hasNextPage: answer.ids.length > 0 && request.offset + answer.ids.length < answer.total,
      hasPreviousPage: request.offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: answer.ids.length > 0 ? cursor(answer.ids.length - 1) : null,
    },
    totalCount: answer.total,
    degraded: answer.degraded,
    facetsByName: new Map(
      await Promise.all(
        wanted.facets.map(
          async (name) => [name, await presented(ctx, request, name, answer.facets.get(name) ?? {})] as const,
        ),
      ),
    ),
  };
}

async function presented(
  ctx: Context,
  request: ProfileRequest,
  name: string,
  counts: FacetCounts,
): Promise<FacetValues> {
  const { labels } = request.kind.facets[name]!;
  const chosen = request.selected[name] ?? [];
  return FacetValues.of(ctx.db, labels, await orderValues(ctx.db, labels, counts, chosen), chosen, request.locale, {
    names: { [ANYWHERE]: { zh: '不限地区', en: 'Anywhere' } },
  });
}

/**
 * Loads those of the found profiles that may still be found now; the search index may lag behind the database by some
 * seconds.
 */
async function profilesByIds<T extends { id: string }>(
  ctx: Context,
  kind: ProfileKind,
  ids: readonly string[],
): Promise<Map<string, T>> {
  if (ids.length === 0) return new Map();
  const rows = await selectEntities(
    ctx.db,
    kind.Entity,
    `WHERE e.id = ANY($1::uuid[]) AND e.id IN (SELECT v.id FROM (${kind.texts}) v WHERE v.id = ANY($1::uuid[]))`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row as unknown as T]));
}

/**
 * Chooses the backend for a search of profiles: the search engine answers a search with text, and one without text if
 * its index contains every committed change. PostgreSQL answers if there is no index, if the text has more words than
 * the engine reads, if the index lacks the newest synonyms that the text contains, or if the engine fails.
 */
async function answerFor(app: App, request: ProfileRequest): Promise<ProfileAnswer & { degraded: boolean }> {
  const db = app.dataSource.manager;
  const [row] = (await db.query(
    `SELECT NOT EXISTS (SELECT 1 FROM search_profile_outbox) AS settled,
       (SELECT settings_hash FROM search_profile_generation WHERE state = 'LIVE') AS live`,
  )) as Array<{ settled: boolean; live: string | null }>;
  const { settled, live } = row!;
  const synonyms = request.text === null ? null : await readSynonyms(db);
  const slots = request.text === null ? [] : slotsOf(request.text, synonyms!.groups);
  const fromDatabase = async (degraded: boolean) => {
    app.metrics.searches.inc({ outcome: degraded ? 'degraded' : 'postgres' });
    return { ...(await app.fallback.read((tx) => searchProfilesInDatabase(tx, request, slots))), degraded };
  };
  if (live === null) return fromDatabase(request.text !== null);
  if (request.text === null && !settled) return fromDatabase(app.search.health.isDown);
  if (slots.length > 0 && !isReadWhole(slots)) return fromDatabase(false);
  if (slots.some((slot) => slot.marker) && !live.endsWith(`.${synonyms!.version}`)) return fromDatabase(true);
  try {
    const answer = await askEngineFor(app, request, slots);
    app.metrics.searches.inc({ outcome: 'engine' });
    return { ...answer, degraded: false };
  } catch (error) {
    if (!(error instanceof EngineFailedError)) throw error;
    await noteFailure(app, error);
    return fromDatabase(true);
  }
}

async function askEngineFor(app: App, request: ProfileRequest, slots: readonly Slot[]): Promise<ProfileAnswer> {
  const answer = await searchProfilesByEngine(app.search, request, slots, textOf(slots));
  // Latin letters without a match may be pinyin.
  const pinyin = answer.total > 0 || request.text === null ? null : asPinyin(request.text);
  if (pinyin === null) return answer;
  const read = await searchProfilesByEngine(app.search, request, [], { q: pinyin, attributes: PINYIN_FIELDS });
  return read.total > 0 ? read : answer;
}
