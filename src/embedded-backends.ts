import type { Backends } from './app.js';
import type { Config } from './kernel/config.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from './embedded/embedded-error.js';
import { isServed, lockDataDir, type DataDirLock, type LockWish } from './embedded/lock.js';
import { runningMeilisearch, startMeilisearch } from './embedded/meilisearch.js';
import { runningPostgresUrl, startPostgres } from './embedded/postgres.js';
import { embeddedSecret, settleRestoredSecret } from './embedded/secret.js';
import { supervise } from './embedded/supervise.js';
import { wasRestoredWith } from './maintenance/restore.js';

/** Name of the database on the embedded PostgreSQL server. */
export const EMBEDDED_DATABASE = 'techpool';

export interface RunningBackends {
  backends: Backends;
  /**
   * Stores the app's URL in the data folder's lock, so that a second start on the same data folder can name it in its
   * error.
   */
  publish(url: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an embedded server for each of PostgreSQL and Meilisearch that is not configured by a URL, and returns the
 * addresses of both. The process holds the lock of the data folder until the embedded servers stop; `wish` is how it
 * takes the lock, or the lock itself.
 */
export async function startBackends(
  config: Config,
  log: (line: string) => void,
  onExit: (reason: string) => void,
  wish: LockWish | DataDirLock = {},
): Promise<RunningBackends> {
  if (config.databaseUrl !== undefined && config.meiliUrl !== undefined && config.secretKey !== undefined) {
    return {
      backends: {
        databaseUrl: config.databaseUrl,
        meiliUrl: config.meiliUrl,
        meiliKey: config.meiliKey,
        secretKey: config.secretKey,
      },
      publish: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    };
  }
  const lock = 'release' in wish ? wish : await lockDataDir(config.dataDir, wish);
  const started: Array<{ stop(): Promise<void> }> = [];
  const stop = async () => {
    await Promise.allSettled(started.map((server) => server.stop()));
    await lock.release();
  };
  try {
    const options = { dataDir: config.dataDir, log, onExit };
    const [database, meili] = await Promise.allSettled([
      config.databaseUrl === undefined ? supervisePostgres({ ...options, database: EMBEDDED_DATABASE }) : undefined,
      config.meiliUrl === undefined ? superviseMeilisearch({ ...options, meiliBin: config.meiliBin }) : undefined,
    ]);
    for (const server of [database, meili])
      if (server.status === 'fulfilled' && server.value) started.push(server.value);
    if (database.status === 'rejected') throw database.reason;
    if (meili.status === 'rejected') throw meili.reason;
    return {
      backends: {
        databaseUrl: database.value?.url ?? config.databaseUrl!,
        meiliUrl: meili.value?.url ?? config.meiliUrl!,
        meiliKey: meili.value?.apiKey ?? config.meiliKey,
        secretKey: config.secretKey ?? (await settledSecret(config.dataDir, database.value!.url)),
      },
      publish: (url) => lock.publish({ url }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Address of a port on which nothing listens. It stands for the search engine when only the database runs, so that
 * commands still work and their searches are degraded.
 */
const NO_ENGINE = { url: 'http://127.0.0.1:1', apiKey: undefined };

/**
 * Starts the embedded search engine under supervision. It is started again only after 15 seconds: searches are answered
 * by the database meanwhile, and a search engine that ended for lack of memory would take it from the database at once.
 */
function superviseMeilisearch(options: Parameters<typeof startMeilisearch>[0]): ReturnType<typeof startMeilisearch> {
  return supervise({
    start: (hooks) => startMeilisearch({ ...options, ...hooks }),
    name: 'The embedded search engine',
    meanwhile: 'searches are degraded',
    firstMs: 15_000,
    mostMs: 300_000,
    say: (line) => options.onExit?.(line),
  });
}

/** Starts the embedded database under supervision, without which a killed server would end all service. */
function supervisePostgres(options: Parameters<typeof startPostgres>[0]): ReturnType<typeof startPostgres> {
  return supervise({
    start: (hooks) => startPostgres({ ...options, ...hooks }),
    name: 'The embedded database',
    meanwhile: 'requests are refused',
    firstMs: 250,
    mostMs: 30_000,
    say: (line) => options.onExit?.(line),
  });
}

/**
 * Addresses of the servers on which another process of the same data folder runs, for commands beside a running app;
 * undefined where no app runs on the embedded database.
 */
export async function findRunningBackends(config: Config): Promise<Backends | undefined> {
  const databaseUrl = config.databaseUrl ?? (await servedPostgresUrl(config.dataDir));
  if (databaseUrl === undefined) return undefined;
  const meili =
    config.meiliUrl !== undefined
      ? { url: config.meiliUrl, apiKey: config.meiliKey }
      : ((await runningMeilisearch(config.dataDir)) ?? NO_ENGINE);
  return {
    databaseUrl,
    meiliUrl: meili.url,
    meiliKey: meili.apiKey,
    secretKey: config.secretKey ?? (await embeddedSecret(config.dataDir)),
  };
}

/** The embedded PostgreSQL of a running app; one that another command has started ends with that command. */
async function servedPostgresUrl(dataDir: string): Promise<string | undefined> {
  return (await isServed(dataDir)) ? runningPostgresUrl(dataDir, EMBEDDED_DATABASE) : undefined;
}

/** Milliseconds within which an app that holds the data folder must have started its database. */
const APP_START_MS = 120_000;
const POLL_MS = 100;

/**
 * For a command on embedded servers: takes the lock of the data folder, or returns null where a running app has started
 * them. An app that is just starting, and other commands, are waited for.
 */
async function lockUnlessServed(config: Config, wish: LockWish): Promise<DataDirLock | null> {
  const until = performance.now() + APP_START_MS;
  for (;;) {
    try {
      return await lockDataDir(config.dataDir, wish);
    } catch (error) {
      if (!hasCode(error, 'DATA_DIR_IN_USE')) throw error;
      if ((await servedPostgresUrl(config.dataDir)) !== undefined) return null;
      if (performance.now() > until) throw error;
    }
    await sleep(POLL_MS);
  }
}

/**
 * Opens the servers for a command: those that the environment names, those of a running app, or embedded ones that are
 * started for the command.
 */
export async function openBackends(
  config: Config,
  wish: LockWish & { command: string },
  onExit: (reason: string) => void,
): Promise<{ backends: Backends; stop(): Promise<void> }> {
  for (;;) {
    const lock = config.databaseUrl === undefined ? await lockUnlessServed(config, wish) : null;
    if (lock !== null) return startBackends(config, () => undefined, onExit, lock);
    const backends = await findRunningBackends(config);
    if (backends !== undefined) return { backends, stop: () => Promise.resolve() };
  }
}

/**
 * Opens the database alone, for commands that need no search engine: the configured database, or the embedded one,
 * which is started unless a running app has started it. With `exclusive`, the command fails when an app is running on
 * the embedded database.
 */
export async function openDatabase(
  config: Config,
  { exclusive, ...wish }: LockWish & { command: string; exclusive: boolean },
): Promise<{ databaseUrl: string; secretKey: string; stop(): Promise<void> }> {
  const nothing = () => Promise.resolve();
  if (config.databaseUrl !== undefined)
    return { databaseUrl: config.databaseUrl, secretKey: config.secretKey!, stop: nothing };
  const lock = exclusive ? await lockDataDir(config.dataDir, wish) : await lockUnlessServed(config, wish);
  if (lock === null) {
    const running = await servedPostgresUrl(config.dataDir);
    // The app may have stopped since it was found.
    if (running === undefined) return openDatabase(config, { exclusive, ...wish });
    return {
      databaseUrl: running,
      secretKey: config.secretKey ?? (await embeddedSecret(config.dataDir)),
      stop: nothing,
    };
  }
  try {
    const server = await startPostgres({ dataDir: config.dataDir, log: () => undefined, database: EMBEDDED_DATABASE });
    const stop = async () => {
      await server.stop();
      await lock.release();
    };
    try {
      return {
        databaseUrl: server.url,
        secretKey: config.secretKey ?? (await settledSecret(config.dataDir, server.url)),
        stop,
      };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The secret key of an embedded deployment, after a restore that was killed before it had put its key in place. */
async function settledSecret(dataDir: string, databaseUrl: string): Promise<string> {
  await settleRestoredSecret(dataDir, (secret) => wasRestoredWith(databaseUrl, secret));
  return embeddedSecret(dataDir);
}
