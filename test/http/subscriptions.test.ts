import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Context } from '../../src/kernel/context.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { smallSchema, startSmallServer, type SmallServer } from './small-server.js';

const SDL = `
  type Query { ok: Boolean }
  type Mutation { write: Boolean }
  type Subscription { count(to: Int!): Int ever: Int leaky: Int deep: Deep broken: Int }
  type Deep { deep: Deep x: Int }
`;

let t: TestApp;
let small: SmallServer;
let released = 0;
let contexts: Context[] = [];
let wrote = false;
beforeAll(async () => {
  t = await startTestApp();
  const schema = smallSchema(SDL, {
    Query: { ok: () => true },
    Mutation: { write: () => (wrote = true) },
    Subscription: {
      count: {
        subscribe: async function* (_s: unknown, { to }: Record<string, unknown>) {
          for (let i = 1; i <= Number(to); i += 1) yield i;
        },
      },
      ever: { subscribe: () => never() },
      leaky: { subscribe: () => Promise.reject(new Error('geheim-marker')) },
      broken: {
        subscribe: async function* () {
          yield 1;
        },
      },
    },
  });
  const fields = schema.getSubscriptionType()!.getFields();
  fields['count']!.resolve = (value: unknown, _args: unknown, ctx: unknown) => {
    contexts.push(ctx as Context);
    return value;
  };
  fields['broken']!.resolve = () => {
    throw new Error('geheim-marker');
  };
  small = await startSmallServer(t.app, schema);
});
afterAll(async () => {
  await small.close();
  await t.close();
});

/** A source that never emits and records when it is released. */
function never(): AsyncIterableIterator<number> {
  let stop: (result: IteratorResult<number>) => void = () => undefined;
  const source: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => source,
    next: () => new Promise((resolve) => (stop = resolve)),
    return: () => {
      released += 1;
      stop({ done: true, value: undefined });
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return source;
}

interface Outcome {
  values: unknown[];
  error: unknown;
}

/** The event-stream client gives the HTTP response, the socket client the errors. */
async function bodyOf(error: unknown): Promise<unknown> {
  return error && typeof error === 'object' && 'response' in error ? (error.response as Response).json() : error;
}

function collect(
  start: (sink: { next: (v: unknown) => void; error: (e: unknown) => void; complete: () => void }) => unknown,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const values: unknown[] = [];
    start({
      next: (value) => values.push(value),
      error: (error) => void bodyOf(error).then((shown) => resolve({ values, error: shown })),
      complete: () => resolve({ values, error: undefined }),
    });
  });
}

const socket = (options: { authorization?: string; url?: string } = {}): Client =>
  createSocketClient({
    url: `${(options.url ?? small.url).replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(options.authorization ? { connectionParams: { authorization: options.authorization } } : {}),
  });
const overSocket = (
  query: string,
  options: { authorization?: string } = {},
  variables: Record<string, unknown> = {},
) => {
  const client = socket(options);
  return collect((sink) => client.subscribe({ query, variables }, sink)).finally(() => client.dispose());
};
const overStream = (
  query: string,
  options: { authorization?: string } = {},
  variables: Record<string, unknown> = {},
) => {
  const client = createStreamClient({
    url: `${small.url}/graphql/stream`,
    retryAttempts: 0,
    headers: options.authorization ? { authorization: options.authorization } : {},
  });
  return collect((sink) => client.subscribe({ query, variables }, sink)).finally(() => client.dispose());
};

describe.each([
  ['WebSocket', overSocket],
  ['server-sent events', overStream],
])('a subscription by %s', (_name, subscribe) => {
  const told = ({ error, values }: Outcome) => JSON.stringify(error ?? values);

  it('gives every event, each in a context of its own', async () => {
    contexts = [];
    const outcome = await subscribe('subscription { count(to: 3) }');
    expect(outcome.error).toBeUndefined();
    expect(outcome.values).toMatchObject([{ data: { count: 1 } }, { data: { count: 2 } }, { data: { count: 3 } }]);
    expect(new Set(contexts).size).toBe(3);
    expect(contexts[0]).toMatchObject({ viewer: { via: 'NONE' }, ip: '127.0.0.1' });
  });

  it.each([
    ['{ ok }', 'NOT_A_SUBSCRIPTION'],
    ['mutation { write }', 'NOT_A_SUBSCRIPTION'],
    ['subscription { nowhere }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    [`subscription { ${'deep { '.repeat(12)} x ${'} '.repeat(12)} }`, 'TOO_DEEP'],
  ])('refuses %s', async (query, code) => {
    expect(told(await subscribe(query))).toContain(code);
    expect(wrote).toBe(false);
  });

  it('refuses wrong variables without repeating them', async () => {
    const said = told(await subscribe('subscription ($n: Int!) { count(to: $n) }', {}, { n: 'geheim-marker' }));
    expect(said).toContain('BAD_USER_INPUT');
    expect(said).not.toContain('geheim-marker');
  });

  it('refuses a credential that does not hold', async () => {
    expect(told(await subscribe('subscription { count(to: 1) }', { authorization: 'Bearer nonsense' }))).toContain(
      'UNAUTHENTICATED',
    );
  });

  it.each(['leaky', 'broken'])('keeps a fault’s text to the log (%s)', async (field) => {
    const said = told(await subscribe(`subscription { ${field} }`));
    expect(said).toContain('INTERNAL_SERVER_ERROR');
    expect(said).not.toContain('geheim-marker');
    expect(JSON.stringify(t.logLines)).toContain('geheim-marker');
  });
});

it('a client that leaves lets go of the source at once', async () => {
  const before = released;
  const client = socket();
  const stop = client.subscribe(
    { query: 'subscription { ever }' },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  stop();
  await eventually(async () => released > before, 3000);
  await client.dispose();
  const stream = createStreamClient({ url: `${small.url}/graphql/stream`, retryAttempts: 0 });
  const end = stream.subscribe(
    { query: 'subscription { ever }' },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  end();
  await eventually(async () => released > before + 1, 3000);
});

it('pages of other origins may not open a socket; our own and clients without an origin may', async () => {
  const open = (origin: string | undefined) =>
    new Promise<boolean>((resolve) => {
      const probe = new WebSocket(
        `${small.url.replace('http', 'ws')}/graphql`,
        'graphql-transport-ws',
        origin === undefined ? {} : { origin },
      );
      probe.on('open', () => {
        probe.close();
        resolve(true);
      });
      probe.on('error', () => resolve(false));
    });
  expect(await open('https://evil.example')).toBe(false);
  expect(await open(small.url)).toBe(true);
  expect(await open(undefined)).toBe(true);
});

it('a stopping server ends subscriptions instead of waiting for them', async () => {
  const server = await startSmallServer(
    t.app,
    smallSchema('type Query { ok: Boolean } type Subscription { ever: Int }', {
      Subscription: { ever: { subscribe: () => never() } },
    }),
  );
  const client = socket({ url: server.url });
  client.subscribe(
    { query: 'subscription { ever }' },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  const stream = await fetch(`${server.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { ever }' }),
  });
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const started = performance.now();
  await server.close();
  expect(performance.now() - started).toBeLessThan(3000);
  await client.dispose();
});
