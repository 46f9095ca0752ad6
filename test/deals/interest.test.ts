import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import {
  as,
  CLOSE,
  conversations,
  entry,
  EXPRESS,
  GET,
  mails,
  READ,
  REOPEN,
  REPLY,
  type SeededEntry,
  type Thread,
} from './kit.js';

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let editor: SeededPerson;
let member: SeededPerson;
let operator: SeededPerson;
let university: SeededOrganisation;
let express: ReturnType<typeof conversations>['express'];
let failure: ReturnType<typeof conversations>['failure'];
let inbox: ReturnType<typeof conversations>['inbox'];
let reply: ReturnType<typeof conversations>['reply'];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  ({ express, failure, inbox, reply } = conversations(t));
  owner = await s.person({ displayName: 'Prof. Owner' });
  university = await s.organisation(owner, { name: 'Lanzhou Test University' });
  editor = await s.member(university, 'EDITOR', await s.person({ locale: 'ZH' }));
  member = await s.member(university, 'MEMBER');
  operator = await s.person({ operator: true });
});
afterAll(() => t.close());

describe('a conversation between an investor and a lister', () => {
  let investor: SeededPerson;
  let on: SeededEntry;
  let thread: Thread;

  beforeAll(async () => {
    investor = await s.person({ displayName: 'Ms Investor' });
    on = await entry(t, university, {
      title: { zh: '量子频标', en: 'Quantum frequency standard' },
      confidentialDetail: { en: 'MARKER-NDA-7' },
    });
  });

  it('begins with the investor’s message, which reaches the inbox', async () => {
    thread = await express(investor, on, 'We would like\nto talk about a pilot.');
    expect(thread).toMatchObject({
      status: 'OPEN',
      viewerSide: 'PARTY',
      unreadCount: 0,
      messageCount: 1,
      viewerCanReply: true,
    });
    const { unreadInterestCount, interests } = await inbox(owner, university);
    expect(unreadInterestCount).toBe(1);
    expect(interests?.nodes).toMatchObject([
      {
        id: thread.id,
        viewerSide: 'LISTER',
        unreadCount: 1,
        messages: {
          nodes: [
            { side: 'PARTY', body: 'We would like\nto talk about a pilot.', author: { displayName: 'Ms Investor' } },
          ],
        },
      },
    ]);
  });

  it('is mailed to every editor and owner in their language, with the thread’s id and nothing confidential', async () => {
    const [english] = await eventually(() =>
      Promise.resolve(mails(t, owner.email).length > 0 && mails(t, owner.email)),
    );
    const [chinese] = await eventually(() =>
      Promise.resolve(mails(t, editor.email).length > 0 && mails(t, editor.email)),
    );
    expect(english?.subject).toBe('Interest in Quantum frequency standard');
    expect(english?.text).toContain('> We would like\n> to talk about a pilot.');
    expect(english?.text).toContain(`/interests/${thread.id}`);
    expect(chinese?.subject).toBe('收到合作意向：量子频标');
    expect(mails(t, member.email)).toEqual([]);
    expect(mails(t, investor.email)).toEqual([]);
    expect(JSON.stringify(mails(t))).not.toContain('MARKER-NDA-7');
  });

  it('is answered by the lister, and both see the same thread', async () => {
    const answer = await reply(editor, thread, '欢迎来访。');
    expect(answer).toMatchObject({ number: 2, interest: { status: 'ANSWERED', viewerSide: 'LISTER', unreadCount: 0 } });
    const { interest } = await t.gql<{ interest: Thread }>(GET, { id: thread.id }, as(investor));
    expect(interest).toMatchObject({
      status: 'ANSWERED',
      unreadCount: 1,
      party: { displayName: 'Ms Investor' },
      organisation: null,
      institution: { id: university.id },
      achievement: { id: on.id },
    });
    expect(interest.messages.nodes.map((m) => [m.side, m.body])).toEqual([
      ['PARTY', 'We would like\nto talk about a pilot.'],
      ['LISTER', '欢迎来访。'],
    ]);
    const [mail] = await eventually(() =>
      Promise.resolve(mails(t, investor.email).length > 0 && mails(t, investor.email)),
    );
    expect(mail?.subject).toBe('Answer about Quantum frequency standard');
    expect(mail?.text).toContain('Lanzhou Test University');
    expect(mail?.text).toContain('> 欢迎来访。');
  });

  it('counts as read up to the message that was shown, and never goes back', async () => {
    const second = await reply(owner, thread, 'Tuesday?');
    const first = await t.gql<{ interest: { messages: { nodes: Array<{ id: string }> } } }>(
      `query ($id: ID!) { interest(id: $id) { messages(first: 2) { nodes { id } } } }`,
      { id: thread.id },
      as(investor),
    );
    const mark = async (upTo?: string) =>
      (await t.gql<{ markInterestRead: { interest: Thread } }>(READ, { input: { id: thread.id, upTo } }, as(investor)))
        .markInterestRead.interest.unreadCount;
    expect(await mark(first.interest.messages.nodes[1]!.id)).toBe(1);
    expect(await mark(second.id)).toBe(0);
    expect(await mark(first.interest.messages.nodes[0]!.id)).toBe(0);
    expect(await failure(READ, { input: { id: thread.id, upTo: on.id } }, investor)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.upTo',
    });
  });

  it('is written down in the ledger without what was said', async () => {
    const rows = await t.sql<{ kind: string; facts: unknown }>(
      `SELECT kind, facts FROM ledger_record WHERE kind LIKE 'interest.%' ORDER BY seq`,
    );
    expect(rows.map((row) => row.kind)).toEqual(['interest.opened', 'interest.answered']);
    expect(JSON.stringify(rows)).not.toContain('pilot');
  });

  it('hides itself from everyone else, operators and plain members of the lister included', async () => {
    const stranger = await s.person();
    const message = (
      await t.gql<{ interest: { messages: { nodes: Array<{ id: string }> } } }>(
        `query ($id: ID!) { interest(id: $id) { messages { nodes { id } } } }`,
        { id: thread.id },
        as(investor),
      )
    ).interest.messages.nodes[0]!;
    for (const person of [stranger, member, operator]) {
      expect(await failure(GET, { id: thread.id }, person)).toMatchObject({ code: 'NOT_FOUND' });
      for (const [mutation, input] of [
        [REPLY, { message: 'x' }],
        [CLOSE, {}],
        [REOPEN, {}],
        [READ, {}],
      ] as const) {
        expect(await failure(mutation, { input: { id: thread.id, ...input } }, person)).toMatchObject({
          code: 'NOT_FOUND',
        });
      }
      const { nodes } = await t.gql<{ nodes: unknown[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
        { ids: [thread.id, message.id] },
        as(person),
      );
      expect(nodes).toEqual([null, null]);
      expect(await inbox(person, university)).toEqual({ unreadInterestCount: null, interests: null });
    }
    expect(await failure(GET, { id: thread.id })).toMatchObject({ code: 'UNAUTHENTICATED' });
    const { nodes } = await t.gql<{ nodes: unknown[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: [thread.id, message.id] },
      as(owner),
    );
    expect(nodes).toEqual([{ id: thread.id }, { id: message.id }]);
  });

  it('shows the count to the lister and to operators, and the own thread to the investor', async () => {
    const query = 'query ($id: ID!) { achievement(id: $id) { interestCount viewerInterest { id } } }';
    const seen = async (person: SeededPerson) =>
      (await t.gql<{ achievement: unknown }>(query, { id: on.id }, as(person))).achievement;
    expect(await seen(member)).toEqual({ interestCount: 1, viewerInterest: null });
    expect(await seen(operator)).toEqual({ interestCount: 1, viewerInterest: null });
    expect(await seen(investor)).toEqual({ interestCount: null, viewerInterest: { id: thread.id } });
  });

  it('lives on when the entry leaves the pool, without showing it to the investor', async () => {
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [on.uuid]);
    const before = mails(t, investor.email).length;
    await reply(owner, thread, 'We retired the entry, but let us talk.');
    const { interest } = await t.gql<{ interest: unknown }>(GET, { id: thread.id }, as(investor));
    expect(interest).toMatchObject({ achievement: null, messageCount: 4 });
    const all = await eventually(() =>
      Promise.resolve(mails(t, investor.email).length > before && mails(t, investor.email)),
    );
    expect(all.at(-1)?.subject).toBe('Answer about an entry');
    expect(await failure(EXPRESS, { input: { achievementId: on.id, message: 'Again' } }, investor)).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await failure(EXPRESS, { input: { achievementId: on.id, message: 'Again' } }, operator)).toMatchObject({
      code: 'CONFLICT',
      reason: 'NOT_IN_POOL',
    });
  });
});

