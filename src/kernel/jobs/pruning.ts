import type { App } from '../context.js';
import type { Task } from '../jobs.js';

export const PRUNE_JOBS_TASK = 'kernel:prune-jobs';
/** Jobs that one transaction deletes. */
const BATCH = 2_000;

/**
 * Cron task that deletes, in batches, and counts the spent jobs whose days are over: those that failed at every attempt, and those that wait for a task
 * which no version of the program has any more. graphile-worker keeps both for ever.
 */
export const pruneJobs: Task = async (app, _payload, signal) => {
  const pruned = new Map<string, number>();
  for (let gone = BATCH; gone === BATCH && !signal?.aborted;) {
    const rows = await deleteBatch(app);
    gone = rows.reduce((sum, { jobs }) => sum + jobs, 0);
    for (const { task, jobs } of rows) pruned.set(task, (pruned.get(task) ?? 0) + jobs);
  }
  for (const [task, jobs] of pruned) app.metrics.jobsPruned.inc({ task }, jobs);
  if (pruned.size > 0) app.log.warn({ pruned: Object.fromEntries(pruned) }, 'spent jobs were deleted');
};

function deleteBatch(app: App): Promise<Array<{ task: string; jobs: number }>> {
  return app.dataSource.query(
    `WITH gone AS (
       DELETE FROM graphile_worker._private_jobs j
       USING (
         SELECT o.id, t.identifier
         FROM graphile_worker._private_jobs o
         JOIN graphile_worker._private_tasks t ON t.id = o.task_id
         WHERE o.locked_at IS NULL AND greatest(o.run_at, o.updated_at) < now() - $1 * interval '1 day'
           AND (o.attempts >= o.max_attempts OR t.identifier <> ALL ($2::text[]))
         LIMIT $3
         FOR UPDATE OF o SKIP LOCKED
       ) t
       WHERE j.id = t.id
       RETURNING t.identifier AS task)
     SELECT task, count(*)::int AS jobs FROM gone GROUP BY task ORDER BY task`,
    [app.config.kept.spentJobDays, Object.keys(app.modules.taskRegistry.tasks), BATCH],
  ) as Promise<Array<{ task: string; jobs: number }>>;
}
