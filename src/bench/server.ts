import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.js';

/** The built program on a data folder of its own, as a child process that a measurement starts and stops. */
export interface BenchServer {
  url: string;
  pid: number;
  output(): string;
  ask<T>(query: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
  stop(): Promise<void>;
}

/** Starts it; `url` is known once it has answered a first GraphQL query. `seconds` is the time that took. */
export async function startServer(dataDir: string): Promise<{ server: BenchServer; seconds: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/main.js')], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin', DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', REQUESTS_PER_MINUTE: '1000000' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const url = await waitFor(() => /ready:\s+(\S+)\/graphql/.exec(text)?.[1], child, 60_000);
  const ask: BenchServer['ask'] = async <T>(query: string, variables: Record<string, unknown> = {}, token?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data: T; errors?: Array<{ message: string }> };
    if (body.errors) throw new Error(body.errors.map((error) => error.message).join(' '));
    return body.data;
  };
  await ask('{ __typename }');
  const seconds = (performance.now() - begun) / 1000;
  return {
    seconds,
    server: {
      url,
      pid: child.pid!,
      output: () => text,
      ask,
      stop: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve());
          child.kill('SIGTERM');
        }),
    },
  };
}

async function waitFor<T>(probe: () => T | undefined, child: ChildProcess, timeoutMs: number): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = probe();
    if (value !== undefined) return value;
    if (child.exitCode !== null || Date.now() > end) throw new Error('the server did not start');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Highest resident memory of a process so far, in MB (Linux). */
export function peakRssMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
