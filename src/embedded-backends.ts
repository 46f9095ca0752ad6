import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backends } from './app.js';
import type { Config } from './kernel/config.js';
import { lockDataDir } from './embedded/lock.js';
import { runningMeilisearch, startMeilisearch } from './embedded/meilisearch.js';
import { runningPostgresUrl, startPostgres } from './embedded/postgres.js';

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
 * addresses of both. The process holds the lock of the data folder until the embedded servers stop.
 */
export async function startBackends(
  config: Config,
  log: (line: string) => void,
  onExit: (reason: string) => void,
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
  const lock = await lockDataDir(config.dataDir);
  const started: Array<{ stop(): Promise<void> }> = [];
  const stop = async () => {
    await Promise.allSettled(started.map((server) => server.stop()));
    await lock.release();
  };
  try {
    const options = { dataDir: config.dataDir, log, onExit };
    const [database, meili] = await Promise.allSettled([
      config.databaseUrl === undefined ? startPostgres({ ...options, database: EMBEDDED_DATABASE }) : undefined,
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
        secretKey: config.secretKey ?? (await embeddedSecret(config.dataDir)),
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
 * Milliseconds from the death of the embedded search engine to its restart (RESTART_MS); the wait doubles after each
 * failed restart, up to MAX_RESTART_MS.
 */
const RESTART_MS = 15_000;
const MAX_RESTART_MS = 300_000;

/**
 * Starts the embedded search engine, and starts it again at the same address when it dies; until then searches are
 * degraded. PostgreSQL is not restarted in this way, as the app cannot serve anything without a database.
 */
async function superviseMeilisearch(
  options: Parameters<typeof startMeilisearch>[0],
): Promise<Awaited<ReturnType<typeof startMeilisearch>>> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let launching: Promise<unknown> = Promise.resolve();
  // The port is set after the first start, because clients keep the address and a restart must use the same port.
  const address: { port?: number } = {};
  const say = (line: string) => options.onExit?.(line);
  const launch = () =>
    startMeilisearch({
      ...options,
      choosePort: address.port === undefined ? undefined : () => Promise.resolve(address.port!),
      onExit(reason) {
        if (stopped) return;
        say(
          `The embedded search engine ended (${reason}); searches are degraded, it is started again in ${RESTART_MS / 1000} s.`,
        );
        again(RESTART_MS);
      },
    });
  let current = await launch();
  address.port = Number(new URL(current.url).port);
  const again = (delay: number) => {
    timer = setTimeout(() => {
      launching = launch().then(
        async (started) => {
          current = started;
          if (stopped) await started.stop();
        },
        (error: unknown) => {
          say(`The embedded search engine did not start again: ${(error as Error).message}`);
          if (!stopped) again(Math.min(delay * 2, MAX_RESTART_MS));
        },
      );
    }, delay);
  };
  return {
    url: current.url,
    apiKey: current.apiKey,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await launching;
      await current.stop();
    },
  };
}

/**
 * Addresses of the servers on which another process of the same data folder runs, for commands beside a running app;
 * undefined where the database does not run.
 */
export async function findRunningBackends(config: Config): Promise<Backends | undefined> {
  const databaseUrl = config.databaseUrl ?? (await runningPostgresUrl(config.dataDir, EMBEDDED_DATABASE));
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

/**
 * Opens the database alone, for commands that need no search engine: the configured database, or the embedded one,
 * which is started unless a running app has started it. With `exclusive`, the command fails when an app is running on
 * the embedded database.
 */
export async function openDatabase(
  config: Config,
  options: { exclusive: boolean },
): Promise<{ databaseUrl: string; secretKey: string; stop(): Promise<void> }> {
  const nothing = () => Promise.resolve();
  if (config.databaseUrl !== undefined)
    return { databaseUrl: config.databaseUrl, secretKey: config.secretKey!, stop: nothing };
  const secretKey = config.secretKey ?? (await embeddedSecret(config.dataDir));
  const running = options.exclusive ? undefined : await runningPostgresUrl(config.dataDir, EMBEDDED_DATABASE);
  if (running !== undefined) return { databaseUrl: running, secretKey, stop: nothing };
  const lock = await lockDataDir(config.dataDir);
  try {
    const server = await startPostgres({ dataDir: config.dataDir, log: () => undefined, database: EMBEDDED_DATABASE });
    return {
      databaseUrl: server.url,
      secretKey,
      async stop() {
        await server.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Writes the secret key that a backup of an embedded deployment contains into the data folder. */
export async function keepEmbeddedSecret(dataDir: string, secret: string): Promise<void> {
  await writeFile(join(dataDir, 'secret'), secret, { mode: 0o600 });
}

/**
 * Returns the secret key of an embedded deployment from its file in the data folder; creates the file on first use,
 * readable by its owner only.
 */
async function embeddedSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
