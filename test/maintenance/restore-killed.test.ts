import { spawn, type ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { readConfig } from '../../src/kernel/config.js';
import { createLogger } from '../../src/kernel/logger.js';
import { BackupError } from '../../src/maintenance/backup-file.js';
import { backup } from '../../src/maintenance/backup.js';
import { restore } from '../../src/maintenance/restore.js';
import { loadSamplePeople } from '../../src/sample/sample.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';

/** Issue 16, point 4: a restore that is killed at any moment leaves the old data or the new, never an empty database. */

const root = join(import.meta.dirname, '../..');
const SECRET = 'test-secret-key-of-32-characters!';
const target = `killed_${Date.now()}`;
const quiet = () => undefined;
const EXTRA = 30_000;

let t: TestApp;
let admin: pg.Client;
let watcher: pg.Client;
let folder: string;
let targetUrl: string;
let oldFile: string;
let newFile: string;
let oldContent: string;
let newContent: string;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root });
  folder = await mkdtemp(join(tmpdir(), 'techpool-killed-'));
  oldFile = join(folder, 'old.backup');
  newFile = join(folder, 'new.backup');
  t = await startTestApp({ worker: false });
  await loadSamplePeople(t.app);
  const secrets = { secretKey: SECRET, embedded: false };
  await backup(t.databaseUrl, oldFile, secrets, quiet);
  oldContent = await content(t.databaseUrl);
  await t.sql(
    `INSERT INTO account (id, pseudonym, email, display_name, password_hash, created_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'person' || n || '@many.example', 'Person ' || n, repeat('x', 100), now()
     FROM generate_series(1, ${EXTRA}) n`,
  );
  await backup(t.databaseUrl, newFile, secrets, quiet);
  newContent = await content(t.databaseUrl);
  expect(newContent).not.toBe(oldContent);
  admin = new pg.Client({ connectionString: t.databaseUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${target}`);
  const url = new URL(t.databaseUrl);
  url.pathname = `/${target}`;
  targetUrl = url.href;
  watcher = new pg.Client({ connectionString: targetUrl });
  await watcher.connect();
  await toOld();
}, 300_000);
afterAll(async () => {
  await watcher.end();
  await admin.query(`DROP DATABASE IF EXISTS ${target} WITH (FORCE)`);
  await admin.end();
  await rm(folder, { recursive: true, force: true });
  await t.close();
});

/** The content of the tables with data, as one digest; tables that a start fills anew are left out. */
async function content(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const digests: string[] = [];
  for (const table of ['account', 'organisation', 'membership']) {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT count(*) || ':' || md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) AS digest FROM ${table} r`,
    );
    digests.push(rows[0]!.digest);
  }
  await client.end();
  return digests.join(' ');
}

async function toOld(): Promise<void> {
  await restore(targetUrl, oldFile, { secretKey: SECRET, force: true, log: quiet });
  expect(await content(targetUrl)).toBe(oldContent);
}

const environment = () => ({
  PATH: process.env['PATH'],
  DATABASE_URL: targetUrl,
  SECRET_KEY: SECRET,
  DATA_DIR: join(folder, 'data'),
  INIT_CWD: folder,
});

