import { existsSync } from 'node:fs';
import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CHILD_ENV, startChild, type Child } from './child.js';
import { ensureFolder, isRoot } from './data-dir.js';
import { EmbeddedError, hasCode } from './embedded-error.js';
import type { EmbeddedOptions, EmbeddedServer } from './options.js';
import { launcherFor, plainLauncher, postgresAccount, type Launcher } from './postgres-account.js';
import { packagedPostgres, preparePostgres, type PostgresBinaries } from './postgres-binaries.js';
import {
  claimCluster,
  clusterExists,
  clusterOwner,
  clusterPaths,
  createCluster,
  refuseForeignCluster,
  sweepPartial,
  POSTGRES_USER,
  type ClusterPaths,
} from './postgres-cluster.js';
import {
  describeProcess,
  endProcess,
  findProcesses,
  freePort,
  identify,
  isAlive,
  isPidTaken,
  worksOn,
  type StopStep,
} from './processes.js';

/**
 * Signals that stop PostgreSQL, in order: fast shutdown (SIGINT); immediate shutdown (SIGQUIT), after which the next
 * start replays the WAL; then a kill.
 */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 8_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

const BACKEND_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/** Settings of the embedded PostgreSQL, sized for a machine of two cores that also runs the app and Meilisearch. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'techpool',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '1GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  // SQL statements and key values may hold confidential content, so PostgreSQL's log omits both.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Settings without durability, for disposable data only: a crash of the machine may lose or corrupt the database. */
const FAST_SETTINGS: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Milliseconds to wait until PostgreSQL accepts connections. Crash recovery replays about max_wal_size of WAL at most,
 * which normally takes seconds; the limit allows for very slow disks.
 */
const READY_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 30_000;
const SLOW_AFTER_MS = 5_000;
const TAKEN_PORT_RETRIES = 8;
const ORPHANED_BACKENDS_MS = 20_000;

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, and creates cluster and database if they are missing. A server that a
 * killed process left running on the same folder is stopped first. `fast` gives up durability for speed; for tests
 * only.
 */
