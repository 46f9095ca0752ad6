import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openApp } from '../src/app.js';
import { readConfig } from '../src/kernel/config.js';
import { startMeilisearch, startPostgres } from '../src/embedded/index.js';

export const TEMPLATE = 'techpool_template';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    meiliUrl: string;
    meiliKey: string;
  }
}

/** One real PostgreSQL and one real Meilisearch for the whole run, with a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
  project.provide('postgresUrl', postgres.url);
  project.provide('meiliUrl', meili.url);
  project.provide('meiliKey', meili.apiKey);
  return stop;
}
