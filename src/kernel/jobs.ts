import { EventEmitter } from 'node:events';
import {
  run,
  runMigrations,
  parseCronItems,
  type Runner,
  type TaskList,
  type WorkerEvents,
  Logger as WorkerLogger,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { EntityManager } from 'typeorm';
import type { App } from './context.js';
import { JobLease } from './jobs.lease.js';

/**
 * A background task. `payload` is the job's data; `signal` is aborted when the process stops. A task that throws is
 * retried later.
 */
export type Task = (app: App, payload: unknown, signal?: AbortSignal) => Promise<void>;

/** The tasks of all domains and the cron lines that start some of them. */
export interface TaskRegistry {
  tasks: Record<string, Task>;
  cron: Array<{ task: string; match: string }>;
}

export interface Jobs {
  /** Starts running jobs in this process. */
  start(app: App, registry: TaskRegistry): Promise<void>;
  /** Waits for running jobs to end, then stops. */
  stop(): Promise<void>;
}

declare module './context.js' {
  interface App {
    readonly jobs: Jobs;
  }
}

/** Migrates the job queue's own tables; must run before the first job is added. */
export async function migrateJobs(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool, logger: silent });
}

// graphile-worker's own log is silenced; we log one line per failed attempt.
const silent = new WorkerLogger(() => () => undefined);

export function createJobs(pool: Pool): Jobs {
  let runner: Runner | undefined;
  let lease: JobLease | undefined;
  return {
    async start(app, registry) {
      const taskList: TaskList = {};
      for (const [name, task] of Object.entries(registry.tasks)) {
        taskList[name] = async (payload, { abortSignal }) => {
          try {
            await task(app, payload, abortSignal);
          } catch (error) {
            app.metrics.jobsFailed.inc({ task: name });
            app.log.warn({ task: name, err: error }, 'a job failed and will be tried again');
            throw error;
          }
        };
      }
      const events: WorkerEvents = new EventEmitter();
      events.once('pool:create', ({ workerPool }) => {
        lease = new JobLease(pool, workerPool.id, app.log);
        lease.start();
      });
      runner = await run({
        pgPool: pool,
        events,
        taskList,
        concurrency: 4,
        pollInterval: 2000,
        noHandleSignals: true,
        logger: silent,
        parsedCronItems: parseCronItems(registry.cron.map(({ task, match }) => ({ task, match }))),
      });
    },
    async stop() {
      await runner?.stop().catch(() => undefined);
      runner = undefined;
      await lease?.end();
      lease = undefined;
    },
  };
}

export interface JobOptions {
  /** Jobs of one queue run one after another. */
  queue?: string;
  /** While a job with this key waits, a new job with the same key replaces it. */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** Adds a job in the caller's transaction, so the job exists only if the change commits. */
export async function addJob(
  tx: EntityManager,
  task: string,
  payload: unknown,
  options: JobOptions = {},
): Promise<void> {
  await tx.query(
    `SELECT graphile_worker.add_job(
       $1::text, payload := $2::json, queue_name := $3::text, job_key := $4::text, run_at := $5::timestamptz,
       max_attempts := $6::int)`,
    [
      task,
      JSON.stringify(payload),
      options.queue ?? null,
      options.key ?? null,
      options.runAt ?? null,
      options.maxAttempts ?? 25,
    ],
  );
}

/** Like addJob, for one job per payload, in one statement. */
export async function addJobs(
  tx: EntityManager,
  task: string,
  payloads: readonly unknown[],
  options: Pick<JobOptions, 'maxAttempts'> = {},
): Promise<void> {
  await tx.query(
    `SELECT graphile_worker.add_job($1::text, payload := p::json, max_attempts := $3::int)
     FROM json_array_elements($2::json) p`,
    [task, JSON.stringify(payloads), options.maxAttempts ?? 25],
  );
}
