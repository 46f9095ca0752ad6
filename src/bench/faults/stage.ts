import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backends } from '../../app.js';
import { EMBEDDED_DATABASE, findRunningBackends } from '../../embedded-backends.js';
import { lockDataDir, type DataDirLock } from '../../embedded/lock.js';
import { startMeilisearch } from '../../embedded/meilisearch.js';
import { startPostgres } from '../../embedded/postgres.js';
import { clusterPaths } from '../../embedded/postgres-cluster.js';
import { freePort } from '../../embedded/processes.js';
import { readConfig } from '../../kernel/config.js';
import { packageRoot } from '../../lib/package-root.js';
import { watchOver } from '../server.js';

/** Milliseconds from the end of a process to its restart, as by a container runtime. */
const RESTART_MS = 500;
const START_MS = 60_000;
const STOP_MS = 25_000;
const PATH = '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin';

/** A part of the deployment that is started again whenever it ends. */
export interface Part {
  pid(): number;
  /** Ends the process at once, without a warning (SIGKILL); it is started again. */
  kill(): void;
  stop(): Promise<void>;
}

/** A process of the program, at a fixed address. */
export interface Program extends Part {
  readonly url: string;
  /** Resolves once the process answers /ready with 200. */
  ready(): Promise<void>;
  /** Asks the process to stop (SIGTERM), waits until it has, and starts it again; returns its exit code. */
  restart(): Promise<number | null>;
}

/** PostgreSQL and Meilisearch with durable settings, and processes of the built program, as in production. */
export class Stage {
  readonly parts: { postmaster: Part; meilisearch: Part } & Record<string, Part>;
  /** Ends of processes of the program that nobody had asked for. */
  readonly deaths: string[] = [];

  private constructor(
    readonly dataDir: string,
    readonly backends: Backends,
    private readonly lock: DataDirLock,
    servers: { postmaster: Part; meilisearch: Part },
  ) {
    this.parts = { ...servers };
  }

  static async open(dataDir: string): Promise<Stage> {
    const lock = await lockDataDir(dataDir);
    const log = () => undefined;
    const { meiliBin } = readConfig({});
    const cluster = clusterPaths(dataDir).cluster;
    const postmaster = await superviseServer(
      (more) => startPostgres({ dataDir, log, database: EMBEDDED_DATABASE, ...more }),
      () => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]),
    );
    const meilisearch = await superviseServer(
      (more) => startMeilisearch({ dataDir, log, meiliBin, ...more }),
      () => (JSON.parse(readFileSync(join(dataDir, 'meilisearch', 'meilisearch.pid'), 'utf8')) as { pid: number }).pid,
    );
    const backends = await findRunningBackends(readConfig({ DATA_DIR: dataDir }));
    if (!backends) throw new Error('the database does not run');
    return new Stage(dataDir, backends, lock, { postmaster, meilisearch });
  }

  /** Starts a process of the program on the stage's servers, and waits until it is ready. */
  async start(name: string, env: Record<string, string>): Promise<Program> {
    const { backends } = this;
    const folder = join(this.dataDir, name);
    await mkdir(folder, { recursive: true });
    const port = String(await freePort());
    const program = superviseProgram(
      {
        PATH,
        TMPDIR: folder,
        DATA_DIR: folder,
        PORT: port,
        LOG_LEVEL: 'warn',
        DATABASE_URL: backends.databaseUrl,
        MEILI_URL: backends.meiliUrl,
        ...(backends.meiliKey === undefined ? {} : { MEILI_KEY: backends.meiliKey }),
        SECRET_KEY: backends.secretKey,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        REQUIRE_OPERATOR_TOTP: 'false',
        REQUESTS_PER_MINUTE: '1000000',
        ...env,
      },
      `http://127.0.0.1:${port}`,
      join(this.dataDir, `${name}.log`),
      (how) => this.deaths.push(`${name}: ${how}`),
    );
    this.parts[name] = program;
    await program.ready();
    return program;
  }

  async close(): Promise<void> {
    const { postmaster, meilisearch, ...programs } = this.parts;
    await Promise.all(Object.values(programs).map((program) => program.stop()));
    await Promise.all([postmaster.stop(), meilisearch.stop()]);
    await this.lock.release();
  }
}

type StartMore = { onExit: (reason: string) => void; choosePort?: () => Promise<number> };

/**
 * Keeps PostgreSQL or Meilisearch running at one address: when the server exits, it is started again after RESTART_MS,
 * until the part is stopped.
 */
async function superviseServer(
  start: (more: StartMore) => Promise<{ url: string; stop(): Promise<void> }>,
  pid: () => number,
): Promise<Part> {
  let stopped = false;
  const address: { port?: number } = {};
  const launch = () =>
    start({
      onExit: () => void (stopped || (starting = again())),
      ...(address.port === undefined ? {} : { choosePort: () => Promise.resolve(address.port!) }),
    });
  const again = async () => {
    for (;;) {
      await sleep(RESTART_MS);
      if (stopped) return;
      try {
        current = await launch();
        if (stopped) await current.stop();
        return;
      } catch {
        // The port or the folder may still be held by processes that are ending.
      }
    }
  };
  let starting: Promise<void> = Promise.resolve();
  let current = await launch();
  address.port = Number(new URL(current.url).port);
  return {
    pid,
    kill: () => void process.kill(pid(), 'SIGKILL'),
    async stop() {
      stopped = true;
      await starting;
      await current.stop();
    },
  };
}

/** Keeps a process of the program running at one address; `onDeath` hears of ends that were not asked for. */
function superviseProgram(
  env: Record<string, string>,
  url: string,
  logFile: string,
  onDeath: (how: string) => void,
): Program {
  let stopped = false;
  let asked = false;
  let timer: NodeJS.Timeout | undefined;
  let child: ChildProcess;
  const out = createWriteStream(logFile, { flags: 'a' });
  const launch = () => {
    asked = false;
    child = spawn(process.execPath, ['--enable-source-maps', join(packageRoot(), 'dist/src/main.js')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    watchOver(child);
    child.stdout!.pipe(out, { end: false });
    child.stderr!.pipe(out, { end: false });
    child.once('exit', (code, signal) => {
      if (!asked) onDeath(signal ?? `exit ${code}`);
      if (!stopped) timer = setTimeout(launch, RESTART_MS);
    });
  };
  const end = async (): Promise<number | null> => {
    asked = true;
    const ending = child;
    if (ending.exitCode !== null || ending.signalCode !== null) return ending.exitCode;
    const ended = new Promise<number | null>((resolve) => ending.once('exit', (code) => resolve(code)));
    const hard = setTimeout(() => ending.kill('SIGKILL'), STOP_MS);
    ending.kill('SIGTERM');
    return ended.finally(() => clearTimeout(hard));
  };
  launch();
  return {
    url,
    pid: () => child.pid!,
    kill() {
      asked = true;
      child.kill('SIGKILL');
    },
    restart: end,
    async ready() {
      for (const until = Date.now() + START_MS; Date.now() < until; await sleep(100)) {
        const answer = await fetch(`${url}/ready`).catch(() => null);
        await answer?.arrayBuffer();
        if (answer?.status === 200) return;
      }
      throw new Error(`the program is not ready after ${START_MS / 1000} s; its log is ${logFile}`);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await end();
      out.end();
    },
  };
}
