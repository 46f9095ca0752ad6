import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureFolder } from './data-dir.js';
import { EmbeddedError, hasCode } from './embedded-error.js';
import { identify, isAlive, type ProcessIdentity } from './processes.js';

/**
 * Content of the lock file of a data folder: the process that holds the lock. `token` distinguishes two locks of one
 * process.
 */
interface LockRecord extends ProcessIdentity {
  token: string;
  url?: string | undefined;
  /** Name of the command that the process runs; undefined for a server. */
  command?: string | undefined;
}

/** The process that takes the lock, and how it waits while a command holds the lock. */
export interface LockWish {
  /** Name of the command that takes the lock; undefined for a server. */
  command?: string | undefined;
  /** Called with a sentence for the user when the lock is held by a command, which is waited for. */
  say?: ((line: string) => void) | undefined;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
}

/** The lock of a data folder, held by at most one process at a time. */
export interface DataDirLock {
  /** Stores the app's URL in the lock file, so that the error of a second start on the same folder can name it. */
  publish(info: { url: string }): Promise<void>;
  release(): Promise<void>;
}

/**
 * Age in milliseconds above which an empty lock file, or a takeover file, counts as left by a process that died between
 * two system calls.
 */
const ABANDONED_MS = 3_000;
const POLL_MS = 20;
/** Interval, in milliseconds, between two looks at the lock of a running command. */
const COMMAND_POLL_MS = 100;
/** Milliseconds after which a process says that it waits for a command, and the interval at which it says so again. */
const SAY_AFTER_MS = 1_000;
const SAY_EVERY_MS = 30_000;

/**
 * Takes the exclusive lock of the data folder, replacing the lock of a process that died. The lock must be held before
 * an embedded server is started on the folder, because a start ends every server that it finds there. A command that
 * holds the lock ends by itself, so it is waited for; a server that holds it is an error.
 */
export async function lockDataDir(dataDir: string, wish: LockWish = {}): Promise<DataDirLock> {
  await ensureFolder(dataDir);
  const file = join(dataDir, 'lock');
  const mine: LockRecord = { ...identify(process.pid), token: randomUUID(), command: wish.command };
  const begun = performance.now();
  let sayAt = begun + SAY_AFTER_MS;
  for (;;) {
    if (await createExclusive(file, JSON.stringify(mine))) break;
    const found = await readIfThere(file);
    if (found === undefined) continue;
    const holder = parseRecord(found);
    if (holder !== undefined && isAlive(holder)) {
      if (holder.command === undefined || wish.signal?.aborted) throw inUse(dataDir, file, holder);
      if (performance.now() >= sayAt) {
        sayAt = performance.now() + SAY_EVERY_MS;
        wish.say?.(
          `The command ${holder.command} (process ${holder.pid}) uses the data folder ${dataDir}; waiting for its end.`,
        );
      }
      await sleep(COMMAND_POLL_MS);
      continue;
    }
    // A lock file without readable content may be one that another process is just writing, so it is read again
    // shortly.
    if (holder === undefined && (await ageMs(file)) < ABANDONED_MS) {
      await sleep(POLL_MS);
      continue;
    }
    if (await takeOver(file, found, mine)) break;
    await sleep(POLL_MS);
  }
  const isMine = async () => parseRecord((await readIfThere(file)) ?? '')?.token === mine.token;
  return {
    async publish({ url }) {
      if (!(await isMine()))
        throw new EmbeddedError(
          'DATA_DIR_LOCK_LOST',
          `The lock ${file} was removed or replaced while this process ran. Stop, and start again.`,
        );
      await replace(file, { ...mine, url });
    },
    async release() {
      if (await isMine()) await rm(file, { force: true });
    },
  };
}

/**
 * The URL that the app which holds the data folder's lock has published; undefined where no living process holds the
 * lock, or none was published yet.
 */
export async function publishedUrl(dataDir: string): Promise<string | undefined> {
  const holder = parseRecord((await readIfThere(join(dataDir, 'lock'))) ?? '');
  return holder !== undefined && isAlive(holder) ? holder.url : undefined;
}

/**
 * Whether a living server, rather than a command, holds the lock of the data folder. Servers that an ended or killed
 * process left running on the folder are ended by the next start, so that nobody may rely on them.
 */
export async function isServed(dataDir: string): Promise<boolean> {
  const holder = parseRecord((await readIfThere(join(dataDir, 'lock'))) ?? '');
  return holder !== undefined && holder.command === undefined && isAlive(holder);
}

/**
 * Replaces the lock file of a dead process, but only if its content is still `stale`. Contending processes are
 * serialised by a second file that only one can create; each reads the lock file again while it holds that second file,
 * so that none can remove the new lock of another. Returns whether the lock was taken.
 */
async function takeOver(file: string, stale: string, mine: LockRecord): Promise<boolean> {
  const takeover = `${file}.takeover`;
  if (!(await createExclusive(takeover, ''))) {
    if ((await ageMs(takeover)) > ABANDONED_MS) await rm(takeover, { force: true });
    return false;
  }
  try {
    if ((await readIfThere(file)) !== stale) return false;
    await replace(file, mine);
    return true;
  } finally {
    await rm(takeover, { force: true });
  }
}

async function replace(file: string, record: LockRecord): Promise<void> {
  const next = `${file}.${record.token}`;
  await writeFile(next, JSON.stringify(record), { mode: 0o644 });
  await rename(next, file);
}

async function createExclusive(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o644);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function ageMs(file: string): Promise<number> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    const text_ = (key: string) => (key in value ? String((value as Record<string, unknown>)[key]) : undefined);
    return {
      pid: value.pid,
      startedAt: text_('startedAt'),
      token: text_('token') ?? '',
      url: text_('url'),
      command: text_('command'),
    };
  } catch {
    return undefined;
  }
}

function inUse(dataDir: string, file: string, holder: LockRecord): EmbeddedError {
  const at =
    holder.command !== undefined
      ? `the command ${holder.command}`
      : holder.url === undefined
        ? 'still starting'
        : `serving ${holder.url}`;
  return new EmbeddedError(
    'DATA_DIR_IN_USE',
    `The data folder ${dataDir} is in use by process ${holder.pid}, ${at}. Use that one, or stop it first; if it is no techpool, delete ${file}.`,
  );
}
