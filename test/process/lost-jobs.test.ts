import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepAll } from '../../src/kernel/jobs/sweep.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { composition } from '../../src/modules.js';
import { conversations, entry, mails, as } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { csv, readRun, startImport } from '../importing/import-kit.js';
import { investor } from '../matching/kit.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { completeRecord, registered } from '../vetting/cohort-kit.js';
import { cohort, ended, reviewer, type SeededCohort } from '../vetting/reviewing-kit.js';

/**
 * Everything that waits for a job is made while no worker runs; then all jobs are deleted, as they are missing after a
 * restore of a backup of an earlier version. The start of a worker must find all of it.
 */
let t: TestApp;
let operator: SeededPerson;
let editor: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  const s = seed(t);
  operator = await s.person({ operator: true });
  editor = await s.person();
  university = await s.organisation(editor, { name: '陇原大学' });
});
afterAll(() => t.close());

const jobs = () =>
  t.sql<{ task: string; key: string | null }>(
    `SELECT task_identifier AS task, key FROM graphile_worker.jobs WHERE task_identifier NOT LIKE 'kernel:%' ORDER BY 1, 2`,
  );
const none = async (table: string) => (await t.sql(`SELECT 1 FROM ${table} LIMIT 1`)).length === 0;

/** Makes the state that waits for a job of each task, and returns how it is seen that the state has moved on. */
const made = new Map<string, () => Promise<unknown>>();

async function importing() {
  const id = await startImport(t, editor, university, { content: csv(['成果名称'], ['一'], ['二']) });
  made.set('imports:run', async () => {
    const run = await eventually(async () => {
      const read = await readRun(t, editor, id);
      return ['QUEUED', 'RUNNING'].includes(read.status) ? null : read;
    }, 20_000);
    expect(run).toMatchObject({ status: 'COMPLETED', counts: { created: 2 } });
  });
}

async function commandThatDied() {
  const other = await seed(t).organisation(editor);
  const id = newId();
  await t.sql(
    `INSERT INTO import_run (
       id, institution_id, status, mode, register, dry_run, file_name, file_sha256, format, headers, mapping,
       mapping_source, total_rows, created_at)
     SELECT $1, $2, 'QUEUED', mode, register, dry_run, file_name, file_sha256, format, headers, mapping, mapping_source,
       total_rows, created_at - interval '2 minutes'
     FROM import_run
     LIMIT 1`,
    [id, other.uuid],
  );
  made.set('imports:run of the command', async () => {
    const run = await eventually(async () => {
      const read = await readRun(t, editor, toGlobalId('ImportRun', id));
      return read.status === 'QUEUED' ? null : read;
    });
    expect(run).toMatchObject({ status: 'INTERRUPTED', fault: { code: 'INTERRUPTED' } });
  });
}

async function vetting(): Promise<SeededCohort> {
  for (let i = 0; i < 3; i += 1) await reviewer(t, {});
  const frozen = await cohort(t, [{ institution: university }], { status: 'FROZEN' });
  await t.sql(
    `INSERT INTO assignment_run (id, cohort_id, round, status, due_at, created_at)
     VALUES (gen_random_uuid(), $1, 0, 'QUEUED', now() + interval '9 days', now())`,
    [frozen.uuid],
  );
  made.set('vetting:assign', async () =>
    expect(await ended(t, frozen)).toMatchObject({ status: 'COMPLETED', made: 3 }),
  );
  await t.sql(`INSERT INTO neighbour_search (cohort_id, queued_at) VALUES ($1, now())`, [frozen.uuid]);
  made.set('vetting:neighbours', () => eventually(() => none('neighbour_search')));
  return frozen;
}

async function screening() {
  const year = t.app.clock().getFullYear();
  await registered(t, university, 1);
  await t.gql(
    `mutation ($input: CreateCohortInput!) { createCohort(input: $input) { cohort { id } } }`,
    { input: { year, name: { zh: '批次' } } },
    as(operator),
  );
  await t.sql(
    `UPDATE cohort_entry SET screen = 'PENDING' WHERE cohort_id IN (SELECT id FROM cohort WHERE status = 'OPEN')`,
  );
  expect(await none(`cohort_entry WHERE screen = 'PENDING'`)).toBe(false);
  made.set('vetting:screen', () => eventually(() => none(`cohort_entry WHERE screen = 'PENDING'`)));
}

async function duplicates() {
  const record = { title: { zh: '戈壁滩上的光热电站储热熔盐配方及其制备方法' } };
  const ids = [newId(), newId()];
  await t.app.dataSource.transaction(async (tx) => {
    await insertAchievements(
      tx,
      ids.map((id) => ({
        id,
        institutionId: university.uuid,
        status: 'REGISTERED' as const,
        revision: 1,
        record: completeRecord(record),
        editedBy: null,
        note: null,
        at: t.app.clock(),
      })),
    );
    await tx.query(`INSERT INTO duplicate_scan SELECT unnest($1::uuid[]), $2`, [ids, t.app.clock()]);
  });
  made.set('achievements:duplicates', async () => {
    await eventually(() => none('duplicate_scan'));
    expect(await t.sql(`SELECT 1 FROM near_duplicate WHERE a_id = ANY ($1) AND b_id = ANY ($1)`, [ids])).toHaveLength(
      1,
    );
  });
}

