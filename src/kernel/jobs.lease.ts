import type { Pool, PoolClient } from 'pg';
import type { Logger } from './logger.js';

/** The first number of the advisory locks by which processes that work jobs off show that they live. */
const LOCK_CLASS = 7_402_341;
/** How often a process looks for jobs of dead ones. */
const LOOK_MS = 5_000;
/** A lock that is younger may be of a process that has not shown yet that it lives. */
const YOUNGEST = '5 seconds';
const FREE = 'SELECT graphile_worker.force_unlock_workers($1::text[])';

/**
 * The queue marks jobs, and queues of jobs, with the process that works on them, and keeps the mark for hours when that
 * process is killed: nothing of that queue would run. Each process therefore holds an advisory lock as long as it lives,
 * which the database drops with its connection, and takes the marks of those away who hold none.
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
          this.log.warn({ err: error }, 'jobs of processes that were killed could not be looked for; it tries again'),
        )
        .finally(() => {
          if (!this.ended) this.timer = setTimeout(look, LOOK_MS).unref();
        });
    };
    look();
  }

  /** After the last job has ended. */
  async end(): Promise<void> {
    this.ended = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
    // A job may have been taken in the very moment of the stop: nobody would begin it, nor any other of its queue.
    await this.client?.query(FREE, [[this.workerId]]).catch(() => undefined);
    this.client?.release(true);
    this.client = null;
  }

  private async look(): Promise<void> {
    const client = this.client ?? (await this.hold());
    const dead = (await client.query(
      `SELECT m.locked_by AS id FROM (SELECT locked_by, locked_at FROM graphile_worker._private_jobs UNION ALL SELECT locked_by, locked_at FROM graphile_worker._private_job_queues) m
       WHERE m.locked_by <> $1 AND m.locked_at < now() - interval '${YOUNGEST}'
         AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND l.classid = ${LOCK_CLASS} AND l.objid = hashtext(m.locked_by)::bit(32)::bigint::oid AND l.granted)
       GROUP BY m.locked_by`,
      [this.workerId],
    )) as { rows: Array<{ id: string }> };
    if (dead.rows.length === 0) return;
    await client.query(FREE, [dead.rows.map(({ id }) => id)]);
    this.log.warn({ processes: dead.rows.length }, 'jobs that killed processes had begun are free again');
  }

  private async hold(): Promise<PoolClient> {
    const client = await this.pool.connect();
    // A broken connection has lost the lock: the next look takes another.
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
