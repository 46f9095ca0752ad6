import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError, hasCode } from './embedded-error.js';

/**
 * Identifies a process even if its pid is reused later; `startedAt` is undefined where the platform does not report
 * start times.
 */
export interface ProcessIdentity {
  pid: number;
  startedAt: string | undefined;
}

/** One step of ending a process: the signal to send, and how many milliseconds to wait for the process to end. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/**
 * State letter and start time of a process from /proc/<pid>/stat (proc(5)); undefined if the process or /proc does not
 * exist.
 */
function procStat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field of /proc/<pid>/stat is the command name in parentheses, which may itself contain spaces and
    // parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // The start time counts clock ticks since boot, so it is unique only together with the boot id.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return { state: fields[0] ?? '', startedAt: `${boot}/${fields[19] ?? ''}` };
  } catch {
    return undefined;
  }
}

/** Returns pid and start time of a running process, by which it can be recognised later. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: procStat(pid)?.startedAt };
}

/** Whether any process, zombies included, has this pid. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/**
 * Whether exactly this process still runs; its start time distinguishes it from a later process with the same pid.
 * Without /proc, any process with that pid counts. With /proc, a zombie does not count as running, as in a container it
 * may never be reaped.
 */
export function isAlive(target: ProcessIdentity): boolean {
  const stat = procStat(target.pid);
  if (stat === undefined) return isPidTaken(target.pid);
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return target.startedAt === undefined || target.startedAt === stat.startedAt;
}

/**
 * Program name, working folder and arguments of a process. Without /proc, `cwd` is undefined and `args` holds all
 * arguments as one text.
 */
export interface ProcessDescription {
  program: string;
  cwd: string | undefined;
  args: string[];
}

/**
 * Whether a process has `folder` as its working folder, or `argument` among its arguments; both are absolute paths
 * without symbolic links. Without /proc: whether `argument` occurs anywhere in the command line.
 */
export function worksOn(found: ProcessDescription, folder: string, argument: string): boolean {
  if (found.cwd === undefined) return found.args.some((line) => line.includes(argument));
  return found.cwd === folder || found.args.includes(argument);
}

/** Program name, working folder and arguments of a running process; undefined where they cannot be read. */
export function describeProcess(pid: number): ProcessDescription | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((arg) => arg !== '');
    // Linux shows a program file that was replaced on disk since the process started as "<path> (deleted)".
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
    return { program, cwd: readlinkSync(`/proc/${pid}/cwd`), args };
  } catch (error) {
    if (process.platform === 'linux') {
      if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
      throw error;
    }
  }
  try {
    const show = (column: string) =>
      execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
    return { program: basename(show('comm')), cwd: undefined, args: [show('command')] };
  } catch {
    return undefined; // ps exits with 1 when the process does not exist.
  }
}

/**
 * All running processes other than this one for which `accepts` returns true; always empty except on Linux, as it needs
 * /proc.
 */
export function findProcesses(accepts: (found: ProcessDescription) => boolean): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  return pids
    .filter((pid) => {
      const found = describeProcess(pid);
      return found !== undefined && accepts(found);
    })
    .map(identify);
}

/**
 * Sends the signals of `steps` in order until the process has ended. Returns the signal after which it ended, or
 * undefined when it was not running; throws when it outlives them all or belongs to another user.
 */
export async function endProcess(
  target: ProcessIdentity,
  steps: readonly StopStep[],
): Promise<NodeJS.Signals | undefined> {
  if (!isAlive(target)) return undefined;
  for (const { signal, waitMs } of steps) {
    try {
      process.kill(target.pid, signal);
    } catch (error) {
      if (hasCode(error, 'ESRCH')) return signal;
      throw new EmbeddedError(
        'PROCESS_NOT_OURS',
        `Process ${target.pid} belongs to another user and holds this data folder. Stop it, then start again.`,
        {
          cause: error,
        },
      );
    }
    const deadline = performance.now() + waitMs;
    while (performance.now() < deadline) {
      if (!isAlive(target)) return signal;
      await sleep(10);
    }
  }
  throw new EmbeddedError(
    'PROCESS_WONT_STOP',
    `Process ${target.pid} does not end, not even when killed. Look at it with \`ps\`, then start again.`,
  );
}

/**
 * Returns a TCP port of 127.0.0.1 that was free just now. Another process may take it before the caller does, so the
 * caller must be ready to retry.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