interface Command {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function restoreCommand(...args: string[]): Command {
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/restore.js'), ...args], { env: environment() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}

const holds = async (sql: string) => (await watcher.query(`SELECT 1 WHERE ${sql}`)).rowCount === 1;

/** Waits until something holds, at close intervals, or until the command has ended. */
async function until(command: Command, sql: string): Promise<void> {
  let over = false;
  void command.ended.then(() => (over = true));
  while (!over && !(await holds(sql))) await sleep(1);
}

const activity = (condition: string) =>
  `EXISTS (SELECT 1
           FROM pg_stat_activity
           WHERE datname = '${target}' AND application_name IN ('techpool-restore', 'techpool') AND ${condition})`;
const LOADING = `EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'techpool_restoring')`;

/** Starts the app on the database as it was left, and asks it; returns its log. */
async function serve(): Promise<string> {
  let log = '';
  const config = { ...readConfig({}), port: 0, worker: false, dataDir: join(folder, 'data'), searchIndex: target };
  const running = await createApp(
    config,
    { databaseUrl: targetUrl, meiliUrl: inject('meiliUrl'), meiliKey: inject('meiliKey'), secretKey: SECRET },
    {
      log: createLogger(
        'info',
        new Writable({ write: (chunk: Buffer, _encoding, done) => ((log += chunk.toString()), done()) }),
      ),
    },
  );
  try {
    const answer = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation {
          logIn(input: { email: "operator@techpool.example", password: "techpool sample 2026" }) { tokens { accessToken } }
        }`,
      }),
    });
    expect(await answer.text()).toContain('"accessToken":"');
    expect(await holds(LOADING)).toBe(false);
  } finally {
    await running.close();
    for (const index of (await running.app.search.client.getRawIndexes({ limit: 1000 })).results)
      if (index.uid.startsWith(target)) await running.app.search.client.deleteIndex(index.uid);
  }
  return log;
}

/** A log-in writes a session and an account's counters at most; the digest leaves tables of sessions out. */
async function served(): Promise<'old' | 'new' | 'other'> {
  const found = await content(targetUrl);
  return found === oldContent ? 'old' : found === newContent ? 'new' : 'other';
}

describe('a restore that is killed', () => {
  it.each([
    ['before it loads', activity(`pid <> 0`)],
    ['while it makes the tables', LOADING],
    ['while it copies rows', activity(`query LIKE 'COPY %account%'`)],
  ])('%s leaves the old data, which a start serves', { timeout: 120_000 }, async (_moment, sql) => {
    const command = restoreCommand(newFile, '--force');
    await until(command, sql);
    command.child.kill('SIGKILL');
    expect([await command.ended, command.output()]).toEqual([null, expect.not.stringContaining('Restored')]);
    const halfLoaded = await holds(LOADING);
    expect(await served()).toBe('old');
    const log = await serve();
    expect(log.includes('A restore was interrupted before its data took the place')).toBe(halfLoaded);
    expect(await served()).toBe('old');
  });

  it('before it swaps leaves the old data', { timeout: 120_000 }, async () => {
    const reader = new pg.Client({ connectionString: targetUrl });
    await reader.connect();
    await reader.query('BEGIN; LOCK TABLE account IN ACCESS SHARE MODE');
    const command = restoreCommand(newFile, '--force');
    await until(command, activity(`wait_event_type = 'Lock' AND query LIKE 'DROP SCHEMA%'`));
    command.child.kill('SIGKILL');
    expect(await command.ended).toBeNull();
    await reader.end();
    expect(await served()).toBe('old');
    expect(await serve()).toContain('the data from before it is served');
    expect(await served()).toBe('old');
  });

  it('after the swap leaves the new data', { timeout: 120_000 }, async () => {
    const command = restoreCommand(newFile, '--force');
    await until(command, LOADING);
    await until(command, `NOT ${LOADING}`);
    command.child.kill('SIGKILL');
    await command.ended;
    expect(await served()).toBe('new');
    await serve();
    expect(await served()).toBe('new');
    await toOld();
  });

  it('at arbitrary moments leaves the one or the other', { timeout: 240_000 }, async () => {
    const begun = performance.now();
    expect(await restoreCommand(newFile, '--force').ended).toBe(0);
    const whole = performance.now() - begun;
    await toOld();
    for (const share of [0.3, 0.5, 0.7, 0.85, 0.95]) {
      const command = restoreCommand(newFile, '--force');
      await sleep(whole * share);
      command.child.kill('SIGKILL');
      await command.ended;
      const found = await served();
      expect(['old', 'new']).toContain(found);
      // The killed process's connections may still be ending; a restore of what is served anyway waits for them.
      await eventually(async () => !(await holds(activity('true'))));
      if (found === 'new') await toOld();
    }
    await serve();
  });
});

describe('data that a restore of an earlier version has set aside', () => {
  it(
    'is not lost: start, backup and restore refuse and say what to do, and it is put back',
    { timeout: 120_000 },
    async () => {
      await watcher.query(`ALTER SCHEMA public RENAME TO replaced_1764500000000; CREATE SCHEMA public`);
      const refused = /set aside .*replaced_1764500000000.*--put-back.*--force/s;
      await expect(serve()).rejects.toThrow(BackupError);
      await expect(serve()).rejects.toThrow(refused);
      await expect(
        backup(targetUrl, join(folder, 'none.backup'), { secretKey: SECRET, embedded: false }, quiet),
      ).rejects.toThrow(refused);
      await expect(restore(targetUrl, newFile, { secretKey: SECRET, force: false, log: quiet })).rejects.toThrow(
        refused,
      );
      const command = restoreCommand('--put-back');
      expect([await command.ended, command.output()]).toEqual([
        0,
        'The data of the schema replaced_1764500000000 is back in its place.\n',
      ]);
      expect(await served()).toBe('old');
      await serve();
    },
  );

  it('is told of where other data is served, and removed only when asked', { timeout: 120_000 }, async () => {
    await watcher.query(`CREATE SCHEMA replaced_5; CREATE TABLE replaced_5.account AS TABLE public.account`);
    expect(await serve()).toMatch(/set aside in the schema .*replaced_5.*--put-back.*--discard/);
    const refused = restoreCommand('--put-back');
    expect([await refused.ended, refused.output()]).toEqual([1, expect.stringContaining('Add --force to replace it.')]);
    const command = restoreCommand('--discard');
    expect([await command.ended, command.output()]).toEqual([0, 'Removed: replaced_5.\n']);
    expect(await served()).toBe('old');
  });
});

describe('two restores at a time', () => {
  it('do not mix: one waits for no other, but says that it runs', { timeout: 120_000 }, async () => {
    const first = restoreCommand(newFile, '--force');
    await until(first, LOADING);
    const second = restoreCommand(oldFile, '--force');
    expect([await second.ended, second.output()]).toEqual([
      1,
      'Another process is starting on this database, or restores a backup into it. Stop it, or wait for its end, and try again; nothing was changed.\n',
    ]);
    expect(await first.ended).toBe(0);
    expect(await served()).toBe('new');
    await toOld();
  });

  it('and a start waits for a restore, and then serves its data', { timeout: 120_000 }, async () => {
    const command = restoreCommand(newFile, '--force');
    await until(command, LOADING);
    const [code] = await Promise.all([command.ended, serve()]);
    expect(code).toBe(0);
    expect(await served()).toBe('new');
  });
});