export async function startPostgres(
  options: EmbeddedOptions & { database: string; fast?: boolean },
): Promise<EmbeddedServer> {
  const { database, fast = false, log } = options;
  await ensureFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const paths = clusterPaths(dataDir);
  const native = packagedPostgres();
  await refuseForeignCluster(paths);
  await stopOrphan(paths, log);
  const binaries = await preparePostgres(native, paths.runtimeDir);
  const launcher = await chooseLauncher(dataDir, paths, binaries);
  if (await clusterExists(paths, binaries.major)) {
    await sweepPartial(paths);
    await claimCluster(paths, launcher);
  } else {
    log('First start: creating the PostgreSQL cluster.');
    await createCluster(paths, binaries, launcher, !fast, log);
  }
  const { child, port } = await launch(
    options,
    paths,
    binaries,
    launcher,
    fast ? { ...SETTINGS, ...FAST_SETTINGS } : SETTINGS,
  );
  try {
    const password = await readPassword(paths);
    await ensureDatabase(postgresUrl(port, password, 'postgres'), database, paths);
    child.watch();
    return { url: postgresUrl(port, password, database), stop: () => child.stop() };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/**
 * URL of the database `database` on the PostgreSQL server that runs on this data folder, for commands beside a running
 * app; undefined where none runs.
 */
export async function runningPostgresUrl(dataDir: string, database: string): Promise<string | undefined> {
  const paths = clusterPaths(dataDir);
  const running = await readPidFile(paths);
  if (running === undefined || !running.ready || !(await isPostmasterOf(running.pid, paths))) return undefined;
  return postgresUrl(running.port, await readPassword(paths), database);
}

function postgresUrl(port: number, password: string, database: string): string {
  return `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

async function readPassword(paths: ClusterPaths): Promise<string> {
  try {
    return (await readFile(paths.passwordFile, 'utf8')).trim();
  } catch (error) {
    throw new EmbeddedError(
      'POSTGRES_PASSWORD_MISSING',
      `The database password cannot be read from ${paths.passwordFile}. Restore that file, or move ${paths.home} away to start with an empty database.`,
      {
        cause: error,
      },
    );
  }
}

async function chooseLauncher(dataDir: string, paths: ClusterPaths, binaries: PostgresBinaries): Promise<Launcher> {
  if (!isRoot()) return plainLauncher;
  const account = (await clusterOwner(paths)) ?? (await postgresAccount());
  return launcherFor(account, [
    { path: existsSync(paths.home) ? paths.home : dataDir, bit: 1 },
    { path: binaries.postgres, bit: 1 },
    { path: join(binaries.root, 'lib', 'postgresql', 'dict_snowball.so'), bit: 4 },
    { path: join(binaries.root, 'share', 'postgresql', 'postgres.bki'), bit: 4 },
  ]);
}

interface PidFile {
  pid: number;
  port: number;
  ready: boolean;
}

/**
 * Reads PostgreSQL's file postmaster.pid, whose lines are pid, folder, start time, port, socket folder, address, shared
 * memory, status.
 */
async function readPidFile({ cluster }: ClusterPaths): Promise<PidFile | undefined> {
  try {
    const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 1
      ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
      : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function isPostmasterOf(pid: number, { cluster }: ClusterPaths): Promise<boolean> {
  if (!isAlive(identify(pid))) return false;
  const found = describeProcess(pid);
  if (found?.program !== 'postgres') return false;
  const folder = await realpath(cluster);
  return worksOn(found, folder, folder);
}

async function stopOrphan(paths: ClusterPaths, log: (line: string) => void): Promise<void> {
  const left = await readPidFile(paths);
  if (left === undefined) return;
  if (await isPostmasterOf(left.pid, paths)) {
    log(`Stopping the PostgreSQL (process ${left.pid}) that an earlier run left behind.`);
    await endProcess(identify(left.pid), STOP_STEPS);
  } else if (isPidTaken(left.pid)) {
    // The pid in postmaster.pid now belongs to another process (or a zombie). PostgreSQL would take that process for a
    // running server and refuse to start, so the file is removed.
    await rm(join(paths.cluster, 'postmaster.pid'), { force: true });
  }
}

/**
 * Ends server processes of PostgreSQL (backends) that are left on the cluster's folder. A backend in a long query
 * survives its killed postmaster; its transaction is lost in any case, and it would block the next start.
 */
async function endBackends({ cluster }: ClusterPaths, log: (line: string) => void): Promise<void> {
  const folder = await realpath(cluster);
  const backends = findProcesses((found) => found.program === 'postgres' && found.cwd === folder);
  if (backends.length > 0) log(`Ending ${backends.length} PostgreSQL backend(s) that outlived their server.`);
  await Promise.all(backends.map((backend) => endProcess(backend, BACKEND_STOP_STEPS)));
}

async function launch(
  options: EmbeddedOptions,
  paths: ClusterPaths,
  binaries: PostgresBinaries,
  launcher: Launcher,
  settings: Record<string, string>,
): Promise<{ child: Child; port: number }> {
  const begun = performance.now();
  for (let taken = 0; ;) {
    const port = await (options.choosePort ?? freePort)();
    const parameters = Object.entries({ ...settings, port: String(port) }).flatMap(([key, value]) => [
      '-c',
      `${key}=${value}`,
    ]);
    const [command, args] = launcher.command(binaries.postgres, ['-D', paths.cluster, ...parameters]);
    const child = startChild({
      name: 'PostgreSQL',
      command,
      args,
      env: CHILD_ENV,
      cwd: '/',
      ...launcher.spawnAs,
      logFile: paths.logFile,
      stopSteps: STOP_STEPS,
      log: options.log,
      onExit: options.onExit,
    });
    if (await becomesReady(child, paths, options.log)) return { child, port };

    const output = child.output();
    if (/could not bind|could not create any TCP\/IP sockets/.test(output) && ++taken < TAKEN_PORT_RETRIES) continue;
    if (output.includes('pre-existing shared memory block') && performance.now() - begun < ORPHANED_BACKENDS_MS) {
      await endBackends(paths, options.log);
      await sleep(100);
      continue;
    }
    throw new EmbeddedError(
      'POSTGRES_START_FAILED',
      `PostgreSQL did not start (${child.ended()}). Its last lines, from ${paths.logFile}:\n${lastLines(output)}\nMend that, or name a PostgreSQL in DATABASE_URL.`,
    );
  }
}

/** Resolves to true once PostgreSQL reports "ready" in its pid file, and to false when its process ends before. */
async function becomesReady(child: Child, paths: ClusterPaths, log: (line: string) => void): Promise<boolean> {
  const begun = performance.now();
  let told = false;
  while (child.ended() === undefined) {
    const state = await readPidFile(paths);
    if (state?.pid === child.pid && state.ready) return true;
    const waited = performance.now() - begun;
    if (waited > SLOW_AFTER_MS && !told) {
      told = true;
      log('PostgreSQL is still recovering from its last crash.');
    }
    if (waited > READY_TIMEOUT_MS) {
      await child.stop();
      throw new EmbeddedError(
        'POSTGRES_START_FAILED',
        `PostgreSQL was not ready within ${READY_TIMEOUT_MS / 1000} s; see ${paths.logFile}. The data is untouched: start again.`,
      );
    }
    await sleep(10);
  }
  return false;
}

function lastLines(output: string): string {
  return output.split('\n').slice(-6).join('\n');
}

async function ensureDatabase(maintenanceUrl: string, database: string, paths: ClusterPaths): Promise<void> {
  const client = new pg.Client({
    connectionString: maintenanceUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: READY_TIMEOUT_MS,
  });
  // A server that dies here is noticed by its process; the statement fails in any case.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } catch (error) {
    // 28P01 is SQLSTATE invalid_password.
    if (!hasCode(error, '28P01')) throw error;
    throw new EmbeddedError(
      'POSTGRES_PASSWORD_WRONG',
      `The password in ${paths.passwordFile} is not the one of the database beside it. Restore the two from the same backup.`,
      {
        cause: error,
      },
    );
  } finally {
    await client.end();
  }
}
