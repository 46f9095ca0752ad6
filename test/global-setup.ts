import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openApp } from '../src/app.js';
import { readConfig } from '../src/kernel/config.js';
import { startMeilisearch } from '../src/embedded/meilisearch.js';
import { startPostgres } from '../src/embedded/postgres.js';

export const TEMPLATE = 'techpool_template';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    meiliUrl: string;
    meiliKey: string;
  }
}

interface Servers {
  postgresUrl: string;
  meiliUrl: string;
  meiliKey: string;
  stop(): Promise<void>;
}

/** Each project loads this module separately; the servers are shared by all projects of the process. */
const run = globalThis as { techpoolServers?: { users: number; started: Promise<Servers> } };

/**
 * Starts one real PostgreSQL and one real Meilisearch for all projects of the run, with a migrated template database.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.techpoolServers ??= { users: 0, started: startServers() });
  shared.users += 1;
  const servers = await shared.started;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('meiliUrl', servers.meiliUrl);
  project.provide('meiliKey', servers.meiliKey);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete run.techpoolServers;
    await servers.stop();
  };
}

async function startServers(): Promise<Servers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'techpool-test-'));
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const [postgres, meili] = await Promise.all([
    startPostgres({ dataDir, log, database: TEMPLATE, fast: true }),
    startMeilisearch({ dataDir, log, meiliBin: readConfig(process.env).meiliBin }),
  ]);
  const stop = async () => {
    await Promise.all([postgres.stop(), meili.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const opened = await openApp(
      { ...readConfig({}), logLevel: 'silent', worker: false },
      { databaseUrl: postgres.url, meiliUrl: meili.url, meiliKey: meili.apiKey, secretKey: 'x'.repeat(32) },
    );
    await opened.close();
  } catch (error) {
    await stop();
    throw error;
  }
  return { postgresUrl: postgres.url, meiliUrl: meili.url, meiliKey: meili.apiKey, stop };
}
