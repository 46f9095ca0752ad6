import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app.js';
import { readConfig } from '../../src/kernel/config.js';
import { Database, SERVING } from '../../src/kernel/database/database.js';
import { createLogger } from '../../src/kernel/logger.js';
import { backup } from '../../src/maintenance/backup.js';
import { eventually, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { startReplicas, type Replicas } from './replicas.js';

/** Milliseconds from the death of the primary within which a write must be acknowledged again. */
const SERVED_AGAIN_MS = 10_000;
const WRITERS = 4;

let folder: string;
let replicas: Replicas;
let app: RunningApp;
let token: string;
let institutionId: string;
/** Lines of the app's log that tell of an error. */
const faults: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techpool-failover-'));
  replicas = await startReplicas(folder);
  const defaults = readConfig({});
  app = await createApp(
    {
      ...defaults,
      port: 0,
      dataDir: join(folder, 'data'),
      databasePool: 6,
      searchIndex: 'failover',
      limits: { ...defaults.limits, requestsPerMinute: 1_000_000 },
    },
    {
      databaseUrl: replicas.url,
      meiliUrl: inject('meiliUrl'),
      meiliKey: inject('meiliKey'),
      secretKey: 'test-secret-key-of-32-characters!',
    },
    {
      log: createLogger(
        'error',
        new Writable({
          write(chunk: Buffer, _encoding, done) {
            faults.push(chunk.toString('utf8'));
            done();
          },
        }),
      ),
    },
  );
  const seeds = seed({ app: app.app } as TestApp);
  const person = await seeds.person();
  ({ token } = person);
  institutionId = (await seeds.organisation(person)).id;
}, 90_000);
afterAll(async () => {
  await app?.close();
  await replicas?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function write(title: string, idempotencyKey: string): Promise<{ status: number; code: string | undefined }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }',
      variables: { input: { institutionId, content: { title: { zh: title } }, idempotencyKey } },
    }),
  });
  const { errors } = (await response.json()) as { errors?: Array<{ extensions: { code: string } }> };
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

const portOf = async (url: string) => {
  const client = new Database(url, SERVING).client('an-observer');
  await client.connect();
  try {
    return ((await client.query('SELECT inet_server_port() AS port')).rows as Array<{ port: number }>)[0]?.port;
  } finally {
    await client.end();
  }
};

describe('a DATABASE_URL with several hosts (issue 16, point 8)', () => {
  it('is served by the host that accepts writes, whatever the order', async () => {
    const primary = Number(new URL(replicas.urls[0]).port);
    expect(await portOf(replicas.url)).toBe(primary);
    const reversed = replicas.urls[1].replace(/@([^/]+)/, `@$1,${new URL(replicas.urls[0]).host}`);
    expect(await portOf(reversed)).toBe(primary);
  });

  it('serves commands too, which find the primary in the same way', async () => {
    const file = join(folder, 'saved.backup');
    const secrets = { secretKey: 'test-secret-key-of-32-characters!', embedded: false };
    const result = await backup(replicas.url, file, secrets, () => undefined);
    expect(result.tables).toBeGreaterThan(50);
  });

  it('is served again within 10 s of the death of the primary, and loses no acknowledged write', async () => {
    const acknowledged: string[] = [];
    const codes = new Set<string>();
    let running = true;
    let lastAt = 0;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; running; n += 1) {
        const title = `成果 ${writer}-${n}`;
        // A write without an answer is repeated under its key, as clients do: it must be stored once.
        for (let done = false; running && !done;) {
          const { status, code } = await write(title, `key-${writer}-${n}-failover`);
          if (code === undefined && status === 200) {
            acknowledged.push(title);
            lastAt = performance.now();
            done = true;
          } else {
            codes.add(`${status} ${code}`);
            await sleep(50);
          }
        }
      }
    });
    await eventually(async () => acknowledged.length > 40, 15_000);
    await replicas.killPrimary();
    const killedAt = performance.now();
    await sleep(300);
    const before = acknowledged.length;
    await replicas.promote();
    await eventually(async () => acknowledged.length > before + 20 && lastAt > killedAt, SERVED_AGAIN_MS);
    expect(performance.now() - killedAt).toBeLessThan(SERVED_AGAIN_MS);
    running = false;
    await Promise.all(writers);

    expect(faults.filter((line) => !line.includes('the database is'))).toEqual([]);
    expect([...codes]).toEqual(['503 UNAVAILABLE']);
    const stored = await replicas.ask<{ title: string; n: number }>(
      1,
      `SELECT title->>'zh' AS title, count(*)::int AS n FROM achievement GROUP BY 1`,
    );
    const counts = new Map(stored.map(({ title, n }) => [title, n]));
    expect(acknowledged.filter((title) => !counts.has(title))).toEqual([]);
    expect(stored.filter(({ n }) => n > 1)).toEqual([]);
    expect((await fetch(`${app.url}/ready`)).status).toBe(200);
  });

  it('runs jobs and wakes matching on the new host', async () => {
    const names = async () =>
      (
        await replicas.ask<{ name: string }>(
          1,
          `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'techpool%'`,
        )
      ).map(({ name }) => name);
    await eventually(async () => {
      const found = await names();
      return ['techpool', 'techpool-jobs', 'techpool-matching'].every((name) => found.includes(name));
    });
  });

  it('does not go back to the former primary when that is started again', async () => {
    await replicas.restartPrimary();
    // Both accept writes now; the later timeline counts.
    expect(await replicas.ask(0, 'SHOW transaction_read_only')).toEqual([{ transaction_read_only: 'off' }]);
    expect(await portOf(replicas.url)).toBe(Number(new URL(replicas.urls[1]).port));
    expect(await write('之后', 'key-after-failover')).toEqual({ status: 200, code: undefined });
  });

  it('gives up a connection that turns out to be read-only', async () => {
    const reload = (value: string) =>
      replicas
        .ask(1, `ALTER SYSTEM SET default_transaction_read_only = ${value}`)
        .then(() => replicas.ask(1, 'SELECT pg_reload_conf()'));
    await replicas.killPrimary();
    await reload('on');
    await eventually(async () => (await write('只读', 'key-while-read-only')).code === 'UNAVAILABLE');
    await reload('off');
    await eventually(async () => (await write('只读', 'key-while-read-only')).status === 200);
  });
});
