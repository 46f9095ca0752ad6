import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { mailsTo, mailTo, tokenIn } from './mailbox.js';

/** Issue 15, point 2: a sign-up with somebody else's address never becomes that person's account by a mistaken click. */

const CONFIRM = 'mutation ($input: ConfirmEmailInput!) { confirmEmail(input: $input) { emailConfirmed } }';
const LOG_IN =
  'mutation ($email: String!, $password: String!) { logIn(input: { email: $email, password: $password }) { tokens { accessToken } } }';
const STRANGERS = 'a password of a stranger';
const OWN = 'a password of the owner';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

let serial = 0;
const address = () => `expert${(serial += 1)}@example.org`;
const signUp = (email: string, password: string, displayName: string, locale = 'EN') =>
  t.gql(`mutation ($input: SignUpInput!) { signUp(input: $input) { mailSent } }`, {
    input: { email, password, displayName, locale },
  });
const linkOf = async (email: string, nth = 1) => tokenIn(await mailTo(t, email, nth));
const confirm = async (token: string, password?: string | null) =>
  (await t.ask(CONFIRM, { input: { token, password } })).errors?.[0]?.extensions.reason;
const logIn = async (email: string, password: string) =>
  (await t.ask<{ logIn: { tokens: { accessToken: string } } | null }>(LOG_IN, { email, password })).data?.logIn?.tokens
    .accessToken ?? null;
const resetLinkOf = async (email: string, nth: number) => {
  await t.gql(`mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }`, { email });
  return linkOf(email, nth);
};
const reset = (token: string, newPassword: string) =>
  t.gql(
    `mutation ($token: String!, $newPassword: String!) { resetPassword(input: { token: $token, newPassword: $newPassword }) { passwordChanged } }`,
    { token, newPassword },
    { headers: { 'accept-language': 'en' } },
  );
const confirmChange = async (token: string, session: string) =>
  (
    await t.ask(
      'mutation ($t: String!) { confirmEmailChange(input: { token: $t }) { account { email } } }',
      { t: token },
      { token: session },
    )
  ).errors?.[0]?.extensions.reason;
const viewer = async (token: string) =>
  (
    await t.ask<{ viewer: { account: { displayName: string; emailConfirmed: boolean } } | null }>(
      '{ viewer { account { displayName emailConfirmed } } }',
      {},
      { token },
    )
  ).data?.viewer?.account ?? null;
const confirmedAt = async (email: string) =>
  (await t.sql<{ at: Date | null }>(`SELECT email_confirmed_at AS at FROM account WHERE email = $1`, [email]))[0]!.at;

describe('the confirmation link of a stranger’s sign-up', () => {
  it('says for which name and time of sign-up it is, and confirms nothing without the password of that sign-up', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    const token = await linkOf(email);
    const { signUpToConfirm } = await t.gql<{ signUpToConfirm: { displayName: string; signedUpAt: string } }>(
      'query ($token: String!) { signUpToConfirm(token: $token) { displayName signedUpAt } }',
      { token },
    );
    expect(signUpToConfirm.displayName).toBe('A. Stranger');
    expect(Math.abs(Date.parse(signUpToConfirm.signedUpAt) - t.app.clock().getTime())).toBeLessThan(60_000);
    expect((await mailTo(t, email)).text).toMatch(/at \d{4}-\d{2}-\d{2} \d{2}:\d{2}/);
    expect((await mailTo(t, email)).text).not.toContain('Stranger');

    expect(await confirm(token, OWN)).toBe('WRONG_PASSWORD');
    expect(await confirmedAt(email)).toBeNull();
    // The link is not used up by a wrong password.
    expect(await confirm(token, STRANGERS)).toBeUndefined();
    expect(await confirmedAt(email)).not.toBeNull();
  });

  it('tells an unknown or expired token from a wrong password', async () => {
    expect(await confirm('tpo_unknown', OWN)).toBe('TOKEN_INVALID');
    expect(
      (await t.ask('query { signUpToConfirm(token: "tpo_unknown") { displayName } }')).errors?.[0]?.extensions,
    ).toMatchObject({ reason: 'TOKEN_INVALID', field: 'token' });
  });

  it('counts wrong passwords against the network, like guesses at tokens', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    const token = await linkOf(email);
    const before = await t.sql<{ n: number }>(`SELECT COALESCE(sum(failures), 0)::int AS n FROM login_throttle`);
    await confirm(token, OWN);
    const after = await t.sql<{ n: number }>(`SELECT COALESCE(sum(failures), 0)::int AS n FROM login_throttle`);
    expect(after[0]!.n).toBe(before[0]!.n + 1);
  });
});

