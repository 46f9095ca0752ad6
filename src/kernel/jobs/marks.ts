import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import type { Logger } from '../logger.js';

/** Names that graphile-worker gives to the statements that mark a job as done or as failed. */
const MARK = /^(complete|fail)_jobs?(_q)?\//;
/** Milliseconds before a mark is written again after a failure; the wait doubles up to the second figure. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

const NOTHING: QueryResult = { rows: [], rowCount: 0, command: '', oid: 0, fields: [] };

/**
 * The view of the job pool that graphile-worker gets. graphile-worker 0.17 awaits nobody's answer when it marks a job
 * as done or failed: an error there is an unhandled rejection, which ends the process. Its batch mode
 * (`completeJobBatchDelay`, `failJobBatchDelay`) is no way out: it retries nothing, shuts the whole worker down at the
 * first error, and with two failed batches that shutdown never ends. Here these two statements never fail: they are
 * repeated until the database takes them, so that a job that has run during an outage is not run a second time.
 */
export class MarkingPool {
  private waiting = 0;
  private readonly ending = new AbortController();

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** Number of marks that are being written. */
  get pending(): number {
    return this.waiting;
  }

  /** The pool for graphile-worker: the same pool, but clients that it gets by `await connect()` write marks safely. */
  view(): Pool {
    const connect = (callback?: Parameters<Pool['connect']>[0]): unknown =>
      callback === undefined
        ? Promise.resolve(new MarkingClient(this.pool, (mark) => this.write(mark)))
        : this.pool.connect(callback);
    return Object.create(this.pool, { connect: { value: connect } }) as Pool;
  }

  /** Waits at most `limitMs` until all marks are written; later ones are tried once. */
  async end(limitMs: number): Promise<void> {
    const until = Date.now() + limitMs;
    while (this.waiting > 0 && Date.now() < until) await sleep(20);
    this.ending.abort();
  }

  private async write(mark: QueryConfig): Promise<QueryResult> {
    this.waiting += 1;
    try {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          return await this.pool.query(mark);
        } catch (error) {
          // The database may be shared with a process that frees the job later; nothing more can be done here.
          if (this.ending.signal.aborted) return NOTHING;
          if (wait === FIRST_WAIT_MS) {
            const { code, message } = error as { code?: unknown; message?: unknown };
            this.log.warn({ code, reason: message }, 'the end of a job could not be noted and is noted again');
          }
          await sleep(wait, undefined, { signal: this.ending.signal }).catch(() => undefined);
        }
      }
    } finally {
      this.waiting -= 1;
    }
  }
}

/**
 * A client that is taken from the pool with its first statement. A mark takes none, as it may have to wait for the
 * database without holding a connection.
 */
class MarkingClient {
  private client: PoolClient | undefined;
  private broken = false;

  constructor(
    private readonly pool: Pool,
    private readonly write: (mark: QueryConfig) => Promise<QueryResult>,
  ) {}

  async query(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    if (typeof statement === 'object' && statement.name !== undefined && MARK.test(statement.name))
      return this.write(statement);
    this.client ??= await this.take();
    try {
      return await this.client.query(statement as string, values);
    } catch (error) {
      // After an error that PostgreSQL did not report, such as a lost answer, the state of the connection is unknown,
      // so it is closed instead of reused.
      if (!(error instanceof pg.DatabaseError)) this.broken = true;
      throw error;
    }
  }

  release(): void {
    this.client?.release(this.broken);
    this.client = undefined;
  }

  private async take(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      // The new error has no code: after some codes graphile-worker would wait for up to three minutes; after this
      // error it looks for jobs again at its ordinary interval.
      throw new Error(`no database connection for jobs: ${(error as Error).message}`, { cause: error });
    }
  }
}
