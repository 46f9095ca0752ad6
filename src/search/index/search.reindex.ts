import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { addJob } from '../../kernel/jobs.js';
import { achievementCollection } from './search.achievements.js';
import type { Collection } from './search.collection.js';
import {
  beginGeneration,
  finished,
  isCurrent,
  promoteGeneration,
  removeLeftovers,
  withBuildLock,
  withIndexLock,
} from './search.generations.js';
import { INDEX_TASK } from '../../outbox/indexing.js';

/** Name of the background task that rebuilds search indexes that are missing or outdated. */
export const REINDEX_TASK = 'search:reindex';

/**
 * Queues a check that rebuilds search indexes that are missing or outdated; a request is merged with one that is still
 * waiting.
 */
export async function requestEnsure(db: EntityManager, delayMs = 0): Promise<void> {
  await addJob(
    db,
    REINDEX_TASK,
    {},
    { queue: 'search-build', key: REINDEX_TASK, runAt: new Date(Date.now() + delayMs) },
  );
}

/** Number of documents per step of a rebuild. Kept small, because the indexer waits while a step is read and sent. */
const STEP = 500;
/**
 * Maximum number of steps queued in the search engine at a time. It processes queued steps as one batch, whose fixed
 * cost is high (two seconds with 200,000 entries); but changes of the live index wait behind them.
 */
const AHEAD = 6;

export interface ReindexOptions {
  /** Do nothing if the live index is current. */
  onlyIfStale?: boolean;
  onProgress?: (done: number) => void;
  /** The collection to build; default: the pool. */
  collection?: Collection;
}

/**
 * Builds a new search index and swaps it in for the live one. Meanwhile the indexer writes every change to both, and
 * each step reads and queues its documents under the indexer's lock, so that the later write always has the newer
 * content. Returns the number of documents; undefined if another process is building, or if the index is current and
 * only a stale one was to be rebuilt.
 */
export async function reindex(app: App, options: ReindexOptions = {}): Promise<number | undefined> {
  const { collection = achievementCollection } = options;
  const build = async () => {
    if (options.onlyIfStale && (await isCurrent(app, collection))) {
      await removeLeftovers(app, collection);
      return undefined;
    }
    const generation = await beginGeneration(app, collection);
    let after: string | null = null;
    const waiting: Array<{ taken: Promise<unknown>; count: number }> = [];
    let done = 0;
    const settle = async (most: number) => {
      for (
        let step = waiting.length > most ? waiting.shift() : undefined;
        step;
        step = waiting.length > most ? waiting.shift() : undefined
      ) {
        await step.taken;
        done += step.count;
        options.onProgress?.(done);
      }
    };
    for (;;) {
      const step = async (db: EntityManager) => {
        const documents = await collection.after(db, after, STEP);
        const last = documents.at(-1)?.id;
        if (last === undefined) return null;
        const { taskUid } = await app.search.client.index(generation.uid).addDocuments(documents, { primaryKey: 'id' });
        return { taskUid, last, count: documents.length };
      };
      const sent: { taskUid: number; last: string; count: number } | null = await withIndexLock(
        app.dataSource,
        step,
        collection,
      );
      if (sent === null) break;
      const taken = finished(Promise.resolve(sent), app.search);
      // The rejection is handled at the later `await`; without this, Node would report it as unhandled.
      taken.catch(() => undefined);
      waiting.push({ taken, count: sent.count });
      after = sent.last;
      await settle(AHEAD);
    }
    await settle(0);
    const count = await promoteGeneration(app, generation, collection);
    app.log.info({ index: collection.name, documents: count }, 'a new search index is live');
    // Indexes the changes that arrived before any index existed and therefore stayed in the outbox.
    await addJob(app.dataSource.manager, INDEX_TASK, {}, { queue: 'search' });
    return count;
  };
  return withBuildLock(app.dataSource, build, collection);
}
