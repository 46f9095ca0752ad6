import { ERASED_TEXT } from '../../src/kernel/personal-data.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import {
  as,
  CLOSE,
  conversations,
  entry,
  GET,
  INBOX,
  type Inbox,
  mails,
  READ,
  REOPEN,
  REPLY,
  statementsOf,
  THREAD,
  type Thread,
} from './kit.js';

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let editor: SeededPerson;
let university: SeededOrganisation;
let express: ReturnType<typeof conversations>['express'];
let failure: ReturnType<typeof conversations>['failure'];
let reply: ReturnType<typeof conversations>['reply'];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  ({ express, failure, reply } = conversations(t));
  owner = await s.person({ displayName: 'Prof. Owner' });
  university = await s.organisation(owner, { name: 'Lanzhou Test University' });
  editor = await s.member(university, 'EDITOR', await s.person({ locale: 'ZH' }));
});
afterAll(() => t.close());

describe('closing a thread', () => {
  it('stops the writing, is undone by the side that closed, and by nobody else', async () => {
    const person = await s.person();
    const thread = await express(person, await entry(t, university), 'Hello');
    const { closeInterest } = await t.gql<{ closeInterest: { interest: Thread } }>(
      CLOSE,
      { input: { id: thread.id, reason: 'Licensed already' } },
      as(owner),
    );
    expect(closeInterest.interest).toMatchObject({
      status: 'CLOSED',
      closedBy: 'LISTER',
      closeReason: 'Licensed already',
      viewerCanReply: false,
      viewerCanClose: false,
      viewerCanReopen: true,
    });
    expect(await failure(REPLY, { input: { id: thread.id, message: 'But' } }, person)).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
      current: 'CLOSED',
    });
    expect(await failure(CLOSE, { input: { id: thread.id } }, person)).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
    });
    expect(await failure(REOPEN, { input: { id: thread.id } }, person)).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'CLOSED_BY_OTHER_SIDE',
    });
    const { reopenInterest } = await t.gql<{ reopenInterest: { interest: Thread } }>(
      REOPEN,
      { input: { id: thread.id } },
      as(editor),
    );
    expect(reopenInterest.interest).toMatchObject({ status: 'OPEN', closedBy: null, closeReason: null });
    expect(await failure(REOPEN, { input: { id: thread.id } }, editor)).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
    });
    expect((await reply(person, thread, 'Thanks')).number).toBe(2);
  });

  it('lets the party begin anew, after which the old thread cannot be reopened beside it', async () => {
    const person = await s.person();
    const on = await entry(t, university);
    const old = await express(person, on, 'Hello');
    await t.gql(CLOSE, { input: { id: old.id } }, as(owner));
    const fresh = await express(person, on, 'Hello');
    expect(fresh.id).not.toBe(old.id);
    expect(await failure(REOPEN, { input: { id: old.id } }, owner)).toMatchObject({
      code: 'CONFLICT',
      reason: 'NEWER_THREAD_OPEN',
      interestId: fresh.id,
    });
    const { achievement } = await t.gql<{ achievement: unknown }>(
      'query ($id: ID!) { achievement(id: $id) { viewerInterest { id } } }',
      { id: on.id },
      as(person),
    );
    expect(achievement).toEqual({ viewerInterest: { id: fresh.id } });
  });
});

