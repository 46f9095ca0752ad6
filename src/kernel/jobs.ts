import { EventEmitter } from 'node:events';
import {
  run,
  runMigrations,
  parseCronItem,
  parseCronItems,
  type CronMatcher,
  type Runner,
  type TaskList,
  type WorkerEvents,
  Logger as WorkerLogger,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { EntityManager } from 'typeorm';
import type { App } from './context.js';
import { dayNumber, dayOfChina, nearestMoment, wallClock } from '../lib/day.js';
import { JobLease } from './jobs.lease.js';

/**
 * A function that runs background jobs of one kind. `payload` is the job's data; `signal` is aborted when the process
 * stops. A job whose function throws is retried later.
 */
export type Task = (app: App, payload: unknown, signal?: AbortSignal) => Promise<void>;

/** The background tasks of all domains by name, and the cron lines that start some of them at fixed times. */
export interface TaskRegistry {
  tasks: Record<string, Task>;
  cron: Array<{ task: string; match: string }>;
}

export interface Jobs {
  /** Starts running jobs in this process. */
  start(app: App, registry: TaskRegistry): Promise<void>;
  /** Waits until the running jobs have ended, then stops the job worker. */
  stop(): Promise<void>;
}

declare module './context.js' {
  interface App {
    readonly jobs: Jobs;
  }
}

/**
 * Creates or updates the tables of the job queue (graphile-worker's migrations); must run before the first job is
 * added.
 */
export async function migrateJobs(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool, logger: silent });
}

// The log of graphile-worker is silenced; this module itself logs one line per failed attempt of a job.
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
        parsedCronItems: parseCronItems(registry.cron.map(({ task, match }) => ({ task, match: inZone(match) }))),
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

/**
 * Makes the matcher of a cron pattern that is meant in the deployment's zone; graphile-worker itself compares patterns
 * with UTC. It passes the matcher a moment in UTC without its year, so the nearest such moment to now is taken.
 */
export function inZone(pattern: string): CronMatcher {
  const { match } = parseCronItem({ task: 'any', match: pattern });
  return (digest) => {
    const at = nearestMoment(digest, new Date());
    const { minute, hour, day, month } = wallClock(at);
    // 1970-01-01, day 0, was a Thursday (4).
    return match({ min: minute, hour, date: day, month, dow: (dayNumber(dayOfChina(at)) + 4) % 7 });
  };
}

export interface JobOptions {
  /** Jobs of one queue run one after another. */
  queue?: string;
  /**
   * Deduplication key: while a job with this key waits, adding another job with the same key replaces the waiting one.
   */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** Adds a background job in the caller's transaction, so that the job exists only if the caller's change commits. */
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

/** Adds one background job per payload by a single statement, in the caller's transaction. */
export async function addJobs(
  tx: EntityManager,
  task: string,
  payloads: readonly unknown[],
  options: Pick<JobOptions, 'maxAttempts' | 'runAt'> = {},
): Promise<void> {
  await tx.query(
    `SELECT graphile_worker.add_job($1::text, payload := p::json, max_attempts := $3::int, run_at := $4::timestamptz)
     FROM json_array_elements($2::json) p`,
    [task, JSON.stringify(payloads), options.maxAttempts ?? 25, options.runAt ?? null],
  );
}
