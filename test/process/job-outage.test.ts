import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallClock } from '../../src/lib/day.js';
import { eventually } from '../eventually.js';
import { ownJobs, ownPostgres } from './job-outage.kit.js';

let folder: string;
let database: Awaited<ReturnType<typeof ownPostgres>>;
let worker: Awaited<ReturnType<typeof ownJobs>>;
/** What the tasks of the test do next, and how often each has run. */
const held = new Map<string, { release: () => void; fail: (error: Error) => void }>();
const runs: string[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  folder = await mkdtemp(join(tmpdir(), 'techpool-jobs-'));
  database = await ownPostgres(join(folder, '.data'));
  worker = await ownJobs(database.url, {
    quick: (_app, payload) => Promise.resolve(void runs.push((payload as { name: string }).name)),
    held: (_app, payload) => {
      const { name } = payload as { name: string };
      runs.push(name);
      return new Promise((resolve, reject) => held.set(name, { release: resolve, fail: reject }));
    },
  });
  await worker.start();
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
  process.off('unhandledRejection', note);
});

const add = (task: string, name: string, options: { queue?: string; attempts?: number } = {}) =>
  database.sql(`SELECT graphile_worker.add_job($1, json_build_object('name', $2::text), $3, max_attempts := $4)`, [
    task,
    name,
    options.queue ?? null,
    options.attempts ?? 25,
  ]);
const ran = (name: string) => runs.filter((one) => one === name).length;
const rows = () =>
  database.sql<{ name: string; attempts: number; locked_by: string | null; last_error: string | null }>(
    `SELECT payload->>'name' AS name, attempts, locked_by, last_error 
     FROM graphile_worker._private_jobs
     WHERE payload->>'name' IS NOT NULL
     ORDER BY id`,
  );
const workerId = async () => {
  await add('held', 'who');
  await eventually(() => Promise.resolve(held.has('who')));
  const [row] = await rows();
  held.get('who')!.release();
  held.delete('who');
  await eventually(async () => (await rows()).length === 0);
  return row!.locked_by!;
};

