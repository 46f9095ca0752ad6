import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backends } from './app.js';
import type { Config } from './kernel/config.js';
import { lockDataDir } from './embedded/lock.js';
import { runningMeilisearch, startMeilisearch } from './embedded/meilisearch.js';
import { runningPostgresUrl, startPostgres } from './embedded/postgres.js';

/** Name of the database on the embedded server. */
export const EMBEDDED_DATABASE = 'techpool';

export interface RunningBackends {
  backends: Backends;
  /** Stores the address that the error of a second start on the same data folder names. */
  publish(url: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The servers that the app uses: configured ones, and embedded ones for the rest. Holds the data folder's lock while an
 * embedded server runs.
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
 * A port on which nothing listens: used beside a database whose search engine is down, so that commands work and
 * searches are degraded.
 */
const NO_ENGINE = { url: 'http://127.0.0.1:1', apiKey: undefined };

/**
 * Milliseconds from the end of the search engine to its restart; doubled after each failed restart up to the second
 * value.
 */
const RESTART_MS = 15_000;
const MOST_RESTART_MS = 300_000;

/**
 * Runs the embedded search engine and restarts it at the same address when it dies; until then searches are degraded.
 * PostgreSQL is not restarted: without a database the app cannot serve anything.
 */
async function superviseMeilisearch(
  options: Parameters<typeof startMeilisearch>[0],
): Promise<Awaited<ReturnType<typeof startMeilisearch>>> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let launching: Promise<unknown> = Promise.resolve();
  // Set at the first start, because clients keep the address and a restart must use the same port.
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
          if (!stopped) again(Math.min(delay * 2, MOST_RESTART_MS));
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
 * The backends of another process on this data folder; undefined where none runs. For commands beside a running app.
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
 * The database alone, for commands that need no search engine: the configured one, that of a running app, or the
 * embedded one, started for the command. With `exclusive`, the command refuses to share the embedded database with a
 * running app.
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

/** Stores the secret key from a backup of an embedded deployment. */
export async function keepEmbeddedSecret(dataDir: string, secret: string): Promise<void> {
  await writeFile(join(dataDir, 'secret'), secret, { mode: 0o600 });
}

/** The embedded deployment's secret key; created once and readable by its owner only. */
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
