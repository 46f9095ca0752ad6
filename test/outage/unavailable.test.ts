import WebSocket from 'ws';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Context } from '../../src/kernel/context.js';
import { outageOf } from '../../src/kernel/database/outages.js';
import { MAIL_KINDS, MANDATORY, type MailKind } from '../../src/notifications/mail.events.js';
import { optOutToken } from '../../src/notifications/opt-out.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from '../http/small-server.js';
import { seed } from '../seed.js';
import { addressOf, byWayOf, startProxy, type TcpProxy } from './tcp-proxy.js';

const TIMES = { statement: 2000, answer: 3000, silence: 60_000, connect: 1500, idleInTransaction: 5000 };
/** Fields that run one statement, so that the database itself gives every error. */
const SDL = `
  scalar Upload
  type Query { sql(text: String!): Int need(text: String!): Int! }
  type Mutation { sql(text: String!): Int fine: Int take(file: Upload!): Int }
  type Subscription { sql(text: String!): Int }
`;

let proxy: TcpProxy;
let t: TestApp;
let small: SmallServer;
let token: string;
beforeAll(async () => {
  proxy = await startProxy(addressOf(inject('postgresUrl')));
  t = await startTestApp({}, {}, { databaseTimes: TIMES, appUrl: (url) => byWayOf(proxy, url) });
  token = (await seed(t).person()).token;
  const sql = async (_source: unknown, { text }: { text: string }, { db }: Context) => {
    await db.query(text);
    return 1;
  };
  small = await startSmallServer(
    t.app,
    smallSchema(SDL, {
      Query: { sql, need: sql },
      Mutation: { sql, fine: () => 1, take: (_source, _given, ctx) => sql(_source, { text: 'SELECT 1' }, ctx) },
      Subscription: {
        sql: {
          subscribe: async (source: unknown, given: { text: string }, ctx: Context) => {
            await sql(source, given, ctx);
            return (async function* () {
              yield 1;
            })();
          },
        },
      },
    }),
  );
});
afterAll(async () => {
  await proxy?.up();
  await small?.close();
  await t?.close();
  await proxy?.close();
});

const raise = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '${state}'; END $$`;
const query = (text: string, field = 'sql') =>
  post(small.url, { query: `query ($text: String!) { ${field}(text: $text) }`, variables: { text } });

describe('while the database is away', () => {
  afterEach(() => proxy.up());

  const unavailable = async (response: Response | Promise<Response>) => {
    const answer = await response;
    const body = (await answer.json()) as { errors?: Array<{ extensions: Record<string, unknown> }> };
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(body.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');
  };

  it('queries, mutations, uploads, downloads, pages and subscriptions say so, and the log one line', async () => {
    const kind = Object.keys(MAIL_KINDS).find((name) => !MANDATORY.has(name as MailKind))!;
    const page = await optOutToken(t.app, 'someone@example.org', kind);
    await proxy.down();
    const from = t.logLines.length;
    const json = { 'content-type': 'application/json' };
    const authorization = `Bearer ${token}`;
    const graphql = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${t.url}/graphql`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });

    for (let i = 0; i < 30; i += 1)
      await unavailable(graphql({ query: '{ viewer { account { id } } }' }, { authorization }));
    await unavailable(graphql({ query: '{ cohorts(first: 1) { nodes { id } } }' }));
    await unavailable(
      graphql({
        query: 'mutation { logIn(input: { email: "a@example.org", password: "some password" }) { __typename } }',
      }),
    );
    const form = new FormData();
    form.set(
      'operations',
      JSON.stringify({ query: 'mutation ($f: Upload!) { take(file: $f) }', variables: { f: null } }),
    );
    form.set('map', JSON.stringify({ 0: ['variables.f'] }));
    form.set('0', new Blob(['text']), 'a.txt');
    const upload = { method: 'POST', body: form, headers: { 'apollo-require-preflight': '1', authorization } };
    await unavailable(fetch(`${small.url}/graphql`, upload));
    await unavailable(fetch(`${t.url}/ledger/head.json`));
    await unavailable(fetch(`${t.url}/export/pool.csv`, { headers: { authorization } }));
    await unavailable(fetch(`${t.url}/unsubscribe/${page}`, { method: 'POST' }));
    await unavailable(
      fetch(`${small.url}/graphql/stream`, {
        method: 'POST',
        headers: { ...json, accept: 'text/event-stream', authorization },
        body: JSON.stringify({ query: 'subscription { sql(text: "SELECT 1") }' }),
      }),
    );
    expect(await overSocket()).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    const ready = await fetch(`${t.url}/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { status: 'unavailable', checks: { database: { state: 'down' }, writes: { state: 'down' } } },
    ]);
    const batch = await graphql([{ query: '{ cohorts(first: 1) { nodes { id } } }' }]);
    expect(await batch.json()).toMatchObject([{ errors: [{ extensions: { code: 'UNAVAILABLE' } }] }]);

    const lines = t.logLines.slice(from);
    const outages = lines.filter(({ msg }) => String(msg).startsWith('the database is unavailable'));
    expect(outages).toHaveLength(1);
    expect(outages[0]).toMatchObject({ reason: 'DATABASE_AWAY' });
    expect(lines.filter((line) => JSON.stringify(line).includes('"stack"'))).toEqual([]);

    await proxy.up();
    await eventually(async () => (await graphql({ query: '{ viewer { account { id } } }' }, { authorization })).ok);
    await eventually(
      async () => ((await (await fetch(`${t.url}/ready`)).json()) as { status: string }).status === 'ready',
    );
  });

  const overSocket = () =>
    new Promise<unknown>((resolve) => {
      const client = createSocketClient({
        url: `${small.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      client.subscribe(
        { query: 'subscription { sql(text: "SELECT 1") }' },
        {
          next: (value) => resolve((value as { errors?: unknown[] }).errors?.[0] ?? value),
          error: (error) => resolve(Array.isArray(error) ? error[0] : error),
          complete: () => resolve('complete'),
        },
      );
    });
});

