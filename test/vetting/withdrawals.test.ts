import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { mailsTo } from '../identity/mailbox.js';
import { panelOf, seat } from '../ledger/kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { askStep, DAY, entryGid, registered, stepTo } from './cohort-kit.js';
import { deskId, SUBMIT, type Outcome, type SeededReviewer } from './reviewing-kit.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;
let panel: SeededReviewer[];
let cohort: string;
let uuid: string;
let results: string[];
let entries: string[];
let seats: Awaited<ReturnType<typeof seat>>;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  university = await s.organisation(lister);
  panel = await panelOf(t);
  results = await registered(t, university, 10);
  cohort = (await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 2 } })).id;
  uuid = fromGlobalId(cohort)!.key;
  await stepTo(t, operator, 'freezeCohort', { id: cohort });
  const rows = await t.sql<{ id: string; achievement_id: string }>(
    `SELECT id, achievement_id FROM cohort_entry WHERE cohort_id = $1`,
    [uuid],
  );
  entries = results.map((result) => rows.find((row) => row.achievement_id === result)!.id);
});
afterAll(() => t.close());

const WITHDRAWAL = `__typename withdrawal { id reason outcome answer entry { id withdrawnAt decisionReason } }`;
interface Withdrawal {
  id: string;
  outcome: string | null;
  entry: { id: string; withdrawnAt: string | null; decisionReason: string | null };
}
const request = async (entry: string, person: SeededPerson = lister) =>
  t.ask<{ requestWithdrawal: { withdrawal: Withdrawal } }>(
    `mutation ($input: RequestWithdrawalInput!) { requestWithdrawal(input: $input) { ${WITHDRAWAL} } }`,
    { input: { entryId: entryGid(entry), reason: 'We found a fault in the data.' } },
    { token: await s.logIn(person) },
  );
const answer = async (id: string, outcome: string, person: SeededPerson = operator) =>
  t.ask<{ answerWithdrawal: { withdrawal: Withdrawal } }>(
    `mutation ($input: AnswerWithdrawalInput!) { answerWithdrawal(input: $input) { ${WITHDRAWAL} } }`,
    { input: { id, outcome, answer: 'As you wish.' } },
    { token: await s.logIn(person) },
  );
async function takeOut(entry: string): Promise<Withdrawal> {
  const asked = await request(entry);
  expect(asked.errors).toBeUndefined();
  const answered = await answer(asked.data.requestWithdrawal.withdrawal.id, 'CONFIRMED');
  expect(answered.errors).toBeUndefined();
  return answered.data.answerWithdrawal.withdrawal;
}
const statusOf = async (result: string) =>
  (await t.sql<{ status: string }>(`SELECT status FROM achievement WHERE id = $1`, [result]))[0]!.status;
const boss = async () => ({ ...operator, token: await s.logIn(operator) });

