import type { Pool, PoolClient } from 'pg';
import type { Logger } from '../../kernel/logger.js';
import type { SqlReader } from '../../lib/sql-reader.js';
import { searchByScan } from '../query/search.postgres.js';
import type { SearchAnswer, SearchRequest } from '../query/search.request.js';
import type { Ranker } from '../ranking/ranker.js';
import { searchColumns } from './fallback.search.js';
import { Lane } from './lane.js';
import { PoolTable } from './pool.table.js';
import { say } from '../../messages/catalogue.js';

/**
 * RUNNING: searches that are answered without the search engine at the same time; each takes a connection. WAITING:
 * maximum number that waits for them. PAUSE: time without such a search after each, relative to its duration, in which
 * the process serves other requests.
 */
const [RUNNING, WAITING, PAUSE] = [1, 30, 1];

declare module '../../kernel/context.js' {
  interface App {
    /** Answers searches while the search engine is away. */
    readonly fallback: Fallback;
  }
}

/**
 * Answers searches without the search engine, on connections of its own and a limited number at a time, so that an
 * outage of the engine takes neither the connections nor the processor from other requests. A search beyond the limits
 * is refused with UNAVAILABLE.
 */
export class Fallback {
  /** Connections of the pool: one more than searches, for the columns, which one search reads for all. */
  static readonly CONNECTIONS = RUNNING + 1;

  private readonly lane = new Lane({ running: RUNNING, waiting: WAITING, pause: PAUSE }, say('BUSY.searches'));
  private readonly table: PoolTable;
  private isClosing = false;

  constructor(
    private readonly pool: Pool,
    private readonly ranker: Ranker,
    log: Logger,
  ) {
    const lost = (error: Error & { code?: string }) => {
      if (!this.isClosing) log.warn({ code: error.code, reason: error.message }, 'a search connection was lost');
    };
    this.pool.on('error', lost);
    this.pool.on('connect', (client) => {
      client.on('error', lost);
      // Compiling a statement (on by default in PostgreSQL) takes longer than running it.
      client.query('SET jit = off').catch(lost);
    });
    this.table = new PoolTable(async (sql, parameters) => (await this.pool.query(sql, parameters)).rows as never, log);
  }

  /** Whether searches are answered by the columns; before that, the database answers alone. */
  get isReady(): boolean {
    return this.table.isReady;
  }

  /** Brings the columns of the pool to a version of the search index in the background, unless they are there. */
  follow(version: number): void {
    this.table.follow(version);
  }

  /** Answers a search of pool entries. */
  search(request: SearchRequest): Promise<SearchAnswer> {
    return this.lane.run(async () => {
      // Until the columns are loaded, the database alone answers.
      if (!this.isReady) {
        this.table.follow(0);
        return this.transaction((tx) => searchByScan(tx, request));
      }
      const state = await this.table.fresh();
      return searchColumns(readerOf(this.pool), state, this.ranker, request);
    });
  }

  /** Runs other reads of a search in one transaction, within the same limits. */
  read<T>(run: (tx: SqlReader) => Promise<T>): Promise<T> {
    return this.lane.run(() => this.transaction(run));
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.table.stop();
    await this.pool.end();
  }

  private async transaction<T>(run: (tx: SqlReader) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await run(readerOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollback: Error) => (failure = rollback));
      throw error;
    } finally {
      // A connection on which even the rollback failed is closed.
      client.release(failure);
    }
  }
}

const readerOf = (source: Pool | PoolClient): SqlReader => ({
  query: async <Rows>(sql: string, parameters: unknown[] = []) => (await source.query(sql, parameters)).rows as Rows,
});
