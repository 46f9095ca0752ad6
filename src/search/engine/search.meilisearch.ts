import { Locale } from '../../kernel/localized.js';
import { askEngine, fetchDocuments, type EngineAnswer, type EngineQuery } from './engine.queries.js';
import { liveUid, type SearchEngine } from './engine.js';
import { TEXT_FIELDS } from '../index/search.documents.js';
import type { FacetCounts } from '../query/search.facet-values.js';
import { FACETS, type SearchFacetName } from '../query/search.facets.js';
import { highlighterFor } from '../query/search.highlights.js';
import type { FieldHighlight, SearchAnswer, SearchRequest } from '../query/search.request.js';
import type { Slot } from '../query/search.terms.js';
import { countWords } from '../ranking/words.js';

/**
 * Options of every Meilisearch query: the text is read in both languages, because it may mix them, and every word must
 * occur, so that totals and facets count exactly the matches.
 */
export const MATCHING = { matchingStrategy: 'all', locales: ['cmn', 'eng'] } as const satisfies Partial<EngineQuery>;

/** The text part of an engine query. */
export interface EngineText {
  q: string;
  /** Fields to search; default: all. */
  attributes?: readonly string[];
  /** Ids to which the search is restricted. */
  among?: readonly string[];
}

/** Number of words of a search text that Meilisearch reads; it ignores the rest. A quotation counts as one word. */
const MAX_WORDS_READ = 10;

/** Whether the engine reads a text as a whole: it reads at most MAX_WORDS_READ words, and a quotation counts as one. */
export const isReadWhole = (slots: readonly Slot[]): boolean =>
  slots.reduce((sum, slot) => sum + (slot.quoted ? 1 : countWords(slot.text)), 0) <= MAX_WORDS_READ;

export const textOf = (slots: readonly Slot[]): EngineText => ({ q: slots.map((slot) => slot.engine).join(' ') });

/** Builds the Meilisearch query of a search, without offset and limit; the other queries are derived from it. */
export function queryFor(
  engine: SearchEngine,
  request: SearchRequest,
  text: EngineText,
  without?: SearchFacetName,
): EngineQuery {
  const filter = filterOf(request, without);
  if (text.among) filter.push(within('id', text.among));
  return {
    indexUid: liveUid(engine),
    q: text.q,
    limit: 0,
    filter,
    attributesToRetrieve: ['id'],
    ...(text.q === '' ? {} : { matchingStrategy: MATCHING.matchingStrategy, locales: [...MATCHING.locales] }),
    ...(text.attributes ? { attributesToSearchOn: [...text.attributes] } : {}),
  };
}

/**
 * One page of the search engine's results: entry ids, the total number of matches, and facet counts over all matches.
 */
export interface EnginePage<Name extends string = SearchFacetName> {
  ids: string[];
  total: number;
  facets: Map<Name, FacetCounts>;
}

/**
 * Parameters of `askFaceted`. `build` returns the query without offset and limit, on request without the selection of
 * one facet.
 */
export interface FacetedSearch<Name extends string> {
  build(without?: Name): EngineQuery;
  facets: readonly Name[];
  isSelected(facet: Name): boolean;
  attributeOf(facet: Name): string;
  window: { offset: number; limit: number };
  sort: string[] | undefined;
}

/**
 * Sends a search with facet counts as one multi-search request: one query for the page and the facets without a
 * selected value, and one query per facet with selected values. The latter leaves that facet's selection out, so that
 * its other values keep their counts.
 */
export async function askFaceted<Name extends string>(
  engine: SearchEngine,
  { build, facets, isSelected, attributeOf, window, sort }: FacetedSearch<Name>,
): Promise<EnginePage<Name>> {
  const narrowed = facets.filter(isSelected);
  const open = facets.filter((facet) => !isSelected(facet));
  const main: EngineQuery = {
    ...build(),
    ...window,
    ...(sort ? { sort } : {}),
    ...(open.length > 0 ? { facets: open.map(attributeOf) } : {}),
  };
  const [page, ...others] = await askEngine(engine, [
    main,
    ...narrowed.map((facet): EngineQuery => ({ ...build(facet), facets: [attributeOf(facet)] })),
  ]);
  const distribution = (facet: Name, from: EngineAnswer | undefined) =>
    [facet, from?.facetDistribution?.[attributeOf(facet)] ?? {}] as const;
  return {
    ids: page!.hits.map((hit) => hit.id),
    total: page!.estimatedTotalHits,
    facets: new Map([
      ...open.map((facet) => distribution(facet, page)),
      ...narrowed.map((facet, i) => distribution(facet, others[i])),
    ]),
  };
}

