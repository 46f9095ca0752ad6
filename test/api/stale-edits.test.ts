import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetReplaced } from '../../src/ledger/replaced.js';
import { pruneIdentity } from '../../src/identity/accounts/identity.jobs.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
});
afterAll(() => t.close());

interface Extensions {
  code: string;
  reason: string;
  field?: string;
  yourRevision: number;
  currentRevision: number;
  baseKept: boolean;
  conflicts: Array<{ field: string; base: unknown; yours: unknown; current: unknown; both: boolean | null }>;
  changedMeanwhile: string[] | null;
}
type Content = Record<string, unknown>;

/** A kind of content that is edited by revision. */
interface Kind {
  name: string;
  /**
   * Creates an object at revision 1 with the first values of `twice` and `once`; returns its editor and the input
   * fields that identify it.
   */
  make(): Promise<{ editor: SeededPerson; names: Content }>;
  mutation: string;
  /** Name of the input field that holds the content; null if the content's fields are in the input itself. */
  under: string | null;
  revisionField?: string;
  /** A field that both sides change, with three values as they are shown. */
  twice: { field: string; values: [unknown, unknown, unknown]; given?: [unknown, unknown] };
  /** A field that only one side changes, with its values before and after. */
  once: { field: string; values: [unknown, unknown] };
}

const send = (mutation: string, input: Content, person: SeededPerson, selection: string) =>
  t.ask<Record<string, unknown>>(
    `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${selection} } }`,
    { input },
    { token: person.token },
  );
async function made(mutation: string, input: Content, person: SeededPerson, selection: string): Promise<string> {
  const reply = await send(mutation, input, person, `made: ${selection} { id }`);
  expect(reply.errors).toBeUndefined();
  return (reply.data[mutation] as { made: { id: string } }).made.id;
}

const kinds: Kind[] = [
  {
    name: 'an achievement',
    mutation: 'updateAchievement',
    under: 'content',
    twice: { field: 'trl', values: [4, 5, 6] },
    once: { field: 'summary', values: [null, { zh: '摘要' }] },
    async make() {
      const editor = await s.person();
      const { id: institutionId } = await s.organisation(editor);
      const content = { title: { zh: '陈旧修订' }, trl: 4 };
      return {
        editor,
        names: { id: await made('createAchievement', { institutionId, content }, editor, 'achievement') },
      };
    },
  },
  {
    name: 'an investor profile',
    mutation: 'updateInvestorProfile',
    under: 'profile',
    twice: {
      field: 'trl',
      values: [
        { min: 4, max: null },
        { min: 5, max: 7 },
        { min: 6, max: 9 },
      ],
    },
    once: { field: 'thesis', values: [null, { zh: '只投西北' }] },
    async make() {
      const editor = await s.person();
      const { id: organisationId } = await s.organisation(editor, { kind: 'INVESTOR' });
      const profile = { trl: { min: 4 } };
      return {
        editor,
        names: { id: await made('createInvestorProfile', { organisationId, profile }, editor, 'profile') },
      };
    },
  },
  {
    name: 'a past investment',
    mutation: 'updateTrackRecord',
    under: 'record',
    twice: { field: 'amount', values: ['1000', '2000', '3000.5'] },
    once: { field: 'coInvestors', values: [[], [{ name: '某基金', organisationId: null }]] },
    async make() {
      const editor = await s.person();
      const { id: organisationId } = await s.organisation(editor, { kind: 'INVESTOR' });
      const investorId = await made('createInvestorProfile', { organisationId }, editor, 'profile');
      const record = { company: '星河装备', investedOn: '2024-03-01', amount: '1000', currency: 'CNY' };
      return { editor, names: { id: await made('addTrackRecord', { investorId, record }, editor, 'record') } };
    },
  },
  {
    name: 'a talent',
    mutation: 'updateTalentProfile',
    under: 'profile',
    twice: { field: 'daysPerMonth', values: [3, 6, 9] },
    once: { field: 'bio', values: [null, { en: 'Ten years of electrolytes.' }] },
    async make() {
      const editor = await s.person();
      await made('createTalentProfile', { profile: { kind: 'SCIENCE', daysPerMonth: 3 } }, editor, 'talent');
      return { editor, names: {} };
    },
  },
  {
    name: 'a demand',
    mutation: 'updateDemand',
    under: 'content',
    twice: { field: 'requiredTrl', values: [4, 5, 6] },
    once: { field: 'description', values: [null, { zh: '电池正极材料用' }] },
    async make() {
      const editor = await s.person();
      const { id: organisationId } = await s.organisation(editor, { kind: 'ENTERPRISE' });
      const content = { title: { zh: '高纯镍粉' }, requiredTrl: 4 };
      return { editor, names: { id: await made('createDemand', { organisationId, content }, editor, 'demand') } };
    },
  },
  {
    name: 'an organisation',
    mutation: 'updateOrganisation',
    under: null,
    revisionField: 'revision',
    twice: { field: 'website', values: [null, 'https://a.example/', 'https://b.example/'] },
    once: { field: 'description', values: [null, { en: 'We measure.' }] },
    async make() {
      const editor = await s.person();
      return { editor, names: { id: (await s.organisation(editor)).id } };
    },
  },
  {
    // A changed name of a verified organisation waits for an operator; two owners' changes conflict nevertheless.
    name: 'a verified organisation’s name',
    mutation: 'updateOrganisation',
    under: null,
    revisionField: 'revision',
    twice: { field: 'name', values: [{ zh: '旧名', en: '旧名' }, { zh: '新名' }, { zh: '别名' }] },
    once: { field: 'description', values: [null, { en: 'We measure.' }] },
    async make() {
      const editor = await s.person();
      return { editor, names: { id: (await s.organisation(editor, { name: '旧名' })).id } };
    },
  },
];

