import type { EntityManager } from 'typeorm';
import type { App } from '../context.js';
import { addJob } from '../jobs.js';
import { documentsAfter } from './search.documents.js';
import { beginGeneration, finished, isCurrent, promoteGeneration, removeLeftovers, withBuildLock, withIndexLock } from './search.generations.js';
import { INDEX_TASK } from './search.outbox.js';

/** Name of the task that builds a new index where the live one is missing or outdated. */
export const REINDEX_TASK = 'search:reindex';

/** Asks for a look at the index, and a new one where it is missing or outdated; several requests while one waits are one. */
export async function requestEnsure(db: EntityManager, delayMs = 0): Promise<void> {
  await addJob(db, REINDEX_TASK, {}, { queue: 'search-build', key: REINDEX_TASK, runAt: new Date(Date.now() + delayMs) });
}

/** Documents per step: small, because the indexer waits while a step is read and sent. */
const STEP = 500;

export interface ReindexOptions {
  /** Do nothing where the live index is as it should be. */
  onlyIfStale?: boolean;
  onProgress?: (done: number) => void;
}

/**
 * Builds a new index beside the live one and swaps it in. From its first moment the indexer writes every change to both,
 * and a step reads and queues its documents under the indexer's lock: so whichever comes later is also the newer.
 * Gives the number of documents, or undefined when another process is building or nothing had to be done.
 */
export async function reindex(app: App, options: ReindexOptions = {}): Promise<number | undefined> {
  return withBuildLock(app.dataSource, async () => {
    if (options.onlyIfStale && (await isCurrent(app))) {
      await removeLeftovers(app);
      return undefined;
    }
    const generation = await beginGeneration(app);
    let after: string | null = null;
    for (let done = 0; ; ) {
      const sent: { taskUid: number; last: string; count: number } | null = await withIndexLock(app.dataSource, async (tx) => {
        const documents = await documentsAfter(tx, after, STEP);
        const last = documents.at(-1)?.id;
        if (last === undefined) return null;
        const { taskUid } = await app.search.client.index(generation.uid).addDocuments(documents, { primaryKey: 'id' });
        return { taskUid, last, count: documents.length };
      });
      if (sent === null) break;
      await finished(Promise.resolve(sent), app.search);
      after = sent.last;
      done += sent.count;
      options.onProgress?.(done);
    }
    const count = await promoteGeneration(app, generation);
    app.log.info({ documents: count }, 'a new search index is live');
    // What waited for an index to exist can go on.
    await addJob(app.dataSource.manager, INDEX_TASK, {}, { queue: 'search' });
    return count;
  });
}
