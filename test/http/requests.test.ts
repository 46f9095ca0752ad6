import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BATCH, MAX_JSON_BYTES } from '../../src/http/limits.js';
import { negotiateResponseType } from '../../src/http/negotiation.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

let t: TestApp;
let small: SmallServer;
let writes = 0;
beforeAll(async () => {
  t = await startTestApp();
  small = await startSmallServer(
    t.app,
    smallSchema('type Query { ok: Boolean } type Mutation { write: Int }', {
      Query: { ok: () => true },
      Mutation: { write: () => (writes += 1) },
    }),
  );
});
afterAll(async () => {
  await small.close();
  await t.close();
});

const query = '{ __typename }';

describe('a GET', () => {
  const get = (parameters: Record<string, string>, url = t.url) =>
    fetch(`${url}/graphql?${new URLSearchParams(parameters).toString()}`, {
      headers: { 'apollo-require-preflight': 'yes', accept: 'application/json' },
    });

  it('answers a query', async () => {
    const response = await get({ query });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('never mutates: 405, and nothing is written', async () => {
    const response = await get({ query: 'mutation { write }' }, small.url);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(writes).toBe(0);
    expect((await post(small.url, { query: 'mutation { write }' })).json.data).toEqual({ write: 1 });
  });
});

describe('a POST', () => {
  it.each([
    ['text/plain', JSON.stringify({ query }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/x-www-form-urlencoded', 'query={__typename}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/json; charset=gbk', JSON.stringify({ query }), 415, 'UNSUPPORTED_CHARSET'],
    ['application/json', '{"query": "geheim', 400, 'INVALID_JSON'],
    ['application/json', `{"query":"{ __typename }","__proto__":{"a":1}}`, 400, undefined],
  ])('of %s %s is refused with %i', async (type, body, status, reason) => {
    const response = await post(t.url, body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(response.json.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    if (reason) expect(response.json.errors?.[0]?.extensions.reason).toBe(reason);
    expect(response.text).not.toContain('geheim');
  });

  it('of a body of 1 MiB is read, of one byte more is 413', async () => {
    const shell = JSON.stringify({ query, variables: { x: '' } });
    const fill = (bytes: number) => JSON.stringify({ query, variables: { x: 'x'.repeat(bytes - shell.length) } });
    expect((await post(t.url, fill(MAX_JSON_BYTES))).status).toBe(200);
    const refused = await post(t.url, fill(MAX_JSON_BYTES + 1));
    expect(refused.status).toBe(413);
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({ reason: 'BODY_TOO_LARGE', limit: MAX_JSON_BYTES });
  });

  it('that accepts neither JSON type is 406 and changes nothing', async () => {
    const before = writes;
    const refused = await post(small.url, { query: 'mutation { write }' }, { accept: 'text/html' });
    expect(refused.status).toBe(406);
    expect(refused.json.errors?.[0]?.extensions.reason).toBe('NOT_ACCEPTABLE');
    expect(writes).toBe(before);
  });

  it('gets the media type that it prefers', async () => {
    const answer = await post(
      t.url,
      { query },
      { accept: 'application/json;q=0.5, application/graphql-response+json' },
    );
    expect(answer.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
  });

  it('without an operation to choose is refused, as its media type asks', async () => {
    const two = { query: 'query A { __typename } query B { __typename }' };
    expect((await post(t.url, two)).status).toBe(200);
    expect((await post(t.url, two, { accept: 'application/graphql-response+json' })).status).toBe(400);
    expect((await post(t.url, { ...two, operationName: 'B' })).json.data).toEqual({ __typename: 'Query' });
  });
});

describe('other requests', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('%s /graphql is 405', async (method) => {
    const response = await fetch(`${t.url}/graphql`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  it('an unknown address is a typed 404', async () => {
    const response = await fetch(`${t.url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('a malformed Host is refused, not a fault', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = rawRequest(
        `${t.url}/graphql`,
        { method: 'POST', headers: { host: 'a[b', 'content-type': 'application/json' } },
        (response) => resolve(response.resume().statusCode),
      );
      call.on('error', reject);
      call.end(JSON.stringify({ query }));
    });
    expect(status).toBe(400);
  });

  it('a request that does not arrive whole in time is cut off', async () => {
    const slow = await startSmallServer(t.app, smallSchema('type Query { ok: Boolean }', {}), {}, { request: 300 });
    const address = new URL(slow.url);
    const socket = connect(Number(address.port), address.hostname);
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    const [first] = await new Promise<string[]>((resolve) =>
      socket.once('data', (data: Buffer) => resolve(data.toString().split('\r\n'))),
    );
    expect(first).toContain('408');
    socket.destroy();
    await slow.close();
  }, 40_000);

  it('an operation that takes too long is UNAVAILABLE', async () => {
    const slow = await startSmallServer(
      t.app,
      smallSchema('type Query { slow: Boolean }', {
        Query: { slow: () => new Promise((resolve) => setTimeout(() => resolve(true), 1000)) },
      }),
      {},
      { handler: 200 },
    );
    const answer = await post(slow.url, { query: '{ slow }' });
    expect(answer.status).toBe(503);
    expect(answer.json.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', reason: 'TIMEOUT' });
    await slow.close();
  });
});

describe('a batch', () => {
  const batch = (n: number) => Array.from({ length: n }, () => ({ query }));

  it(`of ${MAX_BATCH} operations is answered in order`, async () => {
    const answer = await post(t.url, [...batch(MAX_BATCH - 1), { query: 'query Q { a: __typename }' }]);
    expect(answer.status).toBe(200);
    const replies = JSON.parse(answer.text) as Array<{ data: unknown }>;
    expect(replies).toHaveLength(MAX_BATCH);
    expect(replies[MAX_BATCH - 1]?.data).toEqual({ a: 'Query' });
  });

  it('of one more, or of none, is refused whole', async () => {
    const refused = await post(t.url, batch(MAX_BATCH + 1));
    expect(refused.status).toBe(400);
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_REQUEST',
      reason: 'BATCH_TOO_LARGE',
      limit: MAX_BATCH,
    });
    expect((await post(t.url, [])).status).toBe(400);
  });

  it('tells the outcome of each member by itself', async () => {
    const answer = await post(t.url, [{ query }, { query: '{ nowhere }' }], {
      accept: 'application/graphql-response+json',
    });
    expect(answer.status).toBe(200);
    const [good, bad] = JSON.parse(answer.text) as [
      { data: unknown },
      { errors: Array<{ extensions: { code: string } }> },
    ];
    expect(good.data).toEqual({ __typename: 'Query' });
    expect(bad.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

it.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
  ['application/json, application/graphql-response+json', 'application/json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['application/graphql-response+json;q=0, */*', 'application/json'],
  ['application/json;charset=utf-16', null],
  ['text/html', null],
  ['application/json;q=0', null],
])('accept %s means %s', (accept, type) => {
  expect(negotiateResponseType(accept)).toBe(type);
});
