import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';
import { done, investor, mutate, PROFILE, refused, type Profile } from './kit.js';

let t: TestApp;
let operator: SeededPerson;
let stranger: SeededPerson;
beforeAll(async () => {
  t = await startTestApp();
  operator = await seed(t).person({ operator: true });
  stranger = await seed(t).person();
});
afterAll(() => t.close());

const read = async (person: SeededPerson | null, id: string) =>
  (
    await t.gql<{ node: Profile | null }>(
      `query ($id: ID!) { node(id: $id) { ... on InvestorProfile { ${PROFILE} } } }`,
      { id },
      person ? { token: person.token } : {},
    )
  ).node;
const ledgerKinds = async (id: string) =>
  (
    await t.sql<{ kind: string }>(`SELECT kind FROM ledger_record WHERE subject_id = $1 ORDER BY seq`, [
      Buffer.from(id, 'base64url').toString().split(':')[1],
    ])
  ).map((row) => row.kind);

describe('an investor profile', () => {
  it('may be empty, and is one per organisation, however often one clicks', async () => {
    const { owner, organisation, profile } = await investor(t);
    expect(profile).toMatchObject({
      status: 'ACTIVE',
      revision: 1,
      viewerCanEdit: true,
      thesis: null,
      trl: null,
      ticket: null,
      industries: [],
      excludedIndustries: [],
      regions: [],
      fundingStages: [],
      cooperationModes: [],
    });
    expect(await refused(t, owner, 'createInvestorProfile', { organisationId: organisation.id })).toMatchObject({
      code: 'CONFLICT',
      reason: 'PROFILE_EXISTS',
      extensions: { id: profile.id },
    });

    const other = await seed(t).organisation(owner, { kind: 'GOVERNMENT' });
    const both = await Promise.all(
      [1, 2].map(() =>
        mutate(t, owner, 'createInvestorProfile', { organisationId: other.id, idempotencyKey: 'one click too many' }),
      ),
    );
    expect(new Set(both.map((reply) => reply.data['createInvestorProfile']?.profile.id)).size).toBe(1);
    const unkeyed = await seed(t).organisation(owner, { kind: 'ENTERPRISE' });
    const replies = await Promise.all(
      [1, 2].map(() => mutate(t, owner, 'createInvestorProfile', { organisationId: unkeyed.id })),
    );
    expect(replies.map((reply) => reply.errors?.[0]?.extensions.reason ?? 'made').sort()).toEqual([
      'PROFILE_EXISTS',
      'made',
    ]);
  });

  it('is for investors, enterprises and government bodies', async () => {
    const owner = await seed(t).person();
    const university = await seed(t).organisation(owner, { kind: 'UNIVERSITY' });
    expect(await refused(t, owner, 'createInvestorProfile', { organisationId: university.id })).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'NOT_AN_INVESTING_KIND',
    });
  });

  it('keeps what was written, in the order of the codes, and changes only what an edit gives', async () => {
    const { owner, profile } = await investor(t, {
      thesis: { zh: '专注西北新材料', en: 'New materials of the north-west' },
      industries: ['398', 'C'],
      excludedIndustries: ['3985', 'B'],
      trl: { min: 5 },
      fundingStages: ['SERIES_A', 'ANGEL', 'ANGEL'],
      ticket: { min: '3000000', max: '20000000.50', currency: 'CNY' },
      regionCodes: ['620100', '610000'],
      cooperationModes: ['EQUITY'],
    });
    expect(profile).toMatchObject({
      thesis: { zh: '专注西北新材料' },
      industries: [{ code: '398' }, { code: 'C' }],
      excludedIndustries: [{ code: '3985' }, { code: 'B' }],
      trl: { min: 5, max: null },
      fundingStages: ['ANGEL', 'SERIES_A'],
      ticket: { min: '3000000', max: '20000000.5', currency: 'CNY' },
      regions: [{ code: '610000' }, { code: '620100' }],
      cooperationModes: ['EQUITY'],
    });
    const { profile: edited } = await done(t, owner, 'updateInvestorProfile', {
      id: profile.id,
      revision: 1,
      profile: { trl: { min: 4, max: 7 }, ticket: null },
    });
    expect(edited).toMatchObject({
      revision: 2,
      trl: { min: 4, max: 7 },
      ticket: null,
      industries: profile.industries,
      thesis: profile.thesis,
    });
    const { profile: same } = await done(t, owner, 'updateInvestorProfile', {
      id: profile.id,
      revision: 2,
      profile: { trl: { min: 4, max: 7 }, industries: ['C', '398'] },
    });
    expect(same.revision).toBe(2);
    expect(await ledgerKinds(profile.id)).toEqual(['investor.created', 'investor.updated']);
  });

  it('refuses an edit of a stale revision, and of two at once takes one', async () => {
    const { owner, profile } = await investor(t);
    const edits = await Promise.all(
      ['4', '5'].map((min) =>
        mutate(t, owner, 'updateInvestorProfile', {
          id: profile.id,
          revision: 1,
          profile: { trl: { min: Number(min) } },
        }),
      ),
    );
    expect(edits.filter((reply) => !reply.errors).length).toBe(1);
    expect(
      await refused(t, owner, 'updateInvestorProfile', { id: profile.id, revision: 1, profile: { trl: null } }),
    ).toMatchObject({ code: 'CONFLICT', reason: 'STALE_REVISION', extensions: { currentRevision: 2 } });
  });

  it('names every wrong field at once', async () => {
    const { owner, profile } = await investor(t);
    const { code, problems } = await refused(t, owner, 'updateInvestorProfile', {
      id: profile.id,
      revision: 1,
      profile: {
        industries: ['39', 'ZZ'],
        excludedIndustries: ['C'],
        regionCodes: ['000000'],
        trl: { min: 7, max: 3 },
        ticket: { min: '500', max: '100', currency: 'BTN' },
        thesis: { zh: '长'.repeat(5001) },
      },
    });
    expect(code).toBe('BAD_USER_INPUT');
    expect(problems.sort()).toEqual([
      'input.profile.excludedIndustries[0] WANTED_AND_EXCLUDED',
      'input.profile.industries[1] UNKNOWN_CODE',
      'input.profile.regionCodes[0] UNKNOWN_CODE',
      'input.profile.thesis.zh TOO_LONG',
      'input.profile.ticket INVERTED_RANGE',
      'input.profile.ticket.currency CURRENCY_WITHOUT_RATE',
      'input.profile.trl INVERTED_RANGE',
    ]);
    const wrong = async (content: Record<string, unknown>) =>
      (await refused(t, owner, 'updateInvestorProfile', { id: profile.id, revision: 1, profile: content })).problems;
    expect(await wrong({ ticket: { min: '1' } })).toEqual(['input.profile.ticket.currency REQUIRED']);
    expect(await wrong({ ticket: { currency: 'CNY' } })).toEqual(['input.profile.ticket REQUIRED']);
    expect(await wrong({ ticket: { max: '1', currency: 'yuan' } })).toEqual([
      'input.profile.ticket.currency UNKNOWN_CURRENCY',
    ]);
    expect(await wrong({ trl: { min: 0, max: 10 } })).toEqual([
      'input.profile.trl.min OUT_OF_RANGE',
      'input.profile.trl.max OUT_OF_RANGE',
    ]);
    expect(await wrong({ industries: ['398'], excludedIndustries: ['398'] })).toEqual([
      'input.profile.excludedIndustries[0] WANTED_AND_EXCLUDED',
    ]);
    expect((await read(owner, profile.id))?.revision).toBe(1);
    // A part of what is wanted may be excluded.
    expect(
      (
        await done(t, owner, 'updateInvestorProfile', {
          id: profile.id,
          revision: 1,
          profile: { industries: ['39'], excludedIndustries: ['3985'] },
        })
      ).profile.revision,
    ).toBe(2);
  });
});

