import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';

/** The built program as `npm start` runs it, from another folder, on data folders of its own. */

const root = process.cwd();
/** Log message that reports that the sample data is loaded. */
const COMPLETE = 'sample pool: complete';
/** Maximum time, in milliseconds, for a start and for loading the sample data on a busy machine. */
const PATIENCE = 60_000;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
  folder = await mkdtemp(join(tmpdir(), 'techpool-start-'));
}, 120_000);
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await ended(child, 'SIGTERM');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  url: string;
  output: () => string;
}

function launch(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/src/main.js')], {
    cwd: '/',
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), HOME: folder, LOG_LEVEL: 'info', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return { child, output: () => text };
}

async function start(env: Record<string, string>): Promise<Started> {
  const { child, output } = launch(env);
  const url = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`it ended instead of starting:\n${output()}`);
    return Promise.resolve(/Techpool is ready:\s+(\S+)\/graphql/.exec(output())?.[1]);
  }, PATIENCE);
  return { child, url, output };
}

/**
 * A data folder filled by an earlier start, with the sample data or with an empty pool. Tests that do not concern a
 * first start restart on it, because filling a folder takes most of a test's time.
 */
async function filledFolder(content: 'sample' | 'empty'): Promise<string> {
  const known = filled.get(content);
  if (known !== undefined) return known;
  const dataDir = join(folder, `${content}-filled`);
  const app = await start({ DATA_DIR: dataDir, ...(content === 'empty' && { SAMPLE: 'false' }) });
  if (content === 'sample') await eventually(() => Promise.resolve(app.output().includes(COMPLETE)), PATIENCE);
  await ended(app.child, 'SIGTERM');
  filled.set(content, dataDir);
  return dataDir;
}
const filled = new Map<string, string>();

function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
    child.once('exit', (code) => resolve(code));
    if (signal) child.kill(signal);
  });
}

async function ask<T>(url: string, query: string, token?: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Command lines of the processes that use a data folder. */
async function usersOf(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(dataDir)) found.push(command.replaceAll('\0', ' '));
  }
  return found;
}