describe.each(kinds)('$name', ({ make, mutation, under, revisionField = 'input.revision', twice, once }) => {
  const edit = async (of: Awaited<ReturnType<Kind['make']>>, revision: number, change: Content) => {
    const input = { ...of.names, revision, ...(under === null ? change : { [under]: change }) };
    return (await send(mutation, input, of.editor, '__typename')).errors?.[0]?.extensions as Extensions | undefined;
  };

  it('shows base, yours and current of a stale edit, and what was changed meanwhile', async () => {
    const one = await make();
    expect(await edit(one, 1, { [twice.field]: twice.values[1] })).toBeUndefined();
    const stale = await edit(one, 1, { [twice.field]: twice.values[2], [once.field]: asInput(once.values[1]) });
    expect(stale).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
      yourRevision: 1,
      currentRevision: 2,
      baseKept: true,
      changedMeanwhile: [twice.field],
    });
    const [base, current, yours] = twice.values;
    expect(new Set(stale!.conflicts)).toEqual(
      new Set([
        { field: twice.field, base, yours, current, both: true },
        { field: once.field, base: once.values[0], yours: once.values[1], current: once.values[0], both: false },
      ]),
    );
    // The refused edit has changed nothing, and is accepted when repeated on the newest revision.
    expect(await edit(one, 2, { [twice.field]: twice.values[2] })).toBeUndefined();
  });

  it('gives the base of a revision that is two behind, not of the one between', async () => {
    const one = await make();
    expect(await edit(one, 1, { [twice.field]: twice.values[1] })).toBeUndefined();
    expect(await edit(one, 2, { [once.field]: asInput(once.values[1]) })).toBeUndefined();
    const stale = await edit(one, 1, { [twice.field]: twice.values[2] });
    expect(stale).toMatchObject({ yourRevision: 1, currentRevision: 3, baseKept: true });
    expect(new Set(stale!.changedMeanwhile)).toEqual(new Set([twice.field, once.field]));
    const [base, current, yours] = twice.values;
    expect(stale!.conflicts).toEqual([{ field: twice.field, base, yours, current, both: true }]);
    const between = await edit(one, 2, { [twice.field]: twice.values[2] });
    expect(between).toMatchObject({
      changedMeanwhile: [once.field],
      conflicts: [{ field: twice.field, base: current, yours, current, both: false }],
    });
  });

  it('says of a revision that never was that it is unknown', async () => {
    const one = await make();
    for (const revision of [0, -1, 2, 2_147_483_647])
      expect(await edit(one, revision, { [twice.field]: twice.values[1] })).toMatchObject({
        code: 'BAD_USER_INPUT',
        reason: 'UNKNOWN_REVISION',
        field: revisionField,
      });
  });

  it('of editors at once takes one; each other is told what it would have undone', async () => {
    const one = await make();
    const wishes = [twice.values[1], twice.values[2], twice.values[1], twice.values[2]];
    const outcomes = await Promise.all(wishes.map((value) => edit(one, 1, { [twice.field]: value })));
    const won = outcomes.findIndex((outcome) => outcome === undefined);
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    outcomes.forEach((outcome, i) => {
      if (i === won) return;
      expect(outcome!.conflicts).toEqual([
        { field: twice.field, base: twice.values[0], yours: wishes[i], current: wishes[won], both: true },
      ]);
    });
  });
});