describe('the rights on a profile', () => {
  it('let anyone read it once the organisation is verified, and nobody but members and operators before', async () => {
    const open = await investor(t);
    expect(await read(null, open.profile.id)).toMatchObject({ id: open.profile.id, viewerCanEdit: false });
    const closed = await investor(t, {}, { verified: false });
    for (const person of [null, stranger, open.owner]) expect(await read(person, closed.profile.id)).toBeNull();
    for (const person of [closed.owner, operator]) expect(await read(person, closed.profile.id)).not.toBeNull();
    expect(
      await refused(t, stranger, 'updateInvestorProfile', { id: closed.profile.id, revision: 1, profile: {} }),
    ).toMatchObject({ code: 'NOT_FOUND' });
    const nested = await t.gql<{
      organisations: { nodes: Array<{ id: string; investorProfile: { id: string } | null }> };
    }>(`{ organisations(first: 100) { nodes { id investorProfile { id } } } }`);
    expect(nested.organisations.nodes.find(({ id }) => id === open.organisation.id)?.investorProfile?.id).toBe(
      open.profile.id,
    );
  });

  it('let editors and owners of the organisation edit and pause, and neither members, strangers nor operators', async () => {
    const { organisation, profile } = await investor(t);
    const editor = await seed(t).member(organisation, 'EDITOR');
    const member = await seed(t).member(organisation, 'MEMBER');
    for (const person of [member, stranger, operator]) {
      expect(
        await refused(t, person, 'updateInvestorProfile', {
          id: profile.id,
          revision: 1,
          profile: { trl: { min: 3 } },
        }),
      ).toMatchObject({ code: 'FORBIDDEN' });
      expect(await refused(t, person, 'pauseInvestorProfile', { id: profile.id })).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await refused(t, null, 'pauseInvestorProfile', { id: profile.id })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect((await done(t, editor, 'pauseInvestorProfile', { id: profile.id })).profile.status).toBe('PAUSED');
    expect(await refused(t, editor, 'pauseInvestorProfile', { id: profile.id })).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
    });
    expect((await done(t, editor, 'resumeInvestorProfile', { id: profile.id })).profile.status).toBe('ACTIVE');
  });

  it('let operators suspend with a reason that only members and operators read, and leave it to the owner to take part again', async () => {
    const { owner, profile } = await investor(t);
    expect(await refused(t, owner, 'suspendInvestorProfile', { id: profile.id, reason: '自己停用' })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect((await refused(t, operator, 'suspendInvestorProfile', { id: profile.id, reason: '  ' })).problems).toEqual([
      'input.reason REQUIRED',
    ]);
    await done(t, operator, 'suspendInvestorProfile', { id: profile.id, reason: '投资记录与公开信息不符' });
    expect(await read(owner, profile.id)).toMatchObject({
      status: 'SUSPENDED',
      statusReason: '投资记录与公开信息不符',
    });
    expect(await read(stranger, profile.id)).toMatchObject({ status: 'SUSPENDED', statusReason: null });
    expect(await refused(t, owner, 'resumeInvestorProfile', { id: profile.id })).toMatchObject({
      reason: 'INVALID_TRANSITION',
    });
    expect((await done(t, operator, 'reinstateInvestorProfile', { id: profile.id })).profile).toMatchObject({
      status: 'PAUSED',
      statusReason: null,
    });
    expect((await done(t, owner, 'resumeInvestorProfile', { id: profile.id })).profile.status).toBe('ACTIVE');
    expect(await ledgerKinds(profile.id)).toEqual([
      'investor.created',
      'investor.suspend',
      'investor.reinstate',
      'investor.resume',
    ]);
    expect(await t.sql(`SELECT 1 FROM ledger_record WHERE facts::text LIKE '%公开信息%'`)).toEqual([]);
  });
});

