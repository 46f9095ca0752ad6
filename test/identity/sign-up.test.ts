import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { mailsTo, mailTo, tokenIn } from './mailbox.js';

const SIGN_UP = 'mutation($input: SignUpInput!) { signUp(input: $input) { mailSent } }';
const CONFIRM =
  'mutation($token: String!) { confirmEmail(input: { token: $token, password: "an honest long password" }) { emailConfirmed } }';
const LOG_IN =
  'mutation($email: String!, $password: String!) { logIn(input: { email: $email, password: $password }) { tokens { accessToken } } }';
const PASSWORD = 'an honest long password';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const signUp = (email: string, more: Record<string, unknown> = {}) =>
  t.ask<{ signUp: { mailSent: boolean } | null }>(SIGN_UP, {
    input: { email, password: PASSWORD, displayName: 'Li Wei', locale: 'EN', ...more },
  });

describe('signing up', () => {
  it('mails a token that confirms the address once', async () => {
    expect((await signUp('Li.Wei@Example.ORG ')).data).toEqual({ signUp: { mailSent: true } });
    const token = tokenIn(await mailTo(t, 'Li.Wei@example.org'));
    const { logIn } = await t.gql<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, {
      email: 'li.wei@example.org',
      password: PASSWORD,
    });
    const confirmed = async () =>
      (
        await t.gql<{ viewer: { account: { emailConfirmed: boolean } } }>(
          '{ viewer { account { emailConfirmed } } }',
          {},
          { token: logIn.tokens.accessToken },
        )
      ).viewer.account.emailConfirmed;
    expect(await confirmed()).toBe(false);
    expect(await t.gql(CONFIRM, { token })).toEqual({ confirmEmail: { emailConfirmed: true } });
    expect(await confirmed()).toBe(true);
    const again = await t.ask(CONFIRM, { token });
    expect(again.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'TOKEN_INVALID',
      field: 'token',
    });
  });

  it('refuses a token after a day', async () => {
    await signUp('late@example.org');
    const token = tokenIn(await mailTo(t, 'late@example.org'));
    t.travel(25 * 3_600_000);
    const reply = await t.ask(CONFIRM, { token });
    expect(reply.errors?.[0]?.extensions).toMatchObject({ reason: 'TOKEN_INVALID' });
  });

  it('answers the same for an address that has an account, and mails its owner a notice without a token', async () => {
    await signUp('taken@example.org');
    await t.gql(CONFIRM, { token: tokenIn(await mailTo(t, 'taken@example.org')) });
    const reply = await signUp('TAKEN@example.org', { password: 'somebody else altogether' });
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual({ signUp: { mailSent: true } });
    const notice = await mailTo(t, 'taken@example.org', 2);
    expect(notice.subject).toBe('You already have an account');
    expect(notice.text).not.toMatch(/token/);
    expect(
      (await t.ask(LOG_IN, { email: 'taken@example.org', password: 'somebody else altogether' })).errors?.[0]
        ?.extensions.reason,
    ).toBe('BAD_CREDENTIALS');
    expect(await t.sql(`SELECT 1 FROM account WHERE lower(email) = 'taken@example.org'`)).toHaveLength(1);
  });

  it('makes one account of many simultaneous calls', async () => {
    await Promise.all(Array.from({ length: 4 }, () => signUp('race@example.org')));
    expect(await t.sql(`SELECT 1 FROM account WHERE email = 'race@example.org'`)).toHaveLength(1);
  });

  it('writes in Chinese to those who choose it', async () => {
    await signUp('zhang@example.org', { locale: 'ZH' });
    expect((await mailTo(t, 'zhang@example.org')).subject).toBe('请确认您的邮箱');
  });

  it.each([
    ['short', 'LENGTH'],
    ['x'.repeat(201), 'LENGTH'],
    ['Password123', 'TOO_COMMON'],
    ['aaaaaaaaaaaaaa', 'TOO_COMMON'],
    ['weak.passwords@example.org', 'SAME_AS_EMAIL'],
    ['Weak.Passwords', 'SAME_AS_EMAIL'],
  ])('refuses the password %s without repeating it', async (password, code) => {
    const reply = await signUp('weak.passwords@example.org', { password });
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: code, field: 'password' });
    expect(JSON.stringify(reply.errors)).not.toContain(password);
  });

  it.each([
    'nobody',
    'a@b',
    'a b@example.org',
    'a@example.org, b@example.org',
    '<a@example.org>',
    '@example.org',
    'a@exa_mple.org',
    'a\n@example.org',
  ])('refuses the address %j', async (email) => {
    const reply = await signUp(email);
    expect(reply.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'BAD_EMAIL',
      field: 'email',
    });
  });
});

describe('asking for the confirmation again', () => {
  const RESEND = 'mutation($email: String!) { resendConfirmation(input: { email: $email }) { mailSent } }';

  it('sends a new token, leaves the earlier one valid until one is used, and says the same for an unknown address', async () => {
    await signUp('again@example.org');
    const first = tokenIn(await mailTo(t, 'again@example.org'));
    expect(await t.gql(RESEND, { email: 'again@example.org' })).toEqual({ resendConfirmation: { mailSent: true } });
    expect(await t.gql(RESEND, { email: 'nobody@example.org' })).toEqual({ resendConfirmation: { mailSent: true } });
    const second = tokenIn(await mailTo(t, 'again@example.org', 2));
    await t.gql(CONFIRM, { token: first });
    expect((await t.ask(CONFIRM, { token: second })).errors?.[0]?.extensions.reason).toBe('TOKEN_INVALID');
    expect(mailsTo(t, 'nobody@example.org')).toEqual([]);
  });

  it('is throttled alike for known and unknown addresses', async () => {
    const limit = async (email: string) => {
      for (let i = 1; ; i += 1) {
        const reply = await t.ask(RESEND, { email });
        if (reply.errors) return { i, extensions: reply.errors[0]!.extensions };
        if (i > 20) throw new Error('never throttled');
      }
    };
    await signUp('flood@example.org');
    const known = await limit('flood@example.org');
    const unknown = await limit('flood.nobody@example.org');
    expect(known.i).toBe(6);
    expect(unknown.i).toBe(6);
    expect(known.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) as number });
  });
});