/** Shown co-investors are given without what the platform found out about them. */
const asInput = (shown: unknown): unknown =>
  Array.isArray(shown) ? shown.map(({ name }: { name: string }) => ({ name })) : shown;

describe('the old content', () => {
  it('is kept for a month, and where it is gone that is said and yours and current stand alone', async () => {
    const kind = kinds.find(({ name }) => name === 'a demand')!;
    const { editor, names } = await kind.make();
    const edit = async (revision: number, content: Content) =>
      (await send('updateDemand', { ...names, revision, content }, editor, '__typename')).errors?.[0]?.extensions;
    expect(await edit(1, { requiredTrl: 5 })).toBeUndefined();
    await forgetReplaced(t.app.dataSource.manager, new Date(t.app.clock().getTime() - 60_000));
    expect(await edit(1, { requiredTrl: 6 })).toMatchObject({ baseKept: true });
    t.travel(31 * 86_400_000);
    await pruneIdentity(t.app, {});
    editor.token = await s.logIn(editor);
    expect(await edit(1, { requiredTrl: 6 })).toMatchObject({
      reason: 'STALE_REVISION',
      baseKept: false,
      changedMeanwhile: null,
      conflicts: [{ field: 'requiredTrl', base: null, yours: 6, current: 5, both: null }],
    });
    expect(await t.sql(`SELECT 1 FROM ledger_text WHERE starts_with(hash, 'replaced:')`)).toEqual([]);
  });

  it('of a talent is in the person’s export, and gone with the person', async () => {
    const kind = kinds.find(({ name }) => name === 'a talent')!;
    const { editor } = await kind.make();
    const input = { revision: 1, profile: { headline: { en: 'zqreplaced' } } };
    expect((await send('updateTalentProfile', input, editor, '__typename')).errors).toBeUndefined();
    const next = { revision: 2, profile: { headline: { en: 'afterwards' } } };
    expect((await send('updateTalentProfile', next, editor, '__typename')).errors).toBeUndefined();
    const { exportMyData } = await t.gql<{
      exportMyData: { reasonsGiven: unknown[]; contentsReplaced: Array<{ text: string }> };
    }>('{ exportMyData }', {}, { token: editor.token });
    expect(exportMyData.reasonsGiven).toEqual([]);
    expect(exportMyData.contentsReplaced).toHaveLength(2);
    expect(exportMyData.contentsReplaced[1]!.text).toContain('zqreplaced');
    await t.gql(
      'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: editor.password },
      { token: editor.token },
    );
    for (const table of ['ledger_text', 'ledger_record', 'talent_profile'])
      expect([table, await t.sql(`SELECT 1 FROM ${table} x WHERE x::text LIKE '%zqreplaced%'`)]).toEqual([table, []]);
  });
});

describe('a verdict on a stale revision', () => {
  it('names what was changed since the operator looked', async () => {
    const operator = await s.person({ operator: true });
    const person = await s.person();
    const id = await made('createTalentProfile', { profile: { kind: 'SCIENCE' } }, person, 'talent');
    await send('updateTalentProfile', { revision: 1, profile: { bio: { en: 'x' } } }, person, '__typename');
    const evidence = [{ kind: 'AWARD', title: { zh: '奖' } }];
    await send('setTalentEvidence', { revision: 2, evidence }, person, '__typename');
    const refused = async (revision: number) =>
      (await send('verifyTalent', { id, revision }, operator, '__typename')).errors?.[0]?.extensions;
    expect(await refused(1)).toMatchObject({
      reason: 'STALE_REVISION',
      currentRevision: 3,
      conflicts: [],
      changedMeanwhile: ['bio', 'evidence'],
    });
    expect(await refused(2)).toMatchObject({ changedMeanwhile: ['evidence'] });
    expect(await refused(3)).toBeUndefined();
  });
});
