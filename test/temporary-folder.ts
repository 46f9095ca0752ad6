import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the run's own folder for temporary files, removed at its end. */
    temporaryFolder: string;
  }
}

/**
 * Gives this process, and every process that it starts, a folder for temporary files that nothing else on the machine
 * uses. It is removed when the process exits, after the servers in it have been stopped.
 */
export function ownTemporaryFolder(): string {
  const folder = mkdtempSync(join(process.env['TMPDIR'] ? tmpdir() : (memoryFolder() ?? tmpdir()), 'techpool-run-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => remove(folder));
  return folder;
}

/** Linux's file system in memory. A copy of a database of some 700 files takes 20 to 50 ms there, on a disk 0.7 s. */
const MEMORY_FOLDER = '/dev/shm';
/** Free memory that a run needs at most, in bytes: the databases of two workers and of the started programs. */
const NEEDED_BYTES = 6 * 2 ** 30;

/** The file system in memory if a run fits into it and programs may be started from it; otherwise null. */
function memoryFolder(): string | null {
  try {
    accessSync(MEMORY_FOLDER, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    const available = /^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? '0';
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === MEMORY_FOLDER);
    if (mount === undefined || mount.split(' ')[3]!.split(',').includes('noexec')) return null;
    return Math.min(bavail * bsize, Number(available) * 1024) > NEEDED_BYTES ? MEMORY_FOLDER : null;
  } catch {
    return null;
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // An interrupted run stops its servers while it exits, and these may still write: a separate process removes the
    // remaining files.
    const script = `require('node:fs').rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })`;
    spawn(process.execPath, ['-e', script, folder], { detached: true, stdio: 'ignore' }).unref();
  }
}
