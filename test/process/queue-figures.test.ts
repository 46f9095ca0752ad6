import { afterAll, beforeAll, expect, it } from 'vitest';
import { pruneJobs } from '../../src/kernel/jobs/pruning.js';
import { startTestApp, type TestApp } from '../harness.js';

// Without a worker: what is due stays due.
let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
});
afterAll(() => t.close());

interface Ready {
  status: string;
  checks: { jobs: { state: string; waiting: number; oldestWaitingSeconds: number | null; spent: number } };
}
const ready = async (): Promise<{ status: number; body: Ready }> => {
  await new Promise((resolve) => setTimeout(resolve, 600)); // The answer is kept for half a second.
  const response = await fetch(`${t.url}/ready`);
  return { status: response.status, body: (await response.json()) as Ready };
};
const add = (task: string, ago: string, queue: string | null = null) =>
  t.sql(`SELECT graphile_worker.add_job($1, '{}', $3, run_at := now() - $2::interval)`, [task, ago, queue]);
const clear = () => t.sql(`DELETE FROM graphile_worker._private_jobs`);

it('/ready tells of due jobs that wait long', async () => {
  await add('search:index', '30 seconds');
  await add('mail:send', '-1 hour');
  // A task of another version of the program is that version's matter.
  await add('task:of-later', '1 hour');
  expect((await ready()).body).toMatchObject({ status: 'ready', checks: { jobs: { state: 'up', waiting: 1 } } });
  await add('mail:send', '2 minutes');
  const late = await ready();
  expect(late.status).toBe(200);
  expect(late.body).toMatchObject({ status: 'degraded', checks: { jobs: { state: 'late', waiting: 2 } } });
  expect(late.body.checks.jobs.oldestWaitingSeconds).toBeGreaterThan(119);
  await clear();
});

it('/ready lets the jobs of a queue wait for the one that runs, but not for ever', async () => {
  const mark = (ago: string) =>
    t.sql(
      `UPDATE graphile_worker._private_job_queues
       SET locked_by = 'pool-of-another', locked_at = now() - $1::interval
       WHERE queue_name = 'duplicates'`,
      [ago],
    );
  await add('achievements:duplicates', '1 hour', 'duplicates');
  await mark('1 minute');
  expect((await ready()).body.checks.jobs.state).toBe('up');
  await mark('11 minutes');
  expect((await ready()).body.checks.jobs.state).toBe('late');
  await clear();
});

it('spent jobs are counted, and pruned after a week; so are jobs of tasks that are no more', async () => {
  await add('mail:send', '1 day');
  await add('vetting:screen', '1 day');
  await add('task:of-the-past', '1 day');
  await add('task:of-later', '1 day');
  await add('search:index', '10 days');
  await t.sql(
    `UPDATE graphile_worker._private_jobs j
     SET attempts = CASE WHEN t.identifier IN ('mail:send', 'vetting:screen') THEN max_attempts ELSE 0 END,
       run_at = CASE WHEN t.identifier IN ('vetting:screen', 'task:of-the-past') THEN now() - interval '8 days' ELSE run_at END,
       updated_at = CASE WHEN t.identifier IN ('vetting:screen', 'task:of-the-past') THEN now() - interval '8 days' ELSE updated_at END
     FROM graphile_worker._private_tasks t
     WHERE t.id = j.task_id`,
  );
  expect((await ready()).body.checks.jobs.spent).toBe(2);
  await pruneJobs(t.app, {});
  expect(await t.sql(`SELECT task_identifier AS task FROM graphile_worker.jobs ORDER BY 1`)).toEqual([
    { task: 'mail:send' },
    { task: 'search:index' },
    { task: 'task:of-later' },
  ]);
  expect((await ready()).body.checks.jobs.spent).toBe(1);
  const metrics = await (await fetch(`${t.url}/metrics`)).text();
  expect(metrics).toContain('techpool_jobs_pruned_total{task="vetting:screen"} 1');
  expect(metrics).toContain('techpool_jobs_pruned_total{task="task:of-the-past"} 1');
  expect(t.logLines.find(({ msg }) => msg === 'spent jobs were deleted')).toMatchObject({
    pruned: { 'vetting:screen': 1, 'task:of-the-past': 1 },
  });
});
