import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo, mailsTo, tokenIn } from './mailbox.js';

const REQUEST = 'mutation($i: RequestEmailChangeInput!) { requestEmailChange(input: $i) { mailSent } }';
const CONFIRM =
  'mutation($t: String!) { confirmEmailChange(input: { token: $t }) { account { email emailConfirmed pendingEmail } } }';
const STOP = 'mutation($t: String!) { stopEmailChange(input: { token: $t }) { undone } }';
const LOG_IN = 'mutation($i: LogInInput!) { logIn(input: $i) { deviceToken tokens { accessToken } } }';
const RESET =
  'mutation($t: String!, $p: String!) { resetPassword(input: { token: $t, newPassword: $p }) { passwordChanged } }';
const ME = '{ viewer { account { email pendingEmail } } }';
const DAY = 86_400_000;

let t: TestApp;
let s: Seed;
let count = 0;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());
beforeEach(() => t.sql('DELETE FROM login_throttle'));

const fresh = () => `moved${(count += 1)}@example.org`;
const request = (person: SeededPerson, newEmail: string, token = person.token, password = person.password) =>
  t.ask(REQUEST, { i: { newEmail, password } }, { token });
const reasonOf = (reply: { errors?: Array<{ extensions: { reason?: string } }> }) =>
  reply.errors?.[0]?.extensions.reason;
const isLoggedIn = async (token: string) => !(await t.ask('{ viewer { via } }', {}, { token })).errors;
const logIn = (email: string, password: string) => t.ask(LOG_IN, { i: { email, password } });

/** Asks for a change and confirms it; returns the new address and the token that undoes the change. */
async function change(person: SeededPerson): Promise<{ newEmail: string; stop: string }> {
  const newEmail = fresh();
  await request(person, newEmail);
  const stop = tokenIn(await mailTo(t, person.email));
  await t.gql(CONFIRM, { t: tokenIn(await mailTo(t, newEmail)) }, { token: person.token });
  return { newEmail, stop };
}

describe('issue 15, point 13: an e-mail address is changed', () => {
  it('once the new one confirms, and tells both; other sessions and reset links end, API keys stay', async () => {
    const person = await s.person();
    const [other, newEmail] = [await s.logIn(person), fresh()];
    const { createApiKey } = await t.gql<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "k", scopes: [READ] }) { secret } }',
      {},
      { token: person.token },
    );
    await t.gql('mutation($e: String!) { requestPasswordReset(input: { email: $e }) { mailSent } }', {
      e: person.email,
    });
    const reset = tokenIn(await mailTo(t, person.email));
    expect((await request(person, newEmail)).data).toEqual({ requestEmailChange: { mailSent: true } });
    expect(await t.gql(ME, {}, { token: person.token })).toEqual({
      viewer: { account: { email: person.email, pendingEmail: newEmail } },
    });
    const mail = await mailTo(t, newEmail);
    expect(mail.text).toContain('/confirm-email-change#token=');
    expect((await mailTo(t, person.email, 2)).text).toContain('/stop-email-change#token=');
    expect(await t.gql(CONFIRM, { t: tokenIn(mail) }, { token: person.token })).toEqual({
      confirmEmailChange: { account: { email: newEmail, emailConfirmed: true, pendingEmail: null } },
    });
    expect(await isLoggedIn(person.token)).toBe(true);
    expect(await isLoggedIn(other)).toBe(false);
    expect(await isLoggedIn(createApiKey.secret)).toBe(true);
    expect(reasonOf(await t.ask(RESET, { t: reset, p: 'a password by the old mailbox' }))).toBe('TOKEN_INVALID');
    expect(reasonOf(await logIn(person.email, person.password))).toBe('BAD_CREDENTIALS');
    expect((await logIn(newEmail, person.password)).errors).toBeUndefined();
    await mailTo(t, newEmail, 2);
    await mailTo(t, person.email, 3);
    expect(reasonOf(await t.ask(CONFIRM, { t: tokenIn(mail) }, { token: person.token }))).toBe('TOKEN_INVALID');
  });

  it('only with the password, in a session of the account, and with links that have not expired', async () => {
    const person = await s.person();
    const newEmail = fresh();
    expect(reasonOf(await request(person, newEmail, person.token, 'not the password'))).toBe('WRONG_PASSWORD');
    expect(reasonOf(await request(person, person.email.toUpperCase().replace('EXAMPLE.ORG', 'example.org')))).toBe(
      'SAME_EMAIL',
    );
    await request(person, newEmail);
    const token = tokenIn(await mailTo(t, newEmail));
    expect(reasonOf(await t.ask(CONFIRM, { t: token }))).toBe('LOGIN_REQUIRED');
    const stranger = await s.person();
    expect(reasonOf(await t.ask(CONFIRM, { t: token }, { token: stranger.token }))).toBe('TOKEN_INVALID');
    t.travel(25 * 3_600_000);
    expect(reasonOf(await t.ask(CONFIRM, { t: token }, { token: await s.logIn(person) }))).toBe('TOKEN_INVALID');
  });

  it('without telling whether the new address has an account', async () => {
    const [person, taken] = [await s.person(), await s.person()];
    const [known, unknown] = [await request(person, taken.email), await request(person, fresh())];
    expect(known.data).toEqual(unknown.data);
    expect((await mailTo(t, taken.email)).text).not.toMatch(/token/);
    // An unconfirmed holder of the address is no account; the mailbox decides, and is told what to do.
    const squatter = await s.person({ confirmed: false });
    await request(person, squatter.email);
    const token = tokenIn(await mailTo(t, squatter.email));
    expect(reasonOf(await t.ask(CONFIRM, { t: token }, { token: person.token }))).toBe('EMAIL_TAKEN');
    expect(await t.gql(ME, {}, { token: person.token })).toMatchObject({
      viewer: { account: { email: person.email } },
    });
  });

  it('for somebody who mistyped it at sign-up, without telling the wrong address', async () => {
    const person = await s.person({ confirmed: false });
    const newEmail = fresh();
    await request(person, newEmail);
    await t.gql(CONFIRM, { t: tokenIn(await mailTo(t, newEmail)) }, { token: person.token });
    await mailTo(t, newEmail, 2);
    expect(mailsTo(t, person.email)).toEqual([]);
  });

  it('once, however many confirm at the same moment', async () => {
    const person = await s.person();
    const newEmail = fresh();
    await request(person, newEmail);
    const token = tokenIn(await mailTo(t, newEmail));
    const replies = await Promise.all([1, 2, 3].map(() => t.ask(CONFIRM, { t: token }, { token: person.token })));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
  });
});

