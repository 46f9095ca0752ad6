import { Agent, request as rawRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSearchEngine } from '../../src/search/engine/engine.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer } from './small-server.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const read = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
};
const okSchema = () => smallSchema('type Query { ok: Boolean }', { Query: { ok: () => true } });

describe('/health', () => {
  it('is 200 as long as the process serves', async () => {
    const answer = await read(`${t.url}/health`);
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('/ready', () => {
  it('is ready with database, search and migrations, and tells how far the queues lag', async () => {
    const answer = await read(`${t.url}/ready`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'ready',
      checks: {
        database: { state: 'up' },
        search: { state: 'up' },
        migrations: { pending: 0 },
        jobs: { state: 'up', waiting: expect.any(Number) as number, spent: 0 },
        indexing: { waiting: 0 },
      },
    });
  });

  it('tells how much work waits only to those who may read metrics', async () => {
    const metricsToken = 'a-token-for-metrics-of-32-characters';
    const server = await startSmallServer({ ...t.app, config: { ...t.app.config, metricsToken } }, okSchema());
    const forwarded = { 'x-forwarded-for': '192.0.2.7' };
    const keys = async (headers: Record<string, string>) =>
      Object.keys(
        ((await (await fetch(`${server.url}/ready`, { headers })).json()) as { checks: Record<string, unknown> })
          .checks,
      );
    const open = ['database', 'writes', 'search', 'migrations', 'jobs'];
    expect(await keys(forwarded)).toEqual(open);
    expect(await keys({ ...forwarded, authorization: 'Bearer wrong' })).toEqual(open);
    expect(
      ((await read(`${server.url}/ready`, forwarded)).json()['checks'] as Record<string, unknown>)['jobs'],
    ).toEqual({ state: 'up' });
    const all = ['database', 'writes', 'search', 'migrations', 'jobs', 'indexing'];
    expect(await keys({ ...forwarded, authorization: `Bearer ${metricsToken}` })).toEqual(all);
    expect(await keys({})).toEqual(all);
    await server.close();
  });

  it('is degraded, and still 200, without the search engine', async () => {
    const search = createSearchEngine({ url: 'http://127.0.0.1:9', apiKey: undefined, prefix: 'x' });
    const server = await startSmallServer({ ...t.app, search }, okSchema());
    const answer = await read(`${server.url}/ready`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'degraded',
      checks: { database: { state: 'up' }, search: { state: 'down' } },
    });
    await server.close();
  });

  it('is 503 without the database, and says nothing of the fault itself', async () => {
    const broken = await startTestApp();
    await broken.app.dataSource.destroy();
    const answer = await read(`${broken.url}/ready`);
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({
      status: 'unavailable',
      checks: { database: { state: 'down' }, search: { state: 'up' } },
    });
    expect(answer.text).not.toMatch(/driver|connect/i);
    expect((await read(`${broken.url}/health`)).status).toBe(200);
    await broken.close();
  });

  it('is 503 while migrations are missing', async () => {
    const sql = (text: string, values: unknown[] = []) => t.app.dataSource.query(text, values);
    const [last] = (await sql('SELECT * FROM migrations ORDER BY id DESC LIMIT 1')) as Array<{
      id: number;
      name: string;
      timestamp: string;
    }>;
    await sql('DELETE FROM migrations WHERE id = $1', [last!.id]);
    try {
      const server = await startSmallServer(t.app, okSchema());
      const answer = await read(`${server.url}/ready`);
      expect([answer.status, answer.json()]).toMatchObject([
        503,
        { status: 'unavailable', checks: { migrations: { pending: 1 } } },
      ]);
      await server.close();
    } finally {
      await sql('INSERT INTO migrations (id, name, timestamp) VALUES ($1, $2, $3)', [
        last!.id,
        last!.name,
        last!.timestamp,
      ]);
    }
  });
});

describe('/metrics', () => {
  it('counts operations and shows the pool, to this machine', async () => {
    await post(t.url, { query: '{ __typename }' });
    await post(t.url, { query: '{ nowhere }' });
    const { status, text } = await read(`${t.url}/metrics`);
    expect(status).toBe(200);
    expect(text).toMatch(/techpool_graphql_requests_total\{operation="query",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/techpool_graphql_requests_total\{operation="none",outcome="refused"\} [1-9]/);
    expect(text).toMatch(/techpool_graphql_seconds_count\{operation="query"\} [1-9]/);
    expect(text).toMatch(/techpool_database_connections\{state="total"\} [1-9]/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('is closed to what a proxy forwards, unless the token is right', async () => {
    const token = 'metrics-token-of-some-length';
    const server = await startSmallServer(t.app, okSchema(), { metricsToken: token });
    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    expect((await read(`${server.url}/metrics`, forwarded)).status).toBe(403);
    expect(
      (await read(`${server.url}/metrics`, { ...forwarded, authorization: 'Bearer wrong-token-of-some-length' }))
        .status,
    ).toBe(403);
    expect((await read(`${server.url}/metrics`, { ...forwarded, authorization: `Bearer ${token}` })).status).toBe(200);
    await server.close();
    expect((await read(`${t.url}/metrics`, { ...forwarded, authorization: 'Bearer undefined' })).status).toBe(403);
  });
});

describe('a server that stops', () => {
  const slowSchema = (ms: number) =>
    smallSchema('type Query { slow: String }', {
      Query: { slow: () => new Promise((resolve) => setTimeout(() => resolve('done'), ms)) },
    });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = (url: string, method: string, path: string, body?: string) =>
    new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; text: string }>(
      (resolve, reject) => {
        const request = rawRequest(
          `${url}${path}`,
          { method, agent, headers: { 'content-type': 'application/json' } },
          (response) => {
            let text = '';
            response.on('data', (chunk: Buffer) => (text += chunk.toString()));
            response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
          },
        );
        request.on('error', reject);
        request.end(body);
      },
    );

  it('lets running requests end, closes their connections and takes no new ones', async () => {
    const server = await startSmallServer(t.app, slowSchema(500));
    const running = call(server.url, 'POST', '/graphql', JSON.stringify({ query: '{ slow }' }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const started = performance.now();
    const closing = server.close();
    const answer = await running;
    expect(JSON.parse(answer.text)).toMatchObject({ data: { slow: 'done' } });
    expect(answer.headers.connection).toBe('close');
    await closing;
    expect(performance.now() - started).toBeLessThan(3000);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('closes idle connections at once', async () => {
    const server = await startSmallServer(t.app, okSchema());
    await call(server.url, 'GET', '/health');
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('says 503 on /ready while it still serves, so that load balancers look elsewhere', async () => {
    const server = await startSmallServer(t.app, okSchema(), {}, { lead: 1000 });
    expect((await read(`${server.url}/ready`)).status).toBe(200);
    const closing = server.close();
    const answer = await eventually(async () => {
      const now = await read(`${server.url}/ready`);
      return now.status === 503 ? now : null;
    }, 900);
    expect(answer.json()).toMatchObject({ status: 'draining', checks: { database: { state: 'up' } } });
    expect((await read(`${server.url}/health`)).status).toBe(200);
    expect((await post(server.url, { query: '{ ok }' })).json.data).toEqual({ ok: true });
    await closing;
  });

  it('cuts what does not end in time', async () => {
    const server = await startSmallServer(t.app, slowSchema(60_000), {}, { drain: 300 });
    const running = call(server.url, 'POST', '/graphql', JSON.stringify({ query: '{ slow }' })).catch(
      (error: Error) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await running).toBeInstanceOf(Error);
  });
});
