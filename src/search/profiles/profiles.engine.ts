import type { FacetCounts } from '../query/search.facet-values.js';
import { askEngine, fetchDocuments, type EngineQuery } from '../engine/engine.queries.js';
import type { SearchEngine } from '../engine/engine.js';
import { uidOf } from '../index/search.collection.js';
import { TEXT_FIELDS } from '../index/search.documents.js';
import { highlighterFor } from '../query/search.highlights.js';
import { askFaceted, MATCHING, within, type EngineText } from '../engine/search.meilisearch.js';
import type { Slot } from '../query/search.terms.js';
import { profileCollection } from './profiles.collection.js';
import type { ProfileAnswer } from './profiles.postgres.js';
import type { ProfileRequest } from './profiles.request.js';

/**
 * Answers a search of profiles in the search engine's order; newest first if there is no search text. `slots` (the
 * conditions of the text) are used for highlights.
 */
export async function searchProfilesByEngine(
  engine: SearchEngine,
  request: ProfileRequest,
  slots: readonly Slot[],
  text: EngineText,
): Promise<ProfileAnswer> {
  const { kind } = request;
  const build = (without?: string): EngineQuery => ({
    indexUid: uidOf(engine, profileCollection),
    q: text.q,
    limit: 0,
    filter: filterOf(request, without),
    attributesToRetrieve: ['id'],
    ...(text.q === '' ? {} : { matchingStrategy: MATCHING.matchingStrategy, locales: [...MATCHING.locales] }),
    ...(text.attributes ? { attributesToSearchOn: [...text.attributes] } : {}),
  });
  const counted = request.facets.filter((facet) => kind.facets[facet]!.byDay === undefined);
  const page = await askFaceted(engine, {
    build,
    facets: counted,
    isSelected: (facet) => request.selected[facet] !== undefined,
    attributeOf: (facet) => kind.facets[facet]!.attribute,
    window: { offset: request.offset, limit: request.limit },
    sort: text.q === '' ? ['at:desc', 'id:asc'] : undefined,
  });
  for (const facet of request.facets)
    if (!counted.includes(facet)) page.facets.set(facet, await countByDay(engine, request, facet, build(facet)));
  return { ...page, highlights: await highlightsOf(engine, request, page.ids, slots) };
}

/** Counts the values of a facet that depends on the current day, with one query to the search engine per value. */
async function countByDay(
  engine: SearchEngine,
  request: ProfileRequest,
  facet: string,
  query: EngineQuery,
): Promise<FacetCounts> {
  const values = Object.entries(request.kind.facets[facet]!.byDay!);
  const answers = await askEngine(
    engine,
    values.map(([, condition]) => ({
      ...query,
      filter: [...(query.filter ?? []), condition(dayNumber(request.today))],
    })),
  );
  return Object.fromEntries(
    values.map(([value], i) => [value, answers[i]!.estimatedTotalHits] as const).filter(([, count]) => count > 0),
  );
}

/** A day as a number: 20261231 for 2026-12-31. */
const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

function filterOf({ kind, selected, today }: ProfileRequest, without?: string): string[] {
  const clauses = [within('type', [kind.type])];
  for (const [facet, values] of Object.entries(selected)) {
    if (facet === without) continue;
    const { attribute, byDay } = kind.facets[facet]!;
    clauses.push(
      byDay ? `(${values.map((value) => byDay[value]!(dayNumber(today))).join(' OR ')})` : within(attribute, values),
    );
  }
  return clauses;
}

async function highlightsOf(
  engine: SearchEngine,
  request: ProfileRequest,
  ids: readonly string[],
  slots: readonly Slot[],
): Promise<ProfileAnswer['highlights']> {
  if (!request.highlights || slots.length === 0 || ids.length === 0) return new Map();
  const highlight = highlighterFor(slots);
  return new Map(
    (await fetchDocuments(engine, uidOf(engine, profileCollection), ids, TEXT_FIELDS)).map((document) => [
      document.id,
      highlight(document),
    ]),
  );
}
