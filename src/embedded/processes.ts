import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError, hasCode } from './embedded-error.js';

/** Identifies a process even if its pid is reused; `startedAt` is undefined where the platform does not report it. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string | undefined;
}

/** One step of a shutdown: the signal, and how many milliseconds to wait for the process to end. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** State letter and start time from /proc/<pid>/stat (proc(5)); undefined if the process or /proc does not exist. */
function procStat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // The start time counts ticks since boot, so it is unique only together with the boot id.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return { state: fields[0] ?? '', startedAt: `${boot}/${fields[19] ?? ''}` };
  } catch {
    return undefined;
  }
}

/** Pid and start time of a process, to recognise it later. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: procStat(pid)?.startedAt };
}

/** Whether a process (also a zombie) has this pid. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/**
 * Whether this process still runs, told from a later one with the same pid by its start time; without /proc, whether
 * any process has the pid. A zombie does not count as running (where /proc exists): in a container it may never be
 * reaped.
 */
export function isAlive(target: ProcessIdentity): boolean {
  const stat = procStat(target.pid);
  if (stat === undefined) return isPidTaken(target.pid);
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return target.startedAt === undefined || target.startedAt === stat.startedAt;
}

/** Description of a process. Without /proc, `cwd` is undefined and `args` holds all arguments as one text. */
export interface ProcessDescription {
  program: string;
  cwd: string | undefined;
  args: string[];
}

/** Whether a process runs in `folder` or has `argument` among its arguments; both are absolute paths without links. */
export function worksOn(found: ProcessDescription, folder: string, argument: string): boolean {
  if (found.cwd === undefined) return found.args.some((line) => line.includes(argument));
  return found.cwd === folder || found.args.includes(argument);
}

/** Program name, working folder and arguments of a running process. */
export function describeProcess(pid: number): ProcessDescription | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((arg) => arg !== '');
    // Linux shows a program that was replaced on disk since its start as "<path> (deleted)".
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

/** The running processes that `accepts` returns true for; always empty without /proc. */
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
 * Takes the steps in order until the process has ended; returns the signal after which it ended, or undefined when it
 * was not running.
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
 * A TCP port of 127.0.0.1 that was free just now; another process may still take it first, so the caller must retry.
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