describe('the list of investors', () => {
  it('is narrowed to those that fit; who says nothing about a point fits', async () => {
    const made = {
      materials: await investor(
        t,
        {
          industries: ['32'],
          excludedIndustries: ['3216'],
          regionCodes: ['620000'],
          trl: { min: 5 },
          fundingStages: ['SERIES_A'],
          ticket: { min: '1000000', max: '5000000', currency: 'CNY' },
          cooperationModes: ['EQUITY'],
          thesis: { zh: '琥珀色的论点' },
        },
        { name: '筛选甲资本' },
      ),
      health: await investor(
        t,
        {
          industries: ['2710'],
          regionCodes: ['110000'],
          trl: { max: 4 },
          fundingStages: ['SEED'],
          ticket: { min: '1000000', currency: 'USD' },
          cooperationModes: ['LICENCE'],
        },
        { name: '筛选乙资本' },
      ),
      open: await investor(t, {}, { name: '筛选丙资本' }),
      hidden: await investor(t, { industries: ['32'] }, { name: '筛选丁资本', verified: false }),
    };
    const list = async (filter: Record<string, unknown>, person?: SeededPerson) =>
      (
        await t.gql<{ investorProfiles: { totalCount: number; nodes: Array<{ id: string }> } }>(
          `query ($filter: InvestorProfileFilter) { investorProfiles(first: 100, filter: $filter) { totalCount nodes { id } } }`,
          { filter: { text: '筛选', ...filter } },
          person ? { token: person.token } : {},
        )
      ).investorProfiles.nodes.map(
        ({ id }) => Object.entries(made).find(([, each]) => each.profile.id === id)?.[0] ?? id,
      );
    expect(await list({})).toEqual(['open', 'health', 'materials']);
    expect(await list({}, operator)).toContain('hidden');
    expect(await list({}, made.hidden.owner)).toContain('hidden');
    expect(await list({ text: '琥珀色' })).toEqual(['materials']);
    expect(await list({ industries: ['3211'] })).toEqual(['open', 'materials']);
    expect(await list({ industries: ['3216'] })).toEqual(['open']);
    expect(await list({ industries: ['C'] })).toEqual(['open', 'health', 'materials']);
    expect(await list({ industries: ['3216', '2710'] })).toEqual(['open', 'health']);
    expect(await list({ regions: ['620100'] })).toEqual(['open', 'materials']);
    expect(await list({ trl: 5 })).toEqual(['open', 'materials']);
    expect(await list({ fundingStages: ['SEED', 'GROWTH'] })).toEqual(['open', 'health']);
    expect(await list({ cooperationModes: ['EQUITY'] })).toEqual(['open', 'materials']);
    expect(await list({ amount: { amount: '5000000', currency: 'CNY' } })).toEqual(['open', 'materials']);
    expect(await list({ amount: { amount: '5000001', currency: 'CNY' } })).toEqual(['open']);
    expect(await list({ amount: { amount: '2000000', currency: 'USD' } })).toEqual(['open', 'health']);
    await done(t, made.open.owner, 'pauseInvestorProfile', { id: made.open.profile.id });
    expect(await list({ statuses: ['ACTIVE'], industries: ['3211'] })).toEqual(['materials']);
    const bad = await t.ask(
      `{ investorProfiles(filter: { industries: ["?"], regions: ["1"], trl: 10, amount: { amount: "1", currency: "XXX" } }) { totalCount } }`,
    );
    expect((bad.errors![0]!.extensions['problems'] as Array<{ field: string }>).map(({ field }) => field)).toEqual([
      'filter.industries[0]',
      'filter.regions[0]',
      'filter.trl',
      'filter.amount.currency',
    ]);
  });
});