describe('saying interest', () => {
  it('needs a log-in with a confirmed address, a message of sensible length and an entry of another institution', async () => {
    const on = await entry(t, university);
    const draft = await entry(t, university, {}, 'DRAFT');
    const person = await s.person();
    const input = { achievementId: on.id, message: 'Hello' };
    expect(await failure(EXPRESS, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await failure(EXPRESS, { input }, await s.person({ confirmed: false }))).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'EMAIL_UNCONFIRMED',
    });
    expect(await failure(EXPRESS, { input: { ...input, message: ' \n ' } }, person)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.message',
      reason: 'REQUIRED',
    });
    expect(await failure(EXPRESS, { input: { ...input, message: '长'.repeat(4001) } }, person)).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'TOO_LONG',
    });
    expect(await failure(EXPRESS, { input: { ...input, achievementId: draft.id } }, person)).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await failure(EXPRESS, { input }, member)).toMatchObject({ code: 'FORBIDDEN', reason: 'OWN_ACHIEVEMENT' });
    expect(await failure(EXPRESS, { input: { ...input, organisationId: university.id } }, person)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await t.sql('SELECT 1 FROM interest WHERE achievement_id = $1', [on.uuid])).toEqual([]);
    expect((await express(person, on, '长'.repeat(4000))).messageCount).toBe(1);
  });

  it('twice at once begins one thread with one message and one mail', async () => {
    const on = await entry(t, university, { title: { en: 'Raced entry' } });
    const person = await s.person();
    const replies = await Promise.all(Array.from({ length: 8 }, () => express(person, on, 'I clicked twice')));
    expect(new Set(replies.map((thread) => thread.id)).size).toBe(1);
    expect(await t.sql('SELECT message_count FROM interest WHERE achievement_id = $1', [on.uuid])).toEqual([
      { message_count: 1 },
    ]);
    expect(
      await t.sql(
        `SELECT count(*)::int AS n
         FROM interest_message m
         JOIN interest i ON i.id = m.interest_id
         WHERE i.achievement_id = $1`,
        [on.uuid],
      ),
    ).toEqual([{ n: 1 }]);
    await eventually(() => Promise.resolve(mails(t, owner.email).some((mail) => mail.subject.includes('Raced entry'))));
    expect(mails(t, owner.email).filter((mail) => mail.subject.includes('Raced entry'))).toHaveLength(1);
  });

  it('again with other words adds to the same thread, and different messages at once all arrive', async () => {
    const on = await entry(t, university);
    const person = await s.person();
    const first = await express(person, on, 'One');
    await Promise.all(['Two', 'Three', 'Four'].map((text) => express(person, on, text)));
    const { interest } = await t.gql<{ interest: Thread }>(GET, { id: first.id }, as(person));
    expect(interest.messages.nodes.map((m) => m.number)).toEqual([1, 2, 3, 4]);
    expect(interest.messages.nodes.map((m) => m.body).sort()).toEqual(['Four', 'One', 'Three', 'Two']);
  });

  it('with the same idempotency key changes nothing the second time', async () => {
    const on = await entry(t, university);
    const person = await s.person();
    const thread = await express(person, on, 'Once', { idempotencyKey: 'express-0001' });
    await reply(owner, thread, 'Noted');
    expect((await express(person, on, 'Once', { idempotencyKey: 'express-0001' })).messageCount).toBe(2);
  });

  it('is limited to fifty new threads a day', async () => {
    const person = await s.person();
    await t.sql(
      `INSERT INTO interest (
         id, achievement_id, institution_id, account_id, status, created_at, last_message_at, closed_at, closed_by
       )
       SELECT gen_random_uuid(), $1, $2, $3, 'CLOSED', now() - interval '1 hour', now(), now(), 'PARTY'
       FROM generate_series(1, 49)`,
      [(await entry(t, university)).uuid, university.uuid, person.accountId],
    );
    const [a, b] = [await entry(t, university), await entry(t, university)];
    const both = await Promise.all(
      [a, b].map((on) => t.ask(EXPRESS, { input: { achievementId: on.id, message: 'Hi' } }, as(person))),
    );
    const refused = both.flatMap((answer) => answer.errors ?? []);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused[0]?.extensions.retryAfterSeconds).toBeGreaterThan(22 * 3600);
    t.travel(24 * 3600_000);
    try {
      const token = await s.logIn(person);
      const answer = await t.ask(
        EXPRESS,
        { input: { achievementId: both[0]?.errors ? a.id : b.id, message: 'Hi' } },
        { token },
      );
      expect(answer.errors).toBeUndefined();
    } finally {
      t.travel(-24 * 3600_000);
    }
  });
});

