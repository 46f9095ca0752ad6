import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entryGid, registered, stepTo, toNotice } from './cohort-kit.js';

/** Issue 15, point 13: an institution answers an objection against its entry. */

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let related: SeededPerson;
let owner: SeededPerson;
let editor: SeededPerson;
let member: SeededPerson;
let university: SeededOrganisation;
let entry: string;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  [operator, related, owner] = [
    await s.person({ operator: true }),
    await s.person({ operator: true }),
    await s.person(),
  ] as const;
  university = await s.organisation(owner);
  editor = await s.member(university, 'EDITOR');
  member = await s.member(university, 'MEMBER');
  const company = await s.organisation(related);
  await t.sql(`INSERT INTO organisation_family (parent_id, child_id) VALUES ($1, $2)`, [university.uuid, company.uuid]);
  await registered(t, university, 20);
  const { id } = await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 5, floors: [] } });
  const { key } = fromGlobalId(id)!;
  await toNotice(t, operator, id, key);
  const [first] = await t.sql<{ id: string }>(
    `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND proposal = 'ADMITTED' ORDER BY rank LIMIT 1`,
    [key],
  );
  entry = first!.id;
}, 120_000);
afterAll(() => t?.close());

const FIELDS = 'id text outcome reply repliedAt replyRevision viewerCanReply by { id }';
interface Seen {
  id: string;
  outcome: string | null;
  reply: string | null;
  repliedAt: string | null;
  replyRevision: number | null;
  viewerCanReply: boolean;
  by: object | null;
}
const call = (who: SeededPerson, name: string, input: Record<string, unknown>) =>
  t.ask<Record<string, { objection: Seen }>>(
    `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { objection { ${FIELDS} } } }`,
    { input },
    { token: who.token },
  );
async function objection(): Promise<{ id: string; author: SeededPerson }> {
  const author = await s.person({ displayName: 'Rowan Objector' });
  const made = await call(author, 'raiseObjection', {
    entryId: entryGid(entry),
    reason: 'NOT_OWNER',
    text: 'Rowan saw it elsewhere.',
  });
  return { id: made.data['raiseObjection']!.objection.id, author };
}
const reply = (who: SeededPerson, id: string, text: string, more: Record<string, unknown> = {}) =>
  call(who, 'replyToObjection', { id, reply: text, ...more });
const seen = async (who: SeededPerson, id: string) =>
  (
    await t.gql<{ node: Seen | null }>(
      `query ($id: ID!) { node(id: $id) { ... on Objection { ${FIELDS} } } }`,
      { id },
      { token: who.token },
    )
  ).node;
const reasonOf = (answer: Awaited<ReturnType<typeof call>>) => answer.errors?.[0]?.extensions.reason;
const records = (id: string) =>
  t.sql<{ facts: Record<string, unknown> }>(
    `SELECT facts FROM ledger_record WHERE kind = 'objection.replied' AND subject_id = $1 ORDER BY seq`,
    [fromGlobalId(id)!.key],
  );
const mails = (id: string) =>
  t.logLines
    .map((line) => line['mail'] as { to: string; subject: string; text: string } | undefined)
    .filter((mail) => mail?.text.includes(`/objections/${id}`))
    .map((mail) => mail!);

