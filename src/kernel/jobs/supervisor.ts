import type { Pool } from 'pg';
import type { App } from '../context.js';
import type { Jobs, JobsState, TaskRegistry } from '../jobs.js';
import { readQueue } from './readiness.js';
import { JobRunner } from './runner.js';
import { queueSweep } from './sweep.js';

/** Milliseconds before a lost worker is begun again; the wait doubles with each failure up to the second figure. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A worker that ran for this time, in milliseconds, was well: the next wait is the first one again. */
const WELL_MS = 60_000;
/**
 * Times in milliseconds: the interval at which the log tells of due jobs that wait long, and how long a worker may look
 * for no job before it counts as stuck.
 */
const TIMES = { lateLookMs: 60_000, stuckMs: 10_000 };
/**
 * Milliseconds after which the search for lost jobs is repeated when the database has come back: what was cut off is
 * taken for abandoned only after some seconds without a sign of life.
 */
const SWEEP_AGAIN_MS = 8_000;

/** Runs background jobs in this process, and begins again whenever the worker ends or cannot be begun. */
export function createJobs(pool: Pool, times = TIMES): Jobs {
  let supervisor: JobSupervisor | undefined;
  return {
    async start(app, registry) {
      supervisor = new JobSupervisor(pool, app, registry, times);
      await supervisor.start();
    },
    async stop() {
      await supervisor?.stop();
      supervisor = undefined;
    },
    state: () => supervisor?.state() ?? 'off',
  };
}

class JobSupervisor {
  private runner: JobRunner | undefined;
  private begunAt = 0;
  private wait = FIRST_WAIT_MS;
  private failed = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private lateTimer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private beginning: Promise<void> = Promise.resolve();
  private readonly left = new Set<Promise<void>>();

  constructor(
    private readonly pool: Pool,
    private readonly app: App,
    private readonly registry: TaskRegistry,
    private readonly times: typeof TIMES,
  ) {}

  async start(): Promise<void> {
    this.lateTimer = setInterval(() => void this.tellOfLateJobs(), this.times.lateLookMs).unref();
    this.beginning = this.begin();
    await this.beginning;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.lateTimer);
    clearTimeout(this.sweepTimer);
    await this.beginning;
    await this.runner?.end();
    this.runner = undefined;
    await Promise.all(this.left);
  }

  state(): JobsState {
    return this.runner === undefined ? 'restarting' : 'running';
  }

  private async begin(): Promise<void> {
    const { app } = this;
    let runner: JobRunner | undefined;
    // Reason for which the worker was lost before `begin` returned it; undefined otherwise.
    let lost: string | undefined;
    try {
      const reports = {
        lost: (reason: string) => {
          if (runner === undefined) lost = reason;
          else this.lose(runner, reason);
        },
        back: () => this.sweepTwice(),
      };
      runner = await JobRunner.begin(this.pool, app, this.registry, reports, this.times.stuckMs);
      this.runner = runner;
      this.begunAt = performance.now();
      if (lost !== undefined) return this.lose(runner, lost);
      if (this.failed) app.log.info('background jobs run again');
      this.failed = false;
      await this.sweep();
    } catch (error) {
      this.failed = true;
      const { code, message } = error as { code?: unknown; message?: unknown };
      app.log.error({ code, reason: message, waitMs: this.wait }, 'the job worker could not begin and is begun again');
      this.beginLater();
    }
  }

  private lose(runner: JobRunner, reason: string): void {
    this.runner = undefined;
    this.failed = true;
    if (performance.now() - this.begunAt > WELL_MS) this.wait = FIRST_WAIT_MS;
    this.app.log.error({ reason, waitMs: this.wait }, 'the job worker ended by itself and is begun again');
    // graphile-worker sets the exit code 57 when another program has changed the tables of the queue; this process
    // keeps running, so the code is taken back.
    if (process.exitCode === 57) process.exitCode = undefined;
    const leaving = runner
      .end()
      .catch((error: unknown) => this.app.log.warn({ err: error }, 'a lost job worker did not end'));
    this.left.add(leaving);
    void leaving.finally(() => this.left.delete(leaving));
    this.beginLater();
  }

  private beginLater(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.beginning = this.begin();
    }, this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private sweepTwice(): void {
    void this.sweep();
    clearTimeout(this.sweepTimer);
    if (!this.stopped) this.sweepTimer = setTimeout(() => void this.sweep(), SWEEP_AGAIN_MS).unref();
  }

  private async sweep(): Promise<void> {
    await queueSweep(this.pool).catch((error: unknown) =>
      this.app.log.warn({ reason: (error as Error).message }, 'the search for lost jobs waits for its next minute'),
    );
  }

  private async tellOfLateJobs(): Promise<void> {
    try {
      const { late, lateSeconds, lateTasks } = await readQueue(this.pool, Object.keys(this.registry.tasks));
      if (late === 0) return;
      this.app.log.warn(
        { jobs: late, oldestSeconds: lateSeconds, tasks: lateTasks, worker: this.state() },
        'due jobs have been waiting long',
      );
    } catch (error) {
      this.app.log.warn({ reason: (error as Error).message }, 'whether due jobs wait long could not be seen');
    }
  }
}
