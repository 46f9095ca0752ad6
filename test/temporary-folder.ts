import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
  const folder = mkdtempSync(join(tmpdir(), 'techpool-run-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => remove(folder));
  return folder;
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
