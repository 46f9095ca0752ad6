import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig, type ConnectionLimits } from '../../src/kernel/config.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { head, open, type RawConnection } from './raw.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

const SDL = `
  type Query { ok(text: String): Boolean slow: Boolean }
  type Subscription { ever: Int many: String }
`;
const BODY = '{"query":"{ ok }"}';

let t: TestApp;
const opened: RawConnection[] = [];
const servers: SmallServer[] = [];
beforeAll(async () => {
  t = await startTestApp();
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => t.close());

async function serverWith(
  limits: Partial<ConnectionLimits>,
  more: { trustProxy?: number; body?: number; requestsPerMinute?: number } = {},
): Promise<SmallServer> {
  const schema = smallSchema(SDL, {
    Query: { ok: () => true, slow: () => new Promise((resolve) => setTimeout(() => resolve(true), 700)) },
    Subscription: { ever: { subscribe: () => never() }, many: { subscribe: () => never() } },
  });
  const server = await startSmallServer(
    t.app,
    schema,
    {
      connections: { ...t.app.config.connections, ...limits },
      trustProxy: more.trustProxy ?? false,
      limits: { ...t.app.config.limits, requestsPerMinute: more.requestsPerMinute ?? 100_000 },
    },
    { body: more.body ?? 10_000 },
  );
  servers.push(server);
  return server;
}

function never(): AsyncIterableIterator<number> {
  let stop: (result: IteratorResult<number>) => void = () => undefined;
  const source: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => source,
    next: () => new Promise((resolve) => (stop = resolve)),
    return: () => {
      stop({ done: true, value: undefined });
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return source;
}

function start(server: SmallServer, bytes: string): RawConnection {
  const connection = open(server.url, bytes);
  opened.push(connection);
  return connection;
}
const startMany = (n: number, server: SmallServer, bytes: string) =>
  Array.from({ length: n }, () => start(server, bytes));

/** Sends a request on a connection of its own. */
async function ask(server: SmallServer, headers: Record<string, string> = {}) {
  const connection = start(server, head({ 'content-length': BODY.length, ...headers }) + BODY);
  const answer = await connection.answer;
  connection.socket.destroy();
  await connection.closed;
  return answer;
}

const reasonOf = (answer: Awaited<RawConnection['answer']>) => answer?.json.errors?.[0]?.extensions['reason'];
const unfinished = (bytes: number, headers: Record<string, string> = {}) =>
  head({ 'content-length': bytes + 1, ...headers }) + 'x'.repeat(bytes);
const refusedSoFar = async (reason: string) =>
  (await t.app.metrics.refused.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;

describe('a JSON body', () => {
  it('that does not arrive in time is refused, typed, and its connection ends', async () => {
    const server = await serverWith({}, { body: 200 });
    const before = await refusedSoFar('BODY_TOO_SLOW');
    const connection = start(server, unfinished(10));
    const answer = await connection.answer;
    expect(answer?.status).toBe(408);
    expect(answer?.json.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', reason: 'BODY_TOO_SLOW' });
    await connection.closed;
    expect(await refusedSoFar('BODY_TOO_SLOW')).toBe(before + 1);
  });

  it('that trickles in has no more time than any other', async () => {
    const server = await serverWith({}, { body: 300 });
    const connection = start(server, head({ 'content-length': 1000 }));
    const trickle = setInterval(() => connection.socket.write('x'), 20);
    const started = performance.now();
    expect((await connection.answer)?.status).toBe(408);
    clearInterval(trickle);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each(['/graphql', '/graphql/stream'])('of a wrong credential is not waited for (%s)', async (path) => {
    const server = await serverWith({});
    const authorized = { authorization: 'Bearer nonsense', 'content-length': 1000, expect: '100-continue' };
    const connection = start(server, head(authorized, path));
    const answer = await connection.answer;
    expect(answer?.status).toBe(401);
    expect(connection.received()).not.toContain('100 Continue');
  });

  it('of a used-up quota, of an unknown address or media type, or too long is not waited for', async () => {
    const server = await serverWith({}, { requestsPerMinute: 1 });
    expect((await ask(server))?.status).toBe(200);
    const quota = await start(server, unfinished(10)).answer;
    expect(quota?.status).toBe(429);
    expect(quota?.headers['retry-after']).toMatch(/^\d+$/);
    const other = await serverWith({});
    expect((await start(other, head({ 'content-length': 1000 }, '/nowhere')).answer)?.status).toBe(404);
    expect((await start(other, head({ 'content-length': 1000, 'content-type': 'text/plain' })).answer)?.status).toBe(
      415,
    );
    expect((await start(other, head({ 'content-length': 1000, accept: 'text/html' })).answer)?.status).toBe(406);
    expect((await start(other, head({ 'content-length': 9_000_000 })).answer)?.status).toBe(413);
  });

  it('is asked for once its request is admitted', async () => {
    const server = await serverWith({});
    const connection = start(server, head({ 'content-length': BODY.length, expect: '100-continue' }));
    await eventually(async () => connection.received().includes('100 Continue'), 2000);
    connection.socket.write(BODY);
    expect((await connection.answer)?.json.data).toEqual({ ok: true });
  });

  it('that is refused is read and discarded slowly, and its connection serves the next request', async () => {
    const server = await serverWith({}, { requestsPerMinute: 0 });
    const body = `{"query":"{ ok }","x":"${'x'.repeat(900_000)}"}`;
    const connection = start(server, head({ 'content-length': body.length }) + body);
    expect((await connection.answer)?.status).toBe(429);
    const before = connection.received().length;
    connection.socket.write(head({ 'content-length': BODY.length }) + BODY);
    await eventually(async () => connection.received().length > before, 5000);
  });

  it('in chunks, of more than the limit, is refused as it passes it', async () => {
    const server = await serverWith({});
    const connection = start(server, head({ 'transfer-encoding': 'chunked' }));
    for (let i = 0; i < 20; i += 1) connection.socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    expect((await connection.answer)?.status).toBe(413);
  });

  it('holds memory within the budget, an eighth of it for one client, and usual requests still pass', async () => {
    const server = await serverWith({ maxBodyBytes: 16_000_000 }, { trustProxy: 1 });
    const before = await refusedSoFar('BUSY');
    const of = (client: string) => startMany(30, server, unfinished(500_000, { 'x-forwarded-for': client }));
    const held = [...of('192.0.2.1'), ...of('192.0.2.2')];
    await eventually(async () => (await refusedSoFar('BUSY')) >= before + 50, 10_000);
    const first = await Promise.any(
      held.map(async ({ answer }) => (await answer) ?? Promise.reject(new Error('none'))),
    );
    expect(first.status).toBe(503);
    expect(first.headers['retry-after']).toBe('1');
    expect(first.json.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', reason: 'BUSY' });
    // Four bodies of half a megabyte each use two of the sixteen megabytes.
    expect((await refusedSoFar('BUSY')) - before).toBeLessThanOrEqual(54);
    expect((await ask(server, { 'x-forwarded-for': '192.0.2.1' }))?.status).toBe(200);
    const large = { query: 'query ($t: String) { ok(text: $t) }', variables: { t: 'x'.repeat(900_000) } };
    expect((await post(server.url, large, { 'x-forwarded-for': '192.0.2.3' })).status).toBe(200);
    // The held memory is released after the clients disconnect.
    for (const { socket } of held) socket.destroy();
    await eventually(
      async () => (await post(server.url, large, { 'x-forwarded-for': '192.0.2.1' })).status === 200,
      3000,
    );
  });
});

describe('connections', () => {
  it('of one client are limited, answered with the reason, and free again when they end', async () => {
    const server = await serverWith({ maxPerClient: 5 });
    const before = await refusedSoFar('TOO_MANY_CONNECTIONS');
    const held = startMany(5, server, '');
    await eventually(async () => held.every(({ socket }) => !socket.connecting));
    const refused = await ask(server);
    expect(refused?.status).toBe(429);
    expect(refused?.headers['retry-after']).toBe('5');
    expect(refused?.headers['connection']).toBe('close');
    expect(refused?.json.errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      reason: 'TOO_MANY_CONNECTIONS',
    });
    expect(await refusedSoFar('TOO_MANY_CONNECTIONS')).toBeGreaterThan(before);
    held[0]!.socket.destroy();
    await eventually(async () => (await ask(server))?.status === 200);
  });

  it('in all are limited, whichever clients they are of, and probes still pass', async () => {
    const server = await serverWith({ max: 5 });
    const held = startMany(5, server, '');
    await eventually(async () => held.every(({ socket }) => !socket.connecting));
    const refused = await ask(server);
    expect(refused?.status).toBe(503);
    expect(refused?.json.errors?.[0]?.extensions).toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'TOO_MANY_CONNECTIONS',
    });
    const probe = start(server, 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    expect((await probe.answer)?.status).toBe(200);
  });

  it('over the limit that ask for nothing do not stay', async () => {
    const server = await serverWith({ maxPerClient: 2 });
    startMany(2, server, '');
    const surplus = start(server, '');
    const started = performance.now();
    await surplus.closed;
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('of a proxy count for the clients behind it, by their requests under way', async () => {
    const server = await serverWith({ maxPerClient: 3 }, { trustProxy: 1 });
    startMany(3, server, unfinished(10, { 'x-forwarded-for': '198.51.100.1' }));
    startMany(10, server, '');
    await eventually(async () => (await ask(server, { 'x-forwarded-for': '198.51.100.1' }))?.status === 429);
    const refused = await ask(server, { 'x-forwarded-for': '198.51.100.1' });
    expect(reasonOf(refused)).toBe('TOO_MANY_REQUESTS');
    expect((await ask(server, { 'x-forwarded-for': '198.51.100.2' }))?.status).toBe(200);
  });

  it('carry no more pipelined requests at once than a client may have under way', async () => {
    const server = await serverWith({ maxPerClient: 4 });
    const slow = '{"query":"{ slow }"}';
    const connection = start(server, (head({ 'content-length': slow.length }) + slow).repeat(50));
    await eventually(async () => connection.received().includes('TOO_MANY_REQUESTS'));
    expect(connection.received().match(/"slow":true/g)?.length ?? 0).toBeLessThanOrEqual(4);
  });

  it('with 600 unfinished bodies of one client keep 8 of them; the others are refused', async () => {
    const server = await serverWith({});
    const held = startMany(600, server, unfinished(1_000_000));
    const statuses: number[] = [];
    for (const { answer } of held) void answer.then((given) => given && statuses.push(given.status));
    // The client may use an eighth of 64 MB and 250 connections; timing decides which limit is reached first.
    await eventually(async () => statuses.length >= 590, 20_000);
    expect(new Set(statuses.filter((status) => status !== 429))).toEqual(new Set([503]));
  }, 60_000);

  it.each([
    ['too large headers', `x: ${'y'.repeat(20_000)}\r\n`.repeat(5), 431, 'HEADERS_TOO_LARGE'],
    ['no HTTP', 'no such thing\r\n\r\n', 400, 'MALFORMED'],
  ])('with %s get a typed answer', async (_what, lines, status, reason) => {
    const server = await serverWith({});
    const answer = await start(server, lines.startsWith('x') ? `GET / HTTP/1.1\r\n${lines}` : lines).answer;
    expect(answer?.status).toBe(status);
    expect(reasonOf(answer)).toBe(reason);
  });
});

describe('connections for subscriptions', () => {
  const socketTo = (server: SmallServer, headers: Record<string, string> = {}) =>
    new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const outcome = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.on('error', () => undefined);
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    });
  const closing = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.on('error', () => undefined);
      socket.once('close', (code) => resolve(code));
    });

  it('count apart from the others, per client and in all', async () => {
    const server = await serverWith({ maxPerClient: 4, maxStreams: 4, maxStreamsPerClient: 3 }, { trustProxy: 1 });
    const from = (client: string) => ({ 'x-forwarded-for': client });
    const first = Array.from({ length: 3 }, () => socketTo(server, from('192.0.2.1')));
    expect(await Promise.all(first.map(outcome))).toEqual([101, 101, 101]);
    expect(await outcome(socketTo(server, from('192.0.2.1')))).toBe(429);
    const stream = start(
      server,
      head({ accept: 'text/event-stream', 'content-length': 38, ...from('192.0.2.2') }, '/graphql/stream') +
        JSON.stringify({ query: 'subscription { ever }  ' }).padEnd(38),
    );
    await eventually(async () => stream.received().includes('200 OK'));
    expect(await outcome(socketTo(server, from('192.0.2.3')))).toBe(503);
    const refused = start(
      server,
      head({ 'content-length': 38, ...from('192.0.2.3') }, '/graphql/stream') +
        '{"query":"subscription { ever }"}     ',
    );
    expect((await refused.answer)?.status).toBe(503);
    // Subscriptions do not block requests.
    expect((await ask(server, from('192.0.2.1')))?.status).toBe(200);
    stream.socket.destroy();
    first[0]!.terminate();
    await eventually(async () => {
      const again = socketTo(server, from('192.0.2.1'));
      const code = await outcome(again);
      again.terminate();
      return code === 101;
    });
    for (const socket of first) socket.terminate();
  });

  it('that never say anything are closed', async () => {
    const server = await serverWith({});
    expect(await closing(socketTo(server))).toBe(4408);
  }, 20_000);

  it('that send giant or many messages are closed', async () => {
    const server = await serverWith({});
    const giant = socketTo(server);
    giant.once('open', () => giant.send('x'.repeat(70_000)));
    expect(await closing(giant)).toBe(1009);
    const flood = socketTo(server);
    flood.once('open', () => {
      flood.send('{"type":"connection_init"}');
      for (let i = 0; i < 1000; i += 1) flood.send('{"type":"ping"}');
    });
    const pongs: unknown[] = [];
    flood.on('message', (data) => pongs.push(data));
    expect(await closing(flood)).toBe(1008);
    expect(pongs.length).toBeLessThanOrEqual(101);
    const frames = socketTo(server);
    frames.once('open', () => {
      for (let i = 0; i < 1000; i += 1) frames.ping();
    });
    // The connection may be closed before the close frame is read.
    expect([1008, 1006]).toContain(await closing(frames));
  });

  it('serve a client that keeps to the rules', async () => {
    const server = await serverWith({});
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const failures: unknown[] = [];
    const stops = Array.from({ length: 20 }, () =>
      client.subscribe(
        { query: 'subscription { ever }' },
        { next: () => undefined, error: (e) => failures.push(e), complete: () => undefined },
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const stop of stops) stop();
    expect(failures).toEqual([]);
    await client.dispose();
  });
});

it('the environment sets the limits, and says what they must be', () => {
  const read = readConfig({
    MAX_CONNECTIONS: '20',
    MAX_CONNECTIONS_PER_CLIENT: '3',
    MAX_STREAMS: '4',
    MAX_STREAMS_PER_CLIENT: '2',
    MAX_BODIES_MB: '8',
  });
  expect(read.connections).toEqual({
    max: 20,
    maxPerClient: 3,
    maxStreams: 4,
    maxStreamsPerClient: 2,
    maxBodyBytes: 8 * 1024 * 1024,
  });
  expect(() => readConfig({ MAX_CONNECTIONS: 'many' })).toThrow(/^MAX_CONNECTIONS must be a whole number from 10/);
});
