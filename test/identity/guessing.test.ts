import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { mailTo, mailsTo, tokenIn } from './mailbox.js';

const LOG_IN = 'mutation($i: LogInInput!) { logIn(input: $i) { deviceToken tokens { accessToken } } }';
const REQUEST = 'mutation($i: RequestPasswordResetInput!) { requestPasswordReset(input: $i) { mailSent } }';
const RESET = 'mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { passwordChanged deviceToken } }';
const CHANGE =
  'mutation($old: String!, $new: String!) { changePassword(input: { currentPassword: $old, newPassword: $new }) { passwordChanged } }';
const WRONG = 'not the password at all';
const HOME = '198.51.100.7';
const ELSEWHERE = '203.0.113.9';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp({ trustProxy: 1 });
  s = seed(t);
});
afterAll(() => t.close());
beforeEach(() => t.sql('DELETE FROM login_throttle'));

type Reply = Awaited<ReturnType<typeof logIn>>;
const from = (ip: string, token?: string) => ({ token, headers: { 'x-forwarded-for': ip } });
const logIn = (email: string, password: string, ip: string, deviceToken?: string) =>
  t.ask<{ logIn: { deviceToken: string; tokens: { accessToken: string } } }>(
    LOG_IN,
    { i: { email, password, deviceToken } },
    from(ip),
  );
const codeOf = (reply: { errors?: Reply['errors'] }) => reply.errors?.[0]?.extensions.code;
const guess = async (times: number, email: string, ip: string) => {
  const codes: unknown[] = [];
  for (let i = 0; i < times; i += 1) codes.push(codeOf(await logIn(email, WRONG, ip)));
  return codes;
};
const deviceOf = async (person: SeededPerson, ip = HOME) =>
  (await logIn(person.email, person.password, ip)).data.logIn.deviceToken;
const request = (email: string, ip: string, deviceToken?: string) =>
  t.ask(REQUEST, { i: { email, deviceToken } }, from(ip));

describe('issue 15, point 4: guesses at a password', () => {
  it('from elsewhere keep the owner out neither on another network nor on a known device', async () => {
    const person = await s.person();
    const deviceToken = await deviceOf(person, ELSEWHERE);
    expect(await guess(11, person.email, ELSEWHERE)).toEqual([
      ...Array<string>(10).fill('UNAUTHENTICATED'),
      'RATE_LIMITED',
    ]);
    expect(codeOf(await logIn(person.email, person.password, ELSEWHERE))).toBe('RATE_LIMITED');
    expect(codeOf(await logIn(person.email, person.password, HOME))).toBeUndefined();
    // The known device gets through on the very network of the guesses, and keeps its token.
    const again = await logIn(person.email, person.password, ELSEWHERE, deviceToken);
    expect(again.data.logIn.deviceToken).toBe(deviceToken);
    // Its success frees nobody else on that network.
    expect(codeOf(await logIn(person.email, WRONG, ELSEWHERE))).toBe('RATE_LIMITED');
  });

  it('from one IPv6 subscriber count together, and those of another apart', async () => {
    const person = await s.person();
    for (let i = 0; i < 10; i += 1) await logIn(person.email, WRONG, `2001:db8:7:7::${i + 1}`);
    expect(codeOf(await logIn(person.email, WRONG, '2001:db8:7:7:ffff::1'))).toBe('RATE_LIMITED');
    expect(codeOf(await logIn(person.email, person.password, '2001:db8:7:8::1'))).toBeUndefined();
  });

  it('are throttled by network over all addresses, which known devices pass', async () => {
    const person = await s.person();
    const deviceToken = await deviceOf(person);
    await t.sql('DELETE FROM login_throttle');
    await logIn('nobody@example.org', WRONG, ELSEWHERE);
    await t.sql(`UPDATE login_throttle SET failures = 100 WHERE key LIKE 'logInByNetwork:%'`);
    const rows = await t.sql('SELECT key FROM login_throttle');
    expect(codeOf(await logIn(person.email, person.password, ELSEWHERE))).toBe('RATE_LIMITED');
    // A network beyond its limit adds no rows, whatever addresses it tries.
    for (let i = 0; i < 5; i += 1) await logIn(`nobody${i}@example.org`, WRONG, ELSEWHERE);
    expect(await t.sql('SELECT key FROM login_throttle')).toEqual(rows);
    expect(codeOf(await logIn(person.email, person.password, ELSEWHERE, deviceToken))).toBeUndefined();
  });

  it('from very many networks are bounded together; a known device and a reset link pass', async () => {
    const person = await s.person();
    const deviceToken = await deviceOf(person);
    await logIn(person.email, WRONG, ELSEWHERE);
    await t.sql(`UPDATE login_throttle SET failures = 500 WHERE key LIKE 'logInElsewhere:%'`);
    const refused = await logIn(person.email, person.password, '192.0.2.55');
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('a new password by a reset mail') as string,
      extensions: { code: 'RATE_LIMITED' },
    });
    expect(codeOf(await logIn(person.email, person.password, '192.0.2.55', deviceToken))).toBeUndefined();
    await request(person.email, '192.0.2.55');
    const token = tokenIn(await mailTo(t, person.email));
    const { resetPassword } = await t.gql<{ resetPassword: { deviceToken: string } }>(
      RESET,
      { i: { token, newPassword: 'a password by reset' } },
      from('192.0.2.55'),
    );
    expect(
      codeOf(await logIn(person.email, 'a password by reset', '192.0.2.55', resetPassword.deviceToken)),
    ).toBeUndefined();
    // The reset forgot the devices before it, which an intruder may have registered.
    expect(codeOf(await logIn(person.email, 'a password by reset', '192.0.2.55', deviceToken))).toBe('RATE_LIMITED');
  });

  it('with a device token are counted for that device alone, and a foreign token counts as none', async () => {
    const [person, other] = [await s.person(), await s.person()];
    const [own, foreign] = [await deviceOf(person), await deviceOf(other)];
    const codes: unknown[] = [];
    for (let i = 0; i < 11; i += 1) codes.push(codeOf(await logIn(person.email, WRONG, HOME, own)));
    expect(codes).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'RATE_LIMITED']);
    expect(codeOf(await logIn(person.email, person.password, HOME))).toBeUndefined();
    await guess(10, person.email, ELSEWHERE);
    for (const deviceToken of [foreign, 'tpd_nonsense', 'x'.repeat(100_000)])
      expect(codeOf(await logIn(person.email, WRONG, ELSEWHERE, deviceToken))).toBe('RATE_LIMITED');
  });

  it('are not wiped out by log-ins of the guesser’s own between them', async () => {
    const own = await s.person();
    await guess(9, 'victim@example.org', ELSEWHERE);
    await logIn(own.email, own.password, ELSEWHERE);
    const [row] = await t.sql<{ failures: number }>(
      `SELECT failures FROM login_throttle WHERE key LIKE 'logInByNetwork:%'`,
    );
    expect(row!.failures).toBe(9);
  });

  it('inside one session do not keep the owner from changing the password in another', async () => {
    const person = await s.person();
    const stolen = await s.logIn(person);
    for (let i = 0; i < 11; i += 1) await t.ask(CHANGE, { old: WRONG, new: 'chosen by a thief' }, { token: stolen });
    expect(codeOf(await t.ask(CHANGE, { old: person.password, new: 'x' }, { token: stolen }))).toBe('RATE_LIMITED');
    await t.gql(CHANGE, { old: person.password, new: 'chosen by the owner' }, { token: person.token });
  });
});