describe('an error of the database that passes (issue 16, point 6)', () => {
  it.each([
    ['57P01', 'DATABASE_AWAY'],
    ['57P02', 'DATABASE_AWAY'],
    ['57P03', 'DATABASE_AWAY'],
    ['08006', 'DATABASE_AWAY'],
    ['53000', 'DATABASE_BUSY'],
    ['53200', 'DATABASE_BUSY'],
    ['53300', 'DATABASE_BUSY'],
    ['53100', 'DISK_FULL'],
    ['57014', 'TIMEOUT'],
    ['25006', 'DATABASE_READ_ONLY'],
  ])('of state %s is UNAVAILABLE with status 503 and retry-after', async (state, reason) => {
    for (const field of ['sql', 'need']) {
      const { status, headers, json } = await query(raise(state), field);
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(json.data).toBeUndefined();
      expect(json.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', reason });
      expect(json.errors?.[0]?.message).not.toContain('on purpose');
    }
  });

  it('is the real limit of a statement, and the real end of a connection', async () => {
    expect((await query('SELECT pg_sleep(10)')).json.errors?.[0]?.extensions).toMatchObject({ reason: 'TIMEOUT' });
    const ended = await query('SELECT pg_terminate_backend(pg_backend_pid())');
    expect(ended.json.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_AWAY' });
  });

  it('is the end of the connection between two statements of a transaction', async () => {
    const transaction = t.app.dataSource.transaction(async (tx) => {
      const [{ pid }] = (await tx.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
      await t.sql('SELECT pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await tx.query('SELECT 1');
    });
    const error = await transaction.catch((fault: unknown) => fault);
    expect(outageOf(error)?.reason).toBe('DATABASE_AWAY');
  });

  it('is a pool without a free connection', async () => {
    const held = await Promise.all(
      Array.from({ length: t.app.config.databasePool }, async () => {
        const runner = t.app.dataSource.createQueryRunner();
        await runner.connect();
        return runner;
      }),
    );
    const answer = await query('SELECT 1');
    await Promise.all(held.map((runner) => runner.release()));
    expect([answer.status, answer.json.errors?.[0]?.extensions['reason']]).toEqual([503, 'DATABASE_BUSY']);
  });

  it('is no other error: a wrong statement stays an internal one', async () => {
    const { status, json } = await query('SELECT 1 / 0');
    expect([status, json.errors?.[0]?.extensions['code']]).toEqual([200, 'INTERNAL_SERVER_ERROR']);
    expect(outageOf(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toBeUndefined();
  });

  it('keeps what was executed before it', async () => {
    const { status, json } = await post(small.url, {
      query: 'mutation ($text: String!) { fine sql(text: $text) }',
      variables: { text: raise('57P01') },
    });
    expect([status, json.data]).toEqual([200, { fine: 1, sql: null }]);
    expect(json.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');
  });
});
