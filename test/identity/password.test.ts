import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo, mailsTo, tokenIn } from './mailbox.js';

const REQUEST = 'mutation($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }';
const RESET =
  'mutation($token: String!, $p: String!) { resetPassword(input: { token: $token, newPassword: $p }) { passwordChanged } }';
const CHANGE =
  'mutation($old: String!, $new: String!) { changePassword(input: { currentPassword: $old, newPassword: $new }) { passwordChanged } }';
const NEW = 'quite another password';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const logIn = (person: SeededPerson, password: string) =>
  t.ask(
    'mutation($email: String!, $password: String!) { logIn(input: { email: $email, password: $password }) { tokens { accessToken } } }',
    { email: person.email, password },
  );
const isLoggedIn = async (token: string) => !(await t.ask('{ viewer { via } }', {}, { token })).errors;

describe('a forgotten password', () => {
  it('once replaced, leaves no API key working, where a changed one does', async () => {
    const person = await s.person();
    const made = await t.gql<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "k", scopes: [READ] }) { secret } }',
      {},
      { token: person.token },
    );
    const { secret } = made.createApiKey;
    await t.gql(CHANGE, { old: person.password, new: 'a password between' }, { token: person.token });
    expect(await isLoggedIn(secret)).toBe(true);
    await t.gql(REQUEST, { email: person.email });
    const mail = await mailTo(t, person.email, 2);
    expect(mail.text).toContain('/reset-password#token=');
    await t.gql(RESET, { token: tokenIn(mail), p: NEW });
    expect(await isLoggedIn(secret)).toBe(false);
    expect((await mailTo(t, person.email, 3)).text).toContain('API keys');
  });

  it('is replaced by the mailed token, which ends every session and works once', async () => {
    const person = await s.person({ confirmed: false });
    expect(await t.gql(REQUEST, { email: person.email.toUpperCase() })).toEqual({
      requestPasswordReset: { mailSent: true },
    });
    const mail = await mailTo(t, person.email);
    const token = tokenIn(mail);
    expect(mail.text).toContain(`#token=${token}`);
    await t.gql(RESET, { token, p: NEW });
    expect(await isLoggedIn(person.token)).toBe(false);
    expect((await logIn(person, person.password)).errors?.[0]?.extensions.reason).toBe('BAD_CREDENTIALS');
    expect((await logIn(person, NEW)).errors).toBeUndefined();
    expect((await t.ask(RESET, { token, p: NEW })).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'TOKEN_INVALID',
    });
    expect((await mailTo(t, person.email, 2)).subject).toBe('Your password was changed');
    expect(
      await t.sql('SELECT 1 FROM account WHERE id = $1 AND email_confirmed_at IS NOT NULL', [person.accountId]),
    ).toHaveLength(1);
  });

  it('gives the same answer for an address without an account, and sends nothing', async () => {
    expect(await t.gql(REQUEST, { email: 'no.account@example.org' })).toEqual({
      requestPasswordReset: { mailSent: true },
    });
    const person = await s.person();
    await t.gql(REQUEST, { email: person.email });
    await mailTo(t, person.email);
    expect(mailsTo(t, 'no.account@example.org')).toEqual([]);
  });

  it('keeps the token when the new password is refused, and refuses it after an hour', async () => {
    const person = await s.person({ email: 'own.address@example.org' });
    await t.gql(REQUEST, { email: person.email });
    const token = tokenIn(await mailTo(t, person.email));
    expect((await t.ask(RESET, { token, p: person.email })).errors?.[0]?.extensions).toMatchObject({
      reason: 'SAME_AS_EMAIL',
      field: 'newPassword',
    });
    t.travel(61 * 60_000);
    expect((await t.ask(RESET, { token, p: NEW })).errors?.[0]?.extensions.reason).toBe('TOKEN_INVALID');
  });

  it('cannot be replaced by a confirmation token', async () => {
    const person = await s.person({ confirmed: false });
    await t.gql('mutation($email: String!) { resendConfirmation(input: { email: $email }) { mailSent } }', {
      email: person.email,
    });
    const token = tokenIn(await mailTo(t, person.email));
    expect((await t.ask(RESET, { token, p: NEW })).errors?.[0]?.extensions.reason).toBe('TOKEN_INVALID');
  });

  it('takes a token once, however many calls arrive together', async () => {
    const person = await s.person();
    await t.gql(REQUEST, { email: person.email });
    const token = tokenIn(await mailTo(t, person.email));
    const replies = await Promise.all(Array.from({ length: 3 }, (_, i) => t.ask(RESET, { token, p: `${NEW} ${i}` })));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
  });

  it('throttles guesses of tokens by address', async () => {
    await t.sql('DELETE FROM login_throttle');
    const codes = new Set<string | undefined>();
    for (let i = 0; i < 51; i += 1)
      codes.add(
        (await t.ask('mutation { confirmEmail(input: { token: "guess" }) { emailConfirmed } }')).errors?.[0]?.extensions
          .code,
      );
    expect([...codes]).toEqual(['BAD_USER_INPUT', 'RATE_LIMITED']);
    await t.sql('DELETE FROM login_throttle');
  });
});

describe('changing the password', () => {
  it('ends every other session, and tells the owner', async () => {
    const person = await s.person();
    const other = await s.logIn(person);
    await t.gql(CHANGE, { old: person.password, new: NEW }, { token: person.token });
    expect(await isLoggedIn(person.token)).toBe(true);
    expect(await isLoggedIn(other)).toBe(false);
    expect((await logIn(person, NEW)).errors).toBeUndefined();
    expect((await mailTo(t, person.email)).subject).toBe('Your password was changed');
  });

  it('needs the current one, and few guesses are allowed', async () => {
    const person = await s.person();
    const codes: unknown[] = [];
    for (let i = 0; i < 11; i += 1)
      codes.push(
        (await t.ask(CHANGE, { old: 'a wrong guess', new: NEW }, { token: person.token })).errors?.[0]?.extensions
          .reason,
      );
    expect(codes).toEqual([...Array<string>(10).fill('WRONG_PASSWORD'), 'RATE_LIMITED']);
  });

  it('ends the validity of a reset that was asked for before', async () => {
    const person = await s.person();
    await t.gql(REQUEST, { email: person.email });
    const token = tokenIn(await mailTo(t, person.email));
    await t.gql(CHANGE, { old: person.password, new: NEW }, { token: person.token });
    expect((await t.ask(RESET, { token, p: 'a third one altogether' })).errors?.[0]?.extensions.reason).toBe(
      'TOKEN_INVALID',
    );
  });
});
