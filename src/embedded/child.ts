import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, fstatSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { endProcess, identify, type ProcessIdentity, type StopStep } from './processes.js';

/** How a server process is started. Its output goes to `logFile`, because a pipe would break when this process dies. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  /** The whole environment: nothing of ours leaks in, neither secrets nor PG… and MEILI_… settings. */
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
  /** Undefined while it runs, then why it ended. */
  ended(): string | undefined;
  /** From here on, an end that was not asked for is reported. */
  watch(): void;
  /** What the process has written since its start, at most the last few kilobytes. */
  output(): string;
  /** Ends the process by the spec's steps; safe to call again. */
  stop(): Promise<void>;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const LOG_CHECK_MS = 30_000;
const TAIL_BYTES = 8 * 1024;

/** The environment of all embedded programs: messages in English, whatever the machine's locale. */
export const CHILD_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** Starts a server in a process group of its own, so that the terminal's Ctrl-C reaches it only through `stop`. */
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
    // The last resort of a process that ends without having called stop(): the server then shuts down by itself.
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
    if (!watched || stopping !== undefined) return;
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

/** At a start nobody writes, so the old log can simply be renamed. */
function rotate(logFile: string): void {
  if (sizeOf(logFile) > LOG_LIMIT_BYTES / 2) renameSync(logFile, `${logFile}.1`);
}

/** While the server runs it holds the file open for appending, so the file is copied and emptied in place. */
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
