import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { panelOf, seat } from '../ledger/kit.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { DAY, entryGid, registered, stepTo } from './cohort-kit.js';
import { deskId, SUBMIT, type Outcome } from './reviewing-kit.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let results: string[];
let best: string;

const boss = async () => ({ ...operator, token: await s.logIn(operator) });
const open = async (year: number) => {
  const { id } = await stepTo(t, await boss(), 'createCohort', { year, settings: { noticeDays: 1 } });
  return { id, uuid: fromGlobalId(id)!.key };
};
const submit = async (achievement: string) =>
  t.gql(
    `mutation ($input: SubmitToCohortInput!) { submitToCohort(input: $input) { __typename ... on CohortEntryPayload { entry { id } } } }`,
    { input: { achievementId: toGlobalId('Achievement', achievement) } },
    { token: await s.logIn(lister) },
  );
const entryIn = async (cohort: string) =>
  (
    await t.sql<{ id: string; screen: string; reasons: string[] }>(
      `SELECT id, screen, screen_reasons AS reasons FROM cohort_entry WHERE cohort_id = $1 AND achievement_id = $2`,
      [cohort, best],
    )
  )[0]!;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  const university = await s.organisation(lister);
  const panel = await panelOf(t);
  results = await registered(t, university, 5);
  const first = await open(2026);
  await stepTo(t, await boss(), 'freezeCohort', { id: first.id });
  const rows = await t.sql<{ id: string; achievement_id: string }>(
    `SELECT id, achievement_id FROM cohort_entry WHERE cohort_id = $1`,
    [first.uuid],
  );
  const entries = results.map((result) => rows.find((row) => row.achievement_id === result)!.id);
  // One seat of a second panel stays open: it is returned when the public notice begins.
  const seats = await seat(t, first.uuid, entries, panel);
  await stepTo(t, await boss(), 'startReviewing', { id: first.id });
  for (const { row, entry, judge } of seats.slice(0, -1)) {
    const scores = DIMENSIONS.map((dimension) => ({ dimension, score: 4.5 - entry * 0.5, rationale: 'Seen.' }));
    const { outcome } = await t.gql<Outcome>(
      SUBMIT,
      { input: { assignmentId: deskId(row.id), scores, confidence: 4, gapCodes: [] } },
      { token: await s.logIn(panel[judge]!) },
    );
    if (outcome.__typename !== 'ReviewPayload') throw new Error(JSON.stringify(outcome));
  }
  await stepTo(t, await boss(), 'startPublicNotice', { id: first.id, acceptMissingReviews: true });
  expect(await t.sql(`SELECT status_reason FROM assignment WHERE id = $1`, [seats.at(-1)!.row.id])).toEqual([
    { status_reason: 'REVIEWING_ENDED' },
  ]);
  expect(await t.sql(`SELECT 1 FROM assignment WHERE status = 'ASSIGNED'`)).toEqual([]);
  best = results[0]!;
  const objector = await s.person();
  const { raiseObjection } = await t.gql<{ raiseObjection: { objection: { id: string } } }>(
    `mutation ($input: RaiseObjectionInput!) { raiseObjection(input: $input) { objection { id } } }`,
    { input: { entryId: entryGid(entries[0]!), reason: 'NOT_OWNER', text: 'It is ours.' } },
    { token: objector.token },
  );
  await t.gql(
    `mutation ($input: AnswerObjectionInput!) { answerObjection(input: $input) { objection { outcome } } }`,
    { input: { id: raiseObjection.objection.id, outcome: 'UPHELD', answer: 'It is theirs.' } },
    { token: (await boss()).token },
  );
  t.travel(3 * DAY);
  await stepTo(t, await boss(), 'closeCohort', { id: first.id });
  await verifyDatabase(t.app);
}, 120_000);
afterAll(() => t.close());

it('an upheld objection excludes the result from later cohorts, until an operator lifts it with a reason', async () => {
  const second = await open(2027);
  await submit(best);
  await stepTo(t, await boss(), 'screenCohort', { id: second.id });
  const kept = await entryIn(second.uuid);
  expect(kept).toMatchObject({ screen: 'EXCLUDED', reasons: ['OBJECTION_UPHELD'] });
  await t.gql(
    `mutation ($input: DecideScreeningInput!) { decideScreening(input: $input) { __typename ... on CohortEntryPayload { entry { screen } } } }`,
    { input: { entryId: entryGid(kept.id), count: true, reason: 'The parties agreed: a contract was shown.' } },
    { token: (await boss()).token },
  );
  await stepTo(t, await boss(), 'screenCohort', { id: second.id });
  expect(await entryIn(second.uuid)).toMatchObject({ screen: 'COUNTED', reasons: [] });
  expect(await stepTo(t, await boss(), 'freezeCohort', { id: second.id })).toMatchObject({ registeredCount: 1 });
  await verifyDatabase(t.app);
  // A lift holds for later cohorts too.
  await t.sql(`UPDATE achievement SET status = 'REGISTERED' WHERE id = $1`, [best]);
  const third = await open(2028);
  await stepTo(t, await boss(), 'screenCohort', { id: third.id });
  expect(await entryIn(third.uuid)).toMatchObject({ screen: 'COUNTED' });
});
