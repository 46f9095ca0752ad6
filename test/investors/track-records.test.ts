import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { done, investor, mutate, RECORD, refused, type Profile, type Track } from './kit.js';

let t: TestApp;
let owner: SeededPerson;
let operator: SeededPerson;
let organisation: SeededOrganisation;
let profile: Profile;
beforeAll(async () => {
  t = await startTestApp();
  operator = await seed(t).person({ operator: true });
  ({ owner, organisation, profile } = await investor(t, {}, { name: '陇记资本' }));
});
afterAll(() => t.close());

const add = (record: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  investorId: profile.id,
  record: { company: '甲公司', investedOn: '2024-03-01', ...record },
  ...more,
});

describe('a track record', () => {
  it('is added, edited on its revision, listed the newest first, and removed', async () => {
    const partner = await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR', name: '黄河创投测试' });
    const { record } = await done(
      t,
      owner,
      'addTrackRecord',
      add({
        company: ' 星河半导体装备 ',
        industryCode: '3562',
        regionCode: '620100',
        stage: 'SERIES_A',
        amount: '12000000',
        currency: 'CNY',
        investedOn: '2024-05-20',
        externalId: 'D-7',
        coInvestors: [
          { name: '黄河创投测试' },
          { name: '某天使人' },
          { name: '某 天使人' },
          { organisationId: partner.id, name: '黄河' },
        ],
      }),
    );
    expect(record).toMatchObject({
      revision: 1,
      company: '星河半导体装备',
      industry: { code: '3562' },
      region: { code: '620100' },
      amount: { amount: '12000000', currency: 'CNY' },
      externalId: 'D-7',
      coInvestors: [
        { name: '黄河创投测试', organisation: { id: partner.id } },
        { name: '某天使人', organisation: null },
      ],
    });
    await done(t, owner, 'addTrackRecord', add({ company: '旧公司', investedOn: '2019-01-01' }));
    await done(t, owner, 'addTrackRecord', add({ company: '新公司', investedOn: '2025-01-01' }));
    const page = async (after: string | null) =>
      (
        await t.gql<{
          node: { trackRecords: { totalCount: number; nodes: Track[]; pageInfo: { endCursor: string } } };
        }>(
          `query ($id: ID!, $after: String) { node(id: $id) { ... on InvestorProfile { trackRecords(first: 2, after: $after) { totalCount pageInfo { endCursor } nodes { ${RECORD} } } } } }`,
          { id: profile.id, after },
        )
      ).node.trackRecords;
    const first = await page(null);
    expect([first.totalCount, ...first.nodes.map(({ company }) => company)]).toEqual([3, '新公司', '星河半导体装备']);
    // The own key is not for everyone.
    expect(first.nodes[1]!.externalId).toBeNull();
    expect((await page(first.pageInfo.endCursor)).nodes.map(({ company }) => company)).toEqual(['旧公司']);

    const { record: edited } = await done(t, owner, 'updateTrackRecord', {
      id: record.id,
      revision: 1,
      record: { amount: null, stage: 'SERIES_B' },
    });
    expect(edited).toMatchObject({
      revision: 2,
      amount: null,
      stage: 'SERIES_B',
      company: '星河半导体装备',
      coInvestors: record.coInvestors,
    });
    expect(await refused(t, owner, 'updateTrackRecord', { id: record.id, revision: 1, record: {} })).toMatchObject({
      code: 'CONFLICT',
      reason: 'STALE_REVISION',
    });
    expect((await done(t, owner, 'removeTrackRecord', { id: record.id })).removedId).toBe(record.id);
    expect(await refused(t, owner, 'removeTrackRecord', { id: record.id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is read page by page from either end, and for many profiles in as many statements as for few', async () => {
    const made = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => investor(t, { industries: ['C'], regionCodes: ['620000'] }, { name: '多家画像' })),
    );
    for (const { owner: each, profile: one } of made)
      for (const day of ['2021-01-01', '2021-01-02', '2021-01-03'])
        await done(t, each, 'addTrackRecord', {
          investorId: one.id,
          record: {
            company: '页中公司',
            investedOn: day,
            industryCode: '39',
            regionCode: '620100',
            externalId: day,
            coInvestors: [{ name: '陇记资本' }],
          },
        });
    const days = async (args: string) =>
      (
        await t.gql<{
          node: {
            trackRecords: {
              nodes: Array<{ investedOn: string }>;
              edges: Array<{ cursor: string }>;
              pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
            };
          };
        }>(
          `query ($id: ID!) { node(id: $id) { ... on InvestorProfile { trackRecords(${args}) { nodes { investedOn } edges { cursor } pageInfo { hasNextPage hasPreviousPage } } } } }`,
          { id: made[0]!.profile.id },
        )
      ).node.trackRecords;
    const last = await days('last: 2');
    expect([last.nodes.map(({ investedOn }) => investedOn), last.pageInfo]).toEqual([
      ['2021-01-02', '2021-01-01'],
      { hasNextPage: false, hasPreviousPage: true },
    ]);
    const before = await days(`last: 2, before: "${last.edges[0]!.cursor}"`);
    expect([before.nodes.map(({ investedOn }) => investedOn), before.pageInfo]).toEqual([
      ['2021-01-03'],
      { hasNextPage: true, hasPreviousPage: false },
    ]);
    const foreign = await t.ask(
      `query ($id: ID!) { node(id: $id) { ... on InvestorProfile { trackRecords(after: "W10") { totalCount } } } }`,
      { id: profile.id },
    );
    expect(foreign.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' });
    const cost = async (first: number) => {
      t.statements.length = 0;
      const reply = await t.gql<{ investorProfiles: { nodes: unknown[] } }>(
        `query ($first: Int!) { investorProfiles(first: $first, filter: { text: "多家画像" }) { nodes { viewerCanEdit industries { code } excludedIndustries { code } regions { code } organisation { investorProfile { id } }
           trackRecords(first: 2) { totalCount nodes { externalId industry { code } region { code } coInvestors { organisation { id } } } } } } }`,
        { first },
        { token: owner.token },
      );
      expect(reply.investorProfiles.nodes.length).toBe(first);
      return t.statements.length;
    };
    await cost(2);
    expect(await cost(6)).toBe(await cost(2));
  });

  it('names every wrong field at once, a date in the future by the day of China', async () => {
    const other = await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR', verified: false });
    const { problems } = await refused(t, owner, 'addTrackRecord', {
      investorId: profile.id,
      record: {
        company: ' ',
        industryCode: '99999',
        regionCode: 'X',
        amount: '5',
        currency: 'BTN',
        investedOn: '2999-01-01',
        coInvestors: [
          {},
          { organisationId: other.id },
          { organisationId: 'nonsense' },
          { organisationId: organisation.id },
        ],
      },
    });
    expect(problems.sort()).toEqual([
      'input.record.coInvestors SELF',
      'input.record.coInvestors[0].name REQUIRED',
      'input.record.coInvestors[1].organisationId UNKNOWN_ORGANISATION',
      'input.record.coInvestors[2].organisationId BAD_ID',
      'input.record.company REQUIRED',
      'input.record.currency CURRENCY_WITHOUT_RATE',
      'input.record.industryCode UNKNOWN_CODE',
      'input.record.investedOn FUTURE_DATE',
      'input.record.regionCode UNKNOWN_CODE',
    ]);
    expect(
      (await refused(t, owner, 'addTrackRecord', add({ amount: '5', investedOn: '2024-02-30' }))).problems,
    ).toEqual(['input.record.currency REQUIRED', 'input.record.investedOn BAD_DATE']);
    expect((await refused(t, owner, 'addTrackRecord', add({ currency: 'CNY' }))).problems).toEqual([
      'input.record.currency CURRENCY_WITHOUT_AMOUNT',
    ]);
    const [{ today }] = (await t.sql<{ today: string }>(
      `SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS today`,
    )) as [{ today: string }];
    expect(
      (await done(t, owner, 'addTrackRecord', add({ company: '今日公司', investedOn: today }))).record.investedOn,
    ).toBe(today);
  });

  it('is there once: by its key, else by company, day and round', async () => {
    await done(t, owner, 'addTrackRecord', add({ company: '双击公司', externalId: 'K-1' }));
    expect(await refused(t, owner, 'addTrackRecord', add({ company: '别的公司', externalId: 'K-1' }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'EXTERNAL_ID_TAKEN',
    });
    const twice = await Promise.all(
      [1, 2].map(() => mutate(t, owner, 'addTrackRecord', add({ company: '双击 公司（无键）' }))),
    );
    expect(twice.map((reply) => reply.errors?.[0]?.extensions.reason ?? 'added').sort()).toEqual([
      'TRACK_RECORD_EXISTS',
      'added',
    ]);
    const keyed = await Promise.all(
      [1, 2].map(() =>
        mutate(t, owner, 'addTrackRecord', add({ company: '幂等公司' }, { idempotencyKey: 'same click twice' })),
      ),
    );
    expect(new Set(keyed.map((reply) => reply.data['addTrackRecord']?.record.id)).size).toBe(1);
  });

  it('is changed by editors and owners alone, and hidden with its profile', async () => {
    const { record } = await done(t, owner, 'addTrackRecord', add({ company: '权限公司' }));
    const member = await seed(t).member(organisation, 'MEMBER');
    for (const person of [member, operator, await seed(t).person()]) {
      expect(await refused(t, person, 'addTrackRecord', add({ company: '外人公司' }))).toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(await refused(t, person, 'updateTrackRecord', { id: record.id, revision: 1, record: {} })).toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(await refused(t, person, 'removeTrackRecord', { id: record.id })).toMatchObject({ code: 'FORBIDDEN' });
    }
    const hidden = await investor(t, {}, { verified: false });
    const { record: secret } = await done(t, hidden.owner, 'addTrackRecord', {
      investorId: hidden.profile.id,
      record: { company: '未公开公司', investedOn: '2024-01-01' },
    });
    const node = async (person?: SeededPerson) =>
      (
        await t.gql<{ node: unknown }>(
          `query ($id: ID!) { node(id: $id) { id } }`,
          { id: secret.id },
          person ? { token: person.token } : {},
        )
      ).node;
    expect([await node(), await node(owner), (await node(hidden.owner)) !== null]).toEqual([null, null, true]);
    expect(await refused(t, owner, 'removeTrackRecord', { id: secret.id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes with an organisation that is deleted before it was verified', async () => {
    const trial = await investor(t, { industries: ['C'] }, { verified: false });
    await done(t, trial.owner, 'addTrackRecord', {
      investorId: trial.profile.id,
      record: { company: '试用公司', investedOn: '2024-01-01' },
    });
    await t.gql(
      `mutation ($id: ID!) { deleteOrganisation(input: { id: $id }) { __typename } }`,
      { id: trial.organisation.id },
      { token: trial.owner.token },
    );
    expect(await t.sql(`SELECT 1 FROM track_record WHERE company = '试用公司'`)).toEqual([]);
  });
});

describe('a currency rate', () => {
  const SET = `mutation ($input: SetCurrencyRateInput!) { setCurrencyRate(input: $input) { rate { id currency cnyPerUnit asOf } } }`;
  const set = (person: SeededPerson | null, input: Record<string, unknown>) =>
    t.ask<{ setCurrencyRate: { rate: { id: string; cnyPerUnit: number } } }>(
      SET,
      { input },
      person ? { token: person.token } : {},
    );

  it('is there for common currencies, read by anyone, set by operators', async () => {
    const { currencyRates } = await t.gql<{
      currencyRates: Array<{ currency: string; cnyPerUnit: number; asOf: string }>;
    }>(`{ currencyRates { currency cnyPerUnit asOf } }`);
    expect(currencyRates.length).toBeGreaterThanOrEqual(12);
    expect(currencyRates.find(({ currency }) => currency === 'CNY')?.cnyPerUnit).toBe(1);
    expect((await set(owner, { currency: 'USD', cnyPerUnit: 7 })).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await set(null, { currency: 'USD', cnyPerUnit: 7 })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('opens a currency to amounts, is replaced by a newer one and never by an older', async () => {
    expect(
      (await refused(t, owner, 'addTrackRecord', add({ company: '泰铢公司', amount: '1', currency: 'THB' }))).problems,
    ).toEqual(['input.record.currency CURRENCY_WITHOUT_RATE']);
    const both = await Promise.all(
      [0.2, 0.21].map((cnyPerUnit) => set(operator, { currency: 'THB', cnyPerUnit, asOf: '2025-06-30' })),
    );
    expect(both.map((reply) => reply.errors)).toEqual([undefined, undefined]);
    expect(await t.sql(`SELECT count(*)::int AS n FROM currency_rate WHERE currency = 'THB'`)).toEqual([{ n: 1 }]);
    await done(t, owner, 'addTrackRecord', add({ company: '泰铢公司', amount: '1', currency: 'THB' }));
    expect(
      (await set(operator, { currency: 'THB', cnyPerUnit: 0.3, asOf: '2025-06-29' })).errors![0]!.extensions.reason,
    ).toBe('STALE_RATE');
    expect(
      (await set(operator, { currency: 'THB', cnyPerUnit: 0.22, asOf: '2025-07-31' })).data.setCurrencyRate.rate
        .cnyPerUnit,
    ).toBe(0.22);
    const wrong = async (input: Record<string, unknown>) =>
      ((await set(operator, input)).errors![0]!.extensions['problems'] as Array<{ field: string; code: string }>).map(
        ({ field, code }) => `${field} ${code}`,
      );
    expect(await wrong({ currency: 'ZZZ', cnyPerUnit: 0, asOf: '2999-01-01' })).toEqual([
      'input.currency UNKNOWN_CURRENCY',
      'input.cnyPerUnit OUT_OF_RANGE',
      'input.asOf FUTURE_DATE',
    ]);
    expect(await wrong({ currency: 'CNY', cnyPerUnit: 2, asOf: 'soon' })).toEqual([
      'input.cnyPerUnit OUT_OF_RANGE',
      'input.asOf BAD_DATE',
    ]);
  });
});

describe('the backers of a result', () => {
  it('are said by its lister, replaced as a whole, and shown with the result', async () => {
    const lister = await seed(t).person();
    const university = await seed(t).organisation(lister);
    const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
      `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
      { input: { institutionId: university.id, content: { title: { zh: '有投资人的成果' } } } },
      { token: lister.token },
    );
    const { id } = createAchievement.achievement;
    const set = (person: SeededPerson, backers: unknown[]) =>
      t.ask<{
        setAchievementBackers: {
          achievement: { backers: Array<{ name: string; organisation: { id: string } | null }> };
        };
      }>(
        `mutation ($input: SetAchievementBackersInput!) { setAchievementBackers(input: $input) { achievement { backers { name organisation { id } } } } }`,
        { input: { achievementId: id, backers } },
        { token: person.token },
      );
    expect(
      (await set(lister, [{ name: '某种子基金' }, { organisationId: organisation.id }])).data.setAchievementBackers
        .achievement.backers,
    ).toEqual([
      { name: '某种子基金', organisation: null },
      { name: '陇记资本', organisation: { id: organisation.id } },
    ]);
    expect((await set(lister, [{ name: '陇记资本' }])).data.setAchievementBackers.achievement.backers).toEqual([
      { name: '陇记资本', organisation: { id: organisation.id } },
    ]);
    expect((await set(owner, [])).errors![0]!.extensions.code).toBe('NOT_FOUND');
    expect((await set(operator, [])).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await set(lister, [{ name: ' ' }])).errors![0]!.extensions['field']).toBe('input.backers[0].name');
    await set(lister, [{ name: '陇记资本' }]);
    expect((await set(lister, [])).data.setAchievementBackers.achievement.backers).toEqual([]);
    expect(
      await t.sql(
        `SELECT facts->>'count' AS count FROM ledger_record WHERE kind = 'achievement.backers_set' ORDER BY seq`,
      ),
    ).toEqual([{ count: '2' }, { count: '1' }, { count: '0' }]);
  });
});