describe('mails of a busy thread', () => {
  it('come once in ten minutes while unread, and tell at the end what was written meanwhile', async () => {
    const person = await s.person();
    const thread = await express(person, await entry(t, university, { title: { en: 'Busy entry' } }), 'Hello');
    const count = () => mails(t, person.email).length;
    await reply(owner, thread, 'First');
    await eventually(() => Promise.resolve(count() === 1));
    await reply(owner, thread, 'Second');
    await reply(owner, thread, 'Third');
    const held = await t.sql<{ run_at: Date }>(
      `SELECT run_at FROM graphile_worker.jobs WHERE task_identifier = 'deals:interest-mail' AND key LIKE '%' || $1`,
      [person.accountId],
    );
    expect(held).toHaveLength(1);
    expect(held[0]!.run_at.getTime() - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(count()).toBe(1);
    t.travel(11 * 60_000);
    try {
      await t.sql(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key LIKE '%' || $1`, [
        person.accountId,
      ]);
      await eventually(() => Promise.resolve(count() === 2));
    } finally {
      t.travel(-11 * 60_000);
    }
    const last = mails(t, person.email)[1]!;
    expect(last.text).toContain('> Third');
    expect(last.text).toContain('(1 more unread)');
  });

  it('are not held back from who has read on, and not sent at the end to who has', async () => {
    const person = await s.person();
    const thread = await express(person, await entry(t, university), 'Hello');
    const count = () => mails(t, person.email).length;
    await reply(owner, thread, 'First');
    await eventually(() => Promise.resolve(count() === 1));
    await t.gql(READ, { input: { id: thread.id } }, as(person));
    await reply(owner, thread, 'Second');
    await eventually(() => Promise.resolve(count() === 2));
    await reply(owner, thread, 'Third');
    await t.gql(READ, { input: { id: thread.id } }, as(person));
    t.travel(11 * 60_000);
    try {
      await t.sql(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key LIKE '%' || $1`, [
        person.accountId,
      ]);
      await eventually(
        async () =>
          (await t.sql(`SELECT 1 FROM graphile_worker.jobs WHERE key LIKE '%' || $1`, [person.accountId])).length === 0,
      );
    } finally {
      t.travel(-11 * 60_000);
    }
    expect(count()).toBe(2);
  });
});

describe('a long inbox', () => {
  it('pages by keyset, filters by state, unread and achievement, and counts per person', async () => {
    const boss = await s.person();
    const institute = await s.organisation(boss, { kind: 'INSTITUTE' });
    const deputy = await s.member(institute, 'EDITOR');
    const [a, b] = [await entry(t, institute), await entry(t, institute)];
    const threads: Thread[] = [];
    for (let i = 0; i < 5; i += 1) threads.push(await express(await s.person(), i < 3 ? a : b, `Message ${i}`));
    await reply(boss, threads[0]!, 'Answer');
    await t.gql(CLOSE, { input: { id: threads[1]!.id } }, as(boss));
    await t.gql(READ, { input: { id: threads[2]!.id } }, as(boss));

    const read = async (person: SeededPerson, variables: Record<string, unknown> = {}) =>
      (await t.gql<Inbox>(INBOX, { id: institute.id, first: 2, ...variables }, as(person))).node;
    const walk = async (person: SeededPerson, filter?: object) => {
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = (await read(person, { filter, after })).interests!;
        seen.push(...page.nodes.map((node) => node.id));
        if (!page.pageInfo.hasNextPage) return seen;
        after = page.pageInfo.endCursor;
      }
    };
    const ids = (...which: number[]) => which.map((i) => threads[i]!.id);
    expect(await walk(boss)).toEqual(ids(0, 4, 3, 2, 1));
    expect(await walk(boss, { unread: true })).toEqual(ids(4, 3, 1));
    expect(await walk(boss, { unread: false })).toEqual(ids(0, 2));
    expect(await walk(deputy, { unread: true })).toEqual(ids(0, 4, 3, 2, 1));
    expect(await walk(boss, { statuses: ['ANSWERED', 'CLOSED'] })).toEqual(ids(0, 1));
    expect(await walk(boss, { achievementId: b.id })).toEqual(ids(4, 3));
    const page = await read(boss);
    expect(page).toMatchObject({ unreadInterestCount: 3, interests: { totalCount: 5 } });
    expect((await read(deputy)).unreadInterestCount).toBe(5);
    expect(
      await failure(INBOX, { id: institute.id, first: 2, after: Buffer.from('["x","y"]').toString('base64url') }, boss),
    ).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' });
  });

  it('costs the same number of statements for two threads and for twelve', async () => {
    const boss = await s.person();
    const institute = await s.organisation(boss, { kind: 'INSTITUTE' });
    const query = `query ($id: ID!) { node(id: $id) { ... on Organisation { unreadInterestCount interests(first: 50) { nodes { ${THREAD} party { displayName } organisation { name { value } } institution { id } achievement { title { value } interestCount viewerInterest { id } viewerShortlistEntry { id } } } } } } }`;
    const read = () => t.gql<{ node: { interests: { nodes: unknown[] } } }>(query, { id: institute.id }, as(boss));
    const add = async (n: number) => {
      for (let i = 0; i < n; i += 1) {
        const thread = await express(await s.person(), await entry(t, institute), 'Hello');
        await reply(boss, thread, 'Hello yourself');
      }
    };
    await add(2);
    const few = await statementsOf(t, read);
    await add(10);
    const many = await statementsOf(t, read);
    expect((await read()).node.interests.nodes).toHaveLength(12);
    expect(many).toBe(few);
    expect(few).toBeLessThan(15);
  });
});

