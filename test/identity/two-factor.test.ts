import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpStep } from '../../src/identity/accounts/totp.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo } from './mailbox.js';

const LOG_IN =
  'mutation($email: String!, $password: String!, $code: String) { logIn(input: { email: $email, password: $password, totpCode: $code }) { tokens { accessToken } } }';
const DISABLE =
  'mutation($p: String!, $c: String!) { disableTotp(input: { password: $p, code: $c }) { account { twoFactorEnabled } } }';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp({ requireOperatorTotp: true });
  s = seed(t);
});
afterAll(() => t.close());

/** The code that an authenticator shows `steps` 30-second steps from now. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: t.app.clock().getTime() + steps * 30_000 });
const nextStep = () => t.travel(30_000);
const logIn = (person: SeededPerson, code?: string) =>
  t.ask<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, {
    email: person.email,
    password: person.password,
    code,
  });
const reasonOf = (reply: { errors?: Array<{ extensions: { reason?: string } }> }) =>
  reply.errors?.[0]?.extensions.reason;

async function begin(person: SeededPerson): Promise<{ secret: string; uri: string }> {
  const { beginTotp } = await t.gql<{ beginTotp: { secret: string; uri: string } }>(
    'mutation($p: String!) { beginTotp(input: { password: $p }) { secret uri } }',
    { p: person.password },
    { token: person.token },
  );
  return beginTotp;
}

async function enable(person: SeededPerson): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await begin(person);
  const { enableTotp } = await t.gql<{ enableTotp: { recoveryCodes: string[] } }>(
    'mutation($c: String!) { enableTotp(input: { code: $c }) { recoveryCodes } }',
    { c: codeOf(secret) },
    { token: person.token },
  );
  nextStep();
  return { secret, recoveryCodes: enableTotp.recoveryCodes };
}

describe('two-factor authentication', () => {
  it('follows RFC 6238', () => {
    // Appendix B, SHA-1, last six digits of the eight.
    const secret = Secret.fromUTF8('12345678901234567890').base32;
    expect(totpStep(secret, '287082', new Date(59_000))).toBe(1);
    expect(totpStep(secret, '081804', new Date(1_111_111_109_000))).toBe(37_037_036);
    expect(totpStep(secret, '081804', new Date(1_111_111_109_000 + 61_000))).toBeNull();
  });

  it('begins with the password, gives an otpauth address, and is on after one good code', async () => {
    const person = await s.person();
    expect(
      reasonOf(
        await t.ask(
          'mutation { beginTotp(input: { password: "wrong password" }) { uri } }',
          {},
          { token: person.token },
        ),
      ),
    ).toBe('WRONG_PASSWORD');
    const { uri, secret } = await begin(person);
    expect(uri).toBe(
      `otpauth://totp/Techpool:${encodeURIComponent(person.email)}?issuer=Techpool&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    const other = await s.logIn(person);
    const enableWith = (c: string) =>
      t.ask<{ enableTotp: { recoveryCodes: string[] } }>(
        'mutation($c: String!) { enableTotp(input: { code: $c }) { recoveryCodes } }',
        { c },
        { token: person.token },
      );
    expect(reasonOf(await enableWith('000000'))).toBe('WRONG_CODE');
    expect((await logIn(person)).errors).toBeUndefined();
    const { data } = await enableWith(codeOf(secret));
    expect(new Set(data.enableTotp.recoveryCodes).size).toBe(10);
    expect(reasonOf(await t.ask('{ viewer { via } }', {}, { token: other }))).toBe('TOKEN_INVALID');
    expect((await mailTo(t, person.email)).subject).toBe('Two-factor authentication is on');
    const stored = JSON.stringify(
      await t.sql(
        'SELECT a.totp_secret, c.code_hash FROM account a JOIN recovery_code c ON c.account_id = a.id WHERE a.id = $1',
        [person.accountId],
      ),
    );
    expect(stored).not.toContain(secret);
    for (const code of data.enableTotp.recoveryCodes) expect(stored).not.toContain(code);
  });

  it('asks for a code at log-in, takes the neighbouring steps, and takes each code once', async () => {
    const person = await s.person();
    const { secret } = await enable(person);
    expect(reasonOf(await logIn(person))).toBe('TOTP_CODE_REQUIRED');
    nextStep();
    expect(reasonOf(await logIn(person, codeOf(secret, 2)))).toBe('TOTP_CODE_WRONG');
    const code = codeOf(secret, -1);
    expect((await logIn(person, code)).errors).toBeUndefined();
    expect(reasonOf(await logIn(person, code))).toBe('TOTP_CODE_WRONG');
    expect((await logIn(person, codeOf(secret, 1))).errors).toBeUndefined();
    // A code from a time step before the last accepted one is refused even if it was never used.
    expect(reasonOf(await logIn(person, codeOf(secret)))).toBe('TOTP_CODE_WRONG');
  });

  it('lets one of two simultaneous log-ins have a code', async () => {
    const person = await s.person();
    const { secret, recoveryCodes } = await enable(person);
    for (const code of [codeOf(secret), recoveryCodes[0]!]) {
      const replies = await Promise.all([logIn(person, code), logIn(person, code), logIn(person, code)]);
      expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    }
  });

  it('takes each recovery code once, however it is typed', async () => {
    const person = await s.person();
    const { recoveryCodes } = await enable(person);
    expect((await logIn(person, recoveryCodes[3]!.toLowerCase().replaceAll('-', ' '))).errors).toBeUndefined();
    expect(reasonOf(await logIn(person, recoveryCodes[3]))).toBe('TOTP_CODE_WRONG');
    expect((await logIn(person, recoveryCodes[4])).errors).toBeUndefined();
  });

  it('replaces the recovery codes on demand', async () => {
    const person = await s.person();
    const { secret, recoveryCodes } = await enable(person);
    const { renewRecoveryCodes } = await t.gql<{ renewRecoveryCodes: { recoveryCodes: string[] } }>(
      'mutation($p: String!, $c: String!) { renewRecoveryCodes(input: { password: $p, code: $c }) { recoveryCodes } }',
      { p: person.password, c: codeOf(secret) },
      { token: person.token },
    );
    expect(reasonOf(await logIn(person, recoveryCodes[0]))).toBe('TOTP_CODE_WRONG');
    expect((await logIn(person, renewRecoveryCodes.recoveryCodes[0])).errors).toBeUndefined();
  });

  it('throttles guesses of codes by those who know the password', async () => {
    const person = await s.person();
    await enable(person);
    const codes: unknown[] = [];
    for (let i = 0; i < 6; i += 1) codes.push(reasonOf(await logIn(person, '000000')));
    expect(codes).toEqual([...Array<string>(5).fill('TOTP_CODE_WRONG'), 'RATE_LIMITED']);
  });

  it('is turned off with password and code', async () => {
    const person = await s.person();
    const { secret } = await enable(person);
    expect(reasonOf(await t.ask(DISABLE, { p: person.password, c: '000000' }, { token: person.token }))).toBe(
      'WRONG_CODE',
    );
    expect(await t.gql(DISABLE, { p: person.password, c: codeOf(secret) }, { token: person.token })).toEqual({
      disableTotp: { account: { twoFactorEnabled: false } },
    });
    expect((await logIn(person)).errors).toBeUndefined();
  });
});

describe('operators where two-factor authentication is required of them', () => {
  it('have no operator’s rights until it is on, and cannot turn it off', async () => {
    const operator = await s.person({ operator: true });
    const owner = await s.person();
    const organisation = await s.organisation(owner, { verified: false });
    const verify = () =>
      t.ask(
        'mutation($id: ID!) { verifyOrganisation(input: { id: $id, revision: 1 }) { organisation { verification } } }',
        { id: organisation.id },
        { token: operator.token },
      );
    const viewer = () => t.gql('{ viewer { isOperator isOperatorPending } }', {}, { token: operator.token });
    expect(await viewer()).toEqual({ viewer: { isOperator: false, isOperatorPending: true } });
    expect((await verify()).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', reason: 'TOTP_REQUIRED' });
    const { secret } = await enable(operator);
    expect(await viewer()).toEqual({ viewer: { isOperator: true, isOperatorPending: false } });
    expect((await verify()).errors).toBeUndefined();
    expect(
      (await t.ask(DISABLE, { p: operator.password, c: codeOf(secret) }, { token: operator.token })).errors?.[0]
        ?.extensions,
    ).toMatchObject({ code: 'FORBIDDEN', reason: 'TOTP_REQUIRED' });
  });

  it('have none without a confirmed address', async () => {
    const operator = await s.person({ operator: true, confirmed: false });
    expect(await t.gql('{ viewer { isOperator isOperatorPending } }', {}, { token: operator.token })).toEqual({
      viewer: { isOperator: false, isOperatorPending: false },
    });
  });
});
