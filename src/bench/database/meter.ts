import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

/** What an operation cost the database. */
export interface Cost {
  /** Statements that the operation sent, BEGIN and COMMIT included. */
  statements: number;
  /** Pages of 8 KiB that the database read, in memory or from the disk, in statements, triggers and planning alike. */
  buffers: number;
}

type Query = (this: pg.Client, ...call: unknown[]) => unknown;

/**
 * Counts the statements that this process sends to the database for measured operations, and the buffers that the
 * database reads meanwhile. The database must have no other work, and no autovacuum.
 */
export class Meter {
  private readonly measured = new AsyncLocalStorage<true>();
  private readonly clients = new Set<pg.Client>();
  private readonly prototype = pg.Client.prototype as unknown as { query: Query };
  private readonly query = this.prototype.query;
  private sent = 0;

  private constructor(private readonly own: pg.Client) {
    const note = (client: pg.Client) => {
      if (client === this.own) return;
      this.clients.add(client);
      if (this.measured.getStore()) this.sent += 1;
    };
    const { query } = this;
    this.prototype.query = function (this: pg.Client, ...call: unknown[]) {
      note(this);
      return query.apply(this, call);
    };
  }

  static async open(databaseUrl: string): Promise<Meter> {
    const own = new pg.Client({ connectionString: databaseUrl });
    await own.connect();
    return new Meter(own);
  }

  /** Runs `work` as a measured operation, or, as the handler of a request, everything that follows. */
  within = <T>(work: () => T): T => this.measured.run(true, work);

  /** Marks the rest of the present request as measured. */
  enter = (): void => this.measured.enterWith(true);

  /** What the measured operations of `work` cost altogether. */
  async costOf(work: () => Promise<unknown>): Promise<Cost> {
    const before = await this.blocks();
    this.sent = 0;
    await work();
    const statements = this.sent;
    return { statements, buffers: (await this.blocks()) - before };
  }

  async close(): Promise<void> {
    this.prototype.query = this.query;
    await this.own.end();
  }

  /**
   * Buffers read in this database so far. A connection reports its own once a second at most, so each of this process
   * is asked to report first.
   */
  private async blocks(): Promise<number> {
    for (const client of this.clients)
      await (this.query.call(client, 'SELECT pg_stat_force_next_flush()') as Promise<unknown>).catch(() =>
        this.clients.delete(client),
      );
    const { rows } = await this.own.query<{ blocks: string }>(
      `SELECT blks_hit + blks_read AS blocks FROM pg_stat_database WHERE datname = current_database()`,
    );
    return Number(rows[0]!.blocks);
  }
}
