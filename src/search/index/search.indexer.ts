import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { addJob } from '../../kernel/jobs.js';
import { isUnreachable } from '../engine/engine.health.js';
import { achievementCollection } from './search.achievements.js';
import { uidOf, type Collection, type IndexedDocument } from './search.collection.js';
import { collections } from './search.collections.js';
import { buildingNow, finished, indexExists, isCurrent, readGenerations, withIndexLock } from './search.generations.js';
import { INDEX_TASK } from '../../outbox/indexing.js';
import { noteAgain } from './search.notes.js';
import { reindex, requestEnsure } from './search.reindex.js';

/** Number of changes indexed per batch; their documents must fit into one request to the search engine. */
const BATCH = 500;
const RETRY_MS = 2000;

/**
 * Writes all changes waiting in the outboxes to the search indexes. Idempotent, and safe to run in any process at any
 * time. If the search engine is down, changes stay in the outbox, and one job retries after RETRY_MS milliseconds.
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
 * Marks all index jobs that are due as done, because this run does their work: each change adds a job in its own
 * transaction, so the changes of these jobs are already in the outbox, which is read next. Later commits add new jobs.
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

/**
 * Builds a collection's search index if it does not exist, which is the case before its first use or after the search
 * engine lost its data.
 */
async function requireLiveIndex(app: App, collection: Collection): Promise<void> {
  const { live } = await readGenerations(app.dataSource.manager, collection);
  if (live !== null && (await indexExists(app.search, uidOf(app.search, collection)))) return;
  await reindex(app, { collection });
}

/**
 * Indexes one batch of changes and returns its size. Under the index lock, but outside a transaction, the changes are
 * read and their documents sent; once the search engine has taken them, a short transaction deletes exactly these
 * changes from the outbox. A process that dies in between leaves them there, and the next run sends them again, with
 * the content of that time.
 */
async function indexBatch(app: App, collection: Collection): Promise<number> {
  const { outbox, key } = collection.tables;
  const batch = async (db: EntityManager) => {
    const uids = await targets(app, db, collection);
    // No index exists, because another process is building the first one: either that one will contain these
    // changes, or that process queues a new index job.
    if (uids.length === 0) return 0;
    const changes = (await db.query(
      `SELECT seq, ${key} AS id, extract(epoch FROM clock_timestamp() - changed_at)::float8 AS age
       FROM ${outbox}
       ORDER BY seq
       LIMIT ${BATCH}`,
    )) as Array<{ seq: string; id: string; age: number }>;
    if (changes.length === 0) return 0;
    const taken = performance.now();
    const ids = [...new Set(changes.map((change) => change.id))];
    const documents = await collection.load(db, ids);
    await sendToAll(app, uids, ids, documents);
    await confirmSent(
      app,
      db,
      collection,
      ids,
      changes.map((change) => change.seq),
    );
    const since = (performance.now() - taken) / 1000;
    for (const change of changes) app.metrics.indexLag.observe(Math.max(0, change.age + since));
    app.metrics.indexed.inc(documents.length);
    return changes.length;
  };
  return withIndexLock(app.dataSource, batch, collection);
}

/**
 * Deletes changes from the outbox that the search engine has taken, and raises the version of the index in the same
 * transaction. `db` is the session that holds the index lock, so that the versions rise in the order of the commits. If
 * that session was lost, so was the lock: another process may have sent newer documents before these arrived. The
 * changes are then noted again, so that the present content is sent once more.
 */
async function confirmSent(
  app: App,
  db: EntityManager,
  collection: Collection,
  ids: readonly string[],
  seqs: readonly string[],
): Promise<void> {
  const { outbox } = collection.tables;
  try {
    await db.transaction(async (tx) => {
      await collection.indexed?.(tx, ids);
      await tx.query(`DELETE FROM ${outbox} WHERE seq = ANY($1::bigint[])`, [seqs]);
    });
  } catch (error) {
    await noteAgain(app, collection, ids).catch((failure: unknown) =>
      app.log.warn({ err: failure }, 'changes whose index lock was lost could not be noted again'),
    );
    throw error;
  }
}

/**
 * Names of the indexes to which changes are written: the live one and the one being built. Only existing ones, because
 * the search engine would create a missing index on write.
 */
async function targets(app: App, db: EntityManager, collection: Collection): Promise<string[]> {
  const building = await buildingNow(db, await readGenerations(db, collection), collection);
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
    // The search engine processes tasks in the order in which they are queued.
    const tasks = [
      ...(documents.length > 0 ? [index.addDocuments(documents, { primaryKey: 'id' })] : []),
      ...(gone.length > 0 ? [index.deleteDocuments(gone)] : []),
    ];
    for (const task of tasks) await finished(task, app.search);
  }
}

/**
 * Builds a new search index for every collection whose live index is missing or was built with other settings; runs in
 * the background.
 */
export async function ensureIndex(app: App): Promise<void> {
  try {
    for (const collection of collections) {
      // The index of pool entries is built even if it will be empty; other collections are skipped while they have
      // no documents.
      if (collection !== achievementCollection && !(await collection.isNeeded(app.dataSource.manager))) continue;
      await reindex(app, { onlyIfStale: true, collection });
      // The index may still be outdated, because another process was building it, or because synonyms were edited
      // meanwhile: a later check is queued.
      if (!(await isCurrent(app, collection))) await requestEnsure(app.dataSource.manager, RETRY_MS);
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; the index is looked after when it is back');
    await requestEnsure(app.dataSource.manager, RETRY_MS);
  }
}

/** At process start: queues a check of the search indexes, unless there are no documents yet. */
export async function prepareSearch(app: App): Promise<void> {
  const needed = await Promise.all(collections.map((collection) => collection.isNeeded(app.dataSource.manager)));
  if (!needed.includes(true)) return;
  await requestEnsure(app.dataSource.manager);
  // Loads the in-memory ranking and the columns of the pool in the background; until they are ready, results have the
  // search engine's order, and the database alone answers while the engine is away.
  app.ranking.follow(0);
  app.fallback.follow(0);
}
