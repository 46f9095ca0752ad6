import { Logger as WorkerLogger, parseCronItem, runMigrations, type CronMatcher } from 'graphile-worker';
import type { Pool } from 'pg';
import type { EntityManager } from 'typeorm';
import type { App } from './context.js';
import { dayNumber, dayOfChina, nearestMoment, wallClock } from '../lib/day.js';

/**
 * A function that runs background jobs of one kind. `payload` is the job's data; `signal` is aborted when the process
 * stops. A job whose function throws is retried later.
 */
export type Task = (app: App, payload: unknown, signal?: AbortSignal) => Promise<void>;

/** The background tasks of all domains by name, and the cron lines that start some of them at fixed times. */
export interface TaskRegistry {
  tasks: Record<string, Task>;
  /** `key`: deduplication key of the job (see JobOptions), so that late ones do not pile up. */
  cron: Array<{ task: string; match: string; key?: string }>;
}

/**
 * Whether this process runs background jobs: `off` where it leaves them to others, `restarting` between the loss of its
 * job worker and the beginning of the next one.
 */
export type JobsState = 'off' | 'running' | 'restarting';

export interface Jobs {
  /** Starts running jobs in this process. */
  start(app: App, registry: TaskRegistry): Promise<void>;
  /** Waits until the running jobs have ended, then stops the job worker. */
  stop(): Promise<void>;
  state(): JobsState;
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

// The log of graphile-worker is silenced; the job worker itself logs one line per failed attempt of a job.
export const silent = new WorkerLogger(() => () => undefined);

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

/** Whether a job with this key waits or runs; one that failed at every attempt does neither. */
export async function isAlive(tx: EntityManager, key: string): Promise<boolean> {
  const rows = (await tx.query(
    `SELECT 1
     FROM graphile_worker._private_jobs
     WHERE key = $1 AND (locked_at IS NOT NULL OR attempts < max_attempts)`,
    [key],
  )) as unknown[];
  return rows.length > 0;
}

/**
 * Adds a background job, in the caller's transaction, in place of one that was lost: unless a job with its key waits or
 * runs. Returns whether it was added.
 */
export async function addLostJob(
  tx: EntityManager,
  task: string,
  payload: unknown,
  options: JobOptions & { key: string },
): Promise<boolean> {
  if (await isAlive(tx, options.key)) return false;
  // A spent job (one that failed at every attempt) with this key is removed first: adding a job with its key would
  // leave it in the queue, without a key.
  await tx.query(`SELECT graphile_worker.remove_job($1)`, [options.key]);
  await addJob(tx, task, payload, options);
  return true;
}

/** Whether a job of a task waits or runs. */
export async function hasJob(tx: EntityManager, task: string): Promise<boolean> {
  const [row] = (await tx.query(
    `SELECT EXISTS (
       SELECT 1
       FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks t ON t.id = j.task_id
       WHERE t.identifier = $1 AND (j.locked_at IS NOT NULL OR j.attempts < j.max_attempts)) AS alive`,
    [task],
  )) as Array<{ alive: boolean }>;
  return row!.alive;
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
