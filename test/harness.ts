import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import pg from 'pg';
import { inject } from 'vitest';
import { createApp, type Backends, type RunningApp } from '../src/app.js';
import { readConfig, type Config } from '../src/kernel/config.js';
import type { App } from '../src/kernel/context.js';
import type { DatabaseTimes } from '../src/kernel/database/database.js';
import { createLogger } from '../src/kernel/logger.js';
import { guardWrites } from './write-guard.js';

export { eventually } from './eventually.js';

const TEMPLATE = 'techpool_template';

export interface GraphQLReply<T> {
  status: number;
  headers: Headers;
  data: T;
  errors?: Array<{
    message: string;
    path?: Array<string | number>;
    extensions: { code: string; reason?: string; [key: string]: unknown };
  }>;
  extensions?: Record<string, unknown>;
}

export interface AskOptions {
  /** An access token or an API key. */
  token?: string;
  headers?: Record<string, string>;
}

/** A separate app on its own database and index prefix, used over HTTP like by any client. */
export interface TestApp {
  readonly app: App;
  readonly running: RunningApp;
  readonly url: string;
  readonly databaseUrl: string;
  /** Sends an operation; never throws on GraphQL errors. */
  ask<T = Record<string, never>>(
    query: string,
    variables?: Record<string, unknown>,
    options?: AskOptions,
  ): Promise<GraphQLReply<T>>;
  /** Same as ask, but fails the test with the errors' text if there are any. */
  gql<T = Record<string, never>>(query: string, variables?: Record<string, unknown>, options?: AskOptions): Promise<T>;
  sql<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  /** Everything logged so far, one parsed JSON object per line. */
  readonly logLines: Array<Record<string, unknown>>;
  /**
   * SQL statements of requests since the last reset; those of background jobs are excluded, because their timing
   * varies.
   */
  readonly statements: string[];
  /**
   * Runs once, between the start of the next request that writes and its transaction. Returns whether it has run, and
   * disarms it.
   */
  beforeWrite(run: () => Promise<void>): () => boolean;
  /** Advances the app's clock. */
  travel(milliseconds: number): void;
  close(): Promise<void>;
}

/**
 * Starts an app on a fresh copy of the migrated template database; `backends` overrides the run's servers, and `appUrl`
 * turns the address of the copy into the one that the app uses. Close it in `afterAll`.
 */
export async function startTestApp(
  overrides: Partial<Config> = {},
  backends: Partial<Backends> = {},
  options: { databaseTimes?: DatabaseTimes; appUrl?: (databaseUrl: string) => string } = {},
): Promise<TestApp> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const adminUrl = new URL(inject('postgresUrl'));
  adminUrl.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: adminUrl.href });
  await admin.connect();
  await createFromTemplate(admin, name);
  const copyUrl = new URL(inject('postgresUrl'));
  copyUrl.pathname = `/${name}`;
  const databaseUrl = new URL(backends.databaseUrl ?? copyUrl.href);

  const logLines: Array<Record<string, unknown>> = [];
  const log = createLogger(
    'info',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        for (const line of chunk.toString('utf8').split('\n'))
          if (line) logLines.push(JSON.parse(line) as Record<string, unknown>);
        done();
      },
    }),
  );
  const statements: string[] = [];
  const withinRequest = new AsyncLocalStorage<true>();
  let offset = 0;
  const defaults = readConfig({});
  const running = await createApp(
    {
      ...defaults,
      port: 0,
      databasePool: 6,
      searchIndex: name,
      requireOperatorTotp: false,
      // One address asks for everything here; tests of the quota state their own.
      limits: { ...defaults.limits, requestsPerMinute: 1_000_000 },
      ...overrides,
    },
    {
      databaseUrl: options.appUrl?.(databaseUrl.href) ?? databaseUrl.href,
      meiliUrl: inject('meiliUrl'),
      meiliKey: inject('meiliKey'),
      secretKey: 'test-secret-key-of-32-characters!',
      ...backends,
    },
    {
      log,
      onStatement: (sql) => void (withinRequest.getStore() && statements.push(sql)),
      clock: () => new Date(Date.now() + offset),
      ...(options.databaseTimes ? { databaseTimes: options.databaseTimes } : {}),
    },
  );
  running.http.server.prependListener('request', () => withinRequest.enterWith(true));
  let atWrite: (() => Promise<void>) | undefined;
  const { dataSource } = running.app;
  const foundInWrites = guardWrites(dataSource);
  const transaction = dataSource.transaction.bind(dataSource) as (...args: unknown[]) => Promise<unknown>;
  // The transaction is the real one; a test only gets time before it begins.
  dataSource.transaction = (async (...args: unknown[]) => {
    const run = withinRequest.getStore() ? atWrite : undefined;
    if (run) {
      atWrite = undefined;
      await run();
    }
    return transaction(...args);
  }) as typeof dataSource.transaction;
  const pool = new pg.Pool({ connectionString: databaseUrl.href, max: 2 });
  // Dropping the database may terminate a connection that is being closed.
  const closing = () => undefined;
  pool.on('error', closing);
  pool.on('connect', (client) => void client.on('error', closing));

  const ask: TestApp['ask'] = async <T>(
    query: string,
    variables: Record<string, unknown> = {},
    options: AskOptions = {},
  ) => {
    const response = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...options.headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Omit<GraphQLReply<T>, 'status' | 'headers'>;
    return { ...body, status: response.status, headers: response.headers };
  };

  return {
    app: running.app,
    running,
    url: running.url,
    databaseUrl: databaseUrl.href,
    ask,
    async gql<T>(query: string, variables?: Record<string, unknown>, options?: AskOptions) {
      const reply = await ask<T>(query, variables, options);
      if (reply.errors) throw new Error(JSON.stringify(reply.errors, null, 1));
      return reply.data;
    },
    async sql<T>(text: string, values: unknown[] = []) {
      return (await pool.query(text, values)).rows as T[];
    },
    logLines,
    statements,
    beforeWrite(run) {
      atWrite = run;
      return () => {
        const hasRun = atWrite !== run;
        if (!hasRun) atWrite = undefined;
        return hasRun;
      };
    },
    travel(milliseconds) {
      offset += milliseconds;
    },
    async close() {
      await running.close();
      await pool.end();
      const stale = await running.app.search.client.getRawIndexes({ limit: 1000 }).catch(() => ({ results: [] }));
      for (const index of stale.results)
        if (index.uid.startsWith(name)) await running.app.search.client.deleteIndex(index.uid);
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      const found = foundInWrites();
      if (found.length > 0) throw new Error(`${found.length} calls from inside write transactions:\n${found[0]}`);
    },
  };
}

/** PostgreSQL copies a template only while no connection uses it, so concurrent copies are serialised. */
async function createFromTemplate(admin: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