describe('an organisation’s interest', () => {
  it('is shared with its editors and owners, not with its members, and mailed to those who took part', async () => {
    const partner = await s.person();
    const fund = await s.organisation(partner, { kind: 'INVESTOR', name: 'Test Fund' });
    const analyst = await s.member(fund, 'MEMBER');
    const colleague = await s.member(fund, 'EDITOR');
    const silent = await s.member(fund, 'EDITOR');
    const on = await entry(t, university);
    const thread = await express(analyst, on, 'For the fund', { organisationId: fund.id });
    expect(await reply(colleague, thread, 'I lead this')).toMatchObject({
      interest: { viewerSide: 'PARTY', status: 'OPEN' },
    });
    await reply(owner, thread, 'Good');
    for (const person of [analyst, colleague])
      await eventually(() => Promise.resolve(mails(t, person.email).length === 1));
    expect(mails(t, silent.email)).toEqual([]);

    const SENT =
      'query ($organisationId: ID, $filter: InterestFilter) { viewerInterests(organisationId: $organisationId, filter: $filter) { nodes { id organisation { id } } } }';
    const sent = async (person: SeededPerson, variables: Record<string, unknown> = {}) =>
      (
        await t.gql<{ viewerInterests: { nodes: Array<{ id: string }> } }>(SENT, variables, as(person))
      ).viewerInterests.nodes.map((node) => node.id);
    expect(await sent(analyst)).toEqual([thread.id]);
    expect(await sent(colleague)).toEqual([]);
    expect(await sent(silent, { organisationId: fund.id })).toEqual([thread.id]);
    expect(await sent(silent, { organisationId: fund.id, filter: { unread: true } })).toEqual([thread.id]);
    expect(await sent(silent, { organisationId: fund.id, filter: { unread: false } })).toEqual([]);
    expect(await failure(SENT, { organisationId: fund.id }, analyst)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await failure(SENT, {})).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await failure(GET, { id: thread.id }, await s.member(fund, 'MEMBER'))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
