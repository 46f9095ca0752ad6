import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backends } from './app.js';
import type { Config } from './kernel/config.js';
import {
  lockDataDir,
  runningMeilisearch,
  runningPostgresUrl,
  startMeilisearch,
  startPostgres,
} from './embedded/index.js';

/** Name of the database on the embedded server. */
export const EMBEDDED_DATABASE = 'techpool';

export interface RunningBackends {
  backends: Backends;
  /** Names the address that a second start on the same data folder is told. */
  publish(url: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The servers that the app talks to: those named by the configuration, embedded ones for the rest. Holds the data
 * folder's lock while any embedded server runs.
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

/** Nothing listens there: beside a database whose search engine is down, commands work and searches answer degraded. */
const NO_ENGINE = { url: 'http://127.0.0.1:1', apiKey: undefined };

/** How long the search engine stays away after it died before it is started again; doubles while that fails. */
const RESTART_MS = 15_000;
const MOST_RESTART_MS = 300_000;

/**
 * The embedded search engine, started again at the same address when it dies: searches are degraded meanwhile, and come
 * back by themselves. PostgreSQL is not treated so: without it there is nothing to serve.
 */
async function superviseMeilisearch(
  options: Parameters<typeof startMeilisearch>[0],
): Promise<Awaited<ReturnType<typeof startMeilisearch>>> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let launching: Promise<unknown> = Promise.resolve();
  // Set once it runs: those who know the address must find it there again.
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

/** The backends that another process of this folder runs right now; undefined where none does. For commands beside a running app. */
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
 * The database alone, for commands that need no search engine: the one named, the one that a running app holds, or the
 * embedded one started for the moment. `exclusive` refuses to share the embedded one with a running app.
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

/** Keeps the secret key that came with a backup of an embedded deployment. */
export async function keepEmbeddedSecret(dataDir: string, secret: string): Promise<void> {
  await writeFile(join(dataDir, 'secret'), secret, { mode: 0o600 });
}

/** The embedded deployment's secret key, made once and readable by its owner alone. */
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
