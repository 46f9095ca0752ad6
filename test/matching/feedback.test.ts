import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, type SeededEntry } from '../deals/kit.js';
import { toGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { investor, matches, talent, type Seeded } from './kit.js';

const EQUIPMENT = '3562';
const GIVE = `mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id side action reasonCode note suppressedUntil counterpartKind endedAt } } }`;
const WITHDRAW = `mutation ($input: WithdrawMatchFeedbackInput!) { withdrawMatchFeedback(input: $input) { feedback { id endedAt } } }`;
const DECLINES = `query ($id: ID!) { node(id: $id) { ... on Achievement { matchDeclines { reasonCode kind count } } } }`;

interface Given {
  giveMatchFeedback: {
    feedback: { id: string; side: string; action: string; reasonCode: string | null; suppressedUntil: string | null };
  };
}

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let chip: SeededEntry;
const funds: Array<{ owner: SeededPerson; organisation: SeededOrganisation; profile: Seeded }> = [];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  const university = await s.organisation(lister);
  chip = await entry(t, university, {
    title: { zh: '晶圆清洗设备', en: 'Wafer cleaning' },
    industries: [EQUIPMENT],
    trl: 7,
  });
  for (let i = 0; i < 4; i += 1) {
    const owner = await s.person();
    const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
    funds.push({ owner, organisation, profile: await investor(t, organisation, { wanted: [EQUIPMENT] }) });
  }
});
afterAll(() => t?.close());

const give = async (person: SeededPerson, counterpart: Seeded, more: Record<string, unknown>) =>
  (
    await t.gql<Given>(
      GIVE,
      { input: { achievementId: chip.id, counterpartId: counterpart.id, ...more } },
      { token: person.token },
    )
  ).giveMatchFeedback.feedback;
const refusal = async (person: SeededPerson, input: Record<string, unknown>, operation = GIVE) =>
  (await t.ask(operation, { input }, { token: person.token })).errors?.[0]?.extensions;
const proposed = async () =>
  (await matches(t, lister, chip, 'investorMatches'))!.nodes.map((node) => node.counterpart.id);
const declines = async (person: SeededPerson) =>
  (await t.gql<{ node: { matchDeclines: unknown } }>(DECLINES, { id: chip.id }, { token: person.token })).node
    .matchDeclines;

