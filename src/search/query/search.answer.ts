import type { App } from '../../kernel/context.js';
import { EngineFailedError } from '../engine/engine.queries.js';
import { cachedAnswer, OrderedAnswer } from './search.cache.js';
import { orderValues, type OrderedCounts } from './search.facet-values.js';
import { FACETS, type SearchFacetName } from './search.facets.js';
import { isReadWhole, searchEngine, textOf } from '../engine/search.meilisearch.js';
import { asPinyin, PINYIN_FIELDS } from './search.pinyin.js';
import { searchPostgres } from './search.postgres.js';
import { requestEnsure } from '../index/search.reindex.js';
import { answersTo, isQuestion, searchByRelevance, termsOf } from './search.relevance.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import { readSearchState } from './search.state.js';
import { slotsOf, type Slot } from './search.terms.js';

/**
 * Who answers. A text is the engine's, in the order of the ranking. Without one, the counts must equal the database's
 * always, so the engine is asked only while it has taken every committed change over; else PostgreSQL answers, in full.
 * PostgreSQL also answers a text with quotations that is longer than the engine reads.
 * When the engine fails, PostgreSQL answers too, and the answer is marked degraded; so it does for a synonym while the
 * index is being built with new ones. What the engine answered is kept until the index changes.
 */
export async function answerSearch(
  app: App,
  request: SearchRequest,
): Promise<OrderedAnswer & { degraded: boolean; version: number | null }> {
  const state = await readSearchState(app);
  app.ranking.follow(state.version);
  const db = app.dataSource.manager;
  const text = request.identifierKeys === null ? request.text : null;
  if (text === null && !state.isComplete) {
    const degraded = app.search.health.isDown;
    app.metrics.searches.inc({ outcome: degraded ? 'degraded' : 'postgres' });
    return { ...(await ordered(app, request, searchPostgres(db, request))), degraded, version: null };
  }
  const slots = text === null ? [] : slotsOf(text, state.synonyms.groups);
  // Long and in part quoted: no question, and more than the engine reads.
  if (slots.some((slot) => slot.quoted) && !isReadWhole(slots)) {
    app.metrics.searches.inc({ outcome: 'postgres' });
    return { ...(await ordered(app, request, searchPostgres(db, request))), degraded: false, version: null };
  }
  // A question's match set is the ranking's: it must have come as far as the index.
  if (app.ranking.at !== null && app.ranking.at < state.version && isQuestion(slots)) await app.ranking.sync();
  const fromDatabase = async () => {
    app.metrics.searches.inc({ outcome: 'degraded' });
    return {
      ...(await ordered(app, request, searchPostgres(db, withAnswers(app, request, slots)))),
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

/** Puts the values of the facets into the order in which they are shown. */
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
  // Letters that are no words may be pinyin.
  const pinyin = asPinyin(request.text);
  if (pinyin === null) return answer;
  const read = await searchEngine(app.search, request, [], { q: pinyin, attributes: PINYIN_FIELDS });
  return read.total > 0 ? read : answer;
}

/** A question is answered alike in every order. */
function inEngineOrder(app: App, request: SearchRequest, slots: readonly Slot[]): Promise<SearchAnswer> {
  const text =
    isQuestion(slots) && app.ranking.isReady
      ? { q: '', among: answersTo(app.ranking.rank(termsOf(slots))) }
      : textOf(slots);
  return searchEngine(app.search, request, slots, text);
}

/** For PostgreSQL: a question by the same rule, while the ranking is there to decide it. */
function withAnswers(app: App, request: SearchRequest, slots: readonly Slot[]): SearchRequest {
  return isQuestion(slots) && app.ranking.isReady
    ? { ...request, among: answersTo(app.ranking.rank(termsOf(slots))) }
    : request;
}

/** Logs a failure, without what was searched for; while the engine is known to be away, not again. */
export async function noteFailure(app: App, error: EngineFailedError): Promise<void> {
  if (error.repeated) return;
  if (error.code === 'index_not_found') {
    // Expected on an empty deployment until its first index stands.
    app.log.info('the search index is being built; PostgreSQL answers until then');
    await requestEnsure(app.dataSource.manager);
    return;
  }
  app.log.warn({ err: error }, 'the search engine failed; PostgreSQL answers');
}
