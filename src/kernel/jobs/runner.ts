import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  run,
  parseCronItems,
  type CronItem,
  type Runner,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { App } from '../context.js';
import { noteOutage } from '../database/outages.js';
import { inZone, silent, type TaskRegistry } from '../jobs.js';
import { JobLease } from './lease.js';
import { MarkingPool } from './marks.js';

const CONCURRENCY = 4;
const POLL_MS = 2_000;
/**
 * Maximum time, in milliseconds, that the stop of a worker may take beyond its running jobs, which are asked to end
 * after five seconds.
 */
const STOP_MS = 15_000;
const STOP_LOOK_MS = 20;
const MARKS_MS = 3_000;

/** Callbacks by which a job worker reports to its supervisor. */
export interface Reports {
  /** The worker ended without being asked, or is stuck; it must be ended, and another one begun. */
  lost: (reason: string) => void;
  /** The database answers again after a loss of the connection. */
  back: () => void;
}

/** Matches a cron pattern for fixed times of the day, such as `20 3 * * *`. */
const DAILY = /^\d+ \d+ /;
const DAY_MS = 86_400_000;

/**
 * Converts a cron line of the task registry to the form of graphile-worker. A daily task that was due within the last
 * day while no process ran, or while the database was away, is run late instead of skipped.
 */
function cronItem({ task, match, key }: TaskRegistry['cron'][number]): CronItem {
  const options = { ...(key !== undefined && { jobKey: key }), ...(DAILY.test(match) && { backfillPeriod: DAY_MS }) };
  return { task, match: inZone(match), options };
}

/**
 * One worker of graphile-worker, from its start to its end: runs the tasks, starts those of the cron lines, and holds
 * the lease that shows other processes that it lives.
 */
export class JobRunner {
  private readonly events: WorkerEvents = new EventEmitter();
  private readonly running = new Set<string>();
  private readonly marks: MarkingPool;
  private lease: JobLease | undefined;
  private workerPool: WorkerPool | undefined;
  private runner: Runner | undefined;
  private ending = false;
  /** Times, in milliseconds (performance.now()). */
  private lookedForJobs = performance.now();
  private databaseAnswersSince = performance.now();

  private constructor(
    private readonly pool: Pool,
    private readonly app: App,
    private readonly reports: Reports,
    /**
     * Time, in milliseconds, in which a worker with a free place, beside a database that answers, must have looked for
     * a job. After that it counts as stuck.
     */
    private readonly stuckMs: number,
  ) {
    this.marks = new MarkingPool(pool, app.log);
  }

  /** Begins to run jobs; fails if the database cannot be reached. */
  static async begin(
    pool: Pool,
    app: App,
    registry: TaskRegistry,
    reports: Reports,
    stuckMs: number,
  ): Promise<JobRunner> {
    const begun = new JobRunner(pool, app, reports, stuckMs);
    await begun.begin(registry);
    return begun;
  }

  /**
   * Ends the worker after its running jobs. Once none runs, it waits only STOP_MS longer, since graphile-worker may
   * wait for a database that does not come back.
   */
  async end(): Promise<void> {
    this.ending = true;
    // The promise of the runner is not waited for: its cron part may sleep for up to 90 seconds after an outage.
    this.runner?.stop().catch(() => undefined);
    let ended = this.workerPool === undefined;
    const end = () => void (ended = true);
    this.workerPool?.promise.then(end, end);
    for (let idle = 0; !ended && idle < STOP_MS; idle = this.running.size > 0 ? 0 : idle + STOP_LOOK_MS)
      await sleep(STOP_LOOK_MS);
    await this.marks.end(MARKS_MS);
    await this.lease?.end();
  }

  private async begin(registry: TaskRegistry): Promise<void> {
    this.watch();
    this.runner = await run({
      pgPool: this.marks.view(),
      events: this.events,
      taskList: this.taskList(registry),
      concurrency: CONCURRENCY,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      logger: silent,
      parsedCronItems: parseCronItems(registry.cron.map(cronItem)),
    });
    this.runner.promise.then(
      () => this.lose('it stopped'),
      (error: unknown) => this.lose(String(error)),
    );
  }

  private watch(): void {
    const { events } = this;
    events.once('pool:create', ({ workerPool }) => {
      this.workerPool = workerPool;
      const leased = {
        workerId: workerPool.id,
        running: () => (this.marks.pending > 0 ? null : this.running),
        looked: (again: boolean) => this.looked(again),
      };
      this.lease = new JobLease(this.pool, leased, this.app.log);
      this.lease.start();
    });
    const alive = () => void (this.lookedForJobs = performance.now());
    events.on('worker:getJob:empty', alive);
    events.on('job:start', ({ job }) => {
      this.running.add(job.id);
      alive();
    });
    events.on('job:complete', ({ job }) => {
      this.running.delete(job.id);
      alive();
    });
    events.on('job:failed', ({ job }) => this.app.metrics.jobsGivenUp.inc({ task: job.task_identifier }));
    events.on('pool:gracefulShutdown', ({ message }) => this.lose(message));
  }

  private looked(again: boolean): void {
    if (again) {
      this.databaseAnswersSince = performance.now();
      this.reports.back();
    }
    const since = Math.max(this.lookedForJobs, this.databaseAnswersSince);
    if (this.running.size < CONCURRENCY && performance.now() - since > this.stuckMs)
      this.lose('no job was looked for, although the database answers');
  }

  private lose(reason: string): void {
    if (this.ending) return;
    this.ending = true;
    this.reports.lost(reason);
  }

  private taskList({ tasks }: TaskRegistry): TaskList {
    const { app } = this;
    const taskList: TaskList = {};
    for (const [name, task] of Object.entries(tasks)) {
      taskList[name] = async (payload, { abortSignal }) => {
        try {
          await task(app, payload, abortSignal);
        } catch (error) {
          app.metrics.jobsFailed.inc({ task: name });
          if (!noteOutage(app.log, error))
            app.log.warn({ task: name, err: error }, 'a job failed and will be tried again');
          throw error;
        }
      };
    }
    return taskList;
  }
}
