import { fork, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backends } from '../app.js';
import { readConfig } from '../kernel/config.js';
import { findRunningBackends } from '../embedded-backends.js';
import { packageRoot } from '../lib/package-root.js';

/** The built program as a child process that a measurement starts and stops. */
export interface BenchServer {
  url: string;
  pid: number;
  output(): string;
  ask<T>(query: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();

/** Registers a child process to be stopped if the bench run is interrupted. */
export function watchOver(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Stops every child process that still runs. */
export async function endChildren(): Promise<void> {
  await Promise.all([...children].map(stopChild));
}

const PATH = '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin';
const STOP_MS = 25_000;

/**
 * Starts the built program on a data folder and waits for its first GraphQL answer; `seconds` is the time until then.
 */
export async function startServer(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<{ server: BenchServer; seconds: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/main.js')], {
    env: { PATH, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', REQUESTS_PER_MINUTE: '1000000', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  watchOver(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const url = await waitFor(() => /ready:\s+(\S+)\/graphql/.exec(text)?.[1], child, 60_000);
  const ask = askAt(url);
  await ask('{ __typename }');
  return {
    seconds: (performance.now() - begun) / 1000,
    server: { url, pid: child.pid!, output: () => text, ask, stop: () => stopChild(child) },
  };
}

/** Addresses of the database and search engine that the program running in the data folder uses. */
export async function backendsOf(dataDir: string): Promise<Backends> {
  const backends = await findRunningBackends(readConfig({ DATA_DIR: dataDir }));
  if (!backends) throw new Error('no program runs in the data folder');
  return backends;
}

/**
 * Starts a second program on the database and search engine of a first one, which keeps running the background jobs.
 */
export async function startBeside(backends: Backends, env: Record<string, string> = {}): Promise<BenchServer> {
  const { server } = await startServer('', {
    DATABASE_URL: backends.databaseUrl,
    MEILI_URL: backends.meiliUrl,
    ...(backends.meiliKey === undefined ? {} : { MEILI_KEY: backends.meiliKey }),
    SECRET_KEY: backends.secretKey,
    REQUIRE_OPERATOR_TOTP: 'false',
    WORKER: 'false',
    ...env,
  });
  await atRest(server);
  return server;
}

const LOOK_MS = 500;
/**
 * REST_MS: processor time per poll, in milliseconds, up to which a process counts as idle. MAX_WAIT_MS: default for the
 * maximum wait.
 */
const REST_MS = 50;
const MAX_WAIT_MS = 60_000;

/**
 * Waits until a program has finished its background work (such as loading the ranking or computing text vectors); by
 * default at most one minute.
 */
export async function atRest({ pid }: BenchServer, mostMs = MAX_WAIT_MS): Promise<void> {
  let before = processorMs(pid);
  for (const end = Date.now() + mostMs; Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = processorMs(pid);
    if (now - before <= REST_MS) return;
    before = now;
  }
}

/**
 * User and system time, in milliseconds, of a process and all its descendants, such as its database and search engine
 * (Linux only).
 */
export function treeProcessorMs(root: number): number {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const sum = (pid: number): number =>
    (parents.get(pid) ?? []).reduce((total, child) => total + sum(child), endedMeanwhile(() => processorMs(pid)) ?? 0);
  return sum(root);
}

const parentOf = (pid: number): number | undefined =>
  endedMeanwhile(() =>
    Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    ),
  );

/** Reads a process's files in /proc; returns undefined if the process has ended meanwhile and its files are gone. */
function endedMeanwhile<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as { code?: string }).code))) return undefined;
    throw error;
  }
}

/** User and system time of a process in milliseconds (Linux; counted in clock ticks of 10 ms). */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Starts the hand-written server of baseline.ts in a process of its own. */
export async function startBaseline(backends: Backends): Promise<{ url: string; stop(): Promise<void> }> {
  const child = fork(join(packageRoot(), 'dist/src/bench/baseline.js'), {
    env: { PATH, DATABASE_URL: backends.databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  watchOver(child);
  let url: string | undefined;
  child.on('message', (message) => (url = String(message)));
  return { url: await waitFor(() => url, child, 30_000), stop: () => stopChild(child) };
}

function askAt(url: string): BenchServer['ask'] {
  return async <T>(query: string, variables: Record<string, unknown> = {}, token?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data: T; errors?: Array<{ message: string }> };
    if (body.errors) throw new Error(body.errors.map((error) => error.message).join(' '));
    return body.data;
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function waitFor<T>(probe: () => T | undefined, child: ChildProcess, timeoutMs: number): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = probe();
    if (value !== undefined) return value;
    if (child.exitCode !== null || Date.now() > end) {
      child.kill('SIGTERM');
      throw new Error('the server did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function statusMb(pid: number, line: 'VmHWM' | 'VmRSS'): number {
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Peak resident memory of a process, in MB (Linux). */
export function peakRssMb(pid: number): number {
  return statusMb(pid, 'VmHWM');
}

/** Current resident memory of a process, in MB (Linux). */
export function rssMb(pid: number): number {
  return statusMb(pid, 'VmRSS');
}
