import type { Task } from '../jobs.js';

export const PRUNE_JOBS_TASK = 'kernel:prune-jobs';
/** Days for which a spent job is kept, so that its last error can be read. */
const KEPT_DAYS = 7;

/**
 * Cron task that deletes and counts the spent jobs: those that failed at every attempt, and those that wait for a task
 * which no version of the program has any more. graphile-worker keeps both for ever.
 */
export const pruneJobs: Task = async (app) => {
  const rows = (await app.dataSource.query(
    `WITH gone AS (
       DELETE FROM graphile_worker._private_jobs j
       USING graphile_worker._private_tasks t
       WHERE t.id = j.task_id AND j.locked_at IS NULL
         AND greatest(j.run_at, j.updated_at) < now() - $1 * interval '1 day'
         AND (j.attempts >= j.max_attempts OR t.identifier <> ALL ($2::text[]))
       RETURNING t.identifier AS task)
     SELECT task, count(*)::int AS jobs FROM gone GROUP BY task ORDER BY task`,
    [KEPT_DAYS, Object.keys(app.modules.taskRegistry.tasks)],
  )) as Array<{ task: string; jobs: number }>;
  for (const { task, jobs } of rows) app.metrics.jobsPruned.inc({ task }, jobs);
  if (rows.length > 0)
    app.log.warn({ pruned: Object.fromEntries(rows.map(({ task, jobs }) => [task, jobs])) }, 'spent jobs were deleted');
};
