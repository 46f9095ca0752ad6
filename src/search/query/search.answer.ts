import type { App } from '../../kernel/context.js';
import { EngineFailedError } from '../engine/engine.queries.js';
import { cachedAnswer, OrderedAnswer } from './search.cache.js';
import { orderValues, type OrderedCounts } from './search.facet-values.js';
import { FACETS, type SearchFacetName } from './search.facets.js';
import { isReadWhole, searchEngine, textOf } from '../engine/search.meilisearch.js';
import { asPinyin, PINYIN_FIELDS } from './search.pinyin.js';
import { requestEnsure } from '../index/search.reindex.js';
import { answersTo, isQuestion, searchByRelevance, termsOf } from './search.relevance.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import { readSearchState } from './search.state.js';
import { slotsOf, type Slot } from './search.terms.js';

/**
 * Chooses the backend of a search of pool entries. A search with text goes to the search engine, and the in-memory
 * ranking orders the results. A search without text must have the database's exact counts: the engine is asked only if
 * its index contains every committed change, otherwise PostgreSQL answers in full. PostgreSQL also answers texts with
 * quotations that are longer than the engine reads. If the engine fails, or if a synonym is searched while the index
 * with edited synonyms is still being built, PostgreSQL answers and the result is marked degraded. Answers of the
 * engine are cached until the index changes.
 */
export async function answerSearch(
  app: App,
  request: SearchRequest,
): Promise<OrderedAnswer & { degraded: boolean; version: number | null }> {
  const state = await readSearchState(app);
  app.ranking.follow(state.version);
  app.fallback.follow(state.version);
  const text = request.identifierKeys === null ? request.text : null;
  if (text === null && !state.isComplete) {
    const degraded = app.search.health.isDown;
    app.metrics.searches.inc({ outcome: degraded ? 'degraded' : 'postgres' });
    return { ...(await ordered(app, request, app.fallback.search(request))), degraded, version: null };
  }
  const slots = text === null ? [] : slotsOf(text, state.synonyms.groups);
  // A quotation requires an exact match of all words, but the search engine ignores words beyond its limit, so
  // PostgreSQL answers.
  if (slots.some((slot) => slot.quoted) && !isReadWhole(slots)) {
    app.metrics.searches.inc({ outcome: 'postgres' });
    return { ...(await ordered(app, request, app.fallback.search(request))), degraded: false, version: null };
  }
  // For a question (long text), the in-memory ranking decides which entries match, so it must be as new as the
  // index.
  if (app.ranking.at !== null && app.ranking.at < state.version && isQuestion(slots)) await app.ranking.sync();
  const fromDatabase = async () => {
    app.metrics.searches.inc({ outcome: 'degraded' });
    return {
      ...(await ordered(app, request, app.fallback.search(withAnswers(app, request, slots)))),
      degraded: true,
      version: null,
    };
  };
  if (slots.some((slot) => slot.marker) && !state.knowsSynonyms) return fromDatabase();
  try {
    const answer = await cachedAnswer(app, request, state, () =>
      ordered(app, request, askEngineFor(app, request, slots)),
    );
    app.metrics.searches.inc({ outcome: 'engine' });
    return { ...answer, degraded: false, version: state.version };
  } catch (error) {
    if (!(error instanceof EngineFailedError)) throw error;
    await noteFailure(app, error);
    return fromDatabase();
  }
}

/** Sorts the values of each facet into display order. */
async function ordered(app: App, request: SearchRequest, asked: Promise<SearchAnswer>): Promise<OrderedAnswer> {
  const answer = await asked;
  const facets = new Map<SearchFacetName, OrderedCounts>();
  for (const [name, counts] of answer.facets)
    facets.set(
      name,
      await orderValues(
        app.dataSource.manager,
        FACETS[name].labels,
        counts,
        request.filter.selected[name] ?? [],
        name === 'YEAR',
      ),
    );
  return { ...answer, facets };
}

async function askEngineFor(app: App, request: SearchRequest, slots: readonly Slot[]): Promise<SearchAnswer> {
  const asked = request.limit > 0 || slots.length === 0 ? request : { ...request, limit: 0 };
  const byRelevance = slots.length > 0 && request.sort.field === 'RELEVANCE' && app.ranking.isReady;
  const answer = byRelevance
    ? await searchByRelevance(app.search, app.ranking, asked, slots)
    : await inEngineOrder(app, asked, slots);
  if (answer.total > 0 || request.text === null) return answer;
  // Latin letters without a match may be pinyin.
  const pinyin = asPinyin(request.text);
  if (pinyin === null) return answer;
  const read = await searchEngine(app.search, request, [], { q: pinyin, attributes: PINYIN_FIELDS });
  return read.total > 0 ? read : answer;
}

/**
 * Answers in the search engine's own order. Which entries match a question is still decided by the in-memory ranking.
 */
function inEngineOrder(app: App, request: SearchRequest, slots: readonly Slot[]): Promise<SearchAnswer> {
  const text =
    isQuestion(slots) && app.ranking.isReady
      ? { q: '', among: answersTo(app.ranking.rank(termsOf(slots))) }
      : textOf(slots);
  return searchEngine(app.search, request, slots, text);
}

/**
 * Prepares a search for PostgreSQL: if the text is a question and the in-memory ranking is loaded, the ranking decides
 * which entries match here too.
 */
function withAnswers(app: App, request: SearchRequest, slots: readonly Slot[]): SearchRequest {
  return isQuestion(slots) && app.ranking.isReady
    ? { ...request, among: answersTo(app.ranking.rank(termsOf(slots))) }
    : request;
}

/**
 * Logs a failure of the search engine, without the search text. Searches for which no request was sent, because the
 * engine had failed shortly before, are not logged.
 */
export async function noteFailure(app: App, error: EngineFailedError): Promise<void> {
  if (error.repeated) return;
  if (error.code === 'index_not_found') {
    // A missing index is expected on a new deployment, until its first index is built.
    app.log.info('the search index is being built; PostgreSQL answers until then');
    await requestEnsure(app.dataSource.manager);
    return;
  }
  app.log.warn({ err: error }, 'the search engine failed; PostgreSQL answers');
}
