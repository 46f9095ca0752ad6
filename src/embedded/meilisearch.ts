import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHILD_ENV, startChild, type Child } from './child.js';
import { ensureFolder, readOrCreateSecret } from './data-dir.js';
import { EmbeddedError, hasCode } from './embedded-error.js';
import { locateMeilisearch, meilisearchOnPath, packagedMeilisearch } from './meilisearch-binary.js';
import type { EmbeddedOptions, EmbeddedServer } from './options.js';
import {
  describeProcess,
  endProcess,
  freePort,
  isAlive,
  worksOn,
  type ProcessIdentity,
  type StopStep,
} from './processes.js';

const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 8_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const READY_TIMEOUT_MS = 60_000;
const TAKEN_PORT_RETRIES = 8;

interface MeilisearchPaths {
  home: string;
  db: string;
  keyFile: string;
  pidFile: string;
  logFile: string;
}

function meilisearchPaths(dataDir: string): MeilisearchPaths {
  const home = join(dataDir, 'meilisearch');
  return {
    home,
    db: join(home, 'data.ms'),
    keyFile: join(home, 'master-key'),
    pidFile: join(home, 'meilisearch.pid'),
    logFile: join(dataDir, 'meilisearch.log'),
  };
}

/**
 * Starts Meilisearch on a free port of 127.0.0.1. A server that a killed process left running on the same folder is
 * stopped first. An index database that this version cannot open is moved aside, as the index can be rebuilt from
 * PostgreSQL.
 */
export async function startMeilisearch(
  options: EmbeddedOptions & { meiliBin?: string | undefined },
): Promise<EmbeddedServer & { apiKey: string }> {
  const { log } = options;
  await ensureFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const paths = meilisearchPaths(dataDir);
  await mkdir(paths.home, { recursive: true, mode: 0o700 });
  await ensureFolder(join(paths.home, 'tmp'));
  await stopOrphan(paths, log);
  const binary = await locateMeilisearch(
    { meiliBin: options.meiliBin, packaged: packagedMeilisearch(), onPath: meilisearchOnPath },
    join(dataDir, 'bin'),
  );
  const apiKey = await readOrCreateSecret(paths.keyFile);

  const hadIndex = existsSync(paths.db);
  let started = await launch(options, paths, binary, apiKey);
  if ('failure' in started && hadIndex) {
    const aside = `${paths.db}.unusable`;
    await rm(aside, { recursive: true, force: true });
    await rename(paths.db, aside);
    const firstFailure = started.failure;
    started = await launch(options, paths, binary, apiKey);
    if ('failure' in started) {
      // The start fails with an empty index database too, so the old database was not the cause, and is put back.
      await rm(paths.db, { recursive: true, force: true });
      await rename(aside, paths.db);
    } else {
      log(
        `Meilisearch could not open its index (${reasonIn(firstFailure)}); it was moved to ${aside}, and the search index starts empty.`,
      );
    }
  }
  if ('failure' in started) {
    throw new EmbeddedError(
      'MEILI_START_FAILED',
      `Meilisearch did not start: ${reasonIn(started.failure)}. See ${paths.logFile}; name another binary in MEILI_BIN or a running server in MEILI_URL.`,
    );
  }
  const { child, url } = started;
  child.watch();
  return {
    url,
    apiKey,
    async stop() {
      await child.stop();
      const recorded = await readPidFile(paths);
      if (recorded?.pid === child.pid) await rm(paths.pidFile, { force: true });
    },
  };
}

/**
 * Address and key of the Meilisearch server that runs on this data folder, for commands beside a running app; undefined
 * where none runs.
 */
export async function runningMeilisearch(dataDir: string): Promise<{ url: string; apiKey: string } | undefined> {
  const paths = meilisearchPaths(dataDir);
  const running = await readPidFile(paths);
  if (running === undefined || !(await isServerOf(running, paths))) return undefined;
  return { url: running.url, apiKey: (await readFile(paths.keyFile, 'utf8')).trim() };
}

type Launched = { child: Child; url: string } | { failure: string };

