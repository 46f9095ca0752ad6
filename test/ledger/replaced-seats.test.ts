import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';
import { registered, stepTo } from '../vetting/cohort-kit.js';
import { as, assignmentId, deskId, type SeededReviewer } from '../vetting/reviewing-kit.js';
import { panelOf, seat } from './kit.js';

let t: TestApp;
let operator: SeededPerson;
let panel: SeededReviewer[];
let seats: Awaited<ReturnType<typeof seat>>;

beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  operator = await s.person({ operator: true });
  const university = await s.organisation(await s.person());
  panel = await panelOf(t);
  await registered(t, university, 2);
  const { id } = await stepTo(t, operator, 'createCohort', { year: 2026 });
  const uuid = fromGlobalId(id)!.key;
  const counted = () =>
    t.sql<{ id: string }>(
      `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY achievement_id`,
      [uuid],
    );
  await eventually(async () => (await counted()).length === 2);
  await stepTo(t, operator, 'freezeCohort', { id });
  seats = await seat(
    t,
    uuid,
    (await counted()).map((entry) => entry.id),
    panel,
  );
});
afterAll(() => t.close());

const replace = async (id: string, by: SeededReviewer) => {
  const { outcome } = await t.gql<{ outcome: { __typename: string } }>(
    `mutation ($input: ReplaceAssignmentInput!) { outcome: replaceAssignment(input: $input) { __typename } }`,
    { input: { id: assignmentId(id), reviewerId: by.reviewerId, reason: 'No time.' } },
    as(operator),
  );
  expect(outcome.__typename).toBe('AssignmentPayload');
};

it('verifies after an open and a declined assignment were given to other reviewers by hand', async () => {
  const [open, declined] = [seats[0]!.row, seats[4]!.row];
  await replace(open.id, panel[3]!);
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 0 });
  await t.gql(
    `mutation ($input: DeclineAssignmentInput!) { declineAssignment(input: $input) { __typename } }`,
    { input: { id: deskId(declined.id), reason: 'No time.' } },
    as(panel[seats[4]!.judge]!),
  );
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 0 });
  await replace(declined.id, panel[0]!);
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 0 });
});
