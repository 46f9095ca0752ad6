import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../kernel/config.js';
import { ensureFolder } from './data-dir.js';
import { identify, isAlive } from './processes.js';
import { describeFault, type Logger } from '../kernel/logger.js';

/**
 * Interval, in milliseconds, at which a process renews the modification time of its spool folder and looks for folders
 * of dead processes.
 */
const SIGN_OF_LIFE_MS = 30_000;
/**
 * Milliseconds without a renewed modification time after which the spool folder of a process on another machine, or in
 * another container, is removed.
 */
const PRESUMED_DEAD_MS = 180_000;

/** Folder below DATA_DIR for the temporary files of one process, such as uploads. */
export interface SpoolFolder {
  readonly path: string;
  /** Removes the folder with everything in it. */
  close(): Promise<void>;
}

declare module '../kernel/context.js' {
  interface App {
    /** The folder for temporary files. */
    readonly spool: SpoolFolder;
  }
}

/**
 * Makes a spool folder for this process in `DATA_DIR/spool`, and removes the folders of dead processes there, now and
 * at an interval. Several processes, also of several machines or containers, may share DATA_DIR.
 */
export async function openSpoolFolder(config: Pick<Config, 'dataDir'>, log: Logger): Promise<SpoolFolder> {
  const parent = join(config.dataDir, 'spool');
  const path = join(parent, `${place()}-${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}`);
  await ensureFolder(config.dataDir);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent, log);
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
    void removeAbandoned(parent, log);
  }, SIGN_OF_LIFE_MS);
  timer.unref();
  return {
    path,
    async close() {
      clearInterval(timer);
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function removeAbandoned(parent: string, log: Logger): Promise<void> {
  try {
    for (const name of await readdir(parent)) {
      const folder = join(parent, name);
      if (await isInUse(folder, name)) continue;
      await rm(folder, { recursive: true, force: true });
      log.info({ folder: name }, 'temporary files of an ended process were removed');
    }
  } catch (error) {
    // A failed removal must not stop the server; it is tried again at the next interval.
    log.warn({ fault: describeFault(error) }, 'temporary files of ended processes could not be removed');
  }
}

/**
 * Whether the process that owns a spool folder still runs. On the same machine and in the same container, pid and start
 * time decide; for folders of other places, where a pid says nothing, the modification time decides.
 */
async function isInUse(folder: string, name: string): Promise<boolean> {
  const [where, pid, start] = name.split('-');
  if (where === place() && /^\d+$/.test(pid ?? ''))
    return isAlive({ pid: Number(pid), startedAt: undefined }) && startOf(Number(pid)) === start;
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < PRESUMED_DEAD_MS;
}

/**
 * The start time of a process as a hash of eight hexadecimal digits, to distinguish it from a later process with the
 * same pid.
 */
function startOf(pid: number): string {
  return digest(identify(pid).startedAt ?? '');
}

/** Identifies this machine and its pid namespace (each container has its own) by a hash of eight hexadecimal digits. */
function place(): string {
  let pids = '';
  try {
    pids = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Platforms without /proc have no pid namespaces.
  }
  return digest(`${hostname()} ${pids}`);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);
