import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Backends } from '../../app.js';
import { packageRoot } from '../../lib/package-root.js';
import { watchOver } from '../server.js';
import type { ProbeReading } from './probe.js';

/** The program under attack, with the probe loaded. */
export interface Target {
  readonly url: string;
  readonly pid: number;
  /** How the process ended; null while it runs. */
  readonly end: string | null;
  /**
   * Collects garbage in the measured process and begins a measurement; `full` collects the whole heap, otherwise only
   * the young generation.
   */
  begin(full: boolean): Promise<void>;
  /** Ends the measurement and returns its readings; null if the process does not answer in time or has ended. */
  read(waitMs: number): Promise<ProbeReading | null>;
  kill(): Promise<void>;
}

const PATH = '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin';
const START_MS = 60_000;
const BEGIN_MS = 20_000;

/**
 * Starts the built program as the measured process, on the database and search engine of another process, which runs
 * the background jobs. The rate limit is raised and client addresses are taken from the forwarded header, so that the
 * work of a request is measured and not its refusal.
 */
export async function startTarget(backends: Backends, folder: string): Promise<Target> {
  await mkdir(folder, { recursive: true });
  const probe = pathToFileURL(join(packageRoot(), 'dist/src/bench/hostile/probe.js')).href;
  const child = spawn(process.execPath, ['--expose-gc', '--import', probe, join(packageRoot(), 'dist/src/main.js')], {
    env: {
      PATH,
      TMPDIR: folder,
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'error',
      SAMPLE: 'false',
      DATABASE_URL: backends.databaseUrl,
      MEILI_URL: backends.meiliUrl,
      ...(backends.meiliKey === undefined ? {} : { MEILI_KEY: backends.meiliKey }),
      SECRET_KEY: backends.secretKey,
      REQUIRE_OPERATOR_TOTP: 'false',
      TRUST_PROXY: '1',
      REQUESTS_PER_MINUTE: '1000000',
    },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  watchOver(child);
  return attach(child, await urlOf(child));
}

async function urlOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  for (const end = Date.now() + START_MS; Date.now() < end && child.exitCode === null;) {
    const url = /ready:\s+(\S+)\/graphql/.exec(text)?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error('the program under attack did not start');
}

function attach(child: ChildProcess, url: string): Target {
  let end: string | null = null;
  let next = 0;
  const waiting = new Map<number, (reading: ProbeReading | null) => void>();
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ?? `exit ${code}`;
      for (const settle of waiting.values()) settle(null);
      resolve();
    });
  });
  child.on('message', (reading: ProbeReading) => waiting.get(reading.id)?.(reading));
  child.on('error', () => undefined);
  const ask = (question: object, waitMs: number): Promise<ProbeReading | null> => {
    const id = next++;
    if (end !== null || !child.connected) return Promise.resolve(null);
    return new Promise((resolve) => {
      const settle = (reading: ProbeReading | null) => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(reading);
      };
      const late = setTimeout(() => settle(null), waitMs);
      waiting.set(id, settle);
      child.send({ ...question, id }, (error) => error && settle(null));
    });
  };
  return {
    url,
    pid: child.pid!,
    get end() {
      return end;
    },
    async begin(full) {
      if ((await ask({ ask: 'begin', full }, BEGIN_MS)) === null) throw new Error('the probe does not answer');
    },
    read: (waitMs) => ask({ ask: 'end' }, waitMs),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
