import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { panelOf, playCohort } from '../ledger/kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { completeRecord, stepTo, toNotice } from './cohort-kit.js';
import type { SeededReviewer } from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;
let panel: SeededReviewer[];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  university = await s.organisation(lister);
  panel = await panelOf(t);
});
afterAll(() => t.close());

const facts = async (kind: string, subject?: string) =>
  (
    await t.sql<{ facts: Record<string, unknown> }>(
      `SELECT facts FROM ledger_record WHERE kind = $1 AND ($2::text IS NULL OR subject_id = $2) ORDER BY seq`,
      [kind, subject ?? null],
    )
  ).map((row) => row.facts);

it('a cohort that was opened under the earlier rule is decided by it, and its ledger verifies', async () => {
  // As the program before wrote it: the records state no version and no order.
  await t.sql(`ALTER TABLE cohort ALTER COLUMN rule_version SET DEFAULT 1`);
  const old = await playCohort(t, s, operator, university, panel, { score: () => 3 });
  await t.sql(`ALTER TABLE cohort ALTER COLUMN rule_version SET DEFAULT 2`);
  const [frozen] = await facts('cohort.frozen', old.uuid);
  expect(frozen).not.toHaveProperty('rule');
  expect((frozen!['entries'] as object[]).some((entry) => 'order' in entry)).toBe(false);
  expect((await facts('entry.decided')).every((decided) => !('rule' in decided))).toBe(true);
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 1 });
});

it('records of decisions carry the version of the rule, and the ledger verifies beside the older one', async () => {
  const now = await playCohort(t, s, operator, university, panel, { score: () => 3 });
  for (const kind of ['cohort.frozen', 'cohort.noticed', 'cohort.closed'])
    expect((await facts(kind, now.uuid))[0], kind).toMatchObject({ rule: 2 });
  expect((await facts('entry.decided')).filter((decided) => decided['rule'] === 2)).toHaveLength(10);
  const [frozen] = await facts('cohort.frozen', now.uuid);
  expect((frozen!['entries'] as Array<{ order: number }>).map(({ order }) => order).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 10 }, (_, i) => i + 1),
  );
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 2 });
  // The earlier registration first, wherever all else is equal: all ten have the same published scores.
  const rows = await t.sql<{ rank: number; place: number }>(
    `SELECT rank, registration_order AS place FROM cohort_entry WHERE cohort_id = $1 ORDER BY rank`,
    [now.uuid],
  );
  expect(rows.map(({ place }) => place)).toEqual(rows.map(({ rank }) => rank));
});

it('the order of registration is that in which results were registered, not that in which they were written', async () => {
  const boss = { ...operator, token: await s.logIn(operator) };
  const person = { ...lister, token: await s.logIn(lister) };
  const drafts: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    const { registrationNo: _no, registeredOn: _on, ...content } = completeRecord();
    const made = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
      `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
      { input: { institutionId: university.id, content } },
      { token: person.token },
    );
    drafts.push(made.createAchievement.achievement.id);
  }
  const order = [4, 1, 5, 0, 3, 2].map((i) => drafts[i]!);
  for (const id of order)
    await t.gql(
      `mutation ($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { id } } }`,
      { input: { id } },
      { token: person.token },
    );
  const { id } = await stepTo(t, boss, 'createCohort', {
    year: 2026,
    settings: { noticeDays: 1, tieRule: ['EARLIER_REGISTRATION'] },
  });
  const uuid = fromGlobalId(id)!.key;
  await toNotice(t, boss, id, uuid, () => 3);
  const entered = await t.sql<{ n: number }>(
    `SELECT count(DISTINCT entered_at)::int AS n FROM cohort_entry WHERE cohort_id = $1`,
    [uuid],
  );
  expect(entered).toEqual([{ n: 1 }]);
  const ranked = await t.sql<{ achievement_id: string }>(
    `SELECT achievement_id FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY rank`,
    [uuid],
  );
  expect(ranked.map((row) => toGlobalId('Achievement', row.achievement_id))).toEqual(order);
  const { cohort } = await t.gql<{ cohort: { ruleVersion: number; entries: { nodes: object[] } } }>(
    `query ($id: ID!) { cohort(id: $id) { ruleVersion entries(first: 10) { nodes { registrationOrder proposal } } } }`,
    { id },
    { token: boss.token },
  );
  expect(cohort).toMatchObject({ ruleVersion: 2 });
  expect(cohort.entries.nodes[0]).toMatchObject({ registrationOrder: 1, proposal: 'ADMITTED' });
});
