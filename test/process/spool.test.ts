import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../src/kernel/logger.js';
import { openSpoolFolder } from '../../src/embedded/spool-folder.js';
import { eventually } from '../harness.js';
import { head, open } from '../http/raw.js';

/** Temporary files of the built program: their location, and the removal of those of a killed process. */

const root = process.cwd();
const log = createLogger('silent');
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
  folder = await mkdtemp(join(tmpdir(), 'techpool-spooling-'));
}, 120_000);
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await ended(child, 'SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

async function start(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/src/main.js')], {
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: folder, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`it ended instead of starting:\n${output}`);
    return /Techpool is ready:\s+(\S+)\/graphql/.exec(output)?.[1];
  }, 60_000);
  return { child, url };
}

async function ask<T>(url: string, query: string, token = ''): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
}

it('what a process that is killed in the middle of an upload leaves is removed at the next start', async () => {
  const dataDir = join(folder, 'killed');
  const spooled = async () => {
    const folders = await readdir(join(dataDir, 'spool'));
    return (await Promise.all(folders.map((name) => readdir(join(dataDir, 'spool', name))))).flat();
  };
  const first = await start(dataDir);
  const { logIn } = await ask<{ logIn: { tokens: { accessToken: string } } }>(
    first.url,
    'mutation { logIn(input: { email: "lister@longyuan.example", password: "techpool sample 2026" }) { tokens { accessToken } } }',
  );
  const token = logIn.tokens.accessToken;
  const { viewer } = await ask<{ viewer: { memberships: { nodes: Array<{ organisation: { id: string } }> } } }>(
    first.url,
    '{ viewer { memberships(first: 1) { nodes { organisation { id } } } } }',
    token,
  );
  const query = `mutation ($file: Upload!) { previewImport(file: $file, input: { institutionId: "${viewer.memberships.nodes[0]!.organisation.id}" }) { preview { rowCount } } }`;
  const part = (name: string, value: string) =>
    `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const upload = open(
    first.url,
    head({
      'content-type': 'multipart/form-data; boundary=edge',
      'apollo-require-preflight': 'yes',
      authorization: `Bearer ${token}`,
      'content-length': 1_000_000,
    }) +
      part('operations', JSON.stringify({ query, variables: { file: null } })) +
      part('map', '{"0":["variables.file"]}') +
      `--edge\r\ncontent-disposition: form-data; name="0"; filename="a.csv"\r\n\r\n${'x,'.repeat(100_000)}`,
  );
  await eventually(async () => (await spooled()).length === 1);
  await ended(first.child, 'SIGKILL');
  upload.socket.destroy();
  expect(await spooled()).toHaveLength(1);
  const second = await start(dataDir);
  expect(await spooled()).toEqual([]);
  expect(await readdir(join(dataDir, 'spool'))).toHaveLength(1);
  await ended(second.child, 'SIGTERM');
  expect(await readdir(join(dataDir, 'spool'))).toEqual([]);
}, 180_000);

it('a start leaves alone what a living process or another machine has in use', async () => {
  const dataDir = join(folder, 'shared');
  const parent = join(dataDir, 'spool');
  const mine = await openSpoolFolder({ dataDir }, log);
  const make = async (name: string, ageMs: number) => {
    await mkdir(join(parent, name), { recursive: true });
    await writeFile(join(parent, name, 'content'), 'x');
    const then = new Date(Date.now() - ageMs);
    await utimes(join(parent, name), then, then);
    return name;
  };
  const [place = '', pid = '', started = ''] = basename(mine.path).split('-');
  await writeFile(join(mine.path, 'content'), 'x');
  const kept = [
    basename(mine.path),
    await make(`${place}-${pid}-${started}-11111111`, 3_600_000),
    await make('00000000-1-00000000-22222222', 60_000),
  ];
  await make(`${place}-4194304-00000000-33333333`, 0);
  await make(`${place}-${pid}-00000000-44444444`, 0);
  await make('00000000-1-00000000-55555555', 3_600_000);
  await make('something else', 3_600_000);
  const second = await openSpoolFolder({ dataDir }, log);
  expect((await readdir(parent)).sort()).toEqual([...kept, basename(second.path)].sort());
  expect(await readdir(mine.path)).toEqual(['content']);
  await second.close();
  await mine.close();
  expect((await readdir(parent)).sort()).toEqual(kept.slice(1).sort());
});
