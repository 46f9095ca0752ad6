import { randomBytes } from 'node:crypto';
import { MeilisearchApiError, type Task } from 'meilisearch';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { App } from '../../kernel/context.js';
import type { SearchEngine } from '../engine/engine.js';
import { achievementCollection } from './search.achievements.js';
import { uidOf, type Collection } from './search.collection.js';

/**
 * Two advisory locks per search collection (`Collection.locks`). `index` is held from reading documents until they are
 * queued in the search engine, so that older documents never overwrite newer ones. `build` is held while a new index is
 * built; a generation in state BUILDING while the lock is free was left by a crashed process.
 */

/**
 * TASK_WAIT_MS: maximum wait for a task of the search engine, in milliseconds. LONGEST_LOOK_MS: maximum interval
 * between two checks of the task's state, in milliseconds; the first intervals are shorter, because most tasks end at
 * once.
 */
const TASK_WAIT_MS = 120_000;
const LONGEST_LOOK_MS = 100;

/** A task that the search engine accepted has failed; the message contains the engine's reason. */
export class EngineTaskError extends Error {
  constructor(task: Task) {
    super(`The search engine failed at ${task.type}: ${task.error?.message ?? task.status}`);
    this.name = 'EngineTaskError';
  }
}

/**
 * Waits until the search engine has finished a task; throws EngineTaskError if the task failed or is unfinished after
 * TASK_WAIT_MS.
 */
export async function finished(pending: Promise<{ taskUid: number }>, engine: SearchEngine): Promise<Task> {
  const { taskUid } = await pending;
  const end = Date.now() + TASK_WAIT_MS;
  let task = await engine.client.tasks.getTask(taskUid);
  for (
    let wait = 5;
    task.status === 'enqueued' || task.status === 'processing';
    wait = Math.min(LONGEST_LOOK_MS, wait * 1.3)
  ) {
    if (Date.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, wait));
    task = await engine.client.tasks.getTask(taskUid);
  }
  if (task.status !== 'succeeded') throw new EngineTaskError(task);
  return task;
}

/** Interval in milliseconds between two attempts to take the `index` lock. */
const LOCK_INTERVAL_MS = 25;

/**
 * Runs a function while holding the collection's `index` lock, so that no other process sends documents to the search
 * engine meanwhile. The lock belongs to the database session, not to a transaction: no transaction is open while the
 * function waits for the search engine. The function gets the manager of that session and opens short transactions
 * through it. It must not write through it after the session was lost, as the lock is then lost too.
 */
export async function withIndexLock<T>(
  dataSource: DataSource,
  run: (db: EntityManager) => Promise<T>,
  { locks }: Collection = achievementCollection,
): Promise<T> {
  const session = dataSource.createQueryRunner();
  await session.connect();
  try {
    // Tried again and again: a statement that waits for a lock would hold a snapshot, for which vacuum and the building
    // of database indexes wait.
    while (!(await tryLock(session, locks.index)))
      await new Promise((resolve) => setTimeout(resolve, LOCK_INTERVAL_MS));
    try {
      return await run(session.manager);
    } finally {
      await session.query(`SELECT pg_advisory_unlock($1)`, [locks.index]);
    }
  } finally {
    await session.release();
  }
}

/**
 * Runs a function while holding the collection's `build` lock; returns undefined without running it if another process
 * is building an index.
 */
export async function withBuildLock<T>(
  dataSource: DataSource,
  run: () => Promise<T>,
  { locks }: Collection = achievementCollection,
): Promise<T | undefined> {
  const session = dataSource.createQueryRunner();
  await session.connect();
  try {
    if (!(await tryBuildLock(session, locks.build))) return undefined;
    try {
      return await run();
    } finally {
      await session.query(`SELECT pg_advisory_unlock($1)`, [locks.build]);
    }
  } finally {
    await session.release();
  }
}