describe('the right of reply (issue 15, point 13)', () => {
  it('tells the institution of an objection without its author, and operators without a tie of the reply', async () => {
    const { id, author } = await objection();
    await eventually(() => Promise.resolve(mails(id).length === 2), 20_000);
    expect(
      mails(id)
        .map(({ to }) => to)
        .sort(),
    ).toEqual([owner.email, editor.email].sort());
    for (const { subject, text } of mails(id)) {
      expect(subject + text).not.toMatch(/Rowan/);
      expect(subject + text).not.toContain(author.email);
    }
    const { data } = await reply(editor, id, 'It is ours, see our filing.');
    expect(data['replyToObjection']!.objection).toMatchObject({
      reply: 'It is ours, see our filing.',
      replyRevision: 1,
      viewerCanReply: true,
      by: null,
    });
    await eventually(() => Promise.resolve(mails(id).length === 3), 20_000);
    expect(mails(id)[2]!.to).toBe(operator.email);
    expect(mails(id).map(({ to }) => to)).not.toContain(related.email);
    // The link of the mails leads to a page.
    const page = await fetch(`${new URL(t.url).origin}/objections/${id}`);
    expect(page.status).toBe(200);
  });

  it('shows the reply to the institution and to who decides, and to the author with the decision', async () => {
    const { id, author } = await objection();
    await reply(owner, id, 'It is ours.');
    for (const who of [owner, editor, member, operator])
      expect(await seen(who, id)).toMatchObject({ reply: 'It is ours.', replyRevision: 1 });
    const hidden = { reply: null, repliedAt: null, replyRevision: null, viewerCanReply: false };
    expect(await seen(author, id)).toMatchObject(hidden);
    expect(await seen(related, id)).toMatchObject(hidden);
    expect(await seen(await s.person(), id)).toBeNull();
    expect((await seen(member, id))!.viewerCanReply).toBe(false);
    expect(
      (await call(operator, 'answerObjection', { id, outcome: 'REJECTED', answer: 'No.' })).errors,
    ).toBeUndefined();
    expect(await seen(author, id)).toMatchObject({ outcome: 'REJECTED', reply: 'It is ours.', replyRevision: 1 });
    expect((await seen(owner, id))!.viewerCanReply).toBe(false);
  });

  it('is for editors and owners of the institution, not for the author, and not after the decision', async () => {
    const { id, author } = await objection();
    expect((await reply(await s.person(), id, 'Mine.')).errors![0]!.extensions.code).toBe('NOT_FOUND');
    for (const who of [member, author, operator])
      expect((await reply(who, id, 'Mine.')).errors![0]!.extensions.code).toBe('FORBIDDEN');
    await s.member(university, 'OWNER', author);
    expect(reasonOf(await reply(author, id, 'Mine.'))).toBe('OWN_OBJECTION');
    await t.sql(`DELETE FROM membership WHERE account_id = $1`, [author.accountId]);
    expect((await reply(owner, id, '  ')).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect((await reply(owner, id, 'x'.repeat(4001))).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    await call(operator, 'answerObjection', { id, outcome: 'REJECTED', answer: 'No.' });
    expect(reasonOf(await reply(owner, id, 'Too late.'))).toBe('ANSWERED_BEFORE');
    expect(await records(id)).toEqual([]);
  });

  it('is one reply, changed by its revision; each revision is in the ledger, a repetition is none', async () => {
    const { id } = await objection();
    const first = { idempotencyKey: 'reply-key-1' };
    for (let i = 0; i < 2; i += 1)
      expect((await reply(owner, id, 'First.', first)).data['replyToObjection']!.objection.replyRevision).toBe(1);
    expect((await reply(owner, id, 'First.')).data['replyToObjection']!.objection.replyRevision).toBe(1);
    expect(reasonOf(await reply(editor, id, 'Second.'))).toBe('REPLIED_BEFORE');
    expect(reasonOf(await reply(editor, id, 'Second.', { revision: 7 }))).toBe('UNKNOWN_REVISION');
    expect((await reply(editor, id, 'Second.', { revision: 1 })).errors).toBeUndefined();
    const stale = await reply(owner, id, 'Third.', { revision: 1 });
    expect(stale.errors![0]!.extensions).toMatchObject({ reason: 'STALE_REVISION', currentRevision: 2 });
    expect(await seen(owner, id)).toMatchObject({ reply: 'Second.', replyRevision: 2 });
    expect((await records(id)).map(({ facts }) => facts)).toMatchObject([
      { revision: 1, reasonHash: expect.any(String) as string },
      { revision: 2, reasonHash: expect.any(String) as string },
    ]);
    expect((await seen(owner, id))!.reply).toBe('Second.');
  });

  it('takes one of twenty first replies at once', async () => {
    const { id } = await objection();
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => reply(editor, id, `Reply ${i}.`)));
    expect(all.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(new Set(all.flatMap((one) => reasonOf(one) ?? []))).toEqual(new Set(['REPLIED_BEFORE']));
    expect(await records(id)).toHaveLength(1);
  });

  it('lets an operator decide on the reply that was read, and on no other', async () => {
    const { id } = await objection();
    const answer = (replyRevision: number) =>
      call(operator, 'answerObjection', { id, outcome: 'REJECTED', answer: 'No.', replyRevision });
    await reply(owner, id, 'First.');
    expect(reasonOf(await answer(0))).toBe('STALE_REVISION');
    expect(reasonOf(await answer(2))).toBe('UNKNOWN_REVISION');
    expect((await seen(operator, id))!.outcome).toBeNull();
    expect((await answer(1)).data['answerObjection']!.objection.outcome).toBe('REJECTED');
  });

  it('is exported and erased with the member who wrote it', async () => {
    const { id } = await objection();
    const leaving = await s.member(university, 'EDITOR');
    await reply(leaving, id, 'Our filing of linden is older.');
    const { exportMyData } = await t.gql<{ exportMyData: unknown }>(`{ exportMyData }`, {}, { token: leaving.token });
    expect(JSON.stringify(exportMyData)).toContain('Our filing of linden is older.');
    const { errors } = await t.ask(
      `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
      { input: { password: leaving.password } },
      { token: leaving.token },
    );
    expect(errors).toBeUndefined();
    expect((await seen(owner, id))!.reply).toMatch(/erased/);
    expect(await t.sql(`SELECT 1 FROM ledger_text WHERE text LIKE '%linden%'`)).toEqual([]);
    await call(operator, 'answerObjection', { id, outcome: 'REJECTED', answer: 'No.' });
  });
});
