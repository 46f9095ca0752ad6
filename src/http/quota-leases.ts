import type { App } from '../kernel/context.js';
import { keyedHash } from '../lib/seal.js';
import type { LeaseFrom } from './rate-limit.js';

/** Interval, in milliseconds, at which one process deletes the rows of windows that are over. */
const PRUNE_MS = 60_000;

/**
 * Makes a function that leases points from the table `quota_lease`, which has one row per key and window and is shared
 * by all processes on a database. Windows end by the database's clock. A key is stored as a digest, since it names an
 * account or a network. The digest covers the limit too, so processes with different limits count separately.
 */
export function leasesOf(app: Pick<App, 'dataSource' | 'secretKey'>): LeaseFrom {
  const { manager } = app.dataSource;
  let nextPrune = performance.now() + PRUNE_MS;
  return async (key, points, limit, endsIn) => {
    // `leased` also counts requested points beyond the limit, so that the granted points follow from it without a
    // second SQL statement.
    const [row] = (await manager.query(
      `INSERT INTO quota_lease AS q (key, leased, ends_at)
       VALUES ($1, $2, now() + $3 * interval '1 millisecond')
       ON CONFLICT (key) DO UPDATE SET
         leased = CASE WHEN q.ends_at <= now() THEN EXCLUDED.leased ELSE q.leased + EXCLUDED.leased END,
         ends_at = CASE WHEN q.ends_at <= now() THEN EXCLUDED.ends_at ELSE q.ends_at END
       RETURNING leased::float8 AS leased, extract(epoch FROM ends_at - now())::float8 * 1000 AS ends_in`,
      [keyedHash(app.secretKey, 'quota', `${limit} ${key}`), points, Math.max(endsIn, 1)],
    )) as Array<{ leased: number; ends_in: number }>;
    if (!row) throw new Error('a lease returned no row');
    if (performance.now() >= nextPrune) {
      nextPrune = performance.now() + PRUNE_MS;
      void prune().catch(() => undefined); // The next deletion takes these rows, too.
    }
    return {
      granted: Math.min(Math.max(limit - (row.leased - points), 0), points),
      total: Math.min(row.leased, limit),
      endsIn: row.ends_in,
    };
  };

  async function prune(): Promise<void> {
    await manager.query(
      `DELETE FROM quota_lease
       WHERE key IN (SELECT key FROM quota_lease WHERE ends_at < now() LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
    );
  }
}