describe('the built program', () => {
  it('starts with nothing set up, answers at once, loads the sample behind it, and stops without an orphan', async () => {
    const dataDir = join(folder, 'sample');
    const app = await start({ DATA_DIR: dataDir });
    expect(await ask(app.url, '{ __typename }')).toEqual({ __typename: 'Query' });
    expect(app.output()).toContain('operator@techpool.example');
    await eventually(() => Promise.resolve(app.output().includes(COMPLETE)), PATIENCE);
    const pool = await ask<{ achievements: { totalCount: number }; industry: { admittedCount: number } }>(
      app.url,
      '{ achievements(first: 1) { totalCount } industry(code: "C") { admittedCount } }',
    );
    expect(pool.achievements.totalCount).toBe(60);
    expect(pool.industry.admittedCount).toBeGreaterThan(20);
    expect(await usersOf(dataDir)).not.toEqual([]);
    expect(await ended(app.child, 'SIGTERM')).toBe(0);
    expect(await usersOf(dataDir)).toEqual([]);
    filled.set('sample', dataDir);
  }, 180_000);

  it('recovers from kill -9: the next start takes over and everything is there', async () => {
    const dataDir = await filledFolder('sample');
    const first = await start({ DATA_DIR: dataDir });
    await ended(first.child, 'SIGKILL');
    const second = await start({ DATA_DIR: dataDir });
    expect(await ask(second.url, '{ achievements(first: 1) { totalCount } }')).toEqual({
      achievements: { totalCount: 60 },
    });
    expect(await ended(second.child, 'SIGINT')).toBe(0);
    expect(await usersOf(dataDir)).toEqual([]);
  }, 180_000);

  it('takes the sample up again where a killed start left it', async () => {
    const dataDir = join(folder, 'cut');
    const first = await start({ DATA_DIR: dataDir });
    await eventually(() => Promise.resolve(/sample pool: .* (50|75|100|125)\/300/.test(first.output())), PATIENCE);
    await ended(first.child, 'SIGKILL');
    const second = await start({ DATA_DIR: dataDir });
    await eventually(() => Promise.resolve(second.output().includes(COMPLETE)), PATIENCE);
    expect(await ask(second.url, '{ achievements(first: 1) { totalCount } }')).toEqual({
      achievements: { totalCount: 60 },
    });
  }, 180_000);

  it('tells a second start on the same folder who holds it', async () => {
    const dataDir = join(folder, 'empty');
    const first = await start({ DATA_DIR: dataDir, SAMPLE: 'false' });
    const second = launch({ DATA_DIR: dataDir });
    expect(await ended(second.child)).toBe(1);
    expect(second.output()).toContain(first.url);
    expect(second.output().trim().split('\n')).toHaveLength(1);
    await ended(first.child, 'SIGTERM');
    filled.set('empty', dataDir);
  }, 180_000);

  it('moves to a free port when the usual one is taken, and says so when it was told to use that one', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const port = String((blocker.address() as { port: number }).port);
    try {
      const refused = launch({ DATA_DIR: await filledFolder('empty'), PORT: port, SAMPLE: 'false' });
      expect(await ended(refused.child)).toBe(1);
      expect(refused.output()).toContain(`Port ${port} is taken`);
    } finally {
      blocker.close();
    }
  }, 180_000);

  it('waits for what it is just starting when it is stopped in the middle, and leaves nothing behind', async () => {
    const dataDir = join(folder, 'early');
    const early = launch({ DATA_DIR: dataDir });
    await eventually(async () => (await usersOf(dataDir)).length > 0, 20_000);
    expect(await ended(early.child, 'SIGINT')).toBe(0);
    expect(await usersOf(dataDir)).toEqual([]);
    expect(early.output()).not.toContain('Error');
  }, 180_000);

  it('starts a search engine that died again, and answers from PostgreSQL meanwhile', async () => {
    // Without the cache, because it answers a repeated search on an unchanged pool, and such an answer is not degraded.
    const dataDir = await filledFolder('sample');
    const app = await start({ DATA_DIR: dataDir, SEARCH_CACHE: 'false' });
    const search = () =>
      ask<{ achievementSearch: { totalCount: number; degraded: boolean } }>(
        app.url,
        '{ achievementSearch(query: "频率标准", first: 1) { totalCount degraded } }',
      ).then((data) => data.achievementSearch);
    const found = await eventually(async () => {
      const answer = await search();
      return !answer.degraded && answer.totalCount > 0 ? answer : null;
    }, PATIENCE);
    const pid = (await readdir('/proc')).find(
      (entry) => /^\d+$/.test(entry) && readCommand(entry).includes(join(dataDir, 'bin', 'meilisearch')),
    );
    process.kill(Number(pid), 'SIGKILL');
    await eventually(async () => (await search()).degraded, 10_000);
    const back = await eventually(async () => {
      const answer = await search();
      return answer.degraded ? null : answer;
    }, 40_000);
    expect(back.totalCount).toBe(found.totalCount);
    expect(app.output()).toContain('it is started again');
  }, 180_000);

  it('says in one line what is wrong with its configuration', async () => {
    const refused = launch({ DATABASE_URL: 'postgres://x@127.0.0.1/y', DATA_DIR: join(folder, 'none') });
    expect(await ended(refused.child)).toBe(1);
    expect(refused.output().trim()).toMatch(/^SECRET_KEY .*$/);
  });

  it('puts neither sample data nor sample logins into a database that somebody named', async () => {
    const dataDir = await filledFolder('empty');
    const host = await start({ DATA_DIR: dataDir, SAMPLE: 'false' });
    const { runningPostgresUrl } = await import('../../src/embedded/postgres.js');
    const { runningMeilisearch } = await import('../../src/embedded/meilisearch.js');
    const databaseUrl = (await runningPostgresUrl(dataDir, 'techpool'))!;
    const meili = (await runningMeilisearch(dataDir))!;
    const app = await start({
      DATABASE_URL: databaseUrl,
      MEILI_URL: meili.url,
      MEILI_KEY: meili.apiKey,
      SECRET_KEY: 'a-secret-key-of-more-than-32-characters',
      DATA_DIR: join(folder, 'unused'),
      SAMPLE: 'true',
    });
    expect(app.output()).not.toContain('Sample logins');
    expect(
      await ask(app.url, '{ achievements(first: 1) { totalCount } organisations(first: 1) { totalCount } }'),
    ).toEqual({ achievements: { totalCount: 0 }, organisations: { totalCount: 0 } });
    await ended(app.child, 'SIGTERM');
    await ended(host.child, 'SIGTERM');
  }, 180_000);
});