async function tryBuildLock(session: QueryRunner, key: number): Promise<boolean> {
  // Tried several times, because the indexer takes this lock briefly to see whether a build has crashed.
  for (let attempt = 1; ; attempt += 1) {
    if (await tryLock(session, key)) return true;
    if (attempt === 5) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function tryLock(session: QueryRunner, key: number): Promise<boolean> {
  const [row] = (await session.query(`SELECT pg_try_advisory_lock($1) AS got`, [key])) as Array<{ got: boolean }>;
  return row?.got === true;
}

export interface Generations {
  live: { id: string; settingsHash: string } | null;
  building: { id: string; uid: string } | null;
}

export async function readGenerations(
  db: EntityManager,
  { tables }: Collection = achievementCollection,
): Promise<Generations> {
  const rows = (await db.query(
    `SELECT id, index_uid, settings_hash, state FROM ${tables.generations} WHERE state IN ('LIVE','BUILDING')`,
  )) as Array<{
    id: string;
    index_uid: string;
    settings_hash: string;
    state: string;
  }>;
  const live = rows.find((row) => row.state === 'LIVE');
  const building = rows.find((row) => row.state === 'BUILDING');
  return {
    live: live ? { id: live.id, settingsHash: live.settings_hash } : null,
    building: building ? { id: building.id, uid: building.index_uid } : null,
  };
}

/** True if the live search index exists and was built with the current settings. */
export async function isCurrent(app: App, collection: Collection = achievementCollection): Promise<boolean> {
  const { live } = await readGenerations(app.dataSource.manager, collection);
  return (
    live !== null &&
    live.settingsHash === (await collection.settingsHash(app.dataSource.manager)) &&
    (await indexExists(app.search, uidOf(app.search, collection)))
  );
}

export async function indexExists(engine: SearchEngine, uid: string): Promise<boolean> {
  try {
    await engine.client.getRawIndex(uid);
    return true;
  } catch (error) {
    if (error instanceof MeilisearchApiError && error.cause?.code === 'index_not_found') return false;
    throw error;
  }
}

/**
 * The index generation that is being built, to which the indexer must write too; null if there is none. A generation
 * left by a crashed build is retired, so that nothing more is written to it; the next build deletes its index.
 */
export async function buildingNow(
  db: EntityManager,
  generations: Generations,
  { locks, tables }: Collection = achievementCollection,
): Promise<Generations['building']> {
  if (!generations.building) return null;
  const [row] = (await db.query(`SELECT pg_try_advisory_lock($1) AS got`, [locks.build])) as Array<{ got: boolean }>;
  if (!row?.got) return generations.building;
  await db.query(`SELECT pg_advisory_unlock($1)`, [locks.build]);
  await db.query(`UPDATE ${tables.generations} SET state = 'RETIRED', finished_at = now() WHERE id = $1`, [
    generations.building.id,
  ]);
  return null;
}

/**
 * Creates a new index generation: an empty index with its settings, to which the indexer writes from this commit on.
 * The caller must hold the `build` lock.
 */
export async function beginGeneration(
  app: App,
  collection: Collection = achievementCollection,
): Promise<{ id: string; uid: string }> {
  const { client } = app.search;
  await removeLeftovers(app, collection);
  const begin = async (db: EntityManager) => {
    const uid = `${uidOf(app.search, collection)}_${randomBytes(6).toString('hex')}`;
    await finished(client.createIndex(uid, { primaryKey: 'id' }), app.search);
    await finished(client.index(uid).updateSettings(collection.settings), app.search);
    const [row] = (await db.query(
      `INSERT INTO ${collection.tables.generations} (index_uid, settings_hash, state)
       VALUES ($1, $2, 'BUILDING')
       RETURNING id`,
      [uid, await collection.settingsHash(db)],
    )) as Array<{ id: string }>;
    return { id: row!.id, uid };
  };
  return withIndexLock(app.dataSource, begin, collection);
}

/**
 * Makes a newly built index the live one. The search engine swaps the two names atomically, so every search sees either
 * the old or the new index. The old one is then deleted; if the process crashes before that, the next build deletes it.
 */
export async function promoteGeneration(
  app: App,
  generation: { id: string; uid: string },
  collection: Collection = achievementCollection,
): Promise<number> {
  const engine = app.search;
  const live = uidOf(engine, collection);
  const { generations } = collection.tables;
  const promote = async (db: EntityManager) => {
    const rename = !(await indexExists(engine, live));
    await finished(
      engine.client.swapIndexes([{ indexes: rename ? [generation.uid, live] : [live, generation.uid], rename }]),
      engine,
    );
    const { numberOfDocuments } = await engine.client.index(live).getStats();
    await db.transaction(async (tx) => {
      await tx.query(`UPDATE ${generations} SET state = 'RETIRED', finished_at = now() WHERE state = 'LIVE'`);
      await tx.query(
        `UPDATE ${generations}
         SET state = 'LIVE', index_uid = $2, finished_at = now(), document_count = $3
         WHERE id = $1`,
        [generation.id, live, numberOfDocuments],
      );
      await collection.indexed?.(tx, null);
    });
    return numberOfDocuments;
  };
  const count = await withIndexLock(app.dataSource, promote, collection);
  await engine.client.deleteIndexIfExists(generation.uid);
  return count;
}

/** Deletes the indexes that crashed builds left in the search engine. The caller must hold the `build` lock. */
export async function removeLeftovers(app: App, collection: Collection = achievementCollection): Promise<void> {
  const pattern = new RegExp(`^${uidOf(app.search, collection)}_[0-9a-f]{12}$`);
  const retire = async (db: EntityManager) =>
    void (await db.query(
      `UPDATE ${collection.tables.generations} SET state = 'RETIRED', finished_at = now() WHERE state = 'BUILDING'`,
    ));
  await withIndexLock(app.dataSource, retire, collection);
  const { results } = await app.search.client.getRawIndexes({ limit: 100_000 });
  for (const { uid } of results) if (pattern.test(uid)) await finished(app.search.client.deleteIndex(uid), app.search);
}
