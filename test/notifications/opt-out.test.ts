import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notify } from '../../src/notifications/mail.js';
import { memberRemovedMail } from '../../src/identity/organisations/organisations.mails.js';
import { passwordChangedMail } from '../../src/identity/accounts/identity.mails.js';
import { mailsTo, mailTo } from '../identity/mailbox.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const told = (email: string) =>
  t.app.dataSource.transaction(async (tx) => {
    await notify(tx, memberRemovedMail, [{ email, locale: 'EN' as never }], () => ({ organisation: 'A university' }));
  });
const secured = (email: string) =>
  t.app.dataSource.transaction((tx) => notify(tx, passwordChangedMail, [{ email, locale: 'EN' as never }], () => null));
/** Path of the link that stops the mail’s kind. */
const stopOf = (text: string) => new URL(/Stop mails of this kind: (\S+)/.exec(text)![1]!).pathname;
const post = (path: string, body = 'List-Unsubscribe=One-Click') =>
  fetch(`${t.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
/** Waits until every waiting mail is worked off. */
const settled = () =>
  eventually(async () => {
    const [row] = await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM graphile_worker.jobs`);
    return row!.n === 0;
  });
const preferences = async (person: SeededPerson) =>
  (
    await t.gql<{ mailPreferences: Array<{ kind: string; wanted: boolean; mandatory: boolean; about: string }> }>(
      '{ mailPreferences { kind wanted mandatory about } }',
      {},
      { token: person.token },
    )
  ).mailPreferences;

describe('opting out of mails (issue 15, point 14)', () => {
  it('is one POST without a log-in, twice over, and taken back by another', async () => {
    const person = await s.person();
    await told(person.email);
    const path = stopOf((await mailTo(t, person.email)).text);
    // Opening the link changes nothing, since programs open links too.
    const opened = await fetch(`${t.url}${path}`);
    expect(opened.status).toBe(200);
    expect(await opened.text()).toContain('<form method="post"');
    expect((await preferences(person)).find(({ kind }) => kind === 'ORGANISATION')!.wanted).toBe(true);
    for (const body of ['List-Unsubscribe=One-Click', 'List-Unsubscribe=One-Click'])
      expect((await post(path, body)).status).toBe(200);
    expect((await preferences(person)).find(({ kind }) => kind === 'ORGANISATION')!.wanted).toBe(false);
    await told(person.email);
    await settled();
    expect(mailsTo(t, person.email)).toHaveLength(1);
    await secured(person.email);
    expect((await mailTo(t, person.email, 2)).text).toContain('cannot be switched off');
    expect((await post(path.replace('/unsubscribe/', '/subscribe/'))).status).toBe(200);
    await told(person.email);
    await mailTo(t, person.email, 3);
  });

  it('takes a form of either media type, and refuses a token that was changed or made for a mandatory kind', async () => {
    await told('guest@example.org');
    const path = stopOf((await mailTo(t, 'guest@example.org')).text);
    const form = new FormData();
    form.append('List-Unsubscribe', 'One-Click');
    expect((await fetch(`${t.url}${path}`, { method: 'POST', body: form })).status).toBe(200);
    // An address without an account opts out by its digest.
    await told('guest@example.org');
    await settled();
    expect(mailsTo(t, 'guest@example.org')).toHaveLength(1);
    const token = path.split('/').at(-1)!;
    const [meant, signature] = token.split('.') as [string, string];
    const forged = Buffer.from(Buffer.from(meant, 'base64url').toString().replace(/\n.*/, '\nACCOUNT')).toString(
      'base64url',
    );
    for (const wrong of [`${meant}.${'A'.repeat(43)}`, `${forged}.${signature}`, 'nonsense', `${meant}.`])
      expect((await post(`/unsubscribe/${wrong}`)).status).toBe(404);
    expect(Buffer.from(meant, 'base64url').toString()).not.toContain('guest@example.org');
  });

  it('of an account that has not confirmed its address stops no mail to the address', async () => {
    const squatter = await s.person({ confirmed: false });
    await t.gql(
      'mutation { setMailPreference(input: { kind: ORGANISATION, wanted: false }) { preferences { kind } } }',
      {},
      { token: squatter.token },
    );
    await told(squatter.email);
    await mailTo(t, squatter.email);
  });

  it('before signing up counts for the account, is shown to it, exported, and taken back by it', async () => {
    const email = 'early@example.org';
    await told(email);
    const { subject, text } = await mailTo(t, email);
    expect((await post(stopOf(text))).status).toBe(200);
    const count = () => mailsTo(t, email).filter((mail) => mail.subject === subject).length;
    // A stranger who signs up with the address neither sees nor ends what its owner chose.
    const stranger = await s.person({ email, confirmed: false });
    expect((await preferences(stranger)).every(({ wanted }) => wanted)).toBe(true);
    await t.gql(
      'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: stranger.password },
      { token: stranger.token },
    );
    const person = await s.person({ email });
    await told(email);
    await settled();
    expect(count()).toBe(1);
    expect((await preferences(person)).filter(({ wanted }) => !wanted).map(({ kind }) => kind)).toEqual([
      'ORGANISATION',
    ]);
    const { exportMyData } = await t.gql<{ exportMyData: Record<string, unknown> }>(
      '{ exportMyData }',
      {},
      { token: person.token },
    );
    expect(exportMyData['mailOptOuts']).toMatchObject([{ kind: 'ORGANISATION' }]);
    await t.gql(
      'mutation { setMailPreference(input: { kind: ORGANISATION, wanted: true }) { preferences { kind } } }',
      {},
      { token: person.token },
    );
    await told(email);
    await settled();
    expect(count()).toBe(2);
  });

  it('is a mutation too, which refuses mandatory kinds, and is exported and erased', async () => {
    const person = await s.person();
    const set = (kind: string, wanted: boolean) =>
      t.ask(
        'mutation ($input: SetMailPreferenceInput!) { setMailPreference(input: $input) { preferences { kind wanted } } }',
        { input: { kind, wanted } },
        { token: person.token },
      );
    expect((await set('ACCOUNT', false)).errors?.[0]?.extensions).toMatchObject({
      reason: 'MANDATORY',
      field: 'input.kind',
    });
    expect((await set('TEAM', false)).errors).toBeUndefined();
    const all = await preferences(person);
    expect(all.filter(({ wanted }) => !wanted).map(({ kind }) => kind)).toEqual(['TEAM']);
    expect(all.filter(({ mandatory }) => mandatory).map(({ kind }) => kind)).toEqual(['ACCOUNT']);
    const { exportMyData } = await t.gql<{ exportMyData: Record<string, unknown> }>(
      '{ exportMyData }',
      {},
      { token: person.token },
    );
    expect(exportMyData['mailOptOuts']).toMatchObject([{ kind: 'TEAM' }]);
    await t.gql(
      'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: person.password },
      { token: person.token },
    );
    expect(await t.sql(`SELECT 1 FROM mail_opt_out WHERE mailbox LIKE $1`, [`%${person.accountId}%`])).toEqual([]);
  });
});
