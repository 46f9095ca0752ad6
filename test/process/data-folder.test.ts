import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/embedded-backends.js';
import { readConfig } from '../../src/kernel/config.js';
import { eventually } from '../eventually.js';

/** Issue 16, point 7: commands on embedded servers wait for each other, and a start waits for a command. */

const root = join(import.meta.dirname, '../..');
let folder: string;
let dataDir: string;
const programs: Program[] = [];

interface Program {
  child: ChildProcess;
  text: () => string;
  ended: Promise<number | null>;
}

function start(program: string, ...args: string[]): Program {
  const child = spawn(process.execPath, [join(root, 'dist/src', program), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], INIT_CWD: folder, DATA_DIR: dataDir, PORT: '0', SAMPLE: 'false' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const started = {
    child,
    text: () => text,
    ended: new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code))),
  };
  programs.push(started);
  return started;
}

async function stop({ child, ended }: Program): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

const says = (program: Program, words: string | RegExp) =>
  eventually(() => {
    const found = typeof words === 'string' ? program.text().includes(words) : words.test(program.text());
    if (!found && program.child.exitCode !== null) throw new Error(`ended: ${program.text()}`);
    return Promise.resolve(found);
  }, 60_000);

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root });
  folder = await mkdtemp(join(tmpdir(), 'techpool-folder-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'data');
  const first = start('cli/ledger-verify.js');
  expect([await first.ended, first.text()]).toEqual([0, 'ledger verify records=0 cohorts=0 heads=0 ok\n']);
}, 300_000);
afterAll(async () => {
  for (const program of programs) if (program.child.exitCode === null) await stop(program);
  await rm(folder, { recursive: true, force: true });
});

describe('a command on embedded servers', () => {
  it('is waited for by a start and by another command, which then succeed', { timeout: 180_000 }, async () => {
    const held = await openDatabase(readConfig({ DATA_DIR: dataDir }), { command: 'long-one', exclusive: false });
    const server = start('main.js');
    const command = start('cli/backup.js', join(folder, 'a.backup'));
    const sentence = `The command long-one (process ${process.pid}) uses the data folder ${dataDir}; waiting for its end.`;
    await Promise.all([says(server, sentence), says(command, sentence)]);
    expect([server.child.exitCode, command.child.exitCode]).toEqual([null, null]);
    await held.stop();
    expect([await command.ended, command.text()]).toEqual([0, expect.stringContaining('Saved ')]);
    await says(server, 'Techpool is ready');
    // Beside a running app, a command uses the app's servers.
    const beside = start('cli/backup.js', join(folder, 'b.backup'));
    expect(await beside.ended).toBe(0);
    const restoring = start('cli/restore.js', join(folder, 'b.backup'), '--force');
    expect([await restoring.ended, restoring.text()]).toEqual([1, expect.stringContaining('is in use by process')]);
    await stop(server);
  });

  it('that a start waits for does not hold up a stop', { timeout: 120_000 }, async () => {
    const held = await openDatabase(readConfig({ DATA_DIR: dataDir }), { command: 'long-one', exclusive: false });
    const server = start('main.js');
    await says(server, 'waiting for its end');
    const begun = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await held.stop();
  });

  it('that runs at the same time as another takes its turn', { timeout: 180_000 }, async () => {
    const names = ['c', 'd', 'e'].map((name) => join(folder, `${name}.backup`));
    const commands = [...names.map((name) => start('cli/backup.js', name)), start('cli/ledger-verify.js')];
    expect(await Promise.all(commands.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(names.every((name) => existsSync(name))).toBe(true);
  });

  it(
    'that was killed, as a server that was killed, holds up neither commands nor a start',
    { timeout: 240_000 },
    async () => {
      const killed = start('cli/backup.js', join(folder, 'f.backup'));
      await eventually(() => Promise.resolve(existsSync(join(dataDir, 'lock'))), 30_000);
      await sleep(500);
      killed.child.kill('SIGKILL');
      await killed.ended;
      const server = start('main.js');
      await says(server, 'Techpool is ready');
      server.child.kill('SIGKILL');
      await server.ended;
      const [command, next] = [start('cli/backup.js', join(folder, 'g.backup')), start('main.js')];
      expect([await command.ended, command.text()]).toEqual([0, expect.stringContaining('Saved ')]);
      await says(next, 'Techpool is ready');
      await stop(next);
    },
  );
});

describe('a restore on embedded servers', () => {
  it(
    'that was killed before it kept the key of the backup in its place is completed by the next start',
    { timeout: 240_000 },
    async () => {
      // A deployment with another key restores the backup of this one.
      const from = join(folder, 'a.backup');
      const own = dataDir;
      dataDir = join(folder, 'other');
      try {
        await mkdir(dataDir);
        // The key is written to the disk just before the data is swapped: the process is killed at that moment. The file
        // may exist for a few milliseconds only, so that its creation is watched, not polled.
        let wasKilled = false;
        const watcher = watch(dataDir, (_event, name) => {
          if (name === 'secret.restored') wasKilled ||= restoring.child.kill('SIGKILL');
        });
        const restoring = start('cli/restore.js', from);
        await restoring.ended;
        watcher.close();
        expect(wasKilled).toBe(true);
        const server = start('main.js');
        await says(server, 'Techpool is ready');
        expect(existsSync(join(dataDir, 'secret.restored'))).toBe(false);
        await stop(server);
        const again = start('cli/restore.js', from, '--force');
        expect([await again.ended, again.text()]).toEqual([0, expect.stringContaining('Waiting mails: none.')]);
        const key = (of: string) => readFile(join(of, 'secret'), 'utf8');
        expect(await key(dataDir)).toBe(await key(own));
      } finally {
        dataDir = own;
      }
    },
  );
});
