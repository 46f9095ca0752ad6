import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';

const CREATE =
  'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix scopes expiresAt lastUsedAt revokedAt } } }';

interface Created {
  createApiKey: {
    secret: string | null;
    apiKey: { id: string; name: string; prefix: string; scopes: string[]; lastUsedAt: string | null };
  };
}

let t: TestApp;
let s: Seed;
let person: SeededPerson;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  person = await s.person();
});
afterAll(() => t.close());

const create = async (input: Record<string, unknown> = {}) =>
  (
    await t.gql<Created>(
      CREATE,
      { input: { name: 'site', scopes: ['READ', 'WRITE'], ...input } },
      { token: await s.logIn(person) },
    )
  ).createApiKey;
const createOrganisation = (token: string) =>
  t.ask(
    'mutation { createOrganisation(input: { kind: ENTERPRISE, name: { en: "By key" } }) { organisation { id } } }',
    {},
    { token },
  );

describe('an API key', () => {
  it('acts for its account and shows its secret once', async () => {
    const { secret, apiKey } = await create();
    expect(secret).toBe(`tpk_${apiKey.prefix}_${secret!.slice(13)}`);
    expect(await t.gql('{ viewer { via account { email } } }', {}, { token: secret! })).toEqual({
      viewer: { via: 'API_KEY', account: { email: person.email } },
    });
    const { viewer } = await t.gql<{
      viewer: { apiKeys: { nodes: Array<{ id: string; lastUsedAt: string | null }> } };
    }>('{ viewer { apiKeys { nodes { id lastUsedAt } } } }', {}, { token: await s.logIn(person) });
    expect(viewer.apiKeys.nodes).toEqual([{ id: apiKey.id, lastUsedAt: expect.any(String) as string }]);
    expect(await t.sql('SELECT 1 FROM api_key WHERE secret_hash = $1', [secret])).toEqual([]);
  });

  it('writes with the WRITE scope and only reads without it', async () => {
    const writing = await create({ scopes: ['WRITE'] });
    expect(writing.apiKey.scopes).toEqual(['READ', 'WRITE']);
    expect((await createOrganisation(writing.secret!)).errors).toBeUndefined();
    const reading = await create({ scopes: ['READ'] });
    expect((await createOrganisation(reading.secret!)).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'API_KEY_SCOPE',
    });
  });

  it.each([
    'mutation { logOut { loggedOut } }',
    'mutation { logOutEverywhere { loggedOut } }',
    'mutation { changePassword(input: { currentPassword: "x", newPassword: "a long new password" }) { passwordChanged } }',
    'mutation { createApiKey(input: { name: "x", scopes: [READ] }) { secret } }',
    'mutation { revokeApiKey(input: { id: "x" }) { apiKey { id } } }',
    'mutation { revokeSession(input: { id: "x" }) { revoked } }',
    'mutation { beginTotp(input: { password: "x" }) { uri } }',
    'mutation { enableTotp(input: { code: "x" }) { recoveryCodes } }',
    'mutation { disableTotp(input: { password: "x", code: "x" }) { account { id } } }',
    'mutation { renewRecoveryCodes(input: { password: "x", code: "x" }) { recoveryCodes } }',
    'mutation { updateProfile(input: { displayName: "x" }) { account { id } } }',
    'mutation { acceptInvitation(input: { token: "x" }) { membership { id } } }',
    'mutation { eraseMyAccount(input: { password: "x" }) { erased } }',
    'mutation { rotateSigningKey(input: {}) { kid } }',
    '{ exportMyData }',
    '{ viewer { apiKeys { nodes { id } } } }',
    '{ viewer { sessions { nodes { id } } } }',
  ])('cannot manage the account: %s', async (operation) => {
    const { secret } = await create();
    expect((await t.ask(operation, {}, { token: secret! })).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'API_KEY_SCOPE',
    });
  });

  it('stops at once when it is revoked, and others cannot revoke it', async () => {
    const { secret, apiKey } = await create();
    const revoke = 'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }';
    const stranger = await s.person();
    expect((await t.ask(revoke, { id: apiKey.id }, { token: stranger.token })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    expect(
      (
        await t.gql<{ node: unknown }>(
          'query($id: ID!) { node(id: $id) { id } }',
          { id: apiKey.id },
          { token: stranger.token },
        )
      ).node,
    ).toBeNull();
    await t.gql(revoke, { id: apiKey.id }, { token: await s.logIn(person) });
    expect((await t.ask('{ viewer { via } }', {}, { token: secret! })).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_INVALID',
    });
  });

  it('stops when it expires', async () => {
    const { secret } = await create({ expiresAt: new Date(t.app.clock().getTime() + 3_600_000).toISOString() });
    expect((await t.ask('{ viewer { via } }', {}, { token: secret! })).errors).toBeUndefined();
    t.travel(3_600_001);
    expect((await t.ask('{ viewer { via } }', {}, { token: secret! })).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_EXPIRED',
    });
  });

  it('is refused when only its prefix is right', async () => {
    const { secret } = await create();
    const other = secret!.slice(0, -1) + (secret!.endsWith('A') ? 'B' : 'A');
    expect((await t.ask('{ viewer { via } }', {}, { token: other })).errors?.[0]?.extensions.reason).toBe(
      'TOKEN_INVALID',
    );
  });

  it('is made once for one idempotency key', async () => {
    const first = await create({ idempotencyKey: 'one-key-please' });
    const second = await create({ idempotencyKey: 'one-key-please' });
    expect(second.apiKey.id).toBe(first.apiKey.id);
    expect(second.secret).toBeNull();
  });

  it('needs a name, a scope, a future end and a confirmed address', async () => {
    const token = await s.logIn(person);
    const problem = async (input: Record<string, unknown>) =>
      (await t.ask(CREATE, { input: { name: 'x', scopes: ['READ'], ...input } }, { token })).errors?.[0]?.extensions;
    expect(await problem({ name: ' ' })).toMatchObject({ field: 'name', reason: 'LENGTH' });
    expect(await problem({ scopes: [] })).toMatchObject({ field: 'scopes', reason: 'REQUIRED' });
    expect(await problem({ expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      field: 'expiresAt',
      reason: 'IN_THE_PAST',
    });
    const unconfirmed = await s.person({ confirmed: false });
    expect(
      (await t.ask(CREATE, { input: { name: 'x', scopes: ['READ'] } }, { token: unconfirmed.token })).errors?.[0]
        ?.extensions,
    ).toMatchObject({ code: 'FORBIDDEN', reason: 'EMAIL_UNCONFIRMED' });
  });
});
