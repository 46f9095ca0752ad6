import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { change, enter, indexed, institution, search, titles } from './kit.js';

/** A proxy in front of the search engine that, on request, holds documents back before it passes them on. */
async function slowEngine(target: string) {
  let isHolding = false;
  let held: Array<() => void> = [];
  const server = createServer((request, response) => {
    const pass = () => {
      const onward = httpRequest(
        new URL(request.url ?? '/', target),
        { method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    };
    const isDocuments = request.method === 'POST' && /\/documents(\?|$)/.test(request.url ?? '');
    if (isHolding && isDocuments) held.push(pass);
    else pass();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => void (isHolding = true),
    held: () => held.length,
    release() {
      isHolding = false;
      for (const pass of held) pass();
      held = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let t: TestApp;
let engine: Awaited<ReturnType<typeof slowEngine>>;
let id: string;

beforeAll(async () => {
  engine = await slowEngine(inject('meiliUrl'));
  t = await startTestApp({ searchCache: false }, { meiliUrl: engine.url });
  [id] = (await enter(t, [
    { institutionId: await institution(t, '兰州大学', 'Lanzhou University'), title: { zh: '起初的题名' } },
  ])) as [string];
  await indexed(t);
});
afterAll(async () => {
  engine.release();
  await t.close();
  await engine.close();
});

const rename = (title: string) => change(t, [id], `title = jsonb_build_object('zh', $2::text)`, [title]);

describe('while the search engine does not take documents', () => {
  beforeEach(async () => {
    engine.hold();
    await rename('第一次改名');
    await eventually(() => Promise.resolve(engine.held() > 0));
  });

  it('no transaction is open, and the change has not left the outbox', async () => {
    const open = await t.sql(
      `SELECT state, query
       FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
    );
    expect(open).toEqual([]);
    expect(await t.sql(`SELECT achievement_id AS id FROM search_outbox`)).toEqual([{ id }]);
    engine.release();
    await indexed(t);
  });

  it('a change made meanwhile is indexed after it', async () => {
    await rename('第二次改名');
    engine.release();
    await indexed(t);
    expect(titles(await search(t, { query: '改名' }))).toEqual(['第二次改名']);
    expect((await search(t, { query: '第一次' })).totalCount).toBe(0);
  });

  it('a lost connection loses no change', async () => {
    await t.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7402321 AND database =
         (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await rename('第三次改名');
    engine.release();
    await indexed(t);
    const { results } = await t.app.search.client
      .index(`${t.app.search.prefix}_achievements`)
      .getDocuments<{ title_zh: string }>({ ids: [id] });
    expect(results.map((document) => document.title_zh)).toEqual(['第三次改名']);
  });
});
