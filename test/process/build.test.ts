import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

/** The build of a program of one line, by the real script and the real compiler, whose runs are counted. */

const root = process.cwd();
let folder: string;
const lock = () => join(folder, 'node_modules/.cache/build.lock');
const runs = async () => (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).length;
const build = (...args: string[]) =>
  new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'scripts/build.mjs'), ...args], { stdio: 'ignore' });
    child.once('exit', resolve);
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techpool-build-'));
  for (const path of ['scripts', 'src', 'migrations', 'node_modules/typescript/bin', 'node_modules/.cache'])
    await mkdir(join(folder, path), { recursive: true });
  await cp(join(root, 'scripts/build.mjs'), join(folder, 'scripts/build.mjs'));
  for (const name of ['react', 'react-dom', 'graphiql'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'node_modules/typescript/package.json'), '{ "name": "typescript" }');
  await writeFile(
    join(folder, 'node_modules/typescript/bin/tsc'),
    `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'runs'))}, '.');
     require(${JSON.stringify(join(root, 'node_modules/typescript/bin/tsc'))});`,
  );
  await writeFile(
    join(folder, 'tsconfig.build.json'),
    JSON.stringify({
      compilerOptions: { outDir: 'dist', rootDir: '.', module: 'nodenext', target: 'es2023', types: [] },
      include: ['src', 'migrations'],
    }),
  );
  await writeFile(join(folder, 'tsconfig.json'), '{}');
  await writeFile(join(folder, 'src/one.ts'), 'export const one: number = 1;\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  await rm(join(folder, 'runs'), { force: true });
});

it('is made once by programs that start together, none of which deletes what another has built', async () => {
  expect(await Promise.all([build('--if-stale'), build('--if-stale'), build('--if-stale')])).toEqual([0, 0, 0]);
  expect(await runs()).toBe(1);
  expect(await readFile(join(folder, 'dist/src/one.js'), 'utf8')).toContain('one = 1');
  expect(existsSync(lock())).toBe(false);
});

it('is not held up by a build that was killed, not even where its process id is in use again', async () => {
  await writeFile(lock(), '999999999');
  expect(await build('--if-stale')).toBe(0);
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  await writeFile(lock(), String(process.pid));
  const old = new Date(Date.now() - 10 * 60_000);
  await utimes(lock(), old, old);
  expect(await build('--if-stale')).toBe(0);
  expect(await runs()).toBe(2);
  expect(existsSync(lock())).toBe(false);
});