async function launch(
  options: EmbeddedOptions,
  paths: MeilisearchPaths,
  binary: string,
  masterKey: string,
): Promise<Launched> {
  const tmp = join(paths.home, 'tmp');
  for (let taken = 0; ;) {
    const port = await (options.choosePort ?? freePort)();
    const url = `http://127.0.0.1:${port}`;
    const child = startChild({
      name: 'Meilisearch',
      command: binary,
      args: [
        ...['--http-addr', `127.0.0.1:${port}`, '--env', 'production', '--no-analytics'],
        ...[
          '--db-path',
          paths.db,
          '--dump-dir',
          join(paths.home, 'dumps'),
          '--snapshot-dir',
          join(paths.home, 'snapshots'),
        ],
        ...['--max-indexing-memory', '512MiB', '--max-indexing-threads', '2'],
        // At log level INFO, Meilisearch would log every request with its query string.
        ...['--log-level', 'WARN'],
      ],
      // The master key is passed as an environment variable, because program arguments are visible to every user of the
      // machine.
      env: { ...CHILD_ENV, MEILI_MASTER_KEY: masterKey, TMPDIR: tmp },
      cwd: paths.home,
      logFile: paths.logFile,
      stopSteps: STOP_STEPS,
      log: options.log,
      onExit: options.onExit,
    });
    if (child.ended() === undefined) {
      // The pid file is written synchronously right after the start, so that a kill of this process can hardly leave a
      // server without a pid file.
      const record: PidFile = { pid: child.pid, startedAt: child.startedAt, url };
      writeFileSync(paths.pidFile, JSON.stringify(record), { mode: 0o600 });
    }
    if (await becomesReady(child, url, masterKey, paths)) return { child, url };
    const output = child.output();
    if (/address already in use/i.test(output) && ++taken < TAKEN_PORT_RETRIES) continue;
    return { failure: output === '' ? (child.ended() ?? '') : output };
  }
}

async function becomesReady(child: Child, url: string, masterKey: string, paths: MeilisearchPaths): Promise<boolean> {
  const begun = performance.now();
  while (child.ended() === undefined) {
    // Another program may have taken the port and answer /health. The started server is recognised by refusing requests
    // without the key; the key is sent only after that check.
    if (
      (await statusOf(`${url}/health`)) === 200 &&
      (await statusOf(`${url}/version`)) === 401 &&
      (await statusOf(`${url}/version`, masterKey)) === 200
    )
      return true;
    if (performance.now() - begun > READY_TIMEOUT_MS) {
      await child.stop();
      throw new EmbeddedError(
        'MEILI_START_FAILED',
        `Meilisearch was not ready within ${READY_TIMEOUT_MS / 1000} s; see ${paths.logFile}, then start again.`,
      );
    }
    await sleep(15);
  }
  return false;
}

async function statusOf(url: string, key?: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(2_000),
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined; // The server does not listen yet; the caller watches its process for the end.
  }
}

interface PidFile extends ProcessIdentity {
  url: string;
}

async function readPidFile({ pidFile }: MeilisearchPaths): Promise<PidFile | undefined> {
  try {
    const { pid, startedAt, url } = JSON.parse(await readFile(pidFile, 'utf8')) as Partial<PidFile>;
    return typeof pid === 'number' && pid > 1 ? { pid, startedAt, url: url ?? '' } : undefined;
  } catch (error) {
    // A pid file that a crash cut short, so that it is not JSON, is treated like a missing one.
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isServerOf(recorded: ProcessIdentity, paths: MeilisearchPaths): Promise<boolean> {
  if (!isAlive(recorded)) return false;
  const found = describeProcess(recorded.pid);
  if (found === undefined || !found.args.includes('--db-path')) return false;
  const home = await realpath(paths.home);
  return worksOn(found, home, join(home, basename(paths.db)));
}

async function stopOrphan(paths: MeilisearchPaths, log: (line: string) => void): Promise<void> {
  const left = await readPidFile(paths);
  if (left !== undefined && (await isServerOf(left, paths))) {
    log(`Stopping the Meilisearch (process ${left.pid}) that an earlier run left behind.`);
    await endProcess(left, STOP_STEPS);
  }
  await rm(paths.pidFile, { force: true });
  // The folder `tmp` holds files of interrupted indexing; no server runs on it at this point, so it can be emptied.
  const tmp = join(paths.home, 'tmp');
  for (const name of await readdir(tmp)) await rm(join(tmp, name), { recursive: true, force: true });
}

/**
 * From the output of a failed start, returns the first line that reports an error, or the last line where none does.
 */
function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = lines.find((line) => line.startsWith('Error:')) ?? lines.at(-1) ?? 'no reason given';
  return found.replace(/^Error:\s*/, '').replace(/\.$/, '');
}