describe('feedback on a match', () => {
  it('knows the side from the viewer, and shows each side its own word and the other’s interest', async () => {
    expect(await give(funds[0]!.owner, funds[0]!.profile, { action: 'INTERESTED' })).toMatchObject({
      side: 'COUNTERPART',
      action: 'INTERESTED',
      reasonCode: null,
      suppressedUntil: null,
    });
    const theirs = (await matches(t, lister, chip, 'investorMatches'))!.nodes.find(
      (node) => node.counterpart.id === funds[0]!.profile.id,
    )!;
    expect(theirs).toMatchObject({ viewerFeedback: null, otherSideInterested: true });
    const own = (await matches(t, funds[0]!.owner, funds[0]!.profile, 'achievementMatches'))!.nodes[0]!;
    expect(own).toMatchObject({ viewerFeedback: { action: 'INTERESTED' }, otherSideInterested: false });
  });

  it('keeps a declined pair from the side that declined until its time is over, or the decline is taken back', async () => {
    const declined = await give(funds[1]!.owner, funds[1]!.profile, { action: 'DECLINED', reasonCode: 'CAPACITY' });
    expect(new Date(declined.suppressedUntil!).getTime() - t.app.clock().getTime()).toBeGreaterThan(89 * 86_400_000);
    expect(await proposed()).toContain(funds[1]!.profile.id);
    expect((await matches(t, funds[1]!.owner, funds[1]!.profile, 'achievementMatches'))!.totalCount).toBe(0);
    await t.gql(WITHDRAW, { input: { id: declined.id } }, { token: funds[1]!.owner.token });
    expect((await matches(t, funds[1]!.owner, funds[1]!.profile, 'achievementMatches'))!.totalCount).toBe(1);
    await give(lister, funds[1]!.profile, { action: 'DECLINED', reasonCode: 'PRICE', forDays: 2 });
    expect(await proposed()).not.toContain(funds[1]!.profile.id);
    t.travel(2 * 86_400_000 + 1000);
    expect(
      (await matches(t, { ...lister, token: await s.logIn(lister) }, chip, 'investorMatches'))!.nodes.map(
        (node) => node.counterpart.id,
      ),
    ).toContain(funds[1]!.profile.id);
    t.travel(-(2 * 86_400_000 + 1000));
  });

  it('replaces the side’s earlier word; a double click leaves one', async () => {
    const twice = await Promise.all(
      [1, 2].map(() => give(funds[2]!.owner, funds[2]!.profile, { action: 'INTERESTED', note: '想看中试' })),
    );
    expect(new Set(twice.map((one) => one.id)).size).toBe(1);
    await give(funds[2]!.owner, funds[2]!.profile, { action: 'DECLINED', reasonCode: 'IP' });
    const [row] = await t.sql<{ standing: number; all: number }>(
      `SELECT count(*) FILTER (WHERE ended_at IS NULL)::int AS standing, count(*)::int AS all
       FROM match_feedback
       WHERE counterpart_id = $1`,
      [funds[2]!.profile.uuid],
    );
    expect(row).toEqual({ standing: 1, all: 2 });
  });

  it('returns declines to the lister counted, without names, and to nobody else', async () => {
    await give(funds[0]!.owner, funds[0]!.profile, { action: 'DECLINED', reasonCode: 'TOO_EARLY' });
    await give(funds[1]!.owner, funds[1]!.profile, { action: 'DECLINED', reasonCode: 'TOO_EARLY' });
    expect(await declines(lister)).toEqual([]);
    const third = await give(funds[3]!.owner, funds[3]!.profile, { action: 'DECLINED', reasonCode: 'TOO_EARLY' });
    expect(await declines(lister)).toEqual([{ reasonCode: 'TOO_EARLY', kind: 'INVESTOR', count: 3 }]);
    await t.gql(WITHDRAW, { input: { id: third.id } }, { token: funds[3]!.owner.token });
    expect(await declines(lister)).toEqual([]);
    expect(await declines(funds[0]!.owner)).toBeNull();
  });

  it('makes a reason that recurs a gap of the entry’s cultivation, and takes it away when it no longer does', async () => {
    const gaps = async () =>
      (
        await t.sql<{ code: string }>(
          `SELECT g.code
           FROM cultivation_gap g
           JOIN cohort_entry e ON e.id = g.entry_id
           WHERE e.achievement_id = $1 AND g.source = 'MATCHING'`,
          [chip.uuid],
        )
      ).map((row) => row.code);
    expect(await gaps()).toEqual([]);
    const told = async (person: SeededPerson) => {
      const [row] = await t.sql<{ id: string }>(`SELECT id FROM cohort_entry WHERE achievement_id = $1`, [chip.uuid]);
      const { cohortEntry } = await t.gql<{
        cohortEntry: {
          cultivation: { gaps: Array<{ gap: { code: string }; source: string }>; rationales: unknown[] } | null;
        } | null;
      }>(
        `query ($id: ID!) { cohortEntry(id: $id) { cultivation { gaps { gap { code } source } rationales { text } } } }`,
        { id: toGlobalId('CohortEntry', row!.id) },
        { token: person.token },
      );
      return cohortEntry?.cultivation ?? null;
    };
    expect(await told(lister)).toBeNull();
    const third = await give(funds[3]!.owner, funds[3]!.profile, { action: 'DECLINED', reasonCode: 'TOO_EARLY' });
    expect(await gaps()).toEqual(['NO_RELEVANT_PROTOTYPE']);
    expect(await told(lister)).toEqual({
      gaps: [{ gap: { code: 'NO_RELEVANT_PROTOTYPE' }, source: 'MATCHING' }],
      rationales: [],
    });
    expect(await told(funds[3]!.owner)).toBeNull();
    await t.gql(WITHDRAW, { input: { id: third.id } }, { token: funds[3]!.owner.token });
    expect(await gaps()).toEqual([]);
  });

  it('refuses what is incomplete, foreign or against itself, naming the field', async () => {
    const base = { achievementId: chip.id, counterpartId: funds[0]!.profile.id };
    expect(await refusal(funds[0]!.owner, { ...base, action: 'DECLINED' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.reasonCode',
      reason: 'REQUIRED',
    });
    expect(await refusal(funds[0]!.owner, { ...base, action: 'INTERESTED', forDays: 5 })).toMatchObject({
      field: 'input.forDays',
      reason: 'NOT_DECLINED',
    });
    expect(await refusal(funds[0]!.owner, { ...base, counterpartId: chip.id, action: 'INTERESTED' })).toMatchObject({
      field: 'input.counterpartId',
      reason: 'BAD_ID',
    });
    expect(await refusal(funds[1]!.owner, { ...base, action: 'INTERESTED' })).toMatchObject({ code: 'FORBIDDEN' });
    const own = await investor(t, await s.organisation(lister, { kind: 'INVESTOR' }));
    expect(await refusal(lister, { ...base, counterpartId: own.id, action: 'INTERESTED' })).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'SELF_MATCH',
    });
    const operator = await s.person({ operator: true });
    expect(await refusal(operator, { ...base, action: 'INTERESTED' })).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'SIDES_ONLY',
    });
    expect((await give(operator, funds[0]!.profile, { action: 'INTRODUCED' })).side).toBe('OPERATOR');
  });

  it('forgets who spoke once the person is erased', async () => {
    const person = await s.person();
    const profile = await talent(t, person, { industries: [EQUIPMENT] });
    await give(person, profile, { action: 'DECLINED', reasonCode: 'OTHER', note: '私人原因' });
    await t.gql(
      `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { erased } }`,
      { input: { password: person.password } },
      { token: person.token },
    );
    expect(
      await t.sql(`SELECT account_id, note FROM match_feedback WHERE counterpart_id = $1`, [profile.uuid]),
    ).toEqual([]);
  });
});