describe('issue 15, point 4: known devices', () => {
  it('are at most twenty per account, and end with a changed password and a revoked session', async () => {
    const person = await s.person();
    const tokens: string[] = [];
    let last: Reply | undefined;
    for (let i = 0; i < 22; i += 1) {
      last = await logIn(person.email, person.password, HOME);
      tokens.push(last.data.logIn.deviceToken);
      t.travel(1000);
    }
    expect(new Set(tokens).size).toBe(22);
    const known = () => t.sql('SELECT 1 FROM known_device WHERE account_id = $1', [person.accountId]);
    expect(await known()).toHaveLength(20);
    const token = last!.data.logIn.tokens.accessToken;
    await t.gql(CHANGE, { old: person.password, new: 'another password' }, { token });
    expect(await known()).toHaveLength(1);
    const { viewer } = await t.gql<{ viewer: { sessions: { nodes: Array<{ id: string }> } } }>(
      '{ viewer { sessions { nodes { id } } } }',
      {},
      { token },
    );
    await t.gql(
      'mutation($id: ID!) { revokeSession(input: { id: $id }) { revoked } }',
      { id: viewer.sessions.nodes[0]!.id },
      { token },
    );
    expect(await known()).toEqual([]);
  });

  it('are exported, and erased with all counters', async () => {
    const person = await s.person();
    await deviceOf(person);
    await logIn(person.email, WRONG, ELSEWHERE);
    await request(person.email, ELSEWHERE);
    const { exportMyData } = await t.gql<{ exportMyData: { knownDevices: unknown[] } }>(
      '{ exportMyData }',
      {},
      { token: person.token },
    );
    expect(exportMyData.knownDevices).toHaveLength(1);
    await t.sql(`DELETE FROM login_throttle WHERE key LIKE '%ByNetwork:%'`);
    await t.gql(
      'mutation($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: person.password },
      { token: person.token },
    );
    expect(await t.sql('SELECT 1 FROM known_device WHERE account_id = $1', [person.accountId])).toEqual([]);
    expect(await t.sql('SELECT key FROM login_throttle')).toEqual([]);
  });
});