describe('issue 15, point 13: a change of address is stopped', () => {
  it('from the old mailbox, before it is confirmed', async () => {
    const person = await s.person();
    const newEmail = fresh();
    await request(person, newEmail);
    expect(await t.gql(STOP, { t: tokenIn(await mailTo(t, person.email)) })).toEqual({
      stopEmailChange: { undone: false },
    });
    expect(reasonOf(await t.ask(CONFIRM, { t: tokenIn(await mailTo(t, newEmail)) }, { token: person.token }))).toBe(
      'TOKEN_INVALID',
    );
    expect((await logIn(person.email, person.password)).errors).toBeUndefined();
  });

  it('and undone within seven days: whoever changed it is out, and the owner chooses a new password', async () => {
    const person = await s.person();
    const { newEmail, stop } = await change(person);
    const thief = await logIn(newEmail, person.password);
    const key = await t.gql<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "k", scopes: [READ] }) { secret } }',
      {},
      { token: (thief.data as unknown as { logIn: { tokens: { accessToken: string } } }).logIn.tokens.accessToken },
    );
    // The thief cannot block the undoing by an account with the old address.
    await t.gql('mutation($i: SignUpInput!) { signUp(input: $i) { mailSent } }', {
      i: { email: person.email, password: 'a squatter chose this', displayName: 'x', locale: 'EN' },
    });
    expect((await mailTo(t, person.email, 3)).subject).toBe('This address cannot sign up yet');
    t.travel(6 * DAY);
    expect(await t.gql(STOP, { t: stop })).toEqual({ stopEmailChange: { undone: true } });
    expect(await isLoggedIn(key.createApiKey.secret)).toBe(false);
    expect(
      await t.sql('SELECT 1 FROM session WHERE account_id = $1 AND revoked_at IS NULL', [person.accountId]),
    ).toEqual([]);
    for (const email of [newEmail, person.email])
      expect(reasonOf(await logIn(email, person.password))).toBe('BAD_CREDENTIALS');
    const mail = await mailTo(t, person.email, 4);
    await t.gql(RESET, { t: tokenIn(mail), p: 'chosen by the owner' });
    expect((await logIn(person.email, 'chosen by the owner')).errors).toBeUndefined();
    expect(reasonOf(await t.ask(STOP, { t: stop }))).toBe('TOKEN_INVALID');
  });

  it('with every change that followed it', async () => {
    const person = await s.person();
    const { stop } = await change(person);
    const third = fresh();
    await request(person, third);
    await t.gql(CONFIRM, { t: tokenIn(await mailTo(t, third)) }, { token: person.token });
    expect(await t.gql(STOP, { t: stop })).toEqual({ stopEmailChange: { undone: true } });
    expect(await t.sql('SELECT email FROM account WHERE id = $1', [person.accountId])).toEqual([
      { email: person.email },
    ]);
  });

  it('no longer after seven days, when the old address is free again', async () => {
    const person = await s.person();
    const { stop } = await change(person);
    t.travel(8 * DAY);
    expect(reasonOf(await t.ask(STOP, { t: stop }))).toBe('TOKEN_INVALID');
    await t.gql('mutation($i: SignUpInput!) { signUp(input: $i) { mailSent } }', {
      i: { email: person.email, password: 'somebody else signs up', displayName: 'x', locale: 'EN' },
    });
    expect((await mailTo(t, person.email, 3)).subject).toBe('Confirm your e-mail address');
  });
});
