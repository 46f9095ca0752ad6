import type { App } from '../context.js';

/** Seconds after which a due job that nothing holds up counts as late. */
const LATE_SECONDS = 60;
/**
 * A due job behind a running job of its queue counts as late this many seconds after the running job started, or after
 * it became due itself if that was later.
 */
const LATE_BEHIND_SECONDS = 600;
/** Maximum number of task names that are listed. */
const MAX_TASKS = 10;

/** Access to the database by pool or by data source. */
interface Queryable {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

/** Numbers and ages of the jobs that wait in the queue. */
export interface QueueFigures {
  /** Number of due jobs that wait, and the age of the oldest in seconds. */
  waiting: number;
  oldestSeconds: number | null;
  /** Number of those that have been waiting too long, the age of the oldest, and the names of their tasks. */
  late: number;
  lateSeconds: number | null;
  lateTasks: string[];
  /** Number of jobs that failed at every attempt. */
  spent: number;
}

/**
 * Reads the figures of the job queue, counting waiting jobs of the given tasks only: jobs of other tasks belong to
 * another version of the program.
 */
export async function readQueue(db: Queryable, tasks: readonly string[]): Promise<QueueFigures> {
  const answer = (await db.query(
    `WITH due AS (
       SELECT t.identifier AS task, extract(epoch FROM now() - j.run_at)::float8 AS age,
         CASE WHEN q.locked_at IS NULL THEN j.run_at < now() - $2 * interval '1 second'
           ELSE greatest(j.run_at, q.locked_at) < now() - $3 * interval '1 second' END AS late
       FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks t ON t.id = j.task_id
       LEFT JOIN graphile_worker._private_job_queues q ON q.id = j.job_queue_id
       WHERE j.is_available AND j.run_at <= now() AND t.identifier = ANY ($1::text[]))
     SELECT count(*)::int AS waiting, max(age) AS "oldestSeconds", count(*) FILTER (WHERE late)::int AS late,
       max(age) FILTER (WHERE late) AS "lateSeconds",
       COALESCE((array_agg(DISTINCT task) FILTER (WHERE late))[1:${MAX_TASKS}], '{}') AS "lateTasks",
       (SELECT count(*)::int
        FROM graphile_worker._private_jobs
        WHERE NOT is_available AND locked_at IS NULL) AS spent
     FROM due`,
    [tasks, LATE_SECONDS, LATE_BEHIND_SECONDS],
  )) as QueueFigures[] | { rows: QueueFigures[] };
  return (Array.isArray(answer) ? answer : answer.rows)[0]!;
}

/** The part of `/ready` that tells of background jobs. */
export interface JobsReadiness {
  /**
   * `late`: due jobs have been waiting long, in any process. `down`: this process lost its job worker, which is begun
   * again.
   */
  state: 'up' | 'late' | 'down';
  waiting: number;
  oldestWaitingSeconds: number | null;
  /** Jobs that failed at every attempt; they are deleted after some days. */
  spent: number;
}

/** Reads the state of background jobs for the health check `/ready`. */
export async function jobsReadiness(app: App): Promise<JobsReadiness> {
  const { waiting, oldestSeconds, late, spent } = await readQueue(
    app.dataSource,
    Object.keys(app.modules.taskRegistry.tasks),
  );
  const state = app.jobs.state() === 'restarting' ? 'down' : late > 0 ? 'late' : 'up';
  return { state, waiting, oldestWaitingSeconds: oldestSeconds, spent };
}
