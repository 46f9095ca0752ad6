import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError, hasCode } from './embedded-error.js';

/** A process that a reused pid cannot be mistaken for; `startedAt` is undefined where the platform does not tell. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string | undefined;
}

/** One rung of a shutdown: the signal, and how long to wait for its effect. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** State letter and start time from /proc/<pid>/stat (proc(5)); undefined without such a process or without /proc. */
function procStat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Ticks since boot: only together with the boot is it unique.
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

/** Whether a signal would find some process under this pid, a zombie included. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Whether this very process still runs. A zombie does not: in a container nobody may ever reap it. */
export function isAlive(target: ProcessIdentity): boolean {
  const stat = procStat(target.pid);
  if (stat === undefined) return isPidTaken(target.pid);
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return target.startedAt === undefined || target.startedAt === stat.startedAt;
}

/** What the platform shows of a process: without /proc no working folder, and all arguments as one. */
export interface ProcessDescription {
  program: string;
  cwd: string | undefined;
  args: string[];
}

/** Whether a process runs in the folder, or was given a path as an argument; both absolute and free of links. */
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
    // A program replaced on disk since its start is shown as "<path> (deleted)".
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
    return undefined; // ps exits with 1 when there is no such process.
  }
}

/** The running processes that a check accepts; none where the platform has no /proc. */
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

/** Climbs the steps until the process is gone; returns the signal that ended it, undefined when it was gone already. */
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

/** A TCP port of 127.0.0.1 that was free a moment ago; whoever uses it must still be ready to lose the race for it. */
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
