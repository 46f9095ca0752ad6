import type { Pool, PoolClient } from 'pg';
import type { Logger } from '../logger.js';

/**
 * First key of the advisory locks (each a pair of 32-bit numbers) by which a job worker shows that its process is
 * alive.
 */
const LOCK_CLASS = 7_402_341;
/** Interval, in milliseconds, between two searches for jobs that nobody runs. */
const LOOK_MS = 3_000;
/** Interval, in milliseconds, at which a lost connection is replaced, so that others do not take this process for dead. */
const HOLD_AGAIN_MS = 500;
/**
 * Minimum age of a worker's mark on a job before the mark can be cleared; the worker of a newer mark may not yet hold
 * its advisory lock, or may not have read the answer that gives it the job.
 */
const YOUNGEST = '5 seconds';
const FREE = 'SELECT graphile_worker.force_unlock_workers($1::text[])';

/** What the lease knows of the worker whose marks it looks after. */
export interface Leased {
  workerId: string;
  /** The jobs that the worker runs; null while it notes the end of some, whose marks must stay until then. */
  running: () => ReadonlySet<string> | null;
  /** Called after each search; `again` is true for the first one since the connection was lost. */
  looked: (again: boolean) => void;
}

/**
 * Frees the jobs that are marked as taken, but that nobody runs. graphile-worker marks a job, and its queue, with the
 * id of the worker that runs it; the mark stays for hours and blocks the whole queue
 *
 * - when the process is killed. Therefore each process holds an advisory lock while it lives (the database releases the
 *   lock with the connection), and clears the marks of workers that hold no such lock.
 * - when the connection is lost between the mark and the answer that gives the job to the worker. Therefore a process
 *   compares the marks in its name with the jobs that it runs.
 *
 * A mark is cleared when two searches in a row find it: a process that has lost its connection has that time to take
 * its lock again, and a job that was just given to a worker to start.
 */
export class JobLease {
  private client: PoolClient | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private ended = false;
  private lost = false;
  private suspects = { workers: new Set<string>(), jobs: new Set<string>(), queues: new Set<string>() };

  constructor(
    private readonly pool: Pool,
    private readonly leased: Leased,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.again(0);
  }

  /**
   * Stops the searches and releases this worker's advisory lock; call it after the last job has ended.
   */
  async end(): Promise<void> {
    this.ended = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
    // The worker may have taken a job at the very moment of the stop. If its mark on that job were not cleared here,
    // the mark would block the job and its queue.
    await this.client?.query(FREE, [[this.leased.workerId]]).catch(() => undefined);
    this.client?.release(true);
    this.client = null;
  }

  private again(delay: number): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.ended) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.running = this.running.then(() => this.turn());
    }, delay).unref();
  }

  private async turn(): Promise<void> {
    if (this.ended) return;
    try {
      await this.look();
      const { lost } = this;
      this.lost = false;
      this.leased.looked(lost);
      this.again(LOOK_MS);
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (!this.lost)
        this.log.warn({ code, reason: message }, 'the search for jobs that nobody runs failed and is repeated');
      this.lost = true;
      // A statement that failed may have left the connection in an unknown state; the next search opens another one.
      this.drop(this.client);
      this.again(HOLD_AGAIN_MS);
    }
  }

  private async look(): Promise<void> {
    const client = this.client ?? (await this.hold());
    const dead = await idsOf(
      client,
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
      [this.leased.workerId],
    );
    const workers = this.twice('workers', dead);
    if (workers.length > 0) {
      await client.query(FREE, [workers]);
      this.log.warn({ processes: workers.length }, 'jobs taken by killed processes were released');
    }
    await this.freeOwn(client);
  }

  /**
   * Clears the marks in this worker's own name on jobs and queues that it does not run, if they are older than YOUNGEST
   * and two searches in a row find them.
   */
  private async freeOwn(client: PoolClient): Promise<void> {
    const running = this.leased.running();
    if (running === null) {
      this.suspects = { ...this.suspects, jobs: new Set(), queues: new Set() };
      return;
    }
    const own = [this.leased.workerId, [...running]];
    const marked = (table: string, condition: string) =>
      idsOf(
        client,
        `SELECT m.id::text AS id
         FROM graphile_worker.${table} m
         WHERE m.locked_by = $1 AND m.locked_at < now() - interval '${YOUNGEST}' AND ${condition}`,
        own,
      );
    const jobs = this.twice('jobs', await marked('_private_jobs', `m.id <> ALL ($2::bigint[])`));
    const queues = this.twice(
      'queues',
      await marked(
        '_private_job_queues',
        `NOT EXISTS (
           SELECT 1 FROM graphile_worker._private_jobs j WHERE j.job_queue_id = m.id AND j.id = ANY ($2::bigint[]))`,
      ),
    );
    if (jobs.length + queues.length === 0) return;
    // The attempt is given back, since it was never begun: a job with a single attempt would be lost otherwise.
    await client.query(
      `WITH freed AS (
         UPDATE graphile_worker._private_jobs
         SET locked_by = NULL, locked_at = NULL, attempts = greatest(attempts - 1, 0)
         WHERE id = ANY ($2::bigint[]) AND locked_by = $1
       )
       UPDATE graphile_worker._private_job_queues
       SET locked_by = NULL, locked_at = NULL
       WHERE id = ANY ($3::int[]) AND locked_by = $1`,
      [this.leased.workerId, jobs, queues],
    );
    this.log.warn({ jobs: jobs.length, queues: queues.length }, 'jobs that were taken but not begun were released');
  }

  /**
   * Of the ids that this search found, those that the search before it had found too; remembers this search's ids for
   * the next one.
   */
  private twice(kind: keyof typeof this.suspects, found: readonly string[]): string[] {
    const before = this.suspects[kind];
    this.suspects[kind] = new Set(found);
    return found.filter((id) => before.has(id));
  }

  private async hold(): Promise<PoolClient> {
    const client = await this.pool.connect();
    // When this connection breaks, PostgreSQL releases its advisory lock. The client goes back to the pool, which
    // closes it, and another one takes the lock again at once.
    client.on('error', () => {
      if (this.client !== client) return;
      this.drop(client);
      this.lost = true;
      this.again(HOLD_AGAIN_MS);
    });
    this.client = client;
    // Without its lock this process could not tell which workers were alive, so the suspects are collected again.
    this.suspects = { workers: new Set(), jobs: new Set(), queues: new Set() };
    // The lock is shared, so that taking it never waits for a lost connection of the same worker on which PostgreSQL
    // still holds it.
    await client.query(`SELECT pg_advisory_lock_shared(${LOCK_CLASS}, hashtext($1))`, [this.leased.workerId]);
    return client;
  }

  private drop(client: PoolClient | null): void {
    if (client === null || this.client !== client) return;
    this.client = null;
    client.release(true);
  }
}

async function idsOf(client: PoolClient, sql: string, values: unknown[]): Promise<string[]> {
  return ((await client.query(sql, values)) as { rows: Array<{ id: string }> }).rows.map(({ id }) => id);
}
