import type { App } from '../context.js';
import { EngineFailedError } from './engine.queries.js';
import { searchEngine } from './search.meilisearch.js';
import { searchPostgres } from './search.postgres.js';
import { requestEnsure } from './search.reindex.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import { knowsSynonyms } from './search.settings.js';
import { slotsOf, type Slot } from './search.terms.js';
import { readSynonyms } from './synonyms.store.js';

/**
 * Who answers. A text is the engine's. Without one, the counts must equal the database's always, so the engine is asked
 * only while it has taken every committed change over; else PostgreSQL answers, in full. When the engine fails,
 * PostgreSQL answers too, and the answer is marked degraded; so it does for a synonym while the index is being built with
 * new ones.
 */
export async function answerSearch(app: App, request: SearchRequest): Promise<SearchAnswer & { degraded: boolean }> {
  const text = request.identifierKeys === null ? request.text : null;
  if (text === null && !(await isIndexComplete(app))) {
    const degraded = app.search.health.isDown;
    app.metrics.searches.inc({ outcome: degraded ? 'degraded' : 'postgres' });
    return { ...(await searchPostgres(app.dataSource.manager, request)), degraded };
  }
  const db = app.dataSource.manager;
  let slots: Slot[] = [];
  if (text !== null) {
    const synonyms = await readSynonyms(db);
    slots = slotsOf(text, synonyms.groups);
    if (slots.some((slot) => slot.marker) && !(await knowsSynonyms(db, synonyms))) {
      app.metrics.searches.inc({ outcome: 'degraded' });
      return { ...(await searchPostgres(db, request)), degraded: true };
    }
  }
  try {
    const answer = await searchEngine(app.search, request, slots);
    app.metrics.searches.inc({ outcome: 'engine' });
    return { ...answer, degraded: false };
  } catch (error) {
    if (!(error instanceof EngineFailedError)) throw error;
    await noteFailure(app, error);
    app.metrics.searches.inc({ outcome: 'degraded' });
    return { ...(await searchPostgres(db, request)), degraded: true };
  }
}

/** Whether the index holds every committed change: changes leave the outbox only once they are searchable. */
async function isIndexComplete(app: App): Promise<boolean> {
  const [row] = (await app.dataSource.query(
    `SELECT NOT EXISTS (SELECT 1 FROM search_outbox) AND EXISTS (SELECT 1 FROM search_generation WHERE state = 'LIVE') AS complete`,
  )) as Array<{ complete: boolean }>;
  return row?.complete === true;
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
