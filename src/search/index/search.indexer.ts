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

/** Changes taken over at once; their documents must stay a size that the engine accepts in one request. */
const BATCH = 500;
const RETRY_MS = 2000;

/**
 * Takes every waiting change over into the index. Idempotent and safe to run anywhere at any time. With the engine away
 * the changes stay where they are, and one job tries again in two seconds.
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
 * Every change brings a job of its own; this run does the work of all that wait. What they were added for has been
 * committed with them, so it is in the outbox that is read next; whoever commits later brings another job.
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

/** Builds the index where there is none: at first use, or after the engine lost its data. */
async function requireLiveIndex(app: App, collection: Collection): Promise<void> {
  const { live } = await readGenerations(app.dataSource.manager, collection);
  if (live !== null && (await indexExists(app.search, uidOf(app.search, collection)))) return;
  await reindex(app, { collection });
}

/** One batch: the changes leave the outbox in the same transaction that waits for the engine. Gives how many there were. */
async function indexBatch(app: App, collection: Collection): Promise<number> {
  const { outbox, key } = collection.tables;
  const batch = async (tx: EntityManager) => {
    const uids = await targets(app, tx, collection);
    // Another process builds the first index, from the database: it starts with these changes in it or sends us there.
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
    // Under the lock, so that versions rise in the order of commits.
    await collection.indexed?.(tx, ids);
    const since = (performance.now() - taken) / 1000;
    for (const change of changes) app.metrics.indexLag.observe(Math.max(0, change.age + since));
    app.metrics.indexed.inc(documents.length);
    return changes.length;
  };
  return withIndexLock(app.dataSource, batch, collection);
}

/** The indexes that changes go to: the live one and the one being built. Only existing ones, or the engine would make one up. */
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
    // In this order; the engine works its queue off in order too.
    const tasks = [
      ...(documents.length > 0 ? [index.addDocuments(documents, { primaryKey: 'id' })] : []),
      ...(gone.length > 0 ? [index.deleteDocuments(gone)] : []),
    ];
    for (const task of tasks) await finished(task, app.search);
  }
}

/** Builds new indexes in the background where a live one is missing or was built by other settings. */
export async function ensureIndex(app: App): Promise<void> {
  try {
    for (const collection of collections) {
      // The pool's is built whatever it holds: whoever searches first has asked for it.
      if (collection !== achievementCollection && !(await collection.isNeeded(app.dataSource.manager))) continue;
      await reindex(app, { onlyIfStale: true, collection });
      // Another process builds, or synonyms were edited under way: what it builds may be outdated already.
      if (!(await isCurrent(app, collection))) await requestEnsure(app.dataSource.manager, RETRY_MS);
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; the index is looked after when it is back');
    await requestEnsure(app.dataSource.manager, RETRY_MS);
  }
}

/** At start: has the indexes looked after, unless there is nothing to index yet. */
export async function prepareSearch(app: App): Promise<void> {
  const needed = await Promise.all(collections.map((collection) => collection.isNeeded(app.dataSource.manager)));
  if (!needed.includes(true)) return;
  await requestEnsure(app.dataSource.manager);
  // In the background: until the texts are loaded, searches come in the engine's order.
  app.ranking.follow(0);
}
