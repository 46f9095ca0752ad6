import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pg from 'pg';
import { startPostgres } from '../../src/embedded/postgres.js';
import type { App } from '../../src/kernel/context.js';
import { migrateJobs, type Jobs, type Task, type TaskRegistry } from '../../src/kernel/jobs.js';
import { createJobs } from '../../src/kernel/jobs/supervisor.js';
import { createLogger } from '../../src/kernel/logger.js';
import { createMetrics } from '../../src/kernel/metrics.js';
import { findProcesses } from '../../src/embedded/processes.js';

/** A PostgreSQL of the test's own, which the test may kill. */
export async function ownPostgres(dataDir: string) {
  let port: number | undefined;
  const start = async () => {
    const server = await startPostgres({
      dataDir,
      database: 'techpool',
      log: () => undefined,
      ...(port === undefined ? {} : { choosePort: () => Promise.resolve(port!) }),
    });
    port = Number(new URL(server.url).port);
    return server;
  };
  let server = await start();
  const client = async <T>(use: (client: pg.Client) => Promise<T>): Promise<T> => {
    const one = new pg.Client({ connectionString: server.url, application_name: 'test' });
    await one.connect();
    try {
      return await use(one);
    } finally {
      await one.end();
    }
  };
  return {
    url: server.url,
    /** Kills the postmaster by SIGKILL, and waits until its backends have gone too. */
    async kill() {
      const cluster = join(await realpath(dataDir), 'postgres', 'cluster');
      const pid = Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      while (findProcesses((found) => found.program === 'postgres' && found.cwd === cluster).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async startAgain() {
      server = await start();
    },
    stop: () => server.stop(),
    sql: <T>(text: string, values: unknown[] = []) =>
      client(async (one) => (await one.query(text, values)).rows as T[]),
  };
}

/** A job worker of the program with tasks of the test, on a database of its own. */
export async function ownJobs(databaseUrl: string, tasks: Record<string, Task>, cron: TaskRegistry['cron'] = []) {
  const lines: Array<Record<string, unknown>> = [];
  const log = createLogger(
    'info',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        for (const line of chunk.toString('utf8').split('\n'))
          if (line) lines.push(JSON.parse(line) as Record<string, unknown>);
        done();
      },
    }),
  );
  // As in app.ts: six connections, each with a listener for the loss of it.
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 6,
    application_name: 'techpool-jobs',
    connectionTimeoutMillis: 10_000,
  });
  const ignore = () => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => void client.on('error', ignore));
  await migrateJobs(pool);
  const jobs: Jobs = createJobs(pool, { lateLookMs: 200, stuckMs: 4000 });
  const metrics = createMetrics();
  return {
    pool,
    jobs,
    lines,
    metrics,
    start: () => jobs.start({ log, metrics } as unknown as App, { tasks, cron }),
    async stop() {
      await jobs.stop();
      await pool.end();
    },
  };
}
