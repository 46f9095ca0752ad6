import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotateAgedSigningKey } from '../../src/identity/sessions/signing-keys.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { whileHolding } from './holding.js';

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const refresh = (refreshToken: string) =>
  t.ask<{ refreshSession: { tokens: Tokens } | null } | null>(
    'mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken refreshToken } } }',
    { t: refreshToken },
  );
const whoAmI = (token: string) =>
  t.ask<{ viewer: { via: string } | null } | undefined>('{ viewer { via } }', {}, { token });
const reasonOf = (reply: { errors?: Array<{ extensions: { code: string; reason?: string } }> }) =>
  reply.errors?.[0]?.extensions.reason;

describe('an access token', () => {
  it('expires after ten minutes', async () => {
    const person = await s.person();
    t.travel(9 * 60_000);
    expect((await whoAmI(person.token)).data).toEqual({ viewer: { via: 'SESSION' } });
    t.travel(61_000);
    const reply = await whoAmI(person.token);
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' });
  });

  it.each(['nonsense', 'a.b.c', 'tpk_00000000_short', `tpk_00000000_${'A'.repeat(43)}`])(
    'is refused, not ignored, when it is %s',
    async (token) => {
      const reply = await whoAmI(token);
      expect(reply.data).toBeFalsy();
      expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' });
    },
  );

  it('is refused with another scheme', async () => {
    const reply = await t.ask('{ viewer { via } }', {}, { headers: { authorization: 'Basic YTpi' } });
    expect(reasonOf(reply)).toBe('TOKEN_INVALID');
  });

  it('is refused when it is signed by a key that is not ours, even under our key’s id, or changed, or unsigned', async () => {
    const person = await s.person();
    const [header, payload, signature] = person.token.split('.') as [string, string, string];
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const { privateKey } = await generateKeyPair('EdDSA');
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' }).sign(privateKey);
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const changed = `${header}.${encode({ ...claims, exp: 4e9 })}.${signature}`;
    const unsigned = `${encode({ alg: 'none', kid, typ: 'at+jwt' })}.${payload}.`;
    for (const token of [forged, changed, unsigned]) expect(reasonOf(await whoAmI(token))).toBe('TOKEN_INVALID');
    expect((await whoAmI(person.token)).data).toEqual({ viewer: { via: 'SESSION' } });
  });

  it('survives the monthly rotation of the key until it expires', async () => {
    const before = await s.person();
    t.travel(31 * 86_400_000);
    const old = await s.logIn(before);
    const kids = async () =>
      (await t.sql<{ kid: string }>('SELECT kid FROM signing_key WHERE retired_at IS NULL')).map((row) => row.kid);
    const [first] = await kids();
    const rotate = () =>
      Promise.all([rotateAgedSigningKey(t.app), rotateAgedSigningKey(t.app), rotateAgedSigningKey(t.app)]);
    await whileHolding(t, 'LOCK TABLE signing_key IN SHARE MODE', 3, rotate);
    const [second, ...more] = await kids();
    expect(more).toEqual([]);
    expect(second).not.toBe(first);
    expect(await t.sql('SELECT 1 FROM signing_key')).toHaveLength(2);
    expect((await whoAmI(old)).data).toEqual({ viewer: { via: 'SESSION' } });
    expect((await whoAmI(await s.logIn(before))).data).toEqual({ viewer: { via: 'SESSION' } });
    await rotateAgedSigningKey(t.app);
    expect(await kids()).toEqual([second]);
  });

  it('is signed by a key that lies encrypted in the database', async () => {
    const rows = await t.sql<{ private_key: string; retired_at: string | null }>(
      'SELECT private_key, retired_at FROM signing_key',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect(row.private_key).toMatch(row.retired_at === null ? /^v1\.[\w-]+\.[\w-]+\.[\w-]+$/ : /^$/);
  });

  it('is refused at once when an operator replaces a key that leaked', async () => {
    const operator = await s.person({ operator: true });
    const person = await s.person();
    const rotate = 'mutation { rotateSigningKey(input: { revokeOld: true }) { kid } }';
    expect((await t.ask(rotate, {}, { token: person.token })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await t.gql(rotate, {}, { token: operator.token });
    expect(reasonOf(await whoAmI(person.token))).toBe('TOKEN_INVALID');
    expect((await refresh(person.refreshToken)).data?.refreshSession).not.toBeNull();
  });
});

describe('a refresh token', () => {
  it('is exchanged once for the next pair', async () => {
    const person = await s.person();
    const { data } = await refresh(person.refreshToken);
    const next = data!.refreshSession!.tokens;
    expect(next.refreshToken).not.toBe(person.refreshToken);
    expect((await whoAmI(next.accessToken)).data).toEqual({ viewer: { via: 'SESSION' } });
    expect((await refresh(next.refreshToken)).errors).toBeUndefined();
  });

  it('ends the whole session when it is used again', async () => {
    const person = await s.person();
    const other = await s.logIn(person);
    const next = (await refresh(person.refreshToken)).data!.refreshSession!.tokens;
    const reused = await refresh(person.refreshToken);
    expect(reused.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'REFRESH_TOKEN_REUSED' });
    expect(reasonOf(await refresh(next.refreshToken))).toBe('TOKEN_INVALID');
    expect(reasonOf(await whoAmI(next.accessToken))).toBe('TOKEN_INVALID');
    expect((await whoAmI(other)).data).toEqual({ viewer: { via: 'SESSION' } });
  });

  it('gives one pair to many simultaneous calls', async () => {
    const person = await s.person();
    const replies = await Promise.all(Array.from({ length: 5 }, () => refresh(person.refreshToken)));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    expect(replies.filter((reply) => reasonOf(reply) === 'REFRESH_TOKEN_REUSED')).toHaveLength(4);
  });

  it('dies after 30 days without use', async () => {
    const person = await s.person();
    t.travel(31 * 86_400_000);
    expect(reasonOf(await refresh(person.refreshToken))).toBe('TOKEN_INVALID');
  });

  it('dies after 180 days whatever its use', async () => {
    let { refreshToken } = await s.person();
    let lived = 0;
    for (; lived < 300; lived += 20) {
      const reply = await refresh(refreshToken);
      if (reply.errors) break;
      refreshToken = reply.data!.refreshSession!.tokens.refreshToken;
      t.travel(20 * 86_400_000);
    }
    expect(lived).toBe(180);
  });

  it('is stored as a hash', async () => {
    const person = await s.person();
    expect(await t.sql('SELECT 1 FROM refresh_token WHERE token_hash = $1', [person.refreshToken])).toEqual([]);
  });
});

describe('ending sessions', () => {
  let person: SeededPerson;
  let second: string;
  const sessions = async (token: string) =>
    (
      await t.gql<{ viewer: { sessions: { nodes: Array<{ id: string; isCurrent: boolean }> } } }>(
        '{ viewer { sessions { nodes { id isCurrent } } } }',
        {},
        { token },
      )
    ).viewer.sessions.nodes;

  it('logs out this session alone', async () => {
    person = await s.person();
    second = await s.logIn(person);
    await t.gql('mutation { logOut { loggedOut } }', {}, { token: person.token });
    expect(reasonOf(await whoAmI(person.token))).toBe('TOKEN_INVALID');
    expect(reasonOf(await refresh(person.refreshToken))).toBe('TOKEN_INVALID');
    expect(await sessions(second)).toMatchObject([{ isCurrent: true }]);
  });

  it('revokes one of the viewer’s sessions by its id, and none of others', async () => {
    const third = await s.logIn(person);
    const [current] = (await sessions(third)).filter((session) => session.isCurrent);
    const stranger = await s.person();
    const revoke = 'mutation($id: ID!) { revokeSession(input: { id: $id }) { revoked } }';
    expect((await t.ask(revoke, { id: current!.id }, { token: stranger.token })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    expect(
      (
        await t.gql<{ node: unknown }>(
          'query($id: ID!) { node(id: $id) { id } }',
          { id: current!.id },
          { token: stranger.token },
        )
      ).node,
    ).toBeNull();
    await t.gql(revoke, { id: current!.id }, { token: second });
    expect(reasonOf(await whoAmI(third))).toBe('TOKEN_INVALID');
  });

  it('logs out everywhere', async () => {
    const another = await s.logIn(person);
    await t.gql('mutation { logOutEverywhere { loggedOut } }', {}, { token: second });
    for (const token of [second, another]) expect(reasonOf(await whoAmI(token))).toBe('TOKEN_INVALID');
  });
});
