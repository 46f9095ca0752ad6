import type { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import { PreparedClient } from '../../lib/prepared-client.js';
import { NoWritableHostError, type Host, type HostMember, type Hosts } from './hosts.js';
import type { SilenceWatch, Watched } from './silence.js';

/** Options of a DatabaseClient, which a pool passes on from its own options. */
export interface DatabaseClientConfig extends ClientConfig {
  hosts: Hosts;
  silence: SilenceWatch;
}

/** Errors of connections and statements of this database, as opposed to those of other services. */
const ours = new WeakSet<Error>();

/** Whether an error came from a connection to the database. */
export const isFromDatabase = (error: Error): boolean => ours.has(error);

/** SQLSTATE read_only_sql_transaction: the server became a standby, or its sessions read-only, since it was chosen. */
const READ_ONLY = '25006';
/** Message of the driver's error for a statement without an answer within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';

interface Driver {
  connection: { stream: Socket };
  connectionParameters: { query_timeout: number };
  processID: number | null;
  /** False while a statement waits for its answer. */
  readyForQuery: boolean | undefined;
}

type Callback = (error: Error | null | undefined, result?: unknown) => void;

/**
 * The PostgreSQL connection of every pool and command. Of several hosts in DATABASE_URL it connects to the one that
 * accepts writes. It closes itself when it is of no further use: when an answer did not come in time (its bytes were
 * lost, and later statements would wait behind it for ever), or when the server turned out to be read-only.
 */
export class DatabaseClient extends PreparedClient implements HostMember, Watched {
  /** The host of this connection; null before it is connected, and where there is only one host. */
  at: Host | null = null;
  private readonly hosts: Hosts;
  private readonly silence: SilenceWatch;

  constructor(config: DatabaseClientConfig) {
    super(config);
    this.hosts = config.hosts;
    this.silence = config.silence;
    // An `error` event without a listener would end the process. The statement that needs the connection fails in any
    // case, and a pool removes the connection by a listener of its own.
    this.on('error', () => undefined);
    this.once('end', () => {
      this.hosts.remove(this);
      this.silence.remove(this);
    });
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<this> | void {
    const connected = this.connectToHost().then(
      () => this.silence.add(this),
      (error: Error) => {
        ours.add(error);
        throw error;
      },
    );
    if (callback === undefined) return connected.then(() => this);
    // The callback runs outside the promise, so that an error that it throws is not taken for a failed connection.
    connected.then(
      () => process.nextTick(callback as Callback, null),
      (error: unknown) => process.nextTick(callback as Callback, error),
    );
  }

  override query(...call: unknown[]): never {
    const query = super.query.bind(this) as (...given: unknown[]) => unknown;
    const [first] = call;
    if (isSubmittable(first)) return this.withoutLimit(() => query(...call)) as never;
    const last = call.at(-1);
    if (typeof last !== 'function') {
      if (typeof first === 'string') return query(...call) as never;
      return (query(...call) as Promise<unknown>).catch((error: Error) => {
        this.failed(error);
        throw error;
      }) as never;
    }
    const callback: Callback = (error, result) => {
      if (error) this.failed(error);
      (last as Callback)(error, result);
    };
    return query(...call.slice(0, -1), callback) as never;
  }

  /** Closes the connection at once; statements that wait for an answer fail. */
  cut(): void {
    this.driver.connection.stream.destroy();
  }

  get serverProcess(): number | null {
    return this.driver.processID;
  }

  get waits(): boolean {
    return this.driver.readyForQuery === false;
  }

  get bytes(): number {
    const { bytesRead, bytesWritten } = this.driver.connection.stream;
    return bytesRead + bytesWritten;
  }

  /** Members of the driver that its types do not describe. */
  private get driver(): Driver {
    return this as unknown as Driver;
  }

  protected override failed(error: Error & { code?: string }): void {
    ours.add(error);
    if (error.code === READ_ONLY) this.hosts.distrust();
    else if (error.message !== NO_ANSWER) return;
    this.cut();
  }

  private async connectToHost(): Promise<void> {
    if (!this.hosts.several) {
      await super.connect();
      return;
    }
    const chosen = await this.hosts.choose();
    // The driver reads these two members when it opens the socket.
    Object.assign(this, { host: chosen.host, port: chosen.port });
    try {
      await super.connect();
    } catch (error) {
      this.hosts.distrust();
      throw error;
    }
    this.at = chosen;
    this.hosts.add(this);
    const asked: Promise<{ rows: Array<{ transaction_read_only: string }> }> = this.query('SHOW transaction_read_only');
    const { rows } = await asked;
    if (rows[0]?.transaction_read_only === 'off') return;
    this.hosts.distrust();
    this.cut();
    throw new NoWritableHostError(`The host ${chosen.host}:${chosen.port} became read-only.`);
  }

  /**
   * Runs a stream of COPY, which may last as long as rows keep coming: the driver's limit for one answer would end it,
   * and would keep a timer after it.
   */
  private withoutLimit<T>(run: () => T): T {
    const parameters = this.driver.connectionParameters;
    const limit = parameters.query_timeout;
    parameters.query_timeout = 0;
    try {
      return run();
    } finally {
      parameters.query_timeout = limit;
    }
  }
}

function isSubmittable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { submit?: unknown }).submit === 'function';
}
