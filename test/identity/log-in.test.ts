import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DUMMY_HASH, hashPassword } from '../../src/identity/accounts/passwords.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed } from '../seed.js';

const LOG_IN =
  'mutation($email: String!, $password: String!) { logIn(input: { email: $email, password: $password, device: "Firefox" }) { tokens { accessToken refreshToken accessTokenExpiresAt sessionExpiresAt } } }';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const logIn = (email: string, password: string) =>
  t.ask<{ logIn: { tokens: { accessToken: string; refreshToken: string } } }>(LOG_IN, { email, password });
const fresh = () => t.sql('DELETE FROM login_throttle');

describe('logging in', () => {
  it('gives an access token that works, whatever the case of the address', async () => {
    const person = await s.person({ email: 'Chen@example.org' });
    const { data } = await logIn(' chen@EXAMPLE.org', person.password);
    const { viewer } = await t.gql<{ viewer: unknown }>(
      '{ viewer { via account { email } sessions { nodes { isCurrent device } } } }',
      {},
      { token: data.logIn.tokens.accessToken },
    );
    expect(viewer).toEqual({
      via: 'SESSION',
      account: { email: 'Chen@example.org' },
      sessions: {
        nodes: [
          { isCurrent: true, device: 'Firefox' },
          { isCurrent: false, device: 'a test' },
        ],
      },
    });
  });

  it('says the same for a wrong password and an unknown account', async () => {
    const person = await s.person();
    const wrong = await logIn(person.email, 'not the password at all');
    const unknown = await logIn('unknown@example.org', 'not the password at all');
    expect(wrong.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'BAD_CREDENTIALS' });
    expect(unknown.errors).toEqual(wrong.errors);
    expect(unknown.status).toBe(wrong.status);
  });

  it('takes the same time for a wrong password and an unknown account', async () => {
    const person = await s.person();
    const time = async (email: string) => {
      const start = performance.now();
      await logIn(email, 'not the password at all');
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 15; i += 1) {
      await fresh();
      known.push(await time(person.email));
      unknown.push(await time(`unknown${i}@example.org`));
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
    const ratio = median(known) / median(unknown);
    // Without the check against a dummy hash the ratio is about five.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });

  it('checks the dummy hash at the cost of a real one', async () => {
    const cost = (hash: string) => hash.split('$').slice(1, 4);
    expect(cost(DUMMY_HASH)).toEqual(cost(await hashPassword('a password of some length')));
    expect(cost(DUMMY_HASH)).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1']);
  });

  it('is throttled per address alike with and without an account, the right password included', async () => {
    await fresh();
    const person = await s.person();
    const reasons = async (email: string) => {
      const seen: unknown[] = [];
      for (let i = 0; i < 11; i += 1)
        seen.push((await logIn(email, 'not the password at all')).errors?.[0]?.extensions.code);
      return seen;
    };
    const known = await reasons(person.email);
    expect(known).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'RATE_LIMITED']);
    expect(await reasons('nobody.at.all@example.org')).toEqual(known);
    const right = await logIn(person.email, person.password);
    expect(right.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    const wait = right.errors?.[0]?.extensions.retryAfterSeconds as number;
    expect(wait).toBeGreaterThan(800);
    t.travel((wait + 1) * 1000);
    expect((await logIn(person.email, person.password)).errors).toBeUndefined();
  });

  it('counts parallel guesses one by one', async () => {
    await fresh();
    const person = await s.person();
    const replies = await Promise.all(Array.from({ length: 16 }, () => logIn(person.email, 'not the password at all')));
    expect(replies.filter((reply) => reply.errors?.[0]?.extensions.code === 'RATE_LIMITED')).toHaveLength(6);
  });

  it('forgets failures after a success', async () => {
    await fresh();
    const person = await s.person();
    for (let i = 0; i < 9; i += 1) await logIn(person.email, 'not the password at all');
    expect((await logIn(person.email, person.password)).errors).toBeUndefined();
    expect((await logIn(person.email, 'not the password at all')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('leaves neither addresses nor passwords in the throttle and the log', async () => {
    const keys = JSON.stringify(await t.sql('SELECT key FROM login_throttle'));
    expect(keys).not.toMatch(/@|127\.0\.0\.1/);
    expect(JSON.stringify(t.logLines)).not.toMatch(/not the password at all|ningjing zhiyuan/);
  });
});
