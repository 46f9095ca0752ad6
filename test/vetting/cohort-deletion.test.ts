import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { mailTo, mailsTo } from '../identity/mailbox.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entryGid, registered, stepTo } from './cohort-kit.js';

/** Issue 15, point 13: a cohort about which nothing was decided can be deleted, and no other. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  university = await s.organisation(lister);
});
afterAll(() => t?.close());

const keyOf = (id: string) => fromGlobalId(id)!.key;
const open = (year = 2026) => stepTo(t, operator, 'createCohort', { year });
const remove = (id: string, more: Record<string, unknown> = {}, who = operator) =>
  t.ask<{ deleteCohort: { deletedId: string } }>(
    `mutation ($input: DeleteUnfinishedInput!) { deleteCohort(input: $input) { deletedId } }`,
    { input: { id, ...more } },
    { token: who.token },
  );
const codeOf = ({ errors }: Awaited<ReturnType<typeof remove>>) =>
  errors && [errors[0]!.extensions.code, errors[0]!.extensions.reason].filter(Boolean).join(':');
const entriesOf = (cohort: string) =>
  t.sql<{ id: string; achievement_id: string }>(
    `SELECT id, achievement_id FROM cohort_entry WHERE cohort_id = $1 ORDER BY id`,
    [keyOf(cohort)],
  );
const decide = (entry: string) =>
  t.gql(
    `mutation ($input: DecideScreeningInput!) { decideScreening(input: $input) { __typename } }`,
    { input: { entryId: entryGid(entry), count: false, reason: 'not one' } },
    { token: operator.token },
  );

describe('a cohort about which nothing was decided (issue 15, point 13)', () => {
  it('is deleted without entries; its number is free again, and the second deletion finds nothing', async () => {
    const { id } = await open(2025);
    expect((await remove(id)).data.deleteCohort).toEqual({ deletedId: id });
    expect(codeOf(await remove(id))).toMatch(/^NOT_FOUND/);
    const [row] = await t.sql<{ facts: object }>(
      `SELECT facts FROM ledger_record WHERE kind = 'cohort.deleted' AND subject_id = $1`,
      [keyOf(id)],
    );
    expect(row!.facts).toEqual({ year: 2025, number: 1, achievements: [] });
    const next = await open(2025);
    expect(await t.sql(`SELECT number FROM cohort WHERE id = $1`, [keyOf(next.id)])).toEqual([{ number: 1 }]);
    await remove(next.id);
  });

  it('takes its screened entries with it; their results enter the next one, and their institution is told', async () => {
    const achievements = await registered(t, university, 3);
    const { id } = await open();
    await stepTo(t, operator, 'screenCohort', { id });
    expect(await entriesOf(id)).toHaveLength(3);
    expect(codeOf(await remove(id))).toBeUndefined();
    expect(await t.sql(`SELECT 1 FROM cohort_entry`)).toEqual([]);
    expect((await mailTo(t, lister.email)).text).toMatch(/3/);
    expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 0 });

    const next = await open();
    expect((await entriesOf(next.id)).map((row) => row.achievement_id).sort()).toEqual([...achievements].sort());
    expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 0 });
    await remove(next.id);
  });

  it('is deleted once by ten calls at once, while results are registered', async () => {
    const { id } = await open();
    const before = mailsTo(t, lister.email).length;
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => remove(id, { idempotencyKey: `delete-${id}-${i % 2}` })),
    );
    expect(all.filter((one) => codeOf(one) === undefined)).toHaveLength(1);
    expect(all.filter((one) => codeOf(one)?.startsWith('NOT_FOUND'))).toHaveLength(9);
    await mailTo(t, lister.email, before + 1);
    expect(
      await t.sql(`SELECT 1 FROM ledger_record WHERE kind = 'cohort.deleted' AND subject_id = $1`, [keyOf(id)]),
    ).toHaveLength(1);
  });

  it('is for operators alone', async () => {
    const { id } = await open();
    expect(codeOf(await remove(id, {}, lister))).toMatch(/^FORBIDDEN/);
    expect(codeOf(await remove(id))).toBeUndefined();
  });

  it('stays once an operator decided on an entry, an exclusion was appealed, or it was frozen', async () => {
    const decided = await open();
    await decide((await entriesOf(decided.id))[0]!.id);
    const kept = await remove(decided.id);
    expect(codeOf(kept)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(kept.errors![0]!.message).toMatch(/decided by an operator/);
    // The guards of the database let an open cohort go; the records of the decision are what keeps it.
    await t.sql(`UPDATE cohort_entry SET screen = 'COUNTED', screen_by = 'AUTOMATIC', screen_note = NULL`);
    expect(codeOf(await remove(decided.id))).toBe('CONFLICT:NOT_A_DRAFT');

    await t.sql(`UPDATE cohort_entry SET screen = 'COUNTED'`);
    await stepTo(t, operator, 'freezeCohort', { id: decided.id });
    expect(codeOf(await remove(decided.id))).toBe('CONFLICT:NOT_A_DRAFT');
    await stepTo(t, operator, 'unfreezeCohort', { id: decided.id, reason: 'a late batch' });
    const again = await remove(decided.id);
    expect(codeOf(again)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(again.errors![0]!.message).toMatch(/frozen once/);
  });
});
