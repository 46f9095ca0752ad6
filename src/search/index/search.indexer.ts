import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { addJob } from '../../kernel/jobs.js';
import { isUnreachable } from '../engine/engine.health.js';
import { achievementCollection } from './search.achievements.js';
import { uidOf, type Collection, type IndexedDocument } from './search.collection.js';
import { collections } from './search.collections.js';
import { buildingNow, finished, indexExists, isCurrent, readGenerations, withIndexLock } from './search.generations.js';
import { INDEX_TASK } from '../../outbox/indexing.js';
import { reindex, requestEnsure } from './search.reindex.js';

/** Changes per batch; their documents must fit into one request to the engine. */
const BATCH = 500;
const RETRY_MS = 2000;

/**
 * Indexes all changes in the outbox. Idempotent; may run in any process at any time. If the engine is down, the changes
 * stay in the outbox and one job retries after two seconds.
 */
export async function indexChanges(app: App): Promise<void> {
  await takeWaitingJobs(app);
  try {
    for (const collection of collections) {
      if (!(await hasChanges(app, collection))) continue;
      await requireLiveIndex(app, collection);
      while ((await indexBatch(app, collection)) === BATCH);
      app.search.health.succeeded();
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; changes wait for it');
    await addJob(
      app.dataSource.manager,
      INDEX_TASK,
      {},
      { queue: 'search', key: `${INDEX_TASK}:retry`, runAt: new Date(Date.now() + RETRY_MS) },
    );
  }
}

/**
 * Completes all waiting index jobs, whose work this run does. Each change adds a job in its own transaction, so the
 * changes of the completed jobs are already in the outbox, which is read next; later commits add new jobs.
 */
async function takeWaitingJobs(app: App): Promise<void> {
  await app.dataSource.query(
    `SELECT graphile_worker.complete_jobs(array_agg(id))
     FROM graphile_worker.jobs
     WHERE task_identifier = $1 AND locked_at IS NULL AND run_at <= now()
     HAVING count(*) > 0`,
    [INDEX_TASK],
  );
}

async function hasChanges(app: App, { tables }: Collection): Promise<boolean> {
  const [row] = (await app.dataSource.query(`SELECT EXISTS (SELECT 1 FROM ${tables.outbox}) AS waiting`)) as Array<{
    waiting: boolean;
  }>;
  return row?.waiting === true;
}

/** Builds the index if it does not exist: at first use, or after the engine lost its data. */
async function requireLiveIndex(app: App, collection: Collection): Promise<void> {
  const { live } = await readGenerations(app.dataSource.manager, collection);
  if (live !== null && (await indexExists(app.search, uidOf(app.search, collection)))) return;
  await reindex(app, { collection });
}

/**
 * Indexes one batch and returns its size. The changes are deleted from the outbox in the transaction that waits for the
 * engine.
 */
async function indexBatch(app: App, collection: Collection): Promise<number> {
  const { outbox, key } = collection.tables;
  const batch = async (tx: EntityManager) => {
    const uids = await targets(app, tx, collection);
    // Another process is building the first index: either that index will contain these changes, or that process queues
    // a new index job.
    if (uids.length === 0) return 0;
    const [changes] = (await tx.query(
      `DELETE FROM ${outbox} WHERE seq IN (SELECT seq FROM ${outbox} ORDER BY seq LIMIT ${BATCH})
       RETURNING ${key} AS id, extract(epoch FROM clock_timestamp() - changed_at)::float8 AS age`,
    )) as [Array<{ id: string; age: number }>, number];
    if (changes.length === 0) return 0;
    const taken = performance.now();
    const ids = [...new Set(changes.map((change) => change.id))];
    const documents = await collection.load(tx, ids);
    await sendToAll(app, uids, ids, documents);
    // Called under the lock, so that versions rise in commit order.
    await collection.indexed?.(tx, ids);
    const since = (performance.now() - taken) / 1000;
    for (const change of changes) app.metrics.indexLag.observe(Math.max(0, change.age + since));
    app.metrics.indexed.inc(documents.length);
    return changes.length;
  };
  return withIndexLock(app.dataSource, batch, collection);
}

/**
 * The indexes to write changes to: the live one and the one being built. Only existing ones, because the engine creates
 * a missing index on write.
 */
async function targets(app: App, tx: EntityManager, collection: Collection): Promise<string[]> {
  const building = await buildingNow(tx, await readGenerations(tx, collection), collection);
  const live = uidOf(app.search, collection);
  return [...((await indexExists(app.search, live)) ? [live] : []), ...(building ? [building.uid] : [])];
}

async function sendToAll(
  app: App,
  uids: readonly string[],
  ids: readonly string[],
  documents: IndexedDocument[],
): Promise<void> {
  const present = new Set(documents.map((document) => document.id));
  const gone = ids.filter((id) => !present.has(id));
  for (const uid of uids) {
    const index = app.search.client.index(uid);
    // The order matters: the engine processes its queue in order.
    const tasks = [
      ...(documents.length > 0 ? [index.addDocuments(documents, { primaryKey: 'id' })] : []),
      ...(gone.length > 0 ? [index.deleteDocuments(gone)] : []),
    ];
    for (const task of tasks) await finished(task, app.search);
  }
}

/** Builds new indexes in the background if a live one is missing or was built with other settings. */
export async function ensureIndex(app: App): Promise<void> {
  try {
    for (const collection of collections) {
      // The pool's index is built even when empty, because a search has requested it.
      if (collection !== achievementCollection && !(await collection.isNeeded(app.dataSource.manager))) continue;
      await reindex(app, { onlyIfStale: true, collection });
      // Another process is building, or synonyms were edited meanwhile: its index may already be outdated.
      if (!(await isCurrent(app, collection))) await requestEnsure(app.dataSource.manager, RETRY_MS);
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; the index is looked after when it is back');
    await requestEnsure(app.dataSource.manager, RETRY_MS);
  }
}

/** At start: queues a check of the indexes, unless there are no documents yet. */
export async function prepareSearch(app: App): Promise<void> {
  const needed = await Promise.all(collections.map((collection) => collection.isNeeded(app.dataSource.manager)));
  if (!needed.includes(true)) return;
  await requestEnsure(app.dataSource.manager);
  // Loads the ranking in the background; until then, results are in the engine's order.
  app.ranking.follow(0);
}
