import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Key of the PostgreSQL advisory lock (of a session) under which one process at a time upgrades a database, or restores
 * a backup into it. PostgreSQL releases it with the connection, so a killed process holds nothing.
 */
const UPGRADE_LOCK = 7_402_310;

const POLL_MS = 200;
/** Milliseconds after which a waiting process says that it waits; and the interval at which it says so again. */
const SAY_AFTER_MS = 2_000;
const SAY_EVERY_MS = 30_000;

/** The part of a database connection that the lock needs. */
interface Connection {
  query(sql: string, values: unknown[]): Promise<{ rows: Array<Record<string, unknown>> }>;
}

/** Takes the lock if it is free; returns whether it was. */
export async function tryUpgradeLock(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query('SELECT pg_try_advisory_lock($1) AS taken', [UPGRADE_LOCK]);
  return rows[0]?.['taken'] === true;
}

/**
 * Takes the lock, and waits while another process holds it. `say` is called with the seconds of waiting so far. The lock
 * is asked for repeatedly, since a statement that waits would end at the connection's time limit for statements.
 */
export async function takeUpgradeLock(connection: Connection, say: (seconds: number) => void): Promise<void> {
  const begun = performance.now();
  let sayAt = begun + SAY_AFTER_MS;
  while (!(await tryUpgradeLock(connection))) {
    const now = performance.now();
    if (now >= sayAt) {
      say(Math.round((now - begun) / 1000));
      sayAt = now + SAY_EVERY_MS;
    }
    await sleep(POLL_MS);
  }
}

export async function releaseUpgradeLock(connection: Connection): Promise<void> {
  await connection.query('SELECT pg_advisory_unlock($1)', [UPGRADE_LOCK]);
}
