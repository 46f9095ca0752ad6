import { Locale } from '../lib/localized.js';
import { askEngine, type EngineQuery } from './engine.queries.js';
import { liveUid, type SearchEngine } from './engine.js';
import { MARK, TEXT_FIELDS } from './search.documents.js';
import { FACETS, type SearchFacetName } from './search.facets.js';
import { markFinds, readHighlights } from './search.highlights.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import type { Slot } from './search.terms.js';

/** Words of a crop in long texts. */
const CROP_WORDS = 30;
const CROPPED = ['summary_zh', 'summary_en', 'abstract_zh', 'abstract_en', 'applications_zh', 'applications_en'];

/**
 * Both languages for every query: words of both may stand in it. Every word must be found, so that totals and facets
 * count exactly what matches.
 */
export const MATCHING = { matchingStrategy: 'all', locales: ['cmn', 'eng'] } as const satisfies Partial<EngineQuery>;

/**
 * Answers from the engine, in one HTTP request: the page with the facets that nothing is selected in, and one query per
 * facet with a selection, without that selection, so that its other values keep their counts.
 *
 * Paging is by offset: the engine ranks offset + limit entries for every page, and an entry that changes its rank
 * between two pages can show twice or not at all. Within an unchanged index, pages neither repeat nor skip.
 *
 * `slots` are the request's text; none with a number, when the filter alone decides.
 */
export async function searchEngine(engine: SearchEngine, request: SearchRequest, slots: readonly Slot[]): Promise<SearchAnswer> {
  const indexUid = liveUid(engine);
  const q = slots.map((slot) => slot.engine).join(' ');
  const base = { indexUid, q, ...(q === '' ? {} : { matchingStrategy: MATCHING.matchingStrategy, locales: [...MATCHING.locales] }) };
  const narrowed = [...request.facets].filter((facet) => request.filter.selected[facet] !== undefined);
  const open = [...request.facets].filter((facet) => request.filter.selected[facet] === undefined);
  const sort = sortOf(request, q !== '');
  const patterns = slots.filter((slot) => slot.marker).flatMap((slot) => slot.patterns);
  const main: EngineQuery = {
    ...base,
    offset: request.offset,
    limit: request.limit,
    filter: filterOf(request),
    attributesToRetrieve: ['id'],
    ...(sort ? { sort } : {}),
    ...(open.length > 0 ? { facets: open.map(attributeOf) } : {}),
    ...(request.highlights && q !== ''
      ? { attributesToHighlight: [...TEXT_FIELDS], ...(patterns.length > 0 ? {} : { attributesToCrop: CROPPED, cropLength: CROP_WORDS }), highlightPreTag: MARK.start, highlightPostTag: MARK.end }
      : {}),
  };
  const perFacet = narrowed.map((facet): EngineQuery => ({ ...base, limit: 0, attributesToRetrieve: ['id'], filter: filterOf(request, facet), facets: [attributeOf(facet)] }));
  const [page, ...others] = await askEngine(engine, [main, ...perFacet]);
  const distribution = (facet: SearchFacetName, from: typeof page) => [facet, new Map(Object.entries(from?.facetDistribution?.[attributeOf(facet)] ?? {}))] as const;
  return {
    ids: page!.hits.map((hit) => hit.id),
    total: page!.estimatedTotalHits,
    facets: new Map([...open.map((facet) => distribution(facet, page)), ...narrowed.map((facet, i) => distribution(facet, others[i]))]),
    highlights: new Map(page!.hits.map((hit) => [hit.id, patterns.length > 0 ? markFinds(hit._formatted ?? {}, patterns) : readHighlights(hit._formatted ?? {})])),
  };
}

const attributeOf = (facet: SearchFacetName): string => FACETS[facet].attribute;

/** The filter as the engine writes it, without the selection of one facet where that is being counted. */
function filterOf(request: SearchRequest, without?: SearchFacetName): string[] {
  const { selected, scoreMin, scoreMax, funding } = request.filter;
  const within = (attribute: string, values: readonly string[]) => `${attribute} IN [${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const clauses = (Object.entries(selected) as Array<[SearchFacetName, string[]]>).filter(([facet]) => facet !== without).map(([facet, values]) => within(attributeOf(facet), values));
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

/** The order as the engine writes it; undefined for relevance, which the ranking rules give. */
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
