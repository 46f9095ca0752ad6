import { createServer } from 'node:net';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { FastifyInstance } from 'fastify';
import { ConfigError, type Config } from './kernel/config.js';
import type { App } from './kernel/context.js';
import { createDataSource } from './kernel/data-source.js';
import { Database, SERVING, type DatabaseTimes } from './kernel/database/database.js';
import { migrate, pendingMigrations } from './kernel/database/migrate.js';
import { createHttpServer } from './http/server.js';
import { migrateJobs } from './kernel/jobs.js';
import { createJobs } from './kernel/jobs/supervisor.js';
import { createLogger, type Logger } from './kernel/logger.js';
import { ensureModel } from './matching/models/match.models.js';
import { MatchStore } from './matching/store/match.store.js';
import { createMetrics } from './kernel/metrics.js';
import { releaseUpgradeLock, takeUpgradeLock } from './kernel/upgrade-lock.js';
import { settleLeftovers } from './maintenance/set-aside.js';
import { composition } from './modules.js';
import type { Composition } from './kernel/module.js';
import { renewMemberships } from './identity/sessions/authentication.js';
import { holdRights } from './identity/sessions/held-rights.js';
import { migrations } from '../migrations/index.js';
import { createSchema } from './graphql/schema.js';
import { createSearchEngine } from './search/engine/engine.js';
import { MissCollector } from './search/misses/misses.collector.js';
import { Fallback } from './search/fallback/fallback.js';
import { Ranker } from './search/ranking/ranker.js';
import { prepareSearch } from './search/index/search.indexer.js';
import { openSpoolFolder, type SpoolFolder } from './embedded/spool-folder.js';
import { codeLists } from './taxonomy/code-lists.js';
import { loadTaxonomies } from './taxonomy/taxonomy.loading.js';
import { loadGapCodes } from './vetting/cultivation/cultivation.codes.js';
import { vettingHooks } from './vetting/achievement-hooks.js';
import { noteOpening } from './search/misses/misses.service.js';
import { useTimeZone } from './lib/day.js';

/** Addresses and secrets of the database and the search engine that an app uses, in addition to its configuration. */
export interface Backends {
  databaseUrl: string;
  meiliUrl: string;
  meiliKey: string | undefined;
  secretKey: string;
}

export interface AppOptions {
  clock?: () => Date;
  log?: Logger;
  onStatement?: (sql: string) => void;
  /** Time limits of database connections; tests shorten them. */
  databaseTimes?: DatabaseTimes;
}

export interface RunningApp {
  readonly app: App;
  readonly http: FastifyInstance;
  /** Base URL at which the app's HTTP server listens, such as http://127.0.0.1:4000. */
  readonly url: string;
  /**
   * Stops accepting requests, waits for the running ones, stops the job worker, and closes the database connections.
   */
  close(): Promise<void>;
}

/**
 * Updates the database schema, the job queue's tables and the code lists, and stores the first matching model if there
 * is none. Processes that start at the same time do this one after another. A database that an interrupted restore left
 * without its data is refused.
 */
async function upgrade(dataSource: DataSource, jobPool: Pool, now: Date, log: Logger, to: UpgradeTo): Promise<void> {
  const holder = await jobPool.connect();
  try {
    await takeUpgradeLock(holder, (seconds) =>
      log.warn({ seconds }, 'another process upgrades this database or restores a backup; the start waits for its end'),
    );
    await settleLeftovers(holder, (line) => log.warn(line));
    await migrateJobs(jobPool);
    await runPending(dataSource, to, log);
    await reportUnvalidated(dataSource, log);
    await loadTaxonomies(dataSource);
    await loadGapCodes(dataSource);
    await ensureModel(dataSource, now);
  } finally {
    await releaseUpgradeLock(holder).catch(() => undefined);
    holder.release();
  }
}

/** The database to upgrade, and whether its pending migrations may be run. */
interface UpgradeTo {
  databaseUrl: string;
  migrate: boolean;
}

async function runPending(
  dataSource: DataSource,
  { databaseUrl, migrate: isAllowed }: UpgradeTo,
  log: Logger,
): Promise<void> {
  const pending = await pendingMigrations(dataSource, migrations);
  if (pending.length === 0) return;
  if (!isAllowed)
    throw new ConfigError(
      `MIGRATE is false and ${pending.length} migrations are pending (${pending[0]} is the first); run npm run migrate.`,
    );
  await migrate(databaseUrl, migrations, (attempts) =>
    log.warn({ attempts }, 'a migration waits for the lock of a table that others use; it is tried again'),
  );
}

/**
 * Logs the constraints that rows from before a migration violate. They hold for every row that is written, so such a
 * row can only be changed together with what is wrong in it.
 */
async function reportUnvalidated(dataSource: DataSource, log: Logger): Promise<void> {
  const rows = (await dataSource.query(
    `SELECT conname AS name FROM pg_constraint
     WHERE NOT convalidated AND contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace ORDER BY conname`,
  )) as Array<{ name: string }>;
  if (rows.length > 0) log.warn({ constraints: rows.map(({ name }) => name) }, 'old rows violate constraints');
}

