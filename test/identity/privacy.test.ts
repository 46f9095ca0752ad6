import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { whileHolding } from './holding.js';
import { mailTo } from './mailbox.js';

const ERASE = 'mutation($p: String!, $c: String) { eraseMyAccount(input: { password: $p, totpCode: $c }) { erased } }';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const erase = (person: SeededPerson, password = person.password, code?: string) =>
  t.ask(ERASE, { p: password, c: code }, { token: person.token });
/** Every row of every table as text, with the sealed and hashed values that nobody can read. */
async function wholeDatabase(): Promise<string> {
  const tables = await t.sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const parts = await Promise.all(
    tables.map(({ name }) =>
      t.sql<{ text: string | null }>(`SELECT string_agg(x::text, E'\\n') AS text FROM ${name} x`),
    ),
  );
  return parts.map(([row]) => row?.text ?? '').join('\n');
}

describe('one’s own data', () => {
  it('is exported whole, and without secrets', async () => {
    const person = await s.person({ displayName: 'Wang Fang' });
    const organisation = await s.organisation(person, { name: 'Her Institute' });
    await t.gql(
      'mutation($id: ID!) { inviteMember(input: { organisationId: $id, email: "friend@example.org", role: MEMBER }) { invitation { id } } }',
      { id: organisation.id },
      { token: person.token },
    );
    const { createApiKey } = await t.gql<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "mine", scopes: [READ] }) { secret } }',
      {},
      { token: person.token },
    );
    const { exportMyData } = await t.gql<{ exportMyData: Record<string, unknown> }>(
      '{ exportMyData }',
      {},
      { token: person.token },
    );
    expect(exportMyData).toMatchObject({
      account: { email: person.email, display_name: 'Wang Fang', is_operator: false },
      memberships: [{ role: 'OWNER', organisation: { en: 'Her Institute' } }],
      invitationsSent: [{ role: 'MEMBER' }],
      sessions: [{ device: 'a test' }],
      apiKeys: [{ name: 'mine' }],
      recordedActs: [{ kind: 'invitation.sent' }],
    });
    const text = JSON.stringify(exportMyData);
    expect(text).not.toMatch(/argon2|friend@example\.org|hash|totp_secret/);
    expect(text).not.toContain(createApiKey.secret);
    expect((await t.ask('{ exportMyData }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('erasing one’s account', () => {
  it('leaves nothing personal, keeps the records, and cuts the tie to them', async () => {
    const person = await s.person({ email: 'forget.me@example.org', displayName: 'Zhao Forgotten' });
    const colleague = await s.person();
    const organisation = await s.organisation(colleague);
    await s.member(organisation, 'OWNER', person);
    await t.gql(
      'mutation($id: ID!) { inviteMember(input: { organisationId: $id, email: "guest@example.org", role: MEMBER, idempotencyKey: "erase-test-1" }) { invitation { id } } }',
      { id: organisation.id },
      { token: person.token },
    );
    const third = await s.organisation(colleague);
    await t.gql(
      'mutation($id: ID!) { inviteMember(input: { organisationId: $id, email: "Forget.Me@example.org", role: MEMBER }) { invitation { id } } }',
      { id: third.id },
      { token: colleague.token },
    );
    const { createApiKey } = await t.gql<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "mine", scopes: [READ] }) { secret } }',
      {},
      { token: person.token },
    );
    const [before] = await t.sql<{ pseudonym: string }>('SELECT pseudonym FROM account WHERE id = $1', [
      person.accountId,
    ]);

    expect((await erase(person, 'a wrong password')).errors?.[0]?.extensions).toMatchObject({
      reason: 'WRONG_PASSWORD',
      field: 'password',
    });
    expect((await erase(person)).data).toEqual({ eraseMyAccount: { erased: true } });

    expect((await wholeDatabase()).toLowerCase()).not.toMatch(/forget\.me|zhao forgotten/);
    const [row] = await t.sql<Record<string, unknown>>('SELECT * FROM account WHERE id = $1', [person.accountId]);
    expect(row).toMatchObject({
      email: null,
      password_hash: null,
      display_name: null,
      totp_secret: null,
      email_confirmed_at: null,
      is_operator: false,
    });
    expect(row!.pseudonym).not.toBe(before!.pseudonym);
    for (const table of ['session', 'api_key', 'membership', 'one_time_token', 'recovery_code', 'idempotency_key']) {
      expect(await t.sql(`SELECT 1 FROM ${table} WHERE account_id = $1`, [person.accountId])).toEqual([]);
    }
    const acts = await t.sql<{ kind: string }>('SELECT kind FROM ledger_record WHERE actor = $1 ORDER BY seq', [
      before!.pseudonym,
    ]);
    expect(acts.map((act) => act.kind)).toEqual(['invitation.sent', 'account.erased']);
    const ledger = JSON.stringify(await t.sql('SELECT * FROM ledger_record'));
    expect(ledger).not.toContain(person.accountId);
    expect(ledger).not.toContain(row!.pseudonym as string);

    for (const token of [person.token, createApiKey.secret])
      expect((await t.ask('{ viewer { via } }', {}, { token })).errors?.[0]?.extensions.reason).toBe('TOKEN_INVALID');
    expect(
      (
        await t.ask(
          `mutation { logIn(input: { email: "${person.email}", password: "${person.password}" }) { tokens { accessToken } } }`,
        )
      ).errors?.[0]?.extensions.reason,
    ).toBe('BAD_CREDENTIALS');
    expect((await mailTo(t, person.email)).subject).toBe('Your account was erased');
    expect(
      (
        await t.ask(
          'mutation { signUp(input: { email: "forget.me@example.org", password: "a brand new start", displayName: "Zhao" }) { mailSent } }',
        )
      ).errors,
    ).toBeUndefined();
  });

  it('is refused to the only owner of an organisation, and changes nothing then', async () => {
    const person = await s.person();
    const organisation = await s.organisation(person);
    await s.member(organisation, 'EDITOR');
    expect((await erase(person)).errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'LAST_OWNER' });
    expect((await t.ask('{ viewer { via } }', {}, { token: person.token })).errors).toBeUndefined();
  });

  it('leaves an owner when both owners erase themselves at the same moment', async () => {
    const first = await s.person();
    const organisation = await s.organisation(first);
    const second = await s.member(organisation, 'OWNER');
    const memberships = `SELECT 1 FROM membership WHERE organisation_id = '${organisation.uuid}' FOR UPDATE`;
    const replies = await whileHolding(t, memberships, 2, () => Promise.all([erase(first), erase(second)]));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    expect(replies.map((reply) => reply.errors?.[0]?.extensions.reason)).toContain('LAST_OWNER');
    expect(
      await t.sql(`SELECT 1 FROM membership WHERE organisation_id = $1 AND role = 'OWNER'`, [organisation.uuid]),
    ).toHaveLength(1);
  });

  it('asks for the second factor where there is one', async () => {
    const person = await s.person();
    const { beginTotp } = await t.gql<{ beginTotp: { secret: string } }>(
      'mutation($p: String!) { beginTotp(input: { password: $p }) { secret } }',
      { p: person.password },
      { token: person.token },
    );
    const code = () =>
      new TOTP({ secret: Secret.fromBase32(beginTotp.secret) }).generate({ timestamp: t.app.clock().getTime() });
    await t.gql(
      'mutation($c: String!) { enableTotp(input: { code: $c }) { recoveryCodes } }',
      { c: code() },
      { token: person.token },
    );
    t.travel(30_000);
    expect((await erase(person)).errors?.[0]?.extensions).toMatchObject({
      reason: 'TOTP_CODE_REQUIRED',
      field: 'totpCode',
    });
    expect((await erase(person, person.password, '000000')).errors?.[0]?.extensions.reason).toBe('WRONG_CODE');
    expect((await erase(person, person.password, code())).errors).toBeUndefined();
  });
});

describe('the profile', () => {
  it('is changed by its owner', async () => {
    const person = await s.person();
    const change = (input: Record<string, unknown>) =>
      t.ask(
        'mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { account { displayName locale } } }',
        { input },
        { token: person.token },
      );
    expect((await change({ displayName: ' 王\n芳 ', locale: 'ZH' })).data).toEqual({
      updateProfile: { account: { displayName: '王 芳', locale: 'ZH' } },
    });
    expect((await change({ locale: 'EN' })).data).toEqual({
      updateProfile: { account: { displayName: '王 芳', locale: 'EN' } },
    });
    expect((await change({ displayName: '  ' })).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'displayName',
    });
  });
});
