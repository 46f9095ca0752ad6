import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { as, ledger, reviewer } from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
});
afterAll(() => t.close());

const PROFILE =
  'id status dimensions orcid maxLoad statement { zh } industries { code } account { displayName } organisation { id } documents { title abstract year position } viewerCanEdit';
const APPLY = `mutation ($input: ApplyAsReviewerInput!) { applyAsReviewer(input: $input) { reviewer { ${PROFILE} } } }`;
const CREATE = `mutation ($input: CreateReviewerInput!) { createReviewer(input: $input) { reviewer { ${PROFILE} } } }`;
const UPDATE = `mutation ($input: UpdateReviewerProfileInput!) { updateReviewerProfile(input: $input) { reviewer { ${PROFILE} } } }`;
const DOCUMENTS = `mutation ($input: SetReviewerDocumentsInput!) { setReviewerDocuments(input: $input) { reviewer { ${PROFILE} } } }`;
const STATUS = `mutation ($input: SetReviewerStatusInput!) { setReviewerStatus(input: $input) { reviewer { ${PROFILE} } } }`;
const INVITE = `mutation ($input: InviteReviewerInput!) { inviteReviewer(input: $input) { invited } }`;
const LIST = `query ($filter: ReviewerFilter) { reviewers(first: 100, filter: $filter) { totalCount nodes { ${PROFILE} } } }`;
const NODE = `query ($id: ID!) { node(id: $id) { id } }`;

interface Profile {
  id: string;
  status: string;
  dimensions: string[];
  orcid: string | null;
  maxLoad: number | null;
  industries: Array<{ code: string }>;
  documents: Array<{ title: string; abstract: string | null; year: number | null; position: number }>;
  viewerCanEdit: boolean;
}

const profile = {
  statement: { zh: '锂电池电解质' },
  dimensions: ['TECHNICAL_CONTENT'],
  industries: ['C', '3841'],
  orcid: 'https://orcid.org/0000-0002-1825-0097',
  maxLoad: 12,
};
const apply = async (person: SeededPerson, more: object = {}) =>
  (
    await t.gql<{ applyAsReviewer: { reviewer: Profile } }>(
      APPLY,
      { input: { profile: { ...profile, ...more } } },
      as(person),
    )
  ).applyAsReviewer.reviewer;