describe('the messages of a thread', () => {
  it('page forwards and backwards without gaps', async () => {
    const person = await s.person();
    const thread = await express(person, await entry(t, university), 'm1');
    for (let i = 2; i <= 7; i += 1) await reply(person, thread, `m${i}`);
    const PAGE = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { interest(id: $id) { messages(first: $first, after: $after, last: $last, before: $before) { totalCount nodes { body } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
    interface Page {
      interest: {
        messages: {
          totalCount: number;
          nodes: Array<{ body: string }>;
          pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
        };
      };
    }
    const page = async (variables: Record<string, unknown>) => {
      const { messages } = (await t.gql<Page>(PAGE, { id: thread.id, ...variables }, as(owner))).interest;
      return { ...messages, bodies: messages.nodes.map((node) => node.body) };
    };
    const first = await page({ first: 3 });
    expect(first).toMatchObject({
      totalCount: 7,
      bodies: ['m1', 'm2', 'm3'],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(await page({ first: 10, after: first.pageInfo.endCursor })).toMatchObject({
      bodies: ['m4', 'm5', 'm6', 'm7'],
      pageInfo: { hasNextPage: false },
    });
    const last = await page({ last: 2 });
    expect(last).toMatchObject({ bodies: ['m6', 'm7'], pageInfo: { hasPreviousPage: true, hasNextPage: false } });
    expect(await page({ last: 3, before: last.pageInfo.startCursor })).toMatchObject({
      bodies: ['m3', 'm4', 'm5'],
      pageInfo: { hasPreviousPage: true },
    });
    expect(await page({ last: 9, before: first.pageInfo.startCursor })).toMatchObject({ bodies: [] });
    for (const cursor of ['["x"]', '[1.5]', '[99999999999]', '[-1]', '[1,2]', 'no']) {
      expect(
        await failure(PAGE, { id: thread.id, first: 1, after: Buffer.from(cursor).toString('base64url') }, owner),
      ).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR', field: 'after' });
    }
  });
});

describe('a person’s own data', () => {
  it('can be exported, and leaves the threads with its words when the person is erased', async () => {
    const leaver = await s.person({ displayName: 'Leaving Person' });
    const fundOwner = await s.person();
    const fund = await s.organisation(fundOwner, { kind: 'INVESTOR' });
    await s.member(fund, 'EDITOR', leaver);
    const [alone, forFund] = [await entry(t, university), await entry(t, university)];
    const own = await express(leaver, alone, 'My own words');
    const shared = await express(leaver, forFund, 'The fund’s words', { organisationId: fund.id });
    await reply(owner, own, 'The lister’s words');
    await t.gql(
      'mutation ($input: AddToShortlistInput!) { addToShortlist(input: $input) { entry { id } } }',
      { input: { achievementId: alone.id, note: 'My note' } },
      as(leaver),
    );

    const { exportMyData: held } = await t.gql<{ exportMyData: Record<string, Array<Record<string, unknown>>> }>(
      '{ exportMyData }',
      {},
      as(leaver),
    );
    expect(held.interests).toHaveLength(2);
    expect(held.interestMessages?.map((m) => m.body)).toEqual(['My own words', 'The fund’s words']);
    expect(held.shortlist).toMatchObject([{ note: 'My note' }]);

    await t.gql(
      'mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { erased } }',
      { input: { password: leaver.password } },
      as(leaver),
    );
    const seen = async (person: SeededPerson, id: string) =>
      (await t.gql<{ interest: Thread & { party: unknown } }>(GET, { id }, as(person))).interest;
    expect(await seen(owner, own.id)).toMatchObject({
      status: 'CLOSED',
      closedBy: 'PARTY',
      party: null,
      messages: {
        nodes: [
          { body: ERASED_TEXT, author: null },
          { body: 'The lister’s words', author: { displayName: 'Prof. Owner' } },
        ],
      },
    });
    expect(await seen(owner, shared.id)).toMatchObject({ status: 'OPEN', party: null });
    const before = mails(t, fundOwner.email).length;
    await reply(owner, shared, 'Who goes on?');
    await eventually(() => Promise.resolve(mails(t, fundOwner.email).length === before + 1));
    expect(await reply(fundOwner, shared, 'I do')).toMatchObject({ interest: { viewerSide: 'PARTY' } });
    for (const table of ['interest', 'shortlist_entry', 'interest_participant'])
      expect(await t.sql(`SELECT 1 FROM ${table} WHERE account_id = $1`, [leaver.accountId])).toEqual([]);
    expect(await t.sql(`SELECT 1 FROM interest_message WHERE author_id = $1`, [leaver.accountId])).toEqual([]);
  });
});
