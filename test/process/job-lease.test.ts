import { afterAll, beforeAll, expect, it } from 'vitest';
import { change, enter, indexed, institution } from '../search/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const markQueue = (by: string, ago: string) =>
  t.sql(
    `UPDATE graphile_worker._private_job_queues
     SET locked_by = $1, locked_at = now() - $2::interval
     WHERE queue_name = 'search'
     RETURNING id`,
    [by, ago],
  );
const markOf = async () =>
  (
    await t.sql<{ by: string | null }>(
      `SELECT locked_by AS by FROM graphile_worker._private_job_queues WHERE queue_name = 'search'`,
    )
  )[0]!.by;

const isFree = async () => (await markOf()) === null;

it('works on where a killed process held a queue', async () => {
  const [entry] = await enter(t, [{ institutionId: await institution(t, '断点研究所', 'Halt Institute') }]);
  await indexed(t);
  await eventually(isFree);
  // The lock that a process leaves behind if it is killed while indexing.
  expect(await markQueue('pool-killed', '1 minute')).toHaveLength(1);
  await change(t, [entry!], `trl = 7`);
  await eventually(isFree, 20_000);
  await indexed(t);
}, 40_000);

it('leaves alone what a living process holds', async () => {
  await eventually(isFree);
  await t.app.dataSource.transaction(async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(7402341, hashtext('pool-alive'))`);
    await markQueue('pool-alive', '1 minute');
    await new Promise((resolve) => setTimeout(resolve, 7000));
    expect(await markOf()).toBe('pool-alive');
  });
  await eventually(isFree, 20_000);
}, 40_000);
