import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg, { type Pool } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importLock } from '../../src/importing/runs/import.lock.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { csv, ended as importEnded, readRun, startImport } from '../importing/import-kit.js';
import { change, enter } from '../search/kit.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { cohort, reviewer } from '../vetting/reviewing-kit.js';
import { ownPostgres } from './job-outage.kit.js';

/** The whole program on a PostgreSQL of the test's own, whose connections are cut and which is killed. */
let folder: string;
let database: Awaited<ReturnType<typeof ownPostgres>>;
let t: TestApp;
let editor: SeededPerson;
let university: SeededOrganisation;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  folder = await mkdtemp(join(tmpdir(), 'techpool-outage-'));
  database = await ownPostgres(join(folder, '.data'));
  t = await startTestApp({}, { databaseUrl: database.url });
  const s = seed(t);
  editor = await s.person();
  university = await s.organisation(editor, { name: '陇原大学' });
}, 120_000);
afterAll(async () => {
  await t.close();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
  process.off('unhandledRejection', note);
}, 60_000);

const ASK = 'query ($id: ID!) { node(id: $id) { id } viewer { account { id } } }';
const ask = () =>
  t.ask(ASK, { id: university.id }, { token: editor.token }).then(
    (reply) => reply.errors === undefined,
    () => false,
  );
const indexed = () => eventually(async () => (await t.sql('SELECT 1 FROM search_outbox LIMIT 1')).length === 0, 20_000);

it('lost connections leave no pool smaller, and stop no job', async () => {
  const entries = await enter(t, [{ institutionId: university.uuid }]);
  await indexed();
  for (let i = 0; i < 7; i += 1) {
    const asked = Array.from({ length: 12 }, ask);
    await change(t, entries, `trl = ${1 + i}`).catch(() => undefined);
    await t.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'techpool%'`);
    await Promise.all(asked);
    await eventually(ask);
  }
  expect(await Promise.all(Array.from({ length: 30 }, ask))).toEqual(Array.from({ length: 30 }, () => true));
  const pool = (t.app.dataSource.driver as PostgresDriver).master as Pool;
  expect(pool.waitingCount).toBe(0);
  // Whatever a job or a timer holds for a moment comes back.
  await eventually(() => Promise.resolve(pool.idleCount === pool.totalCount));
  await change(t, entries, 'trl = 9');
  await indexed();
  expect(unhandled).toEqual([]);
}, 60_000);

it('a job whose connection is cut in the middle is tried again, and does not fail for good', async () => {
  for (let i = 0; i < 3; i += 1) await reviewer(t, {});
  const frozen = await cohort(t, [{ institution: university }], { status: 'FROZEN' });
  const statusOf = async (table: string) =>
    (await t.sql<{ status: string }>(`SELECT status FROM ${table} ORDER BY id DESC LIMIT 1`))[0]!.status;
  // Both jobs wait for locks of the test when their connections are cut.
  const holder = new pg.Client({ connectionString: database.url, application_name: 'test' });
  await holder.connect();
  const [key, values] = importLock(university.uuid);
  await holder.query(`SELECT pg_advisory_lock(${key})`, values);
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM cohort WHERE id = $1 FOR NO KEY UPDATE', [frozen.uuid]);
  await startImport(t, editor, university, { content: csv(['成果名称'], ['切断']) });
  await t.sql(
    `INSERT INTO assignment_run (id, cohort_id, round, status, due_at, created_at)
     VALUES (gen_random_uuid(), $1, 0, 'QUEUED', now() + interval '9 days', now())`,
    [frozen.uuid],
  );
  await t.sql(`SELECT graphile_worker.add_job('kernel:sweep', job_key := 'kernel:sweep')`);
  await eventually(async () => (await statusOf('import_run')) === 'RUNNING');
  await eventually(async () => (await statusOf('assignment_run')) === 'RUNNING');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await t.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'techpool%'`);
  await holder.end();
  await eventually(async () => (await statusOf('import_run')) === 'INTERRUPTED', 20_000);
  await eventually(async () => (await statusOf('assignment_run')) === 'COMPLETED', 20_000);
  expect(unhandled).toEqual([]);
}, 60_000);

it('PostgreSQL killed in the middle of jobs: the process lives, and everything moves on', async () => {
  for (let i = 0; i < 3; i += 1) await reviewer(t, {});
  const frozen = await cohort(
    t,
    Array.from({ length: 60 }, () => ({ institution: university })),
    { status: 'FROZEN', load: 100 },
  );
  const rows = Array.from({ length: 3000 }, (_, i) => [`成果第${i}号`]);
  const content = csv(['成果名称'], ...rows);
  const run = await startImport(t, editor, university, { content });
  await t.sql(
    `INSERT INTO assignment_run (id, cohort_id, round, status, due_at, created_at)
     VALUES (gen_random_uuid(), $1, 0, 'QUEUED', now() + interval '9 days', now())`,
    [frozen.uuid],
  );
  await t.sql(`SELECT graphile_worker.add_job('kernel:sweep', job_key := 'kernel:sweep')`);
  await eventually(async () => {
    const [running] = await t.sql<{ processed: number }>(`SELECT processed FROM import_run WHERE status = 'RUNNING'`);
    return running !== undefined && running.processed > 0;
  });
  await database.kill();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await fetch(`${t.url}/ready`)).status).toBe(503);
  await database.startAgain();

  await importEnded({ ...t, gql: patient } as TestApp, editor, run);
  const cut = await readRun(t, editor, run);
  if (cut.status !== 'COMPLETED') {
    expect(cut).toMatchObject({ status: 'INTERRUPTED', fault: { code: 'INTERRUPTED' } });
    const again = 'mutation ($input: ImportRunInput!) { rerunImport(input: $input) { run { id } } }';
    await t.gql(again, { input: { id: run } }, { token: editor.token });
    await importEnded(t, editor, run);
  }
  expect(await readRun(t, editor, run)).toMatchObject({ status: 'COMPLETED', progress: { processed: 3000 } });
  const [{ n } = { n: 0 }] = await t.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM achievement WHERE title->>'zh' LIKE '成果第%'`,
  );
  expect(n).toBe(3000);
  await eventually(async () => {
    const [row] = await t.sql<{ status: string }>(`SELECT status FROM assignment_run WHERE cohort_id = $1`, [
      frozen.uuid,
    ]);
    return row!.status === 'COMPLETED';
  }, 20_000);
  await indexed();
  await eventually(
    async () => ((await (await fetch(`${t.url}/ready`)).json()) as { status: string }).status === 'ready',
  );
  expect(unhandled).toEqual([]);
}, 90_000);

/** Asks again while the database is away. */
const patient: TestApp['gql'] = (query, variables, options) =>
  eventually(() => t.gql(query, variables, options).catch(() => null)) as never;
