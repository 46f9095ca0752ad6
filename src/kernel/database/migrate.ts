import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { MigrationClass } from '../../lib/online-migration.js';
import { createDataSource } from '../data-source.js';
import { COMMANDS, Database } from './database.js';

/**
 * Milliseconds that a migration waits for the lock of a table. Every later statement on that table queues behind the
 * waiting migration, so the wait is short, and the migration is tried again.
 */
const LOCK_MS = 1_000;
/** Milliseconds between two attempts, in which the queued statements of others run. */
const PAUSE_MS = 2_000;
/** Milliseconds after which the attempts end, for example behind a transaction that somebody forgot to end. */
const PATIENCE_MS = 600_000;
/** SQLSTATE of a lock that was not available within `lock_timeout`. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Names of the migrations that the database has not run yet, in their order. */
export async function pendingMigrations(
  source: DataSource,
  migrations: readonly MigrationClass[],
): Promise<readonly string[]> {
  const [{ there } = { there: false }] = (await source.query(
    `SELECT to_regclass('migrations') IS NOT NULL AS there`,
  )) as Array<{ there: boolean }>;
  const done = there ? ((await source.query('SELECT name FROM migrations')) as Array<{ name: string }>) : [];
  const names = new Set(done.map(({ name }) => name));
  return migrations.map((Migration) => new Migration().name).filter((name) => !names.has(name));
}

/**
 * Runs the pending migrations on connections of their own, which have the long limits of commands. The caller holds the
 * upgrade lock. A migration that does not get the lock of a table in time is tried again after a pause; `say` is called
 * with the number of failed attempts. Each migration is recorded on its own, so that an interrupted run goes on where it
 * ended.
 */
export async function migrate(
  databaseUrl: string,
  migrations: readonly MigrationClass[],
  say: (attempts: number) => void,
): Promise<void> {
  const source = createDataSource({
    database: new Database(databaseUrl, COMMANDS),
    poolSize: 2,
    // Migrations are plain SQL, so that no entity is needed.
    entities: [],
    migrations: [...migrations],
    lockTimeoutMs: LOCK_MS,
  });
  await source.initialize();
  try {
    const end = performance.now() + PATIENCE_MS;
    for (let attempts = 1; ; attempts += 1) {
      try {
        await source.runMigrations();
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || performance.now() > end) throw error;
        say(attempts);
        await sleep(PAUSE_MS);
      }
    }
  } finally {
    await source.destroy();
  }
}
