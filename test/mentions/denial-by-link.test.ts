import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, mails, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { tokenIn, type LoggedMail } from '../identity/mailbox.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/** Issue 15, point 10: a mention is denied with one click from the mail, without a log-in. */

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister);
});
afterAll(() => t?.close());

/** A new organisation that new entries name as their backer, and the link of the mail that tells its owner. */
async function named(entries = 1) {
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
  const all: SeededEntry[] = [];
  for (let i = 0; i < entries; i += 1) {
    const one = await entry(t, university, { title: { zh: `成果${i}`, en: `Result ${i}` } });
    all.push(one);
    await t.gql(
      `mutation ($input: SetAchievementBackersInput!) { setAchievementBackers(input: $input) { achievement { id } } }`,
      { input: { achievementId: one.id, backers: [{ organisationId: organisation.id }] } },
      { token: lister.token },
    );
  }
  await t.sql(`SELECT graphile_worker.add_job('mentions:tell', '{}')`);
  const mail = await eventually(() => Promise.resolve(mails(t, owner.email)[0] ?? null));
  return { owner, organisation, entries: all, token: tokenIn(mail as unknown as LoggedMail) };
}
interface Shown {
  id: string;
  status: string;
  achievement: { title: { value: string } } | null;
}
const FIELDS = 'id status achievement { title(locale: EN) { value } }';
const meant = (token: string) =>
  t.ask<{ mentionsToDeny: Shown[] }>(`query ($token: String!) { mentionsToDeny(token: $token) { ${FIELDS} } }`, {
    token,
  });
const deny = (token: string, ids?: string[]) =>
  t.ask<{ denyMentions: { mentions: Shown[] } }>(
    `mutation ($input: DenyMentionsInput!) { denyMentions(input: $input) { mentions { ${FIELDS} } } }`,
    { input: { token, ids } },
  );
const reasonOf = ({ errors }: { errors?: Array<{ extensions: { reason?: string } }> }) =>
  errors?.[0]?.extensions.reason;
const statuses = (organisation: SeededOrganisation) =>
  t.sql<{ status: string }>(`SELECT status FROM mention WHERE organisation_id = $1 ORDER BY id`, [organisation.uuid]);

describe('the link of a mail about mentions', () => {
  it('shows what the mail was about and denies it without a log-in; a second click changes nothing', async () => {
    const { owner, organisation, token } = await named(2);
    const shown = (await meant(token)).data.mentionsToDeny;
    expect(shown.map(({ status, achievement }) => [status, achievement?.title.value]).sort()).toEqual([
      ['PENDING', 'Result 0'],
      ['PENDING', 'Result 1'],
    ]);
    const denied = await deny(token);
    expect(denied.data.denyMentions.mentions.map(({ status }) => status)).toEqual(['DENIED', 'DENIED']);
    const records = () =>
      t.sql<{ actor: string; facts: object }>(
        `SELECT l.actor, l.facts FROM ledger_record l JOIN mention m ON m.id::text = l.subject_id
         WHERE l.kind = 'mention.answered' AND m.organisation_id = $1`,
        [organisation.uuid],
      );
    const [account] = await t.sql<{ pseudonym: string }>(`SELECT pseudonym FROM account WHERE id = $1`, [
      owner.accountId,
    ]);
    expect(await records()).toMatchObject([
      { actor: account!.pseudonym, facts: { status: 'DENIED', by: 'LINK' } },
      { actor: account!.pseudonym },
    ]);
    expect((await deny(token)).data.denyMentions.mentions.map(({ status }) => status)).toEqual(['DENIED', 'DENIED']);
    expect(await records()).toHaveLength(2);
  });

  it('denies one of several, and leaves what was confirmed', async () => {
    const { owner, organisation, token } = await named(3);
    const [first, second] = (await meant(token)).data.mentionsToDeny;
    await t.gql(
      `mutation ($input: AnswerMentionInput!) { answerMention(input: $input) { mention { status } } }`,
      { input: { id: first!.id, confirm: true } },
      { token: owner.token },
    );
    await deny(token, [second!.id]);
    expect((await statuses(organisation)).map(({ status }) => status)).toEqual(['CONFIRMED', 'DENIED', 'PENDING']);
    await deny(token);
    expect((await statuses(organisation)).map(({ status }) => status)).toEqual(['CONFIRMED', 'DENIED', 'DENIED']);
  });

  it('is void once the receiver is no editor or owner any more, or has another address', async () => {
    const { owner, organisation, token } = await named();
    await t.sql(`UPDATE membership SET role = 'MEMBER' WHERE account_id = $1`, [owner.accountId]);
    expect((await deny(token)).data.denyMentions.mentions).toEqual([]);
    expect(await statuses(organisation)).toEqual([{ status: 'PENDING' }]);
    await t.sql(`UPDATE membership SET role = 'OWNER' WHERE account_id = $1`, [owner.accountId]);
    await t.sql(`UPDATE account SET email = 'moved@example.org' WHERE id = $1`, [owner.accountId]);
    expect(reasonOf(await deny(token))).toBe('TOKEN_INVALID');
    expect(await statuses(organisation)).toEqual([{ status: 'PENDING' }]);
  });

  it('ends when the right ends between the request and the write', async () => {
    const { owner, organisation, token } = await named();
    const ran = t.beforeWrite(async () => {
      await t.sql(`DELETE FROM membership WHERE account_id = $1`, [owner.accountId]);
    });
    expect((await deny(token)).data.denyMentions.mentions).toEqual([]);
    expect(ran()).toBe(true);
    expect(await statuses(organisation)).toEqual([{ status: 'PENDING' }]);
  });

  it('is refused if any part of it was changed, and stands for its own mail only', async () => {
    const one = await named();
    const other = await named();
    const [meantPart, signature] = one.token.split('.') as [string, string];
    const forged = Buffer.from(
      Buffer.from(meantPart, 'base64url').toString('utf8').replace(one.owner.accountId, other.owner.accountId),
    ).toString('base64url');
    for (const token of [
      '',
      'x',
      'x.y',
      meantPart,
      `${meantPart}.`,
      `${forged}.${signature}`,
      `${meantPart}x.${signature}`,
    ]) {
      expect(reasonOf(await meant(token)), token).toBe('TOKEN_INVALID');
      expect(reasonOf(await deny(token)), token).toBe('TOKEN_INVALID');
    }
    const [foreign] = (await meant(other.token)).data.mentionsToDeny;
    await deny(one.token, [foreign!.id]);
    expect(await statuses(other.organisation)).toEqual([{ status: 'PENDING' }]);
    expect(await statuses(one.organisation)).toEqual([{ status: 'PENDING' }]);
  });

  it('confirms nothing: a confirmation needs a log-in', async () => {
    const { token } = await named();
    const [mention] = (await meant(token)).data.mentionsToDeny;
    const reply = await t.ask(
      `mutation ($input: AnswerMentionInput!) { answerMention(input: $input) { mention { status } } }`,
      { input: { id: mention!.id, confirm: true } },
    );
    expect(reply.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