describe('jobs in an outage of the database', () => {
  it('a job that ends, and one that fails, while PostgreSQL is away: the process lives, and neither is lost', async () => {
    await add('held', 'ends');
    await add('held', 'fails');
    await add('held', 'ends in a queue', { queue: 'one' });
    await eventually(() => Promise.resolve(held.size === 3));
    await database.kill();
    held.get('ends')!.release();
    held.get('ends in a queue')!.release();
    held.get('fails')!.fail(new Error('on purpose'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await database.startAgain();
    await eventually(async () => (await rows()).every((row) => row.locked_by === null), 15_000);
    expect(await rows()).toEqual([{ name: 'fails', attempts: 1, locked_by: null, last_error: 'on purpose' }]);
    expect([ran('ends'), ran('ends in a queue'), ran('fails')]).toEqual([1, 1, 1]);
    held.clear();
    await database.sql(`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker._private_jobs`);
    await add('quick', 'after', { queue: 'one' });
    await eventually(() => Promise.resolve(ran('after') === 1), 15_000);
    expect(unhandled).toEqual([]);
  }, 60_000);

  it('as many lost connections as one likes stop no job', async () => {
    const leases = () =>
      database.sql<{ pid: number }>(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7402341`);
    for (let i = 0; i < 6; i += 1) {
      const [lease] = await eventually(async () => {
        const found = await leases();
        return found.length === 1 && found;
      });
      await database.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'techpool-jobs'`,
      );
      await eventually(async () => (await leases()).every(({ pid }) => pid !== lease!.pid));
    }
    await add('quick', 'after the losses');
    await eventually(() => Promise.resolve(ran('after the losses') === 1));
    expect(worker.pool.waitingCount).toBe(0);
    expect(worker.pool.totalCount).toBeLessThanOrEqual(6);
    expect(unhandled).toEqual([]);
  }, 30_000);

  it('due jobs that wait long are told of in the log', async () => {
    const busy = ['1', '2', '3', '4'];
    for (const name of busy) await add('held', name);
    await eventually(() => Promise.resolve(busy.every((name) => held.has(name))));
    await database.sql(
      `SELECT graphile_worker.add_job('quick', '{"name": "waits"}', run_at := now() - interval '2 minutes')`,
    );
    const line = await eventually(() =>
      Promise.resolve(worker.lines.find(({ msg }) => msg === 'due jobs have been waiting long')),
    );
    expect(line).toMatchObject({ jobs: 1, tasks: ['quick'], worker: 'running' });
    expect(line['oldestSeconds']).toBeGreaterThan(119);
    for (const name of busy) held.get(name)!.release();
    await eventually(() => Promise.resolve(ran('waits') === 1));
  });

  it('a worker that ends by itself is begun again, and says so', async () => {
    await database.sql(`SELECT pg_notify('worker:migrate', '{"migrationNumber": 99, "breaking": true}')`);
    await eventually(() => Promise.resolve(worker.jobs.state() === 'restarting'));
    await eventually(() => Promise.resolve(worker.jobs.state() === 'running'));
    await add('quick', 'begun again');
    await eventually(() => Promise.resolve(ran('begun again') === 1));
    expect(worker.lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['the job worker ended by itself and is begun again', 'background jobs run again']),
    );
    expect(process.exitCode).toBeUndefined();
  }, 30_000);

  describe.concurrent('side by side, as they wait', () => {
    it('a job that was taken but not begun is begun, with the attempt given back', async () => {
      const id = await workerId();
      await database.sql(
        `SELECT graphile_worker.add_job('quick', '{"name": "taken"}', 'two', run_at := now() + interval '1 day', max_attempts := 1)`,
      );
      // What is left when the connection breaks between the mark and the answer that gives the job to the worker.
      await database.sql(
        `WITH taken AS (
         UPDATE graphile_worker._private_jobs
         SET locked_by = $1, locked_at = now() - interval '6 seconds', attempts = 1, run_at = now()
         RETURNING job_queue_id)
       UPDATE graphile_worker._private_job_queues
       SET locked_by = $1, locked_at = now() - interval '6 seconds'
       WHERE id IN (SELECT job_queue_id FROM taken)`,
        [id],
      );
      // One that does run keeps its mark, however old that is.
      await add('held', 'long', { queue: 'three' });
      await eventually(() => Promise.resolve(held.has('long')));
      await database.sql(
        `UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 hour' WHERE payload->>'name' = 'long'`,
      );
      await eventually(() => Promise.resolve(ran('taken') === 1), 15_000);
      expect((await rows()).map(({ name, locked_by }) => [name, locked_by])).toEqual([['long', id]]);
      held.get('long')!.release();
      await eventually(async () => (await rows()).length === 0);
      expect(ran('taken')).toBe(1);
    }, 40_000);

    it('a worker whose first statement fails, which the library never forgets, is begun again', async () => {
      await database.sql(`CREATE DATABASE other`);
      const other = await ownJobs(database.url.replace(/techpool$/, 'other'), {
        quick: (_app, payload) => Promise.resolve(void runs.push((payload as { name: string }).name)),
      });
      await other.pool.query(`ALTER TABLE graphile_worker._private_tasks RENAME TO tasks_of_later`);
      await other.start();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await other.pool.query(`ALTER TABLE graphile_worker.tasks_of_later RENAME TO _private_tasks`);
      await other.pool.query(`SELECT graphile_worker.add_job('quick', '{"name": "late"}')`);
      await eventually(() => Promise.resolve(ran('late') === 1), 25_000);
      await other.stop();
    }, 40_000);
  });

  it('a daily task that was due while nothing ran is made up for, once', async () => {
    await database.sql(`CREATE DATABASE daily`);
    const { hour, minute } = wallClock(new Date(Date.now() - 10 * 60_000));
    const daily = await ownJobs(
      database.url.replace(/techpool$/, 'daily'),
      { daily: () => Promise.resolve(void runs.push('daily')) },
      [{ task: 'daily', match: `${minute} ${hour} * * *` }],
    );
    await daily.start();
    await eventually(
      async () => (await daily.pool.query(`SELECT 1 FROM graphile_worker._private_known_crontabs`)).rowCount === 1,
    );
    await daily.jobs.stop();
    // A line that is new has missed nothing; one that is known since yesterday has.
    expect(ran('daily')).toBe(0);
    await daily.pool.query(`UPDATE graphile_worker._private_known_crontabs SET known_since = now() - interval '1 day'`);
    await daily.start();
    await eventually(() => Promise.resolve(ran('daily') === 1));
    await daily.jobs.stop();
    await daily.start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ran('daily')).toBe(1);
    await daily.stop();
  }, 30_000);

  it('a stop without a database ends in bounded time', async () => {
    await database.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = performance.now();
    await worker.jobs.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(unhandled).toEqual([]);
    await database.startAgain();
  }, 40_000);
});