describe('a withdrawal', () => {
  it('is asked for by the institution alone, once, and waits for an operator', async () => {
    const stranger = await s.person();
    expect((await request(entries[9]!, stranger)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    const first = await request(entries[9]!);
    const again = await request(entries[9]!);
    expect(again.data.requestWithdrawal.withdrawal.id).toBe(first.data.requestWithdrawal.withdrawal.id);
    const { id } = first.data.requestWithdrawal.withdrawal;
    expect((await answer(id, 'CONFIRMED', lister)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    const open = `query ($id: ID!) { cohort(id: $id) { withdrawals(first: 5, open: true) { nodes { id } } } }`;
    const seen = await t.gql<{ cohort: { withdrawals: { nodes: object[] } } }>(open, { id: cohort }, await boss());
    expect(seen.cohort.withdrawals.nodes).toEqual([{ id }]);
    expect((await t.gql<{ cohort: object }>(open, { id: cohort }, lister)).cohort).toEqual({ withdrawals: null });
    await eventually(() => Promise.resolve(/撤回申请|withdrawal/.test(JSON.stringify(mailsTo(t, operator.email)))));
    const refused = await answer(id, 'REFUSED');
    expect(refused.data.answerWithdrawal.withdrawal).toMatchObject({
      outcome: 'REFUSED',
      entry: { withdrawnAt: null },
    });
    expect((await answer(id, 'CONFIRMED')).errors![0]!.extensions.reason).toBe('ANSWERED_BEFORE');
    expect(await statusOf(results[9]!)).toBe('UNDER_REVIEW');
  });

  it('while frozen leaves the denominator alone, and no reviewer is needed', async () => {
    expect(await takeOut(entries[9]!)).toMatchObject({
      outcome: 'CONFIRMED',
      entry: { withdrawnAt: expect.any(String) },
    });
    expect(await statusOf(results[9]!)).toBe('WITHDRAWN');
    expect((await request(entries[9]!)).errors![0]!.extensions.reason).toBe('WITHDRAWN_BEFORE');
    // Reopened, it is out for good; what is frozen then counts without it.
    await stepTo(t, await boss(), 'unfreezeCohort', { id: cohort, reason: 'to see' });
    expect(
      await t.sql(`SELECT screen, screen_reasons, withdrawn_at FROM cohort_entry WHERE id = $1`, [entries[9]]),
    ).toEqual([{ screen: 'EXCLUDED', screen_reasons: ['WITHDRAWN'], withdrawn_at: null }]);
    expect(await stepTo(t, await boss(), 'freezeCohort', { id: cohort })).toMatchObject({
      registeredCount: 9,
      quota: 1,
    });
    await verifyDatabase(t.app);
    await stepTo(t, await boss(), 'unfreezeCohort', { id: cohort, reason: 'a tenth result' });
    await t.sql(`UPDATE achievement SET status = 'REGISTERED' WHERE id = $1`, [results[9]]);
    await stepTo(t, await boss(), 'screenCohort', { id: cohort });
    expect(await stepTo(t, await boss(), 'freezeCohort', { id: cohort })).toMatchObject({
      registeredCount: 10,
      quota: 2,
    });
    await takeOut(entries[9]!);
    seats = await seat(t, uuid, entries.slice(0, 9), panel);
    await stepTo(t, await boss(), 'startReviewing', { id: cohort });
  });

  it('during the review returns the open seats and tells their reviewers', async () => {
    const own = seats.filter(({ entry }) => entry === 8);
    await submit(own[0]!, 3);
    await takeOut(entries[8]!);
    expect(
      await t.sql(`SELECT status, status_reason FROM assignment WHERE entry_id = $1 ORDER BY status`, [entries[8]]),
    ).toEqual([
      { status: 'SUBMITTED', status_reason: null },
      { status: 'WITHDRAWN', status_reason: 'ENTRY_WITHDRAWN' },
      { status: 'WITHDRAWN', status_reason: 'ENTRY_WITHDRAWN' },
    ]);
    await eventually(() =>
      Promise.resolve(/已撤回|was withdrawn/.test(JSON.stringify(mailsTo(t, panel[own[1]!.judge]!.email)))),
    );
    const refused = await t
      .gql<Outcome>(
        SUBMIT,
        { input: { assignmentId: deskId(own[1]!.row.id), scores: scoresOf(3), confidence: 4, gapCodes: [] } },
        { token: await s.logIn(panel[own[1]!.judge]!) },
      )
      .catch((error: unknown) => String(error));
    expect(JSON.stringify(refused)).not.toContain('ReviewPayload');
    await verifyDatabase(t.app);
  });

  it('bars the public notice while a request waits', async () => {
    for (const one of seats.filter(({ entry }) => entry < 8)) await submit(one, Math.max(2, 5 - one.entry * 0.5));
    const { id } = (await request(entries[7]!)).data.requestWithdrawal.withdrawal;
    expect(
      (await askStep(t, await boss(), 'startPublicNotice', { id: cohort })).data['startPublicNotice'],
    ).toMatchObject({
      __typename: 'WithdrawalsOpen',
    });
    await answer(id, 'REFUSED');
    await stepTo(t, await boss(), 'startPublicNotice', { id: cohort });
    const [proposed] = await t.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM cohort_entry WHERE cohort_id = $1 AND proposal = 'ADMITTED'`,
      [uuid],
    );
    expect(proposed).toEqual({ n: 2 });
  });

  it('on notice moves the next one up with a full notice, and bars the closing while it waits', async () => {
    t.travel(1.5 * DAY);
    const asked = (await request(entries[0]!)).data.requestWithdrawal.withdrawal;
    t.travel(DAY);
    expect((await askStep(t, await boss(), 'closeCohort', { id: cohort })).data['closeCohort']).toMatchObject({
      __typename: 'WithdrawalsOpen',
    });
    const before = await t.sql<{ id: string }>(
      `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND decision_reason = 'QUOTA' ORDER BY rank LIMIT 1`,
      [uuid],
    );
    const done = await answer(asked.id, 'CONFIRMED');
    expect(done.data.answerWithdrawal.withdrawal.entry).toMatchObject({ decisionReason: 'WITHDRAWN' });
    expect(await t.sql(`SELECT proposal FROM cohort_entry WHERE id = $1`, [before[0]!.id])).toEqual([
      { proposal: 'ADMITTED' },
    ]);
    expect((await askStep(t, await boss(), 'closeCohort', { id: cohort })).data['closeCohort']).toMatchObject({
      __typename: 'NoticePeriodRunning',
    });
    const [noticed] = await t.sql<{ ends: Date }>(`SELECT notice_ends_at AS ends FROM cohort WHERE id = $1`, [uuid]);
    expect(noticed!.ends.getTime()).toBeGreaterThan(t.app.clock().getTime() + 1.9 * DAY);
    // One that is not proposed leaves as quietly.
    await takeOut(entries[7]!);
    await verifyDatabase(t.app);
  });

  it('is part of the closing, of the mails and of the replay', async () => {
    t.travel(3 * DAY);
    expect(await stepTo(t, await boss(), 'closeCohort', { id: cohort })).toMatchObject({ quota: 2, admittedCount: 2 });
    const rows = await t.sql<{ achievement_id: string; reason: string | null; status: string }>(
      `SELECT e.achievement_id, e.decision_reason AS reason, a.status
       FROM cohort_entry e JOIN achievement a ON a.id = e.achievement_id
       WHERE e.cohort_id = $1`,
      [uuid],
    );
    const out = [0, 7, 8, 9].map((i) => results[i]!);
    for (const row of rows)
      expect(row.reason === 'WITHDRAWN' && row.status === 'WITHDRAWN', row.achievement_id).toBe(
        out.includes(row.achievement_id),
      );
    expect(
      await t.sql(`SELECT 1 FROM cultivation_gap g WHERE g.entry_id = ANY($1)`, [[0, 7, 8, 9].map((i) => entries[i])]),
    ).toEqual([]);
    expect((await request(entries[1]!)).errors![0]!.extensions.reason).toBe('COHORT_STATUS');
    expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 1 });
    // A ledger without the withdrawal does not give these admissions.
    await expect(t.sql(`UPDATE cohort_entry SET withdrawn_at = NULL WHERE id = $1`, [entries[0]])).rejects.toThrow(
      'stays withdrawn',
    );
  });

  it('of a result that is in the pool leaves it there', async () => {
    const pool = await t.sql<{ id: string }>(
      `SELECT achievement_id AS id FROM cohort_entry WHERE cohort_id = $1 AND decision = 'ADMITTED' ORDER BY rank`,
      [uuid],
    );
    await t.sql(
      `UPDATE score_passport SET voided_at = now(), void_reason = 'MATERIAL_CHANGE' WHERE achievement_id = $1`,
      [pool[0]!.id],
    );
    const second = await stepTo(t, await boss(), 'createCohort', { year: 2027 });
    await t.gql(
      `mutation ($input: SubmitToCohortInput!) { submitToCohort(input: $input) { __typename ... on CohortEntryPayload { entry { id } } } }`,
      { input: { achievementId: toGlobalId('Achievement', pool[0]!.id) } },
      { token: await s.logIn(lister) },
    );
    await stepTo(t, await boss(), 'screenCohort', { id: second.id });
    await stepTo(t, await boss(), 'freezeCohort', { id: second.id });
    const [entry] = await t.sql<{ id: string }>(
      `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND achievement_id = $2`,
      [fromGlobalId(second.id)!.key, pool[0]!.id],
    );
    await takeOut(entry!.id);
    expect(await statusOf(pool[0]!.id)).toBe('ADMITTED');
  });
});

const scoresOf = (score: number) =>
  DIMENSIONS.map((dimension) => ({ dimension, score, rationale: `Seen: ${dimension}.` }));

async function submit({ row, judge }: (typeof seats)[number], score: number): Promise<void> {
  const { outcome } = await t.gql<Outcome>(
    SUBMIT,
    { input: { assignmentId: deskId(row.id), scores: scoresOf(score), confidence: 4, gapCodes: [] } },
    { token: await s.logIn(panel[judge]!) },
  );
  if (outcome.__typename !== 'ReviewPayload') throw new Error(JSON.stringify(outcome));
}