/** Asks the engine for the matches from `offset` on, at most `limit` of them, with the facet counts of the request. */
export function askPage(
  engine: SearchEngine,
  request: SearchRequest,
  text: EngineText,
  window: { offset: number; limit: number },
): Promise<EnginePage> {
  return askFaceted(engine, {
    build: (without) => queryFor(engine, request, text, without),
    facets: [...request.facets],
    isSelected: (facet) => request.filter.selected[facet] !== undefined,
    attributeOf,
    window,
    sort: sortOf(request, text.q !== ''),
  });
}

/**
 * Searches in an order that the search engine computes itself. Paging is by offset: in an unchanged index, pages
 * neither repeat nor skip entries; an entry that changes position between two requests may do so. Without a search
 * text, only the filter applies.
 */
export async function searchEngine(
  engine: SearchEngine,
  request: SearchRequest,
  slots: readonly Slot[],
  text: EngineText = textOf(slots),
): Promise<SearchAnswer> {
  const { ids, total, facets } = await askPage(engine, request, text, { offset: request.offset, limit: request.limit });
  return {
    ids,
    total,
    facets,
    related: 0,
    relatedTotal: 0,
    highlights: await highlightsOf(engine, request, ids, slots),
  };
}

/**
 * Marks where the search text matches in the given entries. Texts are read from the index, which holds public content
 * only.
 */
export async function highlightsOf(
  engine: SearchEngine,
  request: SearchRequest,
  ids: readonly string[],
  slots: readonly Slot[],
): Promise<Map<string, FieldHighlight[]>> {
  if (!request.highlights || slots.length === 0 || ids.length === 0) return new Map();
  const highlight = highlighterFor(slots);
  return new Map(
    (await fetchDocuments(engine, liveUid(engine), ids, TEXT_FIELDS)).map((document) => [
      document.id,
      highlight(document),
    ]),
  );
}

const attributeOf = (facet: SearchFacetName): string => FACETS[facet].attribute;

/** Engine filter: the attribute has one of the values. */
export const within = (attribute: string, values: readonly string[]) =>
  `${attribute} IN [${values.map((value) => JSON.stringify(value)).join(', ')}]`;

/** Whether the filter excludes any entry. */
export const isNarrowed = (request: SearchRequest): boolean => filterOf(request).length > 0;

/**
 * Converts a search's filter to Meilisearch filter syntax. `without` names a facet whose selection is left out, because
 * its values are being counted.
 */
function filterOf(request: SearchRequest, without?: SearchFacetName): string[] {
  const { selected, scoreMin, scoreMax, funding } = request.filter;
  const clauses = (Object.entries(selected) as Array<[SearchFacetName, string[]]>)
    .filter(([facet]) => facet !== without)
    .map(([facet, values]) => within(attributeOf(facet), values));
  if (request.identifierKeys !== null) clauses.push(within('numberKeys', request.identifierKeys));
  if (scoreMin !== null) clauses.push(`score >= ${scoreMin}`);
  if (scoreMax !== null) clauses.push(`score <= ${scoreMax}`);
  if (funding) {
    clauses.push(within('fundingCurrency', [funding.currency]));
    if (funding.min !== null) clauses.push(`fundingMax >= ${funding.min}`);
    if (funding.max !== null) clauses.push(`fundingMin <= ${funding.max}`);
  }
  return clauses;
}

/**
 * Converts a search's sort order to Meilisearch syntax; undefined for relevance, which results from the ranking rules.
 */
function sortOf(request: SearchRequest, byText: boolean): string[] | undefined {
  const direction = request.sort.descending ? 'desc' : 'asc';
  switch (request.sort.field) {
    case 'RELEVANCE':
      return byText ? undefined : ['admittedAt:desc', 'id:asc'];
    case 'NEWEST':
      return [`admittedAt:${direction}`, 'id:asc'];
    case 'SCORE':
      return [`score:${direction}`, 'id:asc'];
    case 'TRL':
      return [`trl:${direction}`, 'id:asc'];
    case 'FUNDING':
      return ['fundingCurrency:asc', `fundingMax:${direction}`, 'id:asc'];
    case 'TITLE':
      return [`titleKey_${request.locale === Locale.EN ? 'en' : 'zh'}:${direction}`, 'id:asc'];
  }
}