/**
 * Makes an app without an HTTP server: connects to the database, runs pending migrations (unless MIGRATE is false; then
 * it refuses a database that has any), and loads code lists. Command-line programs use an app in this form.
 */
export async function openApp(
  config: Config,
  backends: Backends,
  options: AppOptions = {},
): Promise<{ app: App; close(): Promise<void> }> {
  const log = options.log ?? createLogger(config.logLevel);
  useTimeZone(config.timeZone);
  const database = new Database(backends.databaseUrl, options.databaseTimes ?? SERVING, (from, to) =>
    log.warn({ from, to }, 'the database is served by another host now'),
  );
  const dataSource = createDataSource({
    database,
    poolSize: config.databasePool,
    entities: [...composition.entities],
    migrations,
    onStatement: options.onStatement,
  });
  // Background jobs have their own pool of database connections, so that a waiting job worker never takes a connection
  // from a request.
  const jobPool = database.pool('techpool-jobs', 6);
  let closing = false;
  // The error object of a lost connection also holds the client with its credentials, so only its code and message are
  // logged.
  const lost = (error: Error & { code?: string }) => {
    if (!closing) log.warn({ code: error.code, reason: error.message }, 'a job connection was lost');
  };
  jobPool.on('error', lost);
  jobPool.on('connect', (client) => void client.on('error', lost));
  const jobs = createJobs(jobPool);
  let misses: MissCollector | undefined;
  let matching: MatchStore | undefined;
  let spool: SpoolFolder | undefined;
  let fallback: Fallback | undefined;
  const close = async () => {
    closing = true;
    await misses?.close();
    await matching?.close();
    await jobs.stop();
    await jobPool.end();
    await fallback?.close();
    if (dataSource.isInitialized) await dataSource.destroy();
    await spool?.close();
  };
  try {
    spool = await openSpoolFolder(config, log);
    await dataSource.initialize();
    const clock = options.clock ?? (() => new Date());
    await upgrade(dataSource, jobPool, clock(), log, { databaseUrl: backends.databaseUrl, migrate: config.migrate });
    // Writes read the code lists from memory: a transaction that fetched them would take a second connection.
    await codeLists(dataSource);
    const search = createSearchEngine({
      url: backends.meiliUrl,
      apiKey: backends.meiliKey,
      prefix: config.searchIndex,
    });
    misses = new MissCollector(dataSource, log, clock, backends.secretKey);
    matching = new MatchStore(dataSource, database, config.dataDir, log, clock);
    const ranking = new Ranker(dataSource, log);
    fallback = new Fallback(database.pool('techpool-search', Fallback.CONNECTIONS), ranking, log);
    const app: App = {
      config,
      log,
      dataSource,
      search,
      ranking,
      fallback,
      misses,
      jobs,
      matching,
      metrics: createMetrics(),
      spool,
      secretKey: backends.secretKey,
      modules: composition,
      readNode: nodeReading(composition),
      renewMemberships,
      holdRights,
      achievementHooks: { ...vettingHooks, opened: noteOpening },
      clock,
    };
    return { app, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Makes the whole app, including its HTTP server, and starts to listen. */
export async function createApp(config: Config, backends: Backends, options: AppOptions = {}): Promise<RunningApp> {
  const opened = await openApp(config, backends, options);
  const { app } = opened;
  try {
    const schema = await createSchema(composition);
    const http = await createHttpServer(app, schema);
    const port = await choosePort(config);
    if (config.portIsFixed === false && port !== config.port && config.port !== 0) {
      app.log.warn(
        { taken: config.port, port },
        `port ${config.port} is taken; listening on ${port} instead (set PORT to choose)`,
      );
    }
    const url = await http.listen({ host: config.host, port });
    await prepareSearch(app);
    app.matching.start();
    if (config.worker) await app.jobs.start(app, composition.taskRegistry);
    return {
      app,
      http,
      url,
      async close() {
        await http.close();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/**
 * Returns the app's function that reads an object by GraphQL type and key. It throws for a type without a node reader,
 * which is a programming error.
 */
function nodeReading({ nodeReaders }: Composition): App['readNode'] {
  return (ctx, type, key) => {
    const reader = nodeReaders[type];
    if (!reader) throw new TypeError(`${type} cannot be read as a node`);
    return reader(ctx, key);
  };
}

/**
 * Returns the TCP port to listen on: the configured port, or any free port if that one is taken and the configuration
 * did not fix it.
 */
async function choosePort(config: Config): Promise<number> {
  if (config.port === 0) return 0;
  const refusal = await new Promise<string | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'));
    probe.listen({ host: config.host, port: config.port }, () => probe.close(() => resolve(undefined)));
  });
  if (refusal === undefined) return config.port;
  if (refusal === 'EACCES')
    throw new Error(`Port ${config.port} needs rights that this user does not have; set PORT to 1024 or more.`);
  if (refusal !== 'EADDRINUSE')
    throw new Error(`Port ${config.port} on ${config.host} cannot be listened on (${refusal}); set HOST and PORT.`);
  if (config.portIsFixed)
    throw new Error(`Port ${config.port} is taken by another program. Set PORT to a free one, or PORT=0 for any.`);
  return 0;
}
