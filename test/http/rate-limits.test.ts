import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/kernel/config.js';
import { COST_PER_POINT, quotaKey } from '../../src/http/rate-limit.js';
import { networkOf } from '../../src/lib/network.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';
import { anonymousViewer } from '../../src/kernel/viewer.js';

let t: TestApp;
const servers: SmallServer[] = [];
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await t.close();
});

const SDL = 'type Query { cheap: Boolean costly: [Thing!]! } type Thing { name: String }';

async function serverWith(requestsPerMinute: number, trustProxy: Config['trustProxy'] = false): Promise<SmallServer> {
  const schema = smallSchema(SDL, { Query: { cheap: () => true, costly: () => [] } });
  // A cost of 3.5 points.
  schema.getQueryType()!.getFields()['costly']!.extensions = { complexity: 3.5 * COST_PER_POINT };
  const server = await startSmallServer(t.app, schema, {
    trustProxy,
    limits: { ...t.app.config.limits, requestsPerMinute },
  });
  servers.push(server);
  return server;
}

describe('requests of one viewer', () => {
  it('pass up to the limit, then get 429 with the time to wait', async () => {
    const { url } = await serverWith(3);
    for (const remaining of [2, 1, 0]) {
      const answer = await post(url, { query: '{ cheap }' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-limit')).toBe('3');
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(remaining));
    }
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const refused = await post(url, { query: '{ cheap }' }, { accept });
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(50);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(refused.headers.get('ratelimit-remaining')).toBe('0');
      expect(refused.headers.get('ratelimit-reset')).toBe(String(seconds));
      expect(refused.json.errors?.[0]?.extensions).toMatchObject({
        code: 'RATE_LIMITED',
        reason: 'RATE_LIMITED',
        retryAfterSeconds: seconds,
      });
      expect(refused.json.data).toBeUndefined();
    }
  });

  it('are counted also when they are refused for another reason', async () => {
    const { url } = await serverWith(2);
    await post(url, { query: '{' });
    await post(url, { query: '{ nowhere }' });
    expect((await post(url, { query: '{ cheap }' })).status).toBe(429);
  });

  it('take a point per started 500 of cost', async () => {
    const { url } = await serverWith(9);
    expect((await post(url, { query: '{ costly { name } }' })).headers.get('ratelimit-remaining')).toBe('5');
    expect((await post(url, { query: '{ costly { name } }' })).headers.get('ratelimit-remaining')).toBe('1');
    const refused = await post(url, { query: '{ costly { name } }' });
    expect(refused.status).toBe(429);
    expect(refused.json.data).toBeUndefined();
  });

  it('count once per batch: the costs of its members add up before they are rounded', async () => {
    const { url } = await serverWith(20);
    const cheap = await post(
      url,
      Array.from({ length: 10 }, () => ({ query: '{ cheap }' })),
    );
    expect(cheap.headers.get('ratelimit-remaining')).toBe('19');
    await post(url, [{ query: '{ costly { name } }' }, { query: '{ costly { name } }' }]);
    // Both operations together cost 7 points; rounded individually they would cost 8.
    expect((await post(url, { query: '{ cheap }' })).headers.get('ratelimit-remaining')).toBe('11');
  });

  it('of an address do not use up those of another', async () => {
    const { url } = await serverWith(1, 1);
    const from = (address: string) => post(url, { query: '{ cheap }' }, { 'x-forwarded-for': address });
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(200);
    expect((await from('2001:db8:1:2::1')).status).toBe(200);
    expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429);
    expect((await from('2001:db8:1:3::1')).status).toBe(200);
  });

  it('cannot be multiplied by forged entries before those of the trusted proxies', async () => {
    for (const trustProxy of [1, ['127.0.0.0/8', '::1']]) {
      const { url } = await serverWith(1, trustProxy);
      expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.1, 198.51.100.7' })).status).toBe(
        200,
      );
      expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.2, 198.51.100.7' })).status).toBe(
        429,
      );
    }
    const { url } = await serverWith(1, ['203.0.113.0/24']);
    expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(200);
    expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(429);
  });

  it('cannot be multiplied by a forged forwarding header where no proxy is trusted', async () => {
    const { url } = await serverWith(1);
    expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(200);
    expect((await post(url, { query: '{ cheap }' }, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(429);
  });

  it('with wrong credentials cannot be tried endlessly, and leave the quota of others at the address alone', async () => {
    const { url } = await serverWith(2);
    const wrong = () => post(url, { query: '{ cheap }' }, { authorization: 'Bearer nonsense' });
    expect((await wrong()).status).toBe(401);
    expect((await wrong()).status).toBe(401);
    expect((await wrong()).status).toBe(429);
    expect((await post(url, { query: '{ cheap }' })).status).toBe(200);
  });
});

describe('a download', () => {
  it('takes as much of the quota as the dearest operation, and is refused like any request', async () => {
    const { url } = await serverWith(15);
    const wrong = await fetch(`${url}/export/pool.csv`, { headers: { authorization: 'Bearer nonsense' } });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const first = await fetch(`${url}/export/pool.csv`);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-remaining')).toBe(String(15 - t.app.config.limits.maxCost / COST_PER_POINT));
    await first.arrayBuffer();
    const second = await fetch(`${url}/export/pool.csv`);
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });
});

describe('whose quota it is', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it('an account’s, wherever it calls from, apart for its API keys', () => {
    const account = { ...anonymousViewer, accountId: 'a', pseudonym: 'p', via: 'SESSION' as const };
    expect(quotaKey(account, '192.0.2.1')).toBe(quotaKey(account, '192.0.2.2'));
    expect(quotaKey({ ...account, via: 'API_KEY' }, '192.0.2.1')).not.toBe(quotaKey(account, '192.0.2.1'));
    expect(quotaKey(anonymousViewer, '192.0.2.1')).not.toBe(quotaKey(account, '192.0.2.1'));
  });
});
