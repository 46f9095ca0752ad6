import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { statementsDuring } from '../plans.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { DAY, registered, stepTo, toNotice } from './cohort-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let university: SeededOrganisation;
let cohort: string;
let uuid: string;

const COUNTS = `entered pending counted excluded excludedFor { reason count } reviewed reviews proposed objections objectionsUpheld`;
const countsOf = async (id: string) =>
  (
    await t.gql<{ node: { counts: Record<string, unknown> } }>(
      `query ($id: ID!) { node(id: $id) { ... on Cohort { counts { ${COUNTS} } } } }`,
      { id },
    )
  ).node.counts;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
  operator = await s.person({ operator: true });
  university = await s.organisation(await s.person());
  await registered(t, university, 25);
  cohort = (await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 1, floors: [] } })).id;
  uuid = fromGlobalId(cohort)!.key;
  await t.sql(
    `UPDATE cohort_entry
     SET screen = 'EXCLUDED', screen_reasons = '{INCOMPLETE,NEAR_DUPLICATE}', screen_by = 'OPERATOR'
     WHERE id IN (SELECT id FROM cohort_entry WHERE cohort_id = $1 ORDER BY id LIMIT 2)`,
    [uuid],
  );
  await toNotice(t, operator, cohort, uuid);
  const [entry] = await t.sql<{ id: string }>(
    `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' LIMIT 1`,
    [uuid],
  );
  await t.sql(
    `INSERT INTO objection (id, cohort_id, entry_id, account_id, reason_code, text, created_at)
     VALUES (gen_random_uuid(), $1, $2, $3, 'OTHER', 'no', now())`,
    [uuid, entry!.id, operator.accountId],
  );
  await t.sql(`UPDATE objection SET outcome = 'REJECTED', answer = 'kept', answered_at = now() WHERE cohort_id = $1`, [
    uuid,
  ]);
});
afterAll(() => t.close());

it('the counts of a closed cohort are stored, equal those before, and are read without counting (17.4)', async () => {
  const before = await countsOf(cohort);
  expect(before).toMatchObject({ entered: 25, counted: 23, excluded: 2, reviewed: 23, objections: 1 });
  t.travel(2 * DAY);
  operator = { ...operator, token: await s.logIn(operator) };
  await stepTo(t, operator, 'closeCohort', { id: cohort });
  let after: unknown;
  const sent = await statementsDuring(async () => (after = await countsOf(cohort)));
  expect(after).toEqual(before);
  expect(sent.filter(({ text }) => /FROM (cohort_entry|assignment|objection)\b/.test(text))).toEqual([]);
});

it('a closed cohort’s counted rows and its counts cannot be changed by SQL (17.4)', async () => {
  const constraintOf = (run: Promise<unknown>) =>
    run.then(
      () => undefined,
      (error: { constraint?: string; message: string }) => error.constraint ?? error.message,
    );
  expect(
    await Promise.all(
      [
        `UPDATE cohort_counts SET reviews = reviews + 1 WHERE cohort_id = $1`,
        `DELETE FROM cohort_counts WHERE cohort_id = $1`,
        `UPDATE assignment SET status = 'WITHDRAWN' WHERE cohort_id = $1`,
        `UPDATE objection SET outcome = 'UPHELD' WHERE cohort_id = $1`,
        `DELETE FROM objection WHERE cohort_id = $1`,
        `UPDATE cohort_entry SET screen = 'PENDING' WHERE cohort_id = $1`,
        `UPDATE cohort_entry SET proposal = NULL WHERE cohort_id = $1`,
      ].map((statement) => constraintOf(t.sql(statement, [uuid]))),
    ),
  ).toEqual([
    'cohort_counts_immutable',
    'cohort_counts_immutable',
    'cohort_counts_hold',
    'cohort_counts_hold',
    'cohort_counts_hold',
    'cohort_entry_screen_frozen',
    'cohort_entry_closed',
  ]);
  // The erasure of a person still takes name and text of an objection.
  await t.sql(`UPDATE objection SET account_id = NULL, text = '' WHERE cohort_id = $1`, [uuid]);
});

it('the migration stores the counts of cohorts that were closed before (17.4)', async () => {
  const stored = await t.sql(`SELECT * FROM cohort_counts`);
  const { ClosedCounts20261201020000: Migration } = await import('../../migrations/20261201020000-closed-counts.js');
  const migration = new Migration();
  await t.sql(migration.backward);
  await t.sql(migration.forward);
  expect(await t.sql(`SELECT * FROM cohort_counts`)).toEqual(stored);
  expect(stored).toHaveLength(1);
});
