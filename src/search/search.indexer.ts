import type { EntityManager } from 'typeorm';
import type { App } from '../context.js';
import { addJob } from '../jobs.js';
import { isUnreachable } from './engine.health.js';
import { liveUid } from './engine.js';
import { loadDocuments, type SearchDocument } from './search.documents.js';
import { buildingNow, finished, indexExists, isCurrent, readGenerations, withIndexLock } from './search.generations.js';
import { INDEX_TASK } from './search.outbox.js';
import { reindex, requestEnsure } from './search.reindex.js';

/** Changes taken over at once; their documents must stay a size that the engine accepts in one request. */
const BATCH = 500;
const RETRY_MS = 2000;

/**
 * Takes every waiting change over into the index. Idempotent and safe to run anywhere at any time. With the engine away
 * the changes stay where they are, and one job tries again in two seconds.
 */
export async function indexChanges(app: App): Promise<void> {
  if (!(await hasChanges(app))) return;
  try {
    await requireLiveIndex(app);
    while ((await indexBatch(app)) === BATCH);
    app.search.health.succeeded();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; changes wait for it');
    await addJob(app.dataSource.manager, INDEX_TASK, {}, { queue: 'search', key: `${INDEX_TASK}:retry`, runAt: new Date(Date.now() + RETRY_MS) });
  }
}

async function hasChanges(app: App): Promise<boolean> {
  const [row] = (await app.dataSource.query(`SELECT EXISTS (SELECT 1 FROM search_outbox) AS waiting`)) as Array<{ waiting: boolean }>;
  return row?.waiting === true;
}

/** Builds the index where there is none: at first use, or after the engine lost its data. */
async function requireLiveIndex(app: App): Promise<void> {
  const { live } = await readGenerations(app.dataSource.manager);
  if (live !== null && (await indexExists(app.search, liveUid(app.search)))) return;
  await reindex(app);
}

/** One batch: the changes leave the outbox in the same transaction that waits for the engine. Gives how many there were. */
async function indexBatch(app: App): Promise<number> {
  return withIndexLock(app.dataSource, async (tx) => {
    const uids = await targets(app, tx);
    // Another process builds the first index, from the database: it starts with these changes in it or sends us there.
    if (uids.length === 0) return 0;
    const [changes] = (await tx.query(
      `DELETE FROM search_outbox WHERE seq IN (SELECT seq FROM search_outbox ORDER BY seq LIMIT ${BATCH})
       RETURNING achievement_id, extract(epoch FROM clock_timestamp() - changed_at)::float8 AS age`,
    )) as [Array<{ achievement_id: string; age: number }>, number];
    if (changes.length === 0) return 0;
    const taken = performance.now();
    const ids = [...new Set(changes.map((change) => change.achievement_id))];
    const documents = await loadDocuments(tx, ids);
    await sendToAll(app, uids, ids, documents);
    // Under the lock, so that versions rise in the order of commits.
    await tx.query(`INSERT INTO search_change (achievement_id) SELECT unnest($1::uuid[])`, [ids]);
    const since = (performance.now() - taken) / 1000;
    for (const change of changes) app.metrics.indexLag.observe(Math.max(0, change.age + since));
    app.metrics.indexed.inc(documents.length);
    return changes.length;
  });
}

/** The indexes that changes go to: the live one and the one being built. Only existing ones, or the engine would make one up. */
async function targets(app: App, tx: EntityManager): Promise<string[]> {
  const building = await buildingNow(tx, await readGenerations(tx));
  const live = liveUid(app.search);
  return [...((await indexExists(app.search, live)) ? [live] : []), ...(building ? [building.uid] : [])];
}

async function sendToAll(app: App, uids: readonly string[], ids: readonly string[], documents: SearchDocument[]): Promise<void> {
  const present = new Set(documents.map((document) => document.id));
  const gone = ids.filter((id) => !present.has(id));
  for (const uid of uids) {
    const index = app.search.client.index(uid);
    // In this order; the engine works its queue off in order too.
    const tasks = [...(documents.length > 0 ? [index.addDocuments(documents, { primaryKey: 'id' })] : []), ...(gone.length > 0 ? [index.deleteDocuments(gone)] : [])];
    for (const task of tasks) await finished(task, app.search);
  }
}

/** Builds a new index in the background where the live one is missing or was built by other settings. */
export async function ensureIndex(app: App): Promise<void> {
  try {
    await reindex(app, { onlyIfStale: true });
    // Another process builds, or synonyms were edited under way: what it builds may be outdated already.
    if (!(await isCurrent(app))) await requestEnsure(app.dataSource.manager, RETRY_MS);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    app.search.health.failed();
    app.log.warn({ err: error }, 'the search engine cannot be reached; the index is looked after when it is back');
    await requestEnsure(app.dataSource.manager, RETRY_MS);
  }
}

/** At start: has the index looked after, unless there is nothing to index yet. */
export async function prepareSearch(app: App): Promise<void> {
  const [row] = (await app.dataSource.query(
    `SELECT EXISTS (SELECT 1 FROM search_generation) OR EXISTS (SELECT 1 FROM achievement WHERE status = 'ADMITTED') AS needed`,
  )) as Array<{ needed: boolean }>;
  if (!row?.needed) return;
  await requestEnsure(app.dataSource.manager);
  // In the background: until the texts are loaded, searches come in the engine's order.
  app.ranking.follow(0);
}
