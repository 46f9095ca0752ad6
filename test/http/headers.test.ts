import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

let t: TestApp;
let listed: SmallServer;
const ORIGIN = 'https://pool.example.cn';
beforeAll(async () => {
  t = await startTestApp();
  listed = await startSmallServer(
    t.app,
    smallSchema('type Query { ok(secret: String): Boolean }', { Query: { ok: () => true } }),
    { corsOrigins: [ORIGIN, 'https://other.example.cn'] },
  );
});
afterAll(async () => {
  await listed.close();
  await t.close();
});

const preflight = (url: string, origin: string) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  });

describe('pages of other origins', () => {
  it('may call when their origin is listed', async () => {
    const allowed = await preflight(listed.url, ORIGIN);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await post(listed.url, { query: '{ ok }' }, { origin: ORIGIN });
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
  });

  it.each(['https://evil.example', 'https://pool.example.cn.evil.example', 'http://pool.example.cn', 'null'])(
    'may not when it is %s',
    async (origin) => {
      expect((await preflight(listed.url, origin)).headers.get('access-control-allow-origin')).not.toBe(origin);
      expect(
        (await post(listed.url, { query: '{ ok }' }, { origin })).headers.get('access-control-allow-origin'),
      ).not.toBe(origin);
    },
  );

  it('may not at all when none is listed', async () => {
    const refused = await preflight(t.url, ORIGIN);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(refused.ok).toBe(false);
  });
});

describe('every answer', () => {
  it.each(['/health', '/nowhere', '/', '/graphql'])('%s forbids sniffing, framing and referrers', async (path) => {
    const { headers } = await fetch(`${t.url}${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('of the API may not be kept by caches', async () => {
    expect((await post(t.url, { query: '{ __typename }' })).headers.get('cache-control')).toBe('no-store');
  });

  it('carries the client’s request id, when it is sound', async () => {
    expect(
      (await post(t.url, { query: '{ __typename }' }, { 'x-request-id': 'client-id-0001' })).headers.get(
        'x-request-id',
      ),
    ).toBe('client-id-0001');
  });

  it.each(['short', 'x'.repeat(65), 'has space and more', 'semi;colon;here'])(
    'carries a new request id in place of "%s"',
    async (id) => {
      const given = (await post(t.url, { query: '{ __typename }' }, { 'x-request-id': id })).headers.get(
        'x-request-id',
      );
      expect(given).not.toBe(id);
      expect(given).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('the log', () => {
  const lineOf = (requestId: string) =>
    eventually(async () => t.logLines.find((line) => line['requestId'] === requestId && line['msg'] === 'request'));

  it('has one line per request: what, how it ended, how long, and nothing that was asked', async () => {
    await post(
      listed.url,
      {
        query: 'query FirstLook($s: String) { ok(secret: $s) here: ok(secret: "literal-marker") }',
        operationName: 'FirstLook',
        variables: { s: 'variable-marker' },
      },
      { 'x-request-id': 'logged-request-1' },
    );
    const line = await lineOf('logged-request-1');
    expect(line).toMatchObject({
      method: 'POST',
      path: '/graphql',
      status: 200,
      operationName: 'FirstLook',
      ms: expect.any(Number) as number,
    });
    expect(line['viewer']).toBeUndefined();
    expect(t.logLines.filter((l) => l['requestId'] === 'logged-request-1')).toHaveLength(1);
    expect(JSON.stringify(t.logLines)).not.toMatch(/variable-marker|literal-marker/);
  });

  it('does not hold the parameters or the path of an address', async () => {
    await fetch(`${listed.url}/graphql?query=${encodeURIComponent('{ ok(secret: "address-marker") }')}`, {
      headers: { 'apollo-require-preflight': '1', 'x-request-id': 'logged-request-2' },
    });
    await fetch(`${listed.url}/path-marker`, { headers: { 'x-request-id': 'logged-request-3' } });
    expect(await lineOf('logged-request-2')).toMatchObject({ method: 'GET', path: '/graphql', status: 200 });
    expect(await lineOf('logged-request-3')).toMatchObject({ status: 404 });
    expect(JSON.stringify(t.logLines)).not.toMatch(/address-marker|path-marker/);
  });

  it('names the operations of a batch', async () => {
    await post(listed.url, [{ query: 'query One { ok }' }, { query: 'query Two { ok }' }], {
      'x-request-id': 'logged-request-4',
    });
    expect(await lineOf('logged-request-4')).toMatchObject({ operationName: 'One,Two' });
  });
});