describe('a second sign-up with an unconfirmed address', () => {
  it('has a link of its own, which replaces what the stranger chose and ends the stranger’s sessions', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger', 'EN');
    const strangers = await linkOf(email);
    const session = (await logIn(email, STRANGERS))!;
    await signUp(email.toUpperCase(), OWN, 'B. Owner', 'ZH');
    const mail = await mailTo(t, email, 2);
    expect(mail.subject).toBe('请确认您的邮箱');
    const own = tokenIn(mail);

    // Nothing changes before a link is opened.
    expect(await logIn(email, OWN)).toBeNull();
    expect(await viewer(session)).toEqual({ displayName: 'A. Stranger', emailConfirmed: false });
    // Each link takes the password of its own sign-up only.
    expect(await confirm(own, STRANGERS)).toBe('WRONG_PASSWORD');
    expect(await confirm(strangers, OWN)).toBe('WRONG_PASSWORD');

    expect(await confirm(own, OWN)).toBeUndefined();
    expect(await logIn(email, STRANGERS)).toBeNull();
    expect(await viewer(session)).toBeNull();
    expect(await viewer((await logIn(email, OWN))!)).toEqual({ displayName: 'B. Owner', emailConfirmed: true });
    expect(await confirm(strangers, STRANGERS)).toBe('TOKEN_INVALID');
    expect(await t.sql(`SELECT 1 FROM pending_sign_up`)).toEqual([]);
  });

  it('confirms neither sign-up by the link alone, whatever opens it', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    const strangers = await linkOf(email);
    const session = (await logIn(email, STRANGERS))!;
    await signUp(email, OWN, 'B. Owner');
    const own = await linkOf(email, 2);
    for (const token of [strangers, own])
      for (const password of [undefined, null, '', ' ']) {
        const reason = await confirm(token, password);
        expect(reason).toBe(password === ' ' ? 'WRONG_PASSWORD' : 'PASSWORD_REQUIRED');
      }
    // Not even for a person who is logged in to the account that the stranger made.
    const reply = await t.ask(CONFIRM, { input: { token: own } }, { token: session });
    expect(reply.errors?.[0]?.extensions).toMatchObject({ reason: 'PASSWORD_REQUIRED', field: 'password' });
    expect(await confirmedAt(email)).toBeNull();
    // The links are not used up.
    expect(await confirm(own, OWN)).toBeUndefined();
    expect(await viewer((await logIn(email, OWN))!)).toMatchObject({ displayName: 'B. Owner', emailConfirmed: true });
  });

  it('does not confirm a password that the stranger sets between the check and the write', async () => {
    const email = address();
    await signUp(email, OWN, 'B. Owner');
    const token = await linkOf(email);
    const ran = t.beforeWrite(async () => {
      await t.sql(`UPDATE account SET password_hash = 'another' WHERE email = $1`, [email]);
    });
    expect(await confirm(token, OWN)).toBe('WRONG_PASSWORD');
    expect(ran()).toBe(true);
    expect(await confirmedAt(email)).toBeNull();
  });

  it('is void once the first is confirmed, whose sessions go on', async () => {
    const email = address();
    await signUp(email, OWN, 'B. Owner');
    const own = await linkOf(email);
    const session = (await logIn(email, OWN))!;
    await signUp(email, STRANGERS, 'A. Stranger');
    const strangers = await linkOf(email, 2);
    expect(await confirm(own, OWN)).toBeUndefined();
    expect(await viewer(session)).toEqual({ displayName: 'B. Owner', emailConfirmed: true });
    expect(await confirm(strangers, STRANGERS)).toBe('TOKEN_INVALID');
    await signUp(email, STRANGERS, 'A. Stranger');
    const notice = await mailTo(t, email, 3);
    expect(notice.subject).toBe('You already have an account');
    expect(notice.text).not.toMatch(/token/);
  });

  it('is void once the password is reset by mail', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    await linkOf(email);
    await signUp(email, 'another one of a stranger', 'C. Stranger');
    const strangers = await linkOf(email, 2);
    await t.gql(`mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }`, {
      email,
    });
    await t.gql(
      `mutation ($token: String!, $newPassword: String!) { resetPassword(input: { token: $token, newPassword: $newPassword }) { passwordChanged } }`,
      { token: await linkOf(email, 3), newPassword: OWN },
    );
    expect(await confirm(strangers, 'another one of a stranger')).toBe('TOKEN_INVALID');
    expect(await logIn(email, OWN)).not.toBeNull();
    expect(await logIn(email, STRANGERS)).toBeNull();
  });

  it('leaves nothing of the stranger after a reset by the owner of the address: name, language, change of address', async () => {
    const email = address();
    const strangers = address();
    await signUp(email, STRANGERS, 'A. Stranger', 'ZH');
    await linkOf(email);
    const session = (await logIn(email, STRANGERS))!;
    await t.gql(
      `mutation ($i: RequestEmailChangeInput!) { requestEmailChange(input: $i) { mailSent } }`,
      { i: { newEmail: strangers, password: STRANGERS } },
      { token: session },
    );
    const change = await linkOf(strangers);
    await reset(await resetLinkOf(email, 2), OWN);
    const own = (await logIn(email, OWN))!;
    const { viewer: after } = await t.gql<{ viewer: { account: unknown } }>(
      '{ viewer { account { displayName locale emailConfirmed pendingEmail } } }',
      {},
      { token: own },
    );
    expect(after.account).toEqual({
      displayName: email.split('@')[0],
      locale: 'EN',
      emailConfirmed: true,
      pendingEmail: null,
    });
    // A link that the stranger has sent on to the owner does not give the account the stranger's address.
    expect(await confirmChange(change, own)).toBe('TOKEN_INVALID');
    expect(await viewer(session)).toBeNull();
  });

  it.each(['reset', 'change'] as const)(
    'a password %s voids a change of address that somebody with the old password requested, and keeps the name',
    async (how) => {
      const [email, intruders] = [address(), address()];
      await signUp(email, OWN, 'B. Owner');
      expect(await confirm(await linkOf(email), OWN)).toBeUndefined();
      const session = (await logIn(email, OWN))!;
      await t.gql(
        `mutation ($i: RequestEmailChangeInput!) { requestEmailChange(input: $i) { mailSent } }`,
        { i: { newEmail: intruders, password: OWN } },
        { token: session },
      );
      const change = await linkOf(intruders);
      const renewed = 'another password of the owner';
      if (how === 'reset') await reset(await resetLinkOf(email, 3), renewed);
      else
        await t.gql(
          `mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { passwordChanged } }`,
          { i: { currentPassword: OWN, newPassword: renewed } },
          { token: session },
        );
      const own = (await logIn(email, renewed))!;
      expect(await confirmChange(change, own)).toBe('TOKEN_INVALID');
      expect(await viewer(own)).toEqual({ displayName: 'B. Owner', emailConfirmed: true });
    },
  );

  it('confirms one of two links that are opened at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const email = address();
      await signUp(email, STRANGERS, 'A. Stranger');
      const first = await linkOf(email);
      await signUp(email, OWN, 'B. Owner');
      const second = await linkOf(email, 2);
      const outcomes = await Promise.all([
        confirm(first, STRANGERS),
        confirm(second, OWN),
        confirm(first, STRANGERS),
        confirm(second, OWN),
      ]);
      expect(outcomes.filter((one) => one === undefined)).toHaveLength(1);
      const own = outcomes[1] === undefined || outcomes[3] === undefined;
      expect((await logIn(email, OWN)) !== null).toBe(own);
      expect((await logIn(email, STRANGERS)) !== null).toBe(!own);
    }
  });

  it('is asked for again: the newest one’s link comes', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    await linkOf(email);
    await signUp(email, OWN, 'B. Owner');
    await linkOf(email, 2);
    await t.gql(`mutation ($email: String!) { resendConfirmation(input: { email: $email }) { mailSent } }`, { email });
    expect(await confirm(await linkOf(email, 3), OWN)).toBeUndefined();
    expect(mailsTo(t, email)).toHaveLength(3);
  });

  it('keeps at most twenty that wait', async () => {
    const email = address();
    await signUp(email, STRANGERS, 'A. Stranger');
    const [account] = await t.sql<{ id: string }>(`SELECT id FROM account WHERE email = $1`, [email]);
    await t.sql(
      `INSERT INTO pending_sign_up (id, account_id, email, password_hash, display_name, locale, created_at)
       SELECT gen_random_uuid(), $1, $2, 'x', 'x', 'EN', now() - interval '1 hour' FROM generate_series(1, 30)`,
      [account!.id, email],
    );
    await signUp(email, OWN, 'B. Owner');
    await linkOf(email, 2);
    expect(await t.sql(`SELECT 1 FROM pending_sign_up WHERE account_id = $1`, [account!.id])).toHaveLength(20);
  });
});
