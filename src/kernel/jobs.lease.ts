import type { Pool, PoolClient } from 'pg';
import type { Logger } from './logger.js';

/**
 * First key of the advisory locks (each a pair of 32-bit numbers) by which a job worker shows that its process is
 * alive.
 */
const LOCK_CLASS = 7_402_341;
/** Interval, in milliseconds, between two searches for jobs whose worker process died. */
const LOOK_MS = 5_000;
/**
 * Minimum age of a worker's mark on a job before the mark can be cleared; the worker of a newer mark may not yet hold
 * its advisory lock.
 */
const YOUNGEST = '5 seconds';
const FREE = 'SELECT graphile_worker.force_unlock_workers($1::text[])';

/**
 * Frees the jobs of killed worker processes. graphile-worker marks a job, and its queue, with the id of the worker that
 * runs it; when that process is killed, the mark stays for hours and blocks the whole queue. Therefore each process
 * holds an advisory lock while it lives (the database releases the lock with the connection), and clears the marks of
 * workers that hold no such lock.
 */
export class JobLease {
  private client: PoolClient | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private ended = false;

  constructor(
    private readonly pool: Pool,
    private readonly workerId: string,
    private readonly log: Logger,
  ) {}

  start(): void {
    const look = () => {
      this.running = this.look()
        .catch((error: unknown) =>
          this.log.warn({ err: error }, 'the search for jobs of killed processes failed and will be retried'),
        )
        .finally(() => {
          if (!this.ended) this.timer = setTimeout(look, LOOK_MS).unref();
        });
    };
    look();
  }

  /**
   * Stops the search for killed processes and releases this worker's advisory lock; call it after the last job has
   * ended.
   */
  async end(): Promise<void> {
    this.ended = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
    // The worker may have taken a job at the very moment of the stop. If its mark on that job were not cleared here,
    // the mark would block the job and its queue.
    await this.client?.query(FREE, [[this.workerId]]).catch(() => undefined);
    this.client?.release(true);
    this.client = null;
  }

  private async look(): Promise<void> {
    const client = this.client ?? (await this.hold());
    const dead = (await client.query(
      `SELECT m.locked_by AS id
       FROM (SELECT locked_by, locked_at FROM graphile_worker._private_jobs
             UNION ALL
             SELECT locked_by, locked_at FROM graphile_worker._private_job_queues) m
       WHERE m.locked_by <> $1 AND m.locked_at < now() - interval '${YOUNGEST}'
         AND NOT EXISTS (
           SELECT 1
           FROM pg_locks l
           WHERE l.locktype = 'advisory'
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND l.classid = ${LOCK_CLASS} AND l.objid = hashtext(m.locked_by)::bit(32)::bigint::oid AND l.granted)
       GROUP BY m.locked_by`,
      [this.workerId],
    )) as { rows: Array<{ id: string }> };
    if (dead.rows.length === 0) return;
    await client.query(FREE, [dead.rows.map(({ id }) => id)]);
    this.log.warn({ processes: dead.rows.length }, 'jobs taken by killed processes were released');
  }

  private async hold(): Promise<PoolClient> {
    const client = await this.pool.connect();
    // When this connection breaks, PostgreSQL releases its advisory lock; the next search opens a new connection and
    // takes the lock again.
    client.on('error', () => {
      if (this.client === client) this.client = null;
    });
    try {
      await client.query(`SELECT pg_advisory_lock(${LOCK_CLASS}, hashtext($1))`, [this.workerId]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.client = client;
    return client;
  }
}