describe('a reviewer’s profile', () => {
  it('is applied for by a person and activated by an operator, who tells so by mail', async () => {
    const person = await s.person();
    const applied = await apply(person);
    expect(applied).toMatchObject({
      status: 'PENDING',
      dimensions: ['TECHNICAL_CONTENT'],
      orcid: '0000-0002-1825-0097',
      maxLoad: 12,
      statement: { zh: '锂电池电解质' },
      industries: [{ code: '3841' }, { code: 'C' }],
      viewerCanEdit: true,
    });
    expect((await t.ask(APPLY, { input: { profile } }, as(person))).errors?.[0]?.extensions.reason).toBe(
      'ALREADY_A_REVIEWER',
    );
    expect(
      (await t.ask(STATUS, { input: { id: applied.id, status: 'ACTIVE' } }, as(person))).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
    const active = await t.gql<{ setReviewerStatus: { reviewer: Profile } }>(
      STATUS,
      { input: { id: applied.id, status: 'ACTIVE' } },
      as(operator),
    );
    expect(active.setReviewerStatus.reviewer).toMatchObject({ status: 'ACTIVE', viewerCanEdit: false });
    await eventually(async () =>
      t.logLines.some((line) => (line.mail as { to?: string } | undefined)?.to === person.email),
    );
    expect((await ledger(t, 'reviewer.status')).at(-1)!.facts).toMatchObject({ from: 'PENDING', to: 'ACTIVE' });
    expect(
      (await t.ask(STATUS, { input: { id: applied.id, status: 'PENDING' } }, as(operator))).errors?.[0]?.extensions
        .reason,
    ).toBe('INVALID_TRANSITION');
  });

  it('needs a confirmed address, a dimension, known industries and a true ORCID iD', async () => {
    const unconfirmed = await s.person({ confirmed: false });
    expect((await t.ask(APPLY, { input: { profile } }, as(unconfirmed))).errors?.[0]?.extensions.reason).toBe(
      'EMAIL_UNCONFIRMED',
    );
    const person = await s.person();
    const wrong = await t.ask(
      APPLY,
      { input: { profile: { dimensions: [], industries: ['C', 'ZZ'], orcid: '0000-0002-1825-0098', maxLoad: 0 } } },
      as(person),
    );
    expect(
      (wrong.errors?.[0]?.extensions.problems as Array<{ field: string }>).map((problem) => problem.field).sort(),
    ).toEqual(
      [
        'input.profile.dimensions',
        'input.profile.industries[1]',
        'input.profile.maxLoad',
        'input.profile.orcid',
      ].sort(),
    );
    expect((await t.ask(APPLY, { input: { profile } })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('is edited by its owner alone, field by field', async () => {
    const person = await s.person();
    await apply(person);
    const edited = await t.gql<{ updateReviewerProfile: { reviewer: Profile } }>(
      UPDATE,
      { input: { profile: { maxLoad: null, dimensions: ['TECHNICAL_CONTENT', 'MARKET_POTENTIAL'] } } },
      as(person),
    );
    expect(edited.updateReviewerProfile.reviewer).toMatchObject({
      maxLoad: null,
      orcid: '0000-0002-1825-0097',
      dimensions: ['MARKET_POTENTIAL', 'TECHNICAL_CONTENT'],
    });
    expect(
      (await t.ask(UPDATE, { input: { profile: { maxLoad: 3 } } }, as(operator))).errors?.[0]?.extensions.code,
    ).toBe('NOT_FOUND');
  });

  it('is seen by its owner and operators alone', async () => {
    const person = await s.person();
    const { id } = await apply(person);
    expect((await t.gql<{ node: unknown }>(NODE, { id }, as(person))).node).toEqual({ id });
    expect((await t.gql<{ node: unknown }>(NODE, { id }, as(operator))).node).toEqual({ id });
    expect((await t.gql<{ node: unknown }>(NODE, { id }, as(await s.person()))).node).toBeNull();
    expect((await t.gql<{ node: unknown }>(NODE, { id })).node).toBeNull();
    expect((await t.ask(LIST, {}, as(person))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is found by operators by state, dimension and industry, at any level of the tree', async () => {
    const person = await s.person();
    const { id } = await apply(person, { industries: ['3841'], dimensions: ['ECONOMIC_VALUE'] });
    const found = async (filter: object) =>
      (await t.gql<{ reviewers: { nodes: Profile[] } }>(LIST, { filter }, as(operator))).reviewers.nodes.map(
        (node) => node.id,
      );
    for (const industries of [['38'], ['C'], ['3841']])
      expect(await found({ industries, dimensions: ['ECONOMIC_VALUE'] })).toContain(id);
    expect(await found({ industries: ['A'] })).not.toContain(id);
    expect(await found({ statuses: ['ACTIVE'] })).not.toContain(id);
  });

  it('is created by an operator for an account, or the person is invited', async () => {
    const person = await s.person();
    const created = await t.gql<{ createReviewer: { reviewer: Profile } }>(
      CREATE,
      { input: { email: person.email.toUpperCase().replace('EXAMPLE.ORG', 'example.org'), profile } },
      as(operator),
    );
    expect(created.createReviewer.reviewer.status).toBe('ACTIVE');
    expect(
      (await t.ask(CREATE, { input: { email: 'nobody.at.all@example.org', profile } }, as(operator))).errors?.[0]
        ?.extensions.reason,
    ).toBe('UNKNOWN_ACCOUNT');
    expect(
      await t.gql(INVITE, { input: { email: 'nobody.at.all@example.org', message: '期待您的参与' } }, as(operator)),
    ).toEqual({ inviteReviewer: { invited: true } });
    expect(await t.gql(INVITE, { input: { email: person.email } }, as(operator))).toEqual({
      inviteReviewer: { invited: false },
    });
    const mail = await eventually(async () =>
      t.logLines
        .map((line) => line.mail as { to: string; text: string } | undefined)
        .find((m) => m?.to === 'nobody.at.all@example.org'),
    );
    expect(mail.text).toContain('期待您的参与');
    expect((await t.ask(INVITE, { input: { email: 'x@example.org' } }, as(person))).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('is never active for an operator', async () => {
    expect(
      (await t.ask(CREATE, { input: { email: operator.email, profile } }, as(operator))).errors?.[0]?.extensions.reason,
    ).toBe('OPERATOR_CANNOT_REVIEW');
    const second = await s.person({ operator: true });
    const { id } = await apply(second);
    expect(
      (await t.ask(STATUS, { input: { id, status: 'ACTIVE' } }, as(operator))).errors?.[0]?.extensions.reason,
    ).toBe('OPERATOR_CANNOT_REVIEW');
  });
});

describe('documents', () => {
  const set = (person: SeededPerson, input: object) =>
    t.ask<{ setReviewerDocuments: { reviewer: Profile } }>(DOCUMENTS, { input }, as(person));

  it('are given one by one or as CSV, replaced or added to, each once', async () => {
    const person = await reviewer(t);
    const first = await set(person, {
      documents: [{ title: 'On electrolytes', abstract: 'Lithium.', year: 2020 }, { title: 'On anodes' }],
    });
    expect(first.data.setReviewerDocuments.reviewer.documents).toEqual([
      { title: 'On electrolytes', abstract: 'Lithium.', year: 2020, position: 1 },
      { title: 'On anodes', abstract: null, year: null, position: 2 },
    ]);
    const csv = '\uFEFF题名,摘要,年份\r\n"固态电解质, 综述","多行\n摘要",2023\r\n\r\nOn anodes,,\r\n';
    const added = await set(person, { csv, append: true });
    expect(added.data.setReviewerDocuments.reviewer.documents.map((d) => [d.title, d.year])).toEqual([
      ['On electrolytes', 2020],
      ['On anodes', null],
      ['固态电解质, 综述', 2023],
    ]);
    const replaced = await set(person, { csv: 'year\ttitle\n2021\tTabs too' });
    expect(replaced.data.setReviewerDocuments.reviewer.documents).toMatchObject([{ title: 'Tabs too', year: 2021 }]);
  });

  it('are at most fifty, and what is wrong is named by line or field', async () => {
    const person = await reviewer(t);
    const many = Array.from({ length: 51 }, (_, i) => ({ title: `Paper ${i}` }));
    expect((await set(person, { documents: many })).errors?.[0]?.extensions.reason).toBe('TOO_MANY');
    await set(person, { documents: many.slice(0, 50) });
    expect(
      (await set(person, { documents: [{ title: 'One more' }], append: true })).errors?.[0]?.extensions.reason,
    ).toBe('TOO_MANY');
    expect(
      (await set(person, { documents: [{ title: ' ' }, { title: 'x', year: 1066 }] })).errors?.[0]?.extensions.problems,
    ).toMatchObject([{ field: 'input.documents[0].title' }, { field: 'input.documents[1].year' }]);
    expect((await set(person, { csv: 'name,text\na,b' })).errors?.[0]?.extensions.reason).toBe('NO_HEADER');
    const wrong = await set(person, { csv: 'title,year\ngood,2020\nbad,20x' });
    expect(wrong.errors?.[0]?.message).toContain('line 3');
    expect((await set(person, { csv: 'title\n"never closed' })).errors?.[0]?.extensions.reason).toBe('MALFORMED_CSV');
    expect((await set(person, {})).errors?.[0]?.extensions.reason).toBe('EITHER_OR');
    expect((await set(operator, { documents: [] })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('an erased person', () => {
  it('leaves a bare reviewer’s id behind, and takes profile, documents and declarations along', async () => {
    const person = await s.person();
    const { id } = await apply(person);
    await t.gql(DOCUMENTS, { input: { documents: [{ title: 'Traceable title' }] } }, as(person));
    expect(JSON.stringify(await t.gql(`{ exportMyData }`, {}, as(person)))).toContain('Traceable title');
    await t.gql(
      `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
      { input: { password: person.password } },
      as(person),
    );
    const uuid = Buffer.from(id, 'base64url').toString().split(':')[1]!;
    expect(await t.sql(`SELECT account_id, statement, orcid, status FROM reviewer WHERE id = $1`, [uuid])).toEqual([
      { account_id: null, statement: null, orcid: null, status: 'SUSPENDED' },
    ]);
    expect(await t.sql(`SELECT 1 FROM reviewer_document WHERE reviewer_id = $1`, [uuid])).toEqual([]);
  });
});