describe('issue 15, point 4: mails that anybody can ask for', () => {
  it('are not used up by the requests of others, whose links break none', async () => {
    const person = await s.person();
    const codes: unknown[] = [];
    for (let i = 0; i < 6; i += 1) codes.push(codeOf(await request(person.email, ELSEWHERE)));
    expect(codes).toEqual([...Array<undefined>(5).fill(undefined), 'RATE_LIMITED']);
    await mailTo(t, person.email, 5);
    expect(codeOf(await request(person.email, HOME))).toBeUndefined();
    const token = tokenIn(await mailTo(t, person.email, 6));
    for (let i = 0; i < 3; i += 1) await request(person.email, '192.0.2.3');
    await mailTo(t, person.email, 9);
    await t.gql(RESET, { i: { token, newPassword: 'chosen by the owner' } }, from(HOME));
    // The other links end with the use of one.
    const late = tokenIn(mailsTo(t, person.email)[8]!);
    expect((await t.ask(RESET, { i: { token: late, newPassword: WRONG } })).errors?.[0]?.extensions.reason).toBe(
      'TOKEN_INVALID',
    );
  });

  it('are spaced out beyond a number, never dropped, and a known device does not wait', async () => {
    const person = await s.person();
    const deviceToken = await deviceOf(person);
    for (let i = 0; i < 40; i += 1) await request(person.email, `192.0.2.${10 + i}`);
    await mailTo(t, person.email, 30);
    await request(person.email, HOME);
    const waiting = await t.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM run_at - now())::float8 AS seconds
       FROM graphile_worker.jobs
       WHERE key LIKE 'mail:RESET_PASSWORD:%' AND attempts = 0`,
    );
    // One mail for the eleven requests (two where a slot of five minutes ended between them).
    expect([1, 2]).toContain(waiting.length);
    for (const { seconds } of waiting) expect(seconds).toBeLessThan(301);
    expect(mailsTo(t, person.email)).toHaveLength(30);
    await request(person.email, HOME, deviceToken);
    await mailTo(t, person.email, 31);
    await t.sql(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key LIKE 'mail:RESET_PASSWORD:%'`);
    await mailTo(t, person.email, 32);
  });

  it('for sign-ups and confirmations are counted alike', async () => {
    const email = 'newcomer@example.org';
    const signUp = (ip: string) =>
      t.ask(
        'mutation($i: SignUpInput!) { signUp(input: $i) { mailSent } }',
        { i: { email, password: 'a password of mine', displayName: 'New', locale: 'EN' } },
        from(ip),
      );
    const resend = (ip: string) =>
      t.ask('mutation($e: String!) { resendConfirmation(input: { email: $e }) { mailSent } }', { e: email }, from(ip));
    for (const ask of [signUp, resend]) {
      for (let i = 0; i < 5; i += 1) expect(codeOf(await ask(ELSEWHERE))).toBeUndefined();
      expect(codeOf(await ask(ELSEWHERE))).toBe('RATE_LIMITED');
      expect(codeOf(await ask(HOME))).toBeUndefined();
    }
    await mailTo(t, email, 12);
  });

  it('with invitations are counted by inviter, whatever others invite', async () => {
    const email = 'invited@example.org';
    const invite = async (owner: SeededPerson, id: string) =>
      codeOf(
        await t.ask(
          'mutation($i: InviteMemberInput!) { inviteMember(input: $i) { invitation { id } } }',
          { i: { organisationId: id, email, role: 'MEMBER' } },
          { token: owner.token },
        ),
      );
    const [one, two] = [await s.person(), await s.person()];
    const [first, second] = [await s.organisation(one), await s.organisation(two)];
    for (let i = 0; i < 5; i += 1) expect(await invite(one, first.id)).toBeUndefined();
    expect(await invite(one, first.id)).toBe('RATE_LIMITED');
    expect(await invite(two, second.id)).toBeUndefined();
    await mailTo(t, email, 6);
  });
});

it('issue 15, point 4: a mailed token works however many wrong ones its network has sent', async () => {
  const person = await s.person({ confirmed: false });
  await t.gql(
    'mutation($e: String!) { resendConfirmation(input: { email: $e }) { mailSent } }',
    { e: person.email },
    from(HOME),
  );
  const token = tokenIn(await mailTo(t, person.email));
  const confirm = (value: string) =>
    t.ask(
      'mutation($t: String!, $p: String!) { confirmEmail(input: { token: $t, password: $p }) { emailConfirmed } }',
      { t: value, p: person.password },
      from(ELSEWHERE),
    );
  for (let i = 0; i < 51; i += 1) await confirm('guess');
  expect(codeOf(await confirm('guess'))).toBe('RATE_LIMITED');
  expect(codeOf(await confirm(token))).toBeUndefined();
});
