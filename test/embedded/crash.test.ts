import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { lockDataDir } from '../../src/embedded/lock.js';
import { startMeilisearch } from '../../src/embedded/meilisearch.js';
import { startPostgres } from '../../src/embedded/postgres.js';
import { packagedMeilisearch } from '../../src/embedded/meilisearch-binary.js';
import { cleanup, eventually, processesOn, runInOwnProcess, scratchFolders } from './scratch.js';

const scratch = scratchFolders();
const afterwards = cleanup();

/** Starts both servers, writes a row and a document, reports it, and waits to be ended. */
const script = (dataDir: string, ending: string) => `
  import pg from 'pg';
  import { Meilisearch } from 'meilisearch';
  import { lockDataDir } from './embedded/lock.js';
  import { startMeilisearch } from './embedded/meilisearch.js';
  import { startPostgres } from './embedded/postgres.js';
  const options = { dataDir: ${JSON.stringify(dataDir)}, log: () => {} };
  const lock = await lockDataDir(options.dataDir);
  const [postgres, search] = await Promise.all([startPostgres({ ...options, database: 'techpool' }), startMeilisearch(options)]);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("CREATE TABLE kept AS SELECT '频标' AS name");
  await client.end();
  await new Meilisearch({ host: search.url, apiKey: search.apiKey }).index('pool').addDocuments([{ id: 7 }]).waitTask();
  await lock.publish({ url: 'http://127.0.0.1:4000/' });
  console.log('started');
  ${ending}
`;

describe.skipIf(packagedMeilisearch() === undefined)('after the parent process was killed', () => {
  it('the next start takes the lock, replaces the orphans, and finds the data, even in a folder that was moved', async () => {
    const folder = await scratch();
    const before = join(folder, 'before');
    const dataDir = join(folder, 'after');
    const child = await runInOwnProcess(folder, script(before, 'setInterval(() => {}, 1000);'));
    expect(await child.line()).toBe('started');
    await expect(lockDataDir(before)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(`process ${child.process.pid}, serving http://127.0.0.1:4000/`),
    });

    child.process.kill('SIGKILL');
    await eventually('the parent is gone', () => child.process.signalCode !== null);
    const orphans = (await processesOn(before)).map(({ pid }) => pid);
    expect(orphans).toHaveLength(2);
    await rename(before, dataDir);

    const lock = await lockDataDir(dataDir);
    afterwards(() => lock.release());
    const lines: string[] = [];
    const options = { dataDir, log: (line: string) => lines.push(line) };
    const [postgres, search] = await Promise.all([
      startPostgres({ ...options, database: 'techpool' }),
      startMeilisearch(options),
    ]);
    afterwards(() => Promise.all([postgres.stop(), search.stop()]));
    expect((await processesOn(before)).length).toBe(0);
    for (const orphan of orphans)
      expect(lines.join('\n')).toContain(`(process ${orphan}) that an earlier run left behind`);

    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    expect((await client.query('SELECT name FROM kept')).rows).toEqual([{ name: '频标' }]);
    await client.end();
    const found = await new Meilisearch({ host: search.url, apiKey: search.apiKey }).index('pool').getDocuments();
    expect(found.results).toEqual([{ id: 7 }]);
    await Promise.all([postgres.stop(), search.stop()]);
    expect(await processesOn(dataDir)).toEqual([]);
  });

  it('a process that exits without stopping its servers takes them along', async () => {
    const folder = await scratch();
    const dataDir = join(folder, '.data');
    const child = await runInOwnProcess(folder, script(dataDir, 'process.exit(1);'));
    expect(await child.line()).toBe('started');
    await eventually('the servers are gone', async () => (await processesOn(dataDir)).length === 0);
  });
});
