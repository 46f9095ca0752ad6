import pg from 'pg';
import { eventually, type TestApp } from '../harness.js';

/**
 * Runs `act` while another connection holds `lock` (a locking statement), and releases it once `waiting` backends wait
 * for locks. This makes a race happen in the same order every time.
 */
export async function whileHolding<T>(t: TestApp, lock: string, waiting: number, act: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(lock);
    const result = act();
    await eventually(async () => {
      const [row] = await t.sql<{ count: number }>(
        `SELECT count(*)::int AS count
         FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return row !== undefined && row.count >= waiting;
    });
    await client.query('COMMIT');
    return await result;
  } finally {
    await client.end();
  }
}