async function heldBackMail() {
  const { express, reply } = conversations(t);
  const person = await seed(t).person();
  const thread = await express(person, await entry(t, university), 'Hello');
  await reply(editor, thread, 'First');
  await reply(editor, thread, 'Second');
  expect(await none('interest_participant WHERE mail_due_at IS NOT NULL')).toBe(false);
  t.travel(11 * 60_000);
  editor = { ...editor, token: await seed(t).logIn(editor) };
  made.set('deals:interest-mail', async () => {
    const mail = await eventually(() => Promise.resolve(mails(t, person.email).at(-1)));
    expect(mail.text).toContain('> Second');
    expect(await none('interest_participant WHERE mail_due_at IS NOT NULL')).toBe(true);
  });
}

async function namesakes() {
  const owner = await seed(t).person();
  await t.gql(
    `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { organisation { id } } }`,
    { input: { kind: 'UNIVERSITY', name: { zh: '隴原大學' } } },
    as(owner),
  );
  made.set('identity:namesakes', () =>
    eventually(() => Promise.resolve(mails(t, operator.email).find(({ text }) => text.includes('隴原大學')))),
  );
}

async function round() {
  await investor(t, await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR' }), { wanted: ['3562'] });
  await entry(t, university, { industries: ['3562'], trl: 7 });
  const { createMatchingRound } = await t.gql<{ createMatchingRound: { round: { id: string } } }>(
    `mutation ($input: CreateMatchingRoundInput!) { createMatchingRound(input: $input) { round { id } } }`,
    { input: { name: { zh: '一' }, method: 'OPTIMUM' } },
    as(operator),
  );
  const { id } = createMatchingRound.round;
  await t.gql(
    `mutation ($input: MatchingRoundActionInput!) { computeMatchingRound(input: $input) { round { id } } }`,
    { input: { id } },
    as(operator),
  );
  made.set('matching:round', () => eventually(() => none(`matching_round WHERE status <> 'COMPUTED'`), 30_000));
}

describe('a database whose jobs are all lost', () => {
  it('is made', async () => {
    await importing();
    await commandThatDied();
    await vetting();
    await duplicates();
    await namesakes();
    await round();
    await screening();
    await heldBackMail();
    made.set('matching:texts', () =>
      eventually(async () => !(await none(`match_text_generation WHERE state = 'LIVE'`))),
    );
    made.set('search:index', () =>
      eventually(async () => (await none('search_outbox')) && none('search_profile_outbox')),
    );
    made.set('search:reindex', () =>
      eventually(async () => !(await none(`search_profile_generation WHERE state = 'LIVE'`)), 20_000),
    );
    await t.sql(`DELETE FROM graphile_worker._private_jobs`);
    expect(await jobs()).toEqual([]);
  }, 60_000);

  it('has a sweep, or a reason for none, for each task that is not started by the clock', () => {
    const { tasks, cron } = composition.taskRegistry;
    const byClock = new Set(cron.map(({ task }) => task));
    expect(composition.sweeps.map(({ task }) => task).sort()).toEqual(
      Object.keys(tasks)
        .filter((task) => !byClock.has(task))
        .sort(),
    );
    const sought = composition.sweeps.filter((sweep) => 'requeue' in sweep).map(({ task }) => task);
    expect(sought.filter((task) => !made.has(task))).toEqual([]);
  });

  it('gets each job again, once', async () => {
    await sweepAll(t.app, {});
    const found = await jobs();
    expect([...new Set(found.map(({ task }) => task))].sort()).toEqual(
      composition.sweeps
        .filter((sweep) => 'requeue' in sweep)
        .map(({ task }) => task)
        .sort(),
    );
    await sweepAll(t.app, {});
    await sweepAll(t.app, {});
    expect(await jobs()).toEqual(found);
    await t.sql(`DELETE FROM graphile_worker._private_jobs`);
  });

  it('gets a spent job again too, and leaves one alone that is to be tried again', async () => {
    await sweepAll(t.app, {});
    const tried = await t.sql<{ key: string }>(
      `UPDATE graphile_worker._private_jobs
       SET attempts = CASE WHEN key LIKE 'import:%' THEN max_attempts ELSE 3 END, run_at = now() + interval '1 hour'
       WHERE key IS NOT NULL
       RETURNING key`,
    );
    await sweepAll(t.app, {});
    const after = await t.sql<{ key: string; attempts: number }>(
      `SELECT key, attempts FROM graphile_worker._private_jobs WHERE key IS NOT NULL`,
    );
    expect(new Set(after.map(({ key }) => key))).toEqual(new Set(tried.map(({ key }) => key)));
    for (const { key, attempts } of after) expect([key, attempts]).toEqual([key, key.startsWith('import:') ? 0 : 3]);
    await t.sql(`DELETE FROM graphile_worker._private_jobs`);
  });

  it('moves on as soon as a worker starts', async () => {
    await t.app.jobs.start(t.app, composition.taskRegistry);
    for (const [task, moved] of made) {
      await moved().catch((error: unknown) => {
        throw new Error(`${task} did not move on`, { cause: error });
      });
    }
    await eventually(async () => (await jobs()).length === 0, 15_000);
  }, 60_000);
});
