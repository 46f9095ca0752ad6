import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres.js';
import { createWriteCheck } from '../../src/http/readiness/write-state.js';
import { createDataSource } from '../../src/kernel/data-source.js';
import { Database, SERVING } from '../../src/kernel/database/database.js';
import { createSearchEngine } from '../../src/search/engine/engine.js';
import { cleanup, isRoot, scratchFolders } from '../embedded/scratch.js';
import { startTestApp, type TestApp } from '../harness.js';
import { smallSchema, startSmallServer } from '../http/small-server.js';

const scratch = scratchFolders();
const afterwards = cleanup();
let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t?.close());

async function readiness(app = t.app) {
  const server = await startSmallServer(app, smallSchema('type Query { ok: Boolean }', { Query: { ok: () => true } }));
  try {
    const response = await fetch(`${server.url}/ready`);
    return {
      code: response.status,
      ...((await response.json()) as { status: string; checks: Record<string, unknown> }),
    };
  } finally {
    await server.close();
  }
}

describe('/ready with a search engine that refuses the key (issue 16, point 6)', () => {
  it('is degraded and names the reason', async () => {
    const search = createSearchEngine({ url: inject('meiliUrl'), apiKey: 'a-wrong-key-of-some-length', prefix: 'x' });
    expect(await readiness({ ...t.app, search })).toMatchObject({
      code: 200,
      status: 'degraded',
      checks: { search: { state: 'down', reason: 'KEY_REFUSED' }, database: { state: 'up' } },
    });
    const away = createSearchEngine({ url: 'http://127.0.0.1:9', apiKey: undefined, prefix: 'x' });
    expect((await readiness({ ...t.app, search: away })).checks).toMatchObject({ search: { reason: 'UNREACHABLE' } });
  });
});

describe('/ready with a database that takes no writes', () => {
  /** Sets a default of the database and ends the app's connections, so that new ones have it. */
  const set = async (setting: string) => {
    const name = new URL(t.databaseUrl).pathname.slice(1);
    await t.sql('SET default_transaction_read_only = off');
    await t.sql(`ALTER DATABASE ${name} ${setting}`);
    await t.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'techpool'`,
    );
  };
  afterEach(() => set('RESET ALL'));

  it('is degraded while temporary files have no room, and ready again afterwards', async () => {
    expect(await readiness()).toMatchObject({ status: 'ready', checks: { writes: { state: 'up' } } });
    await set(`SET temp_file_limit = '64kB'`);
    expect(await readiness()).toMatchObject({
      code: 200,
      status: 'degraded',
      checks: { database: { state: 'up' }, writes: { state: 'down', reason: 'DATABASE_BUSY' } },
    });
    await set('RESET temp_file_limit');
    expect(await readiness()).toMatchObject({ status: 'ready' });
  });

  it('is degraded while it is read-only', async () => {
    await set('SET default_transaction_read_only = on');
    expect(await readiness()).toMatchObject({
      code: 200,
      status: 'degraded',
      checks: { database: { state: 'up' }, writes: { state: 'down', reason: 'DATABASE_READ_ONLY' } },
    });
  });
});

/** Whether this user may mount a file system of its own, which alone can be filled without harm. */
function mayMount(): boolean {
  if (!isRoot) return false;
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!mayMount())('a disk that is full', () => {
  const fill = (folder: string) => {
    const block = Buffer.alloc(1024 * 1024);
    for (let size = block.length; size >= 512; size = size >> 1)
      for (let n = 0; ; n += 1) {
        try {
          writeFileSync(join(folder, `filler-${size}-${n}`), block.subarray(0, size));
        } catch {
          break;
        }
      }
  };

  it('is told by a real database on it, and by the folder for uploads', async () => {
    const folder = await scratch();
    const disk = join(folder, 'disk');
    mkdirSync(disk, { mode: 0o711 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=711', 'tmpfs', disk]);
    afterwards(() => execFileSync('umount', ['-l', disk]));
    const server = await startPostgres({ dataDir: disk, log: () => undefined, database: 'techpool', fast: true });
    afterwards(() => server.stop());
    const database = new Database(server.url, SERVING);
    const dataSource = await createDataSource({ database, poolSize: 2, entities: [], migrations: [] }).initialize();
    afterwards(() => dataSource.destroy());
    await dataSource.query('CREATE TABLE migrations AS SELECT 1 AS id');
    const faultOf = (dataDir: string) =>
      createWriteCheck({ ...t.app, dataSource, config: { ...t.app.config, dataDir } })();
    expect(await faultOf(folder)).toBeUndefined();
    fill(disk);
    expect(await faultOf(folder)).toBe('DISK_FULL');
    expect(await faultOf(disk)).toBe('DATA_DIR_FULL');
  });
});
