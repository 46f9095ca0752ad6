import { afterAll, beforeAll, expect, it } from 'vitest';
import { composition } from '../../src/modules.js';
import { pruneIdentity, pruneThrottle } from '../../src/identity/accounts/identity.jobs.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
});
afterAll(() => t.close());

const DAY = 86_400_000;

it('deletes what is over and keeps what still counts', async () => {
  const s = seed(t);
  const person = await s.person();
  const organisation = await s.organisation(person);
  const fill = async (label: string) => {
    const token = await s.logIn(person);
    await t.gql(
      'mutation($id: ID!, $e: String!, $k: String!) { inviteMember(input: { organisationId: $id, email: $e, role: MEMBER, idempotencyKey: $k }) { invitation { id } } }',
      { id: organisation.id, e: `${label}@example.org`, k: `key-${label}` },
      { token },
    );
    await t.app.dataSource.query(`INSERT INTO one_time_token VALUES ($1, 'CONFIRM_EMAIL', $2, $3, $4)`, [
      label,
      person.accountId,
      t.app.clock(),
      new Date(t.app.clock().getTime() + DAY),
    ]);
    return token;
  };
  const count = async (table: string) => (await t.sql(`SELECT 1 FROM ${table}`)).length;
  await fill('before');
  t.travel(8 * DAY);
  const token = await fill('after');
  await pruneIdentity(t.app, {});
  await pruneThrottle(t.app, {});
  expect(await t.sql('SELECT key FROM idempotency_key')).toEqual([{ key: 'key-after' }]);
  expect(await t.sql('SELECT token_hash FROM one_time_token')).toEqual([{ token_hash: 'after' }]);
  // The account's invitations, those to this address, and the mails to it.
  expect(await count('login_throttle')).toBe(3);
  expect(await count('session')).toBe(3);
  expect((await t.ask('{ viewer { via } }', {}, { token })).errors).toBeUndefined();
  t.travel(100 * DAY);
  await pruneIdentity(t.app, {});
  expect(await count('session')).toBe(0);
  expect(await count('refresh_token')).toBe(0);
  expect(await count('invitation')).toBe(0);
  expect(await count('account')).toBe(1);
  expect(await count('membership')).toBe(1);
});

it('deletes mails that could not be sent', async () => {
  await t.sql(
    `SELECT graphile_worker.add_job('mail:send', '{"to": "x@example.org"}'::json, max_attempts := 1),
       graphile_worker.add_job('mail:send', '{"to": "y@example.org"}'::json),
       graphile_worker.add_job('other:task', '{}'::json, max_attempts := 1)`,
  );
  await t.sql('UPDATE graphile_worker._private_jobs SET attempts = 1');
  await pruneIdentity(t.app, {});
  const left = await t.sql<{ task_identifier: string }>(
    `SELECT task_identifier
     FROM graphile_worker.jobs
     WHERE max_attempts = 1 OR task_identifier = 'other:task'
     ORDER BY 1`,
  );
  expect(left).toEqual([{ task_identifier: 'other:task' }]);
});

it('is started every day, as is the look at the signing key', () => {
  expect(composition.taskRegistry.cron.map((line) => line.task)).toEqual(
    expect.arrayContaining(['identity:prune', 'identity:rotate-signing-key']),
  );
  for (const { task } of composition.taskRegistry.cron) expect(composition.taskRegistry.tasks).toHaveProperty([task]);
});
