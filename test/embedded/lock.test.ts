import { spawn } from 'node:child_process';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockDataDir } from '../../src/embedded/lock.js';
import { identify, isAlive } from '../../src/embedded/processes.js';
import { cleanup, eventually, scratchFolders } from './scratch.js';

const scratch = scratchFolders();
const afterwards = cleanup();

/** A pid that no process can have: above the largest pid_max of Linux. */
const NO_PID = 4_194_305;

describe('the lock of a data folder', () => {
  it('refuses a second holder, naming process and address of the first', async () => {
    const dataDir = join(await scratch(), '.data');
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(`process ${process.pid}, still starting`),
    });
    await lock.publish({ url: 'http://127.0.0.1:4000/graphql' });
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(`process ${process.pid}, serving http://127.0.0.1:4000/graphql`),
    });
    await lock.release();
    const next = await lockDataDir(dataDir);
    await next.release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is taken over from a process that died', async () => {
    const dataDir = await scratch();
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: NO_PID, startedAt: 'boot/1', token: 'gone' }));
    const lock = await lockDataDir(dataDir);
    expect(JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it.skipIf(process.platform !== 'linux')('is taken over when the pid now belongs to another process', async () => {
    const dataDir = await scratch();
    await writeFile(
      join(dataDir, 'lock'),
      JSON.stringify({ pid: process.pid, startedAt: 'earlier-boot/1', token: 'gone' }),
    );
    await (await lockDataDir(dataDir)).release();
  });

  it('is taken over when its record was cut short by a crash, but not while it may still be written', async () => {
    const dataDir = await scratch();
    const file = join(dataDir, 'lock');
    await writeFile(file, '{"pid":');
    const begun = performance.now();
    const waiting = lockDataDir(dataDir);
    await eventually('the contender looks a few times', () => performance.now() - begun > 200);
    expect(await readFile(file, 'utf8')).toBe('{"pid":');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    await (await waiting).release();
  });

  it('goes to exactly one of many that find a stale one', async () => {
    const dataDir = await scratch();
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: NO_PID, startedAt: 'boot/1', token: 'gone' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => lockDataDir(dataDir)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.length - refused.length).toBe(1);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'DATA_DIR_IN_USE' });
    expect(await readdir(dataDir)).toEqual(['lock']);
  });

  it('is not released by a holder who has lost it', async () => {
    const dataDir = await scratch();
    const lock = await lockDataDir(dataDir);
    const others = JSON.stringify({ pid: NO_PID, token: 'other' });
    await writeFile(join(dataDir, 'lock'), others);
    await lock.release();
    expect(await readFile(join(dataDir, 'lock'), 'utf8')).toBe(others);
    await expect(lock.publish({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'DATA_DIR_LOCK_LOST' });
  });

  it.skipIf(process.platform !== 'linux')('does not take a zombie for a living holder', async () => {
    const dataDir = await scratch();
    // The shell becomes a `sleep` that never reaps the child it has inherited.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    afterwards(() => parent.kill('SIGKILL'));
    const pid = Number(
      await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))),
    );
    const holder = identify(pid);
    await eventually('the child is a zombie', async () =>
      (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '),
    );
    expect(isAlive(holder)).toBe(false);
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ ...holder, token: 'zombie' }));
    await (await lockDataDir(dataDir)).release();
  });
});
