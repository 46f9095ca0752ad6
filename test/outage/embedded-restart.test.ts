import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startBackends, type RunningBackends } from '../../src/embedded-backends.js';
import { readConfig } from '../../src/kernel/config.js';
import { Database, SERVING } from '../../src/kernel/database/database.js';
import { scratchFolders } from '../embedded/scratch.js';
import { eventually } from '../eventually.js';

const scratch = scratchFolders();
let backends: RunningBackends | undefined;
afterEach(async () => {
  await backends?.stop();
});

it('the embedded PostgreSQL is started again when it dies, at the same address (issue 16, point 6)', async () => {
  const folder = await scratch();
  const told: string[] = [];
  // No search engine is needed here; nothing listens at this address.
  const config = { ...readConfig({ DATA_DIR: folder }), meiliUrl: 'http://127.0.0.1:9' };
  backends = await startBackends(
    config,
    () => undefined,
    (line) => told.push(line),
  );
  const { databaseUrl } = backends.backends;
  const pool = new Database(databaseUrl, SERVING).pool('a-test', 2);
  const answers = async () => ((await pool.query('SELECT kept FROM kept')).rows as Array<{ kept: number }>)[0]?.kept;
  const pidOf = async () =>
    Number((await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);
  const kill = async () => {
    const pid = await pidOf();
    process.kill(pid, 'SIGKILL');
    return pid;
  };
  // Server processes of open connections outlive a killed server for a moment, and answer.
  const isBack = (former: number) =>
    eventually(
      async () =>
        (await pidOf().catch(() => former)) !== former &&
        told.at(-1) === 'The embedded database runs again.' &&
        (await answers().catch(() => 0)) === 1,
      15_000,
    );
  await pool.query('CREATE TABLE kept AS SELECT 1 AS kept');
  const first = await kill();
  await isBack(first);
  await isBack(await kill());
  await pool.end();
  expect(told[0]).toBe(
    'The embedded database ended (signal SIGKILL); requests are refused, it is started again in 0.25 s.',
  );

  // A stop while the server is down starts no other one.
  await kill();
  await backends.stop();
  await expect(new Database(databaseUrl, SERVING).client('a-test').connect()).rejects.toThrow();
});
