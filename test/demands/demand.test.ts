import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfChina } from '../../src/lib/day.js';
import { mailTo } from '../identity/mailbox.js';
import { startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let owner: SeededPerson;
let enterprise: SeededOrganisation;

const DAY = 86_400_000;
const inDays = (days: number) => dayOfChina(new Date(t.app.clock().getTime() + days * DAY));

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  owner = await s.person();
  enterprise = await s.organisation(owner, { kind: 'ENTERPRISE', regionCode: '620300' });
});
afterAll(() => t.close());

const DEMAND = `id status isExpired revision title { zh en } description { zh } budget { min max currency } deadline region { code } requiredTrl industries { code } targets { name { value } value unit } statusReason
  organisation { id } viewerCanEdit`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { demand { ${DEMAND} } } }`;
const CREATE = mutation('createDemand', 'CreateDemandInput');
const UPDATE = mutation('updateDemand', 'UpdateDemandInput');
const act = (name: string) => mutation(name, 'DemandActionInput');
const SUSPEND = mutation('suspendDemand', 'SuspendDemandInput');
const ONE = `query ($id: ID!) { demand(id: $id) { ${DEMAND} } }`;
const LIST = `query ($filter: DemandFilter) { demands(first: 100, filter: $filter) { nodes { id } } }`;

interface Demand {
  id: string;
  status: string;
  isExpired: boolean;
  revision: number;
  statusReason: string | null;
}

const content = () => ({
  title: { zh: '高纯镍粉的低成本制备' },
  description: { zh: '电池正极材料用' },
  industries: ['C', '3239'],
  budget: { min: '500000', max: '2000000.5', currency: 'CNY' },
  deadline: inDays(30),
  requiredTrl: 6,
  targets: [{ name: { zh: '纯度' }, value: '≥ 99.99', unit: '%' }],
});
const as = (person?: SeededPerson) => (person ? { token: person.token } : {});
const ask = (query: string, input: object, person?: SeededPerson) =>
  t.ask<Record<string, { demand: Demand }>>(query, { input }, as(person));
const done = async (query: string, input: object, person = owner) =>
  Object.values(await t.gql<Record<string, { demand: Demand }>>(query, { input }, as(person)))[0]!.demand;
const post = (more: object = {}, of = enterprise, person = owner) =>
  done(CREATE, { organisationId: of.id, content: { ...content(), ...more } }, person);
const reason = (reply: GraphQLReply<unknown>) =>
  reply.errors?.[0]?.extensions.reason ?? reply.errors?.[0]?.extensions.code;
const problems = (reply: GraphQLReply<unknown>) =>
  (reply.errors?.[0]?.extensions['problems'] as Array<{ field: string; code: string }>)
    .map(({ field, code }) => `${field} ${code}`)
    .sort();
const read = async (id: string, person?: SeededPerson) =>
  (await t.gql<{ demand: Demand | null }>(ONE, { id }, as(person))).demand;
const listed = async (filter: object, person?: SeededPerson) =>
  (await t.gql<{ demands: { nodes: Demand[] } }>(LIST, { filter }, as(person))).demands.nodes.map((node) => node.id);
const kinds = async (id: string) =>
  (
    await t.sql<{ kind: string }>(
      `SELECT kind FROM ledger_record WHERE subject_type = 'Demand' AND subject_id = $1 ORDER BY seq`,
      [Buffer.from(id, 'base64url').toString('utf8').split(':')[1]],
    )
  ).map((row) => row.kind);

describe('a demand', () => {
  it('is posted by an editor of an enterprise, in its region where nothing is said, and is public once the enterprise is verified', async () => {
    const editor = await s.member(enterprise, 'EDITOR');
    const demand = await post({}, enterprise, editor);
    expect(demand).toMatchObject({
      status: 'OPEN',
      isExpired: false,
      revision: 1,
      title: { zh: '高纯镍粉的低成本制备', en: null },
      budget: { min: '500000', max: '2000000.5', currency: 'CNY' },
      region: { code: '620300' },
      requiredTrl: 6,
      industries: [{ code: '3239' }, { code: 'C' }],
      targets: [{ name: { value: '纯度' }, value: '≥ 99.99', unit: '%' }],
      organisation: { id: enterprise.id },
      viewerCanEdit: true,
    });
    expect(await read(demand.id)).toMatchObject({ id: demand.id, viewerCanEdit: false });
    expect(
      (
        await t.gql<{ organisation: { demands: { nodes: Demand[] } } }>(
          `query ($id: ID!) { organisation(id: $id) { demands(first: 100) { nodes { id } } } }`,
          { id: enterprise.id },
        )
      ).organisation.demands.nodes,
    ).toContainEqual({ id: demand.id });
    const newcomer = await s.person();
    const unverified = await s.organisation(newcomer, { kind: 'ENTERPRISE', verified: false });
    const waiting = await post({}, unverified, newcomer);
    expect(await read(waiting.id)).toBeNull();
    expect(await read(waiting.id, newcomer)).not.toBeNull();
    expect(
      [await listed({}), await listed({}, newcomer), await listed({}, operator)].map((list) =>
        list.includes(waiting.id),
      ),
    ).toEqual([false, true, true]);
  });

  it('is posted by nobody else, and for no other kind of organisation', async () => {
    const member = await s.member(enterprise, 'MEMBER');
    for (const person of [member, await s.person(), operator])
      expect(reason(await ask(CREATE, { organisationId: enterprise.id, content: content() }, person))).toBe(
        'NOT_ALLOWED',
      );
    expect(reason(await ask(CREATE, { organisationId: enterprise.id, content: content() }))).toBe('LOGIN_REQUIRED');
    const university = await s.organisation(owner);
    expect(reason(await ask(CREATE, { organisationId: university.id, content: content() }, owner))).toBe(
      'NOT_AN_ENTERPRISE',
    );
  });

  it('lists every problem with its field', async () => {
    const wrong = {
      title: {},
      industries: ['ZZ'],
      budget: { min: '3', max: '2', currency: 'CNY' },
      deadline: inDays(-1),
      regionCode: '999999',
      requiredTrl: 10,
      targets: [{ name: {}, value: ' ' }],
    };
    expect(problems(await ask(CREATE, { organisationId: enterprise.id, content: wrong }, owner))).toEqual(
      [
        'input.content.title REQUIRED',
        'input.content.industries[0] UNKNOWN_CODE',
        'input.content.budget.max INVERTED_RANGE',
        'input.content.deadline IN_THE_PAST',
        'input.content.regionCode UNKNOWN_CODE',
        'input.content.requiredTrl OUT_OF_RANGE',
        'input.content.targets[0].name REQUIRED',
        'input.content.targets[0].value REQUIRED',
      ].sort(),
    );
    const budget = async (given: object) =>
      problems(await ask(CREATE, { organisationId: enterprise.id, content: { ...content(), budget: given } }, owner));
    expect(await budget({ min: '1', currency: 'XXY' })).toEqual(['input.content.budget.currency UNKNOWN_CURRENCY']);
    await t.sql(`DELETE FROM currency_rate WHERE currency = 'ISK'`);
    expect(await budget({ min: '1', currency: 'ISK' })).toEqual([
      'input.content.budget.currency CURRENCY_WITHOUT_RATE',
    ]);
    expect(await budget({ currency: 'CNY' })).toEqual(['input.content.budget.max REQUIRED']);
    expect(
      problems(
        await ask(CREATE, { organisationId: enterprise.id, content: { ...content(), deadline: '2026-13-01' } }, owner),
      ),
    ).toEqual(['input.content.deadline BAD_DATE']);
  });

  it('is edited field by field, on its newest revision', async () => {
    const { id } = await post();
    const edited = await done(UPDATE, {
      id,
      revision: 1,
      content: { budget: { max: '9', currency: 'USD' }, targets: [] },
    });
    expect(edited).toMatchObject({
      revision: 2,
      budget: { min: null, max: '9', currency: 'USD' },
      targets: [],
      title: { zh: '高纯镍粉的低成本制备' },
      requiredTrl: 6,
    });
    expect(
      await done(UPDATE, { id, revision: 2, content: { budget: { max: '9.00', currency: 'USD' } } }),
    ).toMatchObject({ revision: 2 });
    const stale = await ask(UPDATE, { id, revision: 1, content: { requiredTrl: 3 } }, owner);
    expect(stale.errors?.[0]?.extensions).toMatchObject({
      reason: 'STALE_REVISION',
      currentRevision: 2,
      conflicts: [{ field: 'requiredTrl', base: 6, yours: 3, current: 6, both: false }],
    });
    expect(reason(await ask(UPDATE, { id, revision: 2, content: {} }, await s.person()))).toBe('NOT_ALLOWED');
  });

  it('is paused, resumed, fulfilled and withdrawn by its enterprise', async () => {
    const { id } = await post();
    expect(await done(act('pauseDemand'), { id })).toMatchObject({ status: 'PAUSED' });
    expect(await done(act('resumeDemand'), { id })).toMatchObject({ status: 'OPEN' });
    expect(await done(act('fulfilDemand'), { id, reason: '已签约' })).toMatchObject({ status: 'FULFILLED' });
    expect(reason(await ask(act('withdrawDemand'), { id }, owner))).toBe('INVALID_TRANSITION');
    expect(await read(id)).toMatchObject({ status: 'FULFILLED' });
    await done(act('resumeDemand'), { id });
    await done(act('withdrawDemand'), { id });
    expect(await read(id)).toBeNull();
    expect(await read(id, owner)).toMatchObject({ status: 'WITHDRAWN' });
    expect(reason(await ask(act('resumeDemand'), { id }, await s.member(enterprise, 'MEMBER')))).toBe('NOT_ALLOWED');
    expect(await kinds(id)).toEqual([
      'demand.created',
      'demand.paused',
      'demand.resumed',
      'demand.fulfilled',
      'demand.resumed',
      'demand.withdrawn',
    ]);
  });

  it('is suspended by an operator with a reason that its enterprise reads, and reinstated as it was', async () => {
    const editor = await s.member(enterprise, 'EDITOR');
    const { id } = await post();
    await done(act('pauseDemand'), { id });
    expect(reason(await ask(SUSPEND, { id, reason: '' }, operator))).toBe('REQUIRED');
    expect(reason(await ask(SUSPEND, { id, reason: 'x' }, owner))).toBe('NOT_ALLOWED');
    expect(await done(SUSPEND, { id, reason: '内容不实' }, operator)).toMatchObject({
      status: 'SUSPENDED',
      statusReason: '内容不实',
    });
    expect((await mailTo(t, editor.email)).text).toContain('内容不实');
    expect(await read(id)).toBeNull();
    expect(await read(id, editor)).toMatchObject({ statusReason: '内容不实' });
    expect(reason(await ask(act('resumeDemand'), { id }, owner))).toBe('INVALID_TRANSITION');
    expect(await done(act('reinstateDemand'), { id }, operator)).toMatchObject({
      status: 'PAUSED',
      statusReason: null,
    });
    expect((await mailTo(t, editor.email, 2)).subject).toBe('A demand of yours is back');
  });

  it('is repeated safely with an idempotency key', async () => {
    const input = { organisationId: enterprise.id, content: content(), idempotencyKey: 'post this demand once' };
    expect((await done(CREATE, input)).id).toBe((await done(CREATE, input)).id);
  });
});

describe('a list of demands', () => {
  it('is narrowed by industry and region at any level, TRL, budget in any currency, deadline, state and words', async () => {
    const boss = await s.person();
    const other = await s.organisation(boss, { kind: 'ENTERPRISE' });
    const a = await post(
      {
        title: { en: 'Nickel powder' },
        description: null,
        industries: ['3239'],
        regionCode: '620300',
        budget: { max: '1000000', currency: 'CNY' },
        deadline: inDays(10),
        requiredTrl: 6,
      },
      other,
      boss,
    );
    const b = await post(
      {
        title: { zh: '中药材烘干' },
        industries: ['27'],
        regionCode: '110000',
        budget: { min: '1000000', currency: 'USD' },
        deadline: null,
        requiredTrl: null,
      },
      other,
      boss,
    );
    await done(act('pauseDemand'), { id: b.id }, boss);
    const found = async (filter: object) =>
      (await listed({ organisationId: other.id, ...filter }))
        .map((id) => (id === a.id ? 'a' : 'b'))
        .sort()
        .join('');
    for (const [filter, expected] of [
      [{}, 'ab'],
      [{ industries: ['C'] }, 'ab'],
      [{ industries: ['32'] }, 'a'],
      [{ industries: ['2740'] }, 'b'],
      [{ regions: ['620000'] }, 'a'],
      [{ regions: ['620300', '110000'] }, 'ab'],
      [{ trl: 5 }, 'b'],
      [{ trl: 6 }, 'ab'],
      [{ budgetAtLeast: { amount: '1000001', currency: 'CNY' } }, 'b'],
      [{ budgetAtLeast: { amount: '900000', currency: 'CNY' } }, 'ab'],
      [{ budgetAtLeast: { amount: '900000', currency: 'USD' } }, 'b'],
      [{ openUntil: inDays(10) }, 'a'],
      [{ openUntil: inDays(11) }, ''],
      [{ statuses: ['PAUSED'] }, 'b'],
      [{ text: '烘干' }, 'b'],
      [{ text: 'NICKEL' }, 'a'],
      [{ text: '_' }, ''],
    ] as const) {
      expect([filter, await found(filter)]).toEqual([filter, expected]);
    }
    expect(reason(await t.ask(LIST, { filter: { budgetAtLeast: { amount: '1', currency: 'ZZZ' } } }))).toBe(
      'UNKNOWN_CURRENCY',
    );
    expect(reason(await t.ask(LIST, { filter: { trl: 0 } }))).toBe('OUT_OF_RANGE');
    expect(reason(await t.ask(LIST, { filter: { openUntil: 'soon' } }))).toBe('BAD_DATE');
  });
});

// The clock is advanced here, so no other test may follow.
describe('a demand past its deadline', () => {
  it('is shown as expired without a change of its row, is told apart in lists, and can be given another deadline', async () => {
    const deadline = inDays(2);
    const { id } = await post({ deadline });
    const met = await post({ deadline });
    await done(act('fulfilDemand'), { id: met.id });
    t.travel(3 * DAY);
    owner = { ...owner, token: await s.logIn(owner) };
    expect(await read(id)).toMatchObject({ status: 'OPEN', isExpired: true, revision: 1 });
    expect(await read(met.id)).toMatchObject({ status: 'FULFILLED', isExpired: false });
    expect(await listed({ expired: true })).toEqual([id]);
    expect(await listed({ expired: false })).not.toContain(id);
    // A value stored earlier stays valid when other fields are edited.
    expect(await done(UPDATE, { id, revision: 1, content: { requiredTrl: 5, deadline } })).toMatchObject({
      isExpired: true,
      revision: 2,
    });
    expect(await done(UPDATE, { id, revision: 2, content: { deadline: inDays(5) } })).toMatchObject({
      isExpired: false,
    });
  });
});
