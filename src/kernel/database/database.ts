import pg from 'pg';
import { parseDatabaseUrl, type DatabaseUrl } from '../database-url.js';
import { DatabaseClient, type DatabaseClientConfig } from './client.js';
import { Hosts, type Host, type Probe } from './hosts.js';
import { SilenceWatch } from './silence.js';

/**
 * Time limits of connections, in milliseconds. `answer` is what a statement may take before its connection counts as
 * broken: it is above the server's own limit `statement`, so that it is reached only where the server's answer got lost.
 */
export interface DatabaseTimes {
  statement: number;
  answer: number;
  /**
   * Time without a byte on a connection whose statement waits for its answer, after which the server is asked whether
   * the answer got lost.
   */
  silence: number;
  /** Time limit for opening a connection, and for waiting until a connection of the pool is free. */
  connect: number;
  /** Time without a statement in an open transaction, after which the server ends the connection. */
  idleInTransaction: number;
}

/** Limits of the connections that serve requests and background jobs. */
export const SERVING: DatabaseTimes = {
  statement: 60_000,
  answer: 65_000,
  silence: 10_000,
  connect: 10_000,
  idleInTransaction: 120_000,
};

/**
 * Limits of commands, whose single statements (an index on a large table, the removal of a schema) may take long. A
 * COPY has no limit of this kind: it lasts as long as rows keep coming.
 */
export const COMMANDS: DatabaseTimes = {
  statement: 3_600_000,
  answer: 3_605_000,
  silence: 10_000,
  connect: 10_000,
  idleInTransaction: 3_600_000,
};

/** Milliseconds without a byte after which TCP asks whether the other side of a connection is still there. */
const KEEP_ALIVE_MS = 10_000;
/** Milliseconds within which a host must answer a question about itself. */
const PROBE_MS = 3_000;

/** Parameters of libpq that choose among hosts; this program always takes the host that accepts writes. */
const HOST_OPTIONS = new Set(['target_session_attrs', 'load_balance_hosts']);

/**
 * Makes all connections to the database of one DATABASE_URL, with one set of limits, and to the host that accepts
 * writes. One object serves all pools of a process, so that all of them move to another host at the same time.
 */
export class Database {
  private readonly hosts: Hosts;
  private readonly silence: SilenceWatch;
  private readonly parts: DatabaseUrl;

  constructor(
    private readonly text: string,
    private readonly times: DatabaseTimes,
    onMove: (from: string, to: string) => void = () => undefined,
  ) {
    this.parts = parseDatabaseUrl(text);
    this.hosts = new Hosts(this.parts.hosts, (host) => this.ask(host), onMove);
    this.silence = new SilenceWatch(times.silence, (processes) => this.idleOf(processes));
  }

  /**
   * Connection URL for the driver, which understands one host only: DATABASE_URL itself if it names one host, otherwise
   * a URL with the first of its hosts.
   */
  get url(): string {
    return this.hosts.several ? this.urlOf(this.hosts.all[0]!) : this.text;
  }

  /** Options of a connection. A pool takes them too, and makes its connections with the class in `Client`. */
  options(applicationName: string): DatabaseClientConfig & { Client: typeof DatabaseClient } {
    const { statement, answer, connect, idleInTransaction } = this.times;
    return {
      connectionString: this.url,
      application_name: applicationName,
      Client: DatabaseClient,
      hosts: this.hosts,
      silence: this.silence,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: connect,
      statement_timeout: statement,
      query_timeout: answer,
      idle_in_transaction_session_timeout: idleInTransaction,
    };
  }

  pool(applicationName: string, max: number): pg.Pool {
    // The driver's types describe the class of connections without the options that the pool gives it.
    const pool = new pg.Pool({ ...this.options(applicationName), max } as unknown as pg.PoolConfig);
    // An `error` event without a listener would end the process; the statement that needs the connection fails in any
    // case. graphile-worker asks for a listener on each connection too.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
    return pool;
  }

  /** A single connection, not yet connected. */
  client(applicationName: string): pg.Client {
    return new DatabaseClient(this.options(applicationName));
  }

  private ask(host: Host): Promise<Probe> {
    return this.probing(host, async (client) => {
      const { rows } = await client.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
      if (rows[0]?.transaction_read_only !== 'off') return { writable: false, timeline: 0 };
      return { writable: true, timeline: await timelineOf(client) };
    });
  }

  /**
   * Returns those of the given server processes (connections, as the server sees them) that have been waiting for a
   * statement for at least half of the time `silence`.
   */
  private idleOf(processes: number[]): Promise<number[]> {
    return this.probing(this.hosts.current, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid
         FROM pg_stat_activity
         WHERE pid = ANY ($1::int[]) AND state LIKE 'idle%'
           AND state_change < clock_timestamp() - $2 * interval '1 millisecond'`,
        [processes, this.times.silence / 2],
      );
      return rows.map(({ pid }) => pid);
    });
  }

  /**
   * Connects to one host, runs `run` on that connection and closes it; connecting and each statement are limited to
   * PROBE_MS.
   */
  private async probing<T>(host: Host, run: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.hosts.several ? this.urlOf(host) : this.text,
      application_name: 'probe-of-techpool',
      connectionTimeoutMillis: PROBE_MS,
      query_timeout: PROBE_MS,
      statement_timeout: PROBE_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await run(client);
    } finally {
      void client.end().catch(() => undefined);
    }
  }

  private urlOf({ host, port }: Host): string {
    const { user, password, database, options } = this.parts;
    const query = new URLSearchParams({ host, port: String(port) });
    for (const [name, value] of Object.entries(options)) if (!HOST_OPTIONS.has(name)) query.set(name, value);
    const credentials = [user, password].flatMap((part) => (part === undefined ? [] : [encodeURIComponent(part)]));
    const at = credentials.length > 0 ? `${credentials.join(':')}@` : '';
    // The driver's parser reads `+` as a plus sign in some versions, so a space is written as %20.
    return `postgres://${at}localhost/${encodeURIComponent(database ?? '')}?${query.toString().replaceAll('+', '%20')}`;
  }
}

/** The timeline of a primary; 0 where the server does not tell, as some services that speak PostgreSQL's protocol. */
async function timelineOf(client: pg.Client): Promise<number> {
  try {
    const { rows } = await client.query<{ timeline: string }>(
      'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline',
    );
    return Number.parseInt(rows[0]?.timeline ?? '0', 16);
  } catch {
    return 0;
  }
}
