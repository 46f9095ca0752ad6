import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, fstatSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { endProcess, identify, type ProcessIdentity, type StopStep } from './processes.js';

/**
 * How to start an embedded server as a child process. The child writes its output to `logFile` and not to a pipe,
 * because a pipe would break when this process dies.
 */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  /**
   * The complete environment of the child process: it inherits neither this program's secrets nor PG… or MEILI_…
   * variables.
   */
  env: Record<string, string>;
  uid?: number | undefined;
  gid?: number | undefined;
  cwd: string;
  logFile: string;
  stopSteps: readonly StopStep[];
  log: (line: string) => void;
  onExit?: ((reason: string) => void) | undefined;
}

/** A started server process. */
export interface Child extends ProcessIdentity {
  /** Returns the reason why the child process ended; undefined while it runs. */
  ended(): string | undefined;
  /** From this call on, an unexpected end of the child process is logged and reported to `onExit`. */
  watch(): void;
  /** Returns the output of the child process since its start, at most its last few kilobytes. */
  output(): string;
  /** Ends the child process by the signals in `stopSteps`; may be called twice. */
  stop(): Promise<void>;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const LOG_CHECK_MS = 30_000;
const TAIL_BYTES = 8 * 1024;

/**
 * Environment variables of all embedded programs. LC_ALL=C makes their messages English, whatever the machine's locale
 * is.
 */
export const CHILD_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/**
 * Starts an embedded server as a child process in its own process group, so that Ctrl-C in the terminal does not reach
 * it directly; it is stopped through `stop`.
 */
export function startChild(spec: ChildSpec): Child {
  rotate(spec.logFile);
  const fd = openSync(spec.logFile, 'a', 0o600);
  const logStart = fstatSync(fd).size;
  let reason: string | undefined;
  let watched = false;
  let stopping: Promise<void> | undefined;

  const process_ = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', fd, fd],
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  });
  closeSync(fd);
  const identity = identify(process_.pid ?? 0);
  const onOwnExit = () => {
    // When this process exits without a call of stop(), the first stop signal is sent to the child, which then shuts
    // down by itself.
    const first = spec.stopSteps[0];
    if (process_.pid !== undefined && reason === undefined && first !== undefined) process_.kill(first.signal);
  };
  const bounding = setInterval(() => bound(spec), LOG_CHECK_MS);
  bounding.unref();
  const finish = (why: string) => {
    if (reason !== undefined) return;
    reason = why;
    clearInterval(bounding);
    process.removeListener('exit', onOwnExit);
    if (watched) report(why);
  };
  const report = (why: string) => {
    if (stopping !== undefined) return;
    spec.log(`${spec.name} ended unexpectedly (${why}); its last lines are in ${spec.logFile}.`);
    spec.onExit?.(why);
  };
  process.once('exit', onOwnExit);
  process_.once('error', (error) => finish(error.message));
  process_.once('exit', (code, signal) => finish(signal === null ? `exit code ${code}` : `signal ${signal}`));
  process_.unref();

  return {
    ...identity,
    ended: () => reason,
    watch: () => {
      watched = true;
      // The process may have ended since it became ready.
      if (reason !== undefined) report(reason);
    },
    output: () => tail(spec.logFile, logStart),
    stop: () => (stopping ??= process_.pid === undefined ? Promise.resolve() : stopProcess(spec, identity)),
  };
}

async function stopProcess(spec: ChildSpec, identity: ProcessIdentity): Promise<void> {
  const signal = await endProcess(identity, spec.stopSteps);
  if (signal !== undefined && signal !== spec.stopSteps[0]?.signal)
    spec.log(`${spec.name} had to be ended by ${signal}.`);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Renames a large log file before the server starts; that is safe because no process writes to the log yet. */
function rotate(logFile: string): void {
  if (sizeOf(logFile) > LOG_LIMIT_BYTES / 2) renameSync(logFile, `${logFile}.1`);
}

/**
 * Limits the size of a running server's log. The server keeps the file open for appending, so the file is copied and
 * then truncated in place.
 */
function bound(spec: ChildSpec): void {
  try {
    if (sizeOf(spec.logFile) <= LOG_LIMIT_BYTES) return;
    copyFileSync(spec.logFile, `${spec.logFile}.1`);
    truncateSync(spec.logFile, 0);
  } catch (error) {
    spec.log(
      `The log ${spec.logFile} cannot be cut to size: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function tail(file: string, from: number): string {
  const fd = openSync(file, 'r');
  try {
    const size = fstatSync(fd).size;
    const start = Math.max(from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start)).trim();
  } finally {
    closeSync(fd);
  }
}
