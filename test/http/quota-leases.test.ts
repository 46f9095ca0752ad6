import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app.js';
import { leasesOf } from '../../src/http/quota-leases.js';
import { createRateLimiter, type RateLimiter } from '../../src/http/rate-limit.js';
import { AppError } from '../../src/kernel/errors.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, type Reply } from './small-server.js';

/** Points per minute, and a block of them (a twentieth). */
const LIMIT = 100;
const BLOCK = 5;

let t: TestApp;
let apps: RunningApp[];
beforeAll(async () => {
  t = await startTestApp({ worker: false });
  const { databaseUrl, app } = t;
  const config = {
    ...app.config,
    port: 0,
    trustProxy: 1,
    limits: { ...app.config.limits, requestsPerMinute: LIMIT },
  };
  const backends = {
    databaseUrl,
    meiliUrl: app.search.client.config.host,
    meiliKey: app.search.client.config.apiKey,
    secretKey: app.secretKey,
  };
  apps = await Promise.all([1, 2, 3].map(() => createApp(config, backends, { log: app.log })));
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await t.close();
});

type Answer = { status: number; headers: Headers; json: Reply };
const request = (app: RunningApp, address: string): Promise<Answer> =>
  post(app.url, { query: '{ __typename }' }, { 'x-forwarded-for': address });

/** Sends requests to the apps in turn, a few at a time, until each has refused; returns the accepted ones per app. */
async function until429(processes: readonly RunningApp[], address: string): Promise<number[]> {
  return Promise.all(
    processes.map(async (app) => {
      for (let accepted = 0; ;) {
        const answers = await Promise.all([1, 2, 3].map(() => request(app, address)));
        accepted += answers.filter(({ status }) => status === 200).length;
        if (answers.every(({ status }) => status === 429)) return accepted;
        expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
      }
    }),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('the quota of a viewer (issue 16, point 9)', () => {
  it('holds across processes on one database, to a block per process', async () => {
    const accepted = await until429(apps, '192.0.2.1');
    expect(sum(accepted)).toBeGreaterThanOrEqual(LIMIT - BLOCK * apps.length);
    expect(sum(accepted)).toBeLessThanOrEqual(LIMIT + BLOCK * (apps.length - 1));
  });

  it('of one process is exact, and what it used is refused by the others', async () => {
    const [first, second] = [apps[0]!, apps[1]!];
    expect(await until429([first], '192.0.2.2')).toEqual([LIMIT]);
    const [more] = await until429([second], '192.0.2.2');
    expect(more).toBeLessThanOrEqual(BLOCK);
    const refused = await request(second, '192.0.2.2');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await request(second, '192.0.2.3')).status).toBe(200);
  });

  it('of wrong credentials holds across processes', async () => {
    const wrong = async (app: RunningApp) =>
      (
        await post(
          app.url,
          { query: '{ __typename }' },
          { 'x-forwarded-for': '192.0.2.4', authorization: 'Bearer nonsense' },
        )
      ).status;
    const counts = await Promise.all(
      apps.map(async (app) => {
        for (let tried = 0; ; tried += 1) {
          const status = await wrong(app);
          if (status === 429) return tried;
          expect(status).toBe(401);
        }
      }),
    );
    expect(sum(counts)).toBeLessThanOrEqual(LIMIT + BLOCK * (apps.length - 1));
  });

  it('takes no statement within the first block, and one for each further block', async () => {
    const leased = async () =>
      Number((await t.sql<{ n: string }>('SELECT coalesce(sum(leased), 0) AS n FROM quota_lease'))[0]!.n);
    const before = await leased();
    for (let i = 0; i < BLOCK; i += 1) await request(apps[0]!, '192.0.2.5');
    expect(await leased()).toBe(before);
    for (let i = 0; i < BLOCK; i += 1) await request(apps[0]!, '192.0.2.5');
    expect(await leased()).toBeGreaterThan(before);
  });

  it('is counted by the process alone while no lease is to be had, and shared again afterwards', async () => {
    await t.sql('ALTER TABLE quota_lease RENAME TO quota_lease_away');
    const logged = t.logLines.length;
    try {
      expect(await until429(apps.slice(0, 2), '192.0.2.6')).toEqual([LIMIT, LIMIT]);
    } finally {
      await t.sql('ALTER TABLE quota_lease_away RENAME TO quota_lease');
    }
    const warnings = t.logLines.slice(logged).filter(({ msg }) => /counts alone/.test(String(msg)));
    expect(warnings).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 5500));
    expect(sum(await until429(apps, '192.0.2.7'))).toBeLessThanOrEqual(LIMIT + BLOCK * (apps.length - 1));
  });

  it('stores neither address nor account', async () => {
    const rows = JSON.stringify(await t.sql('SELECT * FROM quota_lease'));
    expect(rows).not.toContain('192.0.2');
  });
});

describe('the throttle of log-ins (issue 16, point 9)', () => {
  it('is exact across processes: ten wrong passwords of a network at an address, whichever process is asked', async () => {
    const wrong = async (app: RunningApp) => {
      const { json } = await post(
        app.url,
        {
          query: 'mutation ($input: LogInInput!) { logIn(input: $input) { deviceToken } }',
          variables: { input: { email: 'somebody@example.org', password: 'not the password' } },
        },
        { 'x-forwarded-for': '192.0.2.8' },
      );
      return json.errors![0]!.extensions.code;
    };
    const codes = await Promise.all(Array.from({ length: 15 }, (_, i) => wrong(apps[i % apps.length]!)));
    expect(codes.filter((code) => code !== 'RATE_LIMITED')).toHaveLength(10);
  });
});

describe('a limiter with leases', () => {
  const taken = async (limiter: RateLimiter, key: string, points: number): Promise<number> => {
    try {
      await limiter.take(key, points);
      return points;
    } catch (error) {
      if (error instanceof AppError && error.code === 'RATE_LIMITED') return 0;
      throw error;
    }
  };

  it('never allows more than the quota and a block per process, whatever is taken in whatever order', async () => {
    let state = 16;
    const random = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
    for (const limit of [1, 2, 7, 40, 333]) {
      const limiters = Array.from({ length: 4 }, () => createRateLimiter(limit, leasesOf(t.app)));
      const block = Math.max(1, Math.floor(limit / 20));
      const key = `any:${limit}`;
      let total = 0;
      for (let round = 0; round < 40; round += 1) {
        const takes = Array.from({ length: 8 }, () => taken(limiters[random(4)]!, key, 1 + random(limit)));
        total += sum(await Promise.all(takes));
      }
      for (const limiter of limiters) while ((await taken(limiter, key, 1)) > 0) total += 1;
      expect(total, `limit ${limit}`).toBeLessThanOrEqual(limit + 3 * block);
      expect(total, `limit ${limit}`).toBeGreaterThanOrEqual(limit);
      for (const limiter of limiters) await expect(limiter.check(key)).rejects.toThrow(/Too many requests/);
    }
  });

  it('refuses what is too much for the rest of the window, and leaves the rest to smaller requests', async () => {
    const limiter = createRateLimiter(LIMIT, leasesOf(t.app));
    expect(await taken(limiter, 'rest', 90)).toBe(90);
    expect(await taken(limiter, 'rest', 11)).toBe(0);
    expect(await taken(limiter, 'rest', 10)).toBe(10);
    expect(await taken(limiter, 'rest', 1)).toBe(0);
  });

  it('does not let a request wait for more than a second where the database does not answer', async () => {
    const alone: unknown[] = [];
    const limiter = createRateLimiter(LIMIT, leasesOf(t.app), (error) => alone.push(error));
    const holder = t.app.dataSource.createQueryRunner();
    await holder.startTransaction();
    try {
      await holder.query('LOCK TABLE quota_lease IN ACCESS EXCLUSIVE MODE');
      const begun = performance.now();
      const takes = await Promise.all(Array.from({ length: 50 }, () => taken(limiter, 'held', 1)));
      expect(sum(takes)).toBe(50);
      expect(performance.now() - begun).toBeLessThan(2500);
      expect(alone).toHaveLength(1);
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
  });

  it('takes a window that others began, to its end', async () => {
    const [one, two] = [createRateLimiter(LIMIT, leasesOf(t.app)), createRateLimiter(LIMIT, leasesOf(t.app))];
    await one.take('window', 50);
    await t.sql(
      `UPDATE quota_lease SET ends_at = now() + interval '3 seconds' WHERE ends_at > now() + interval '58 seconds'`,
    );
    expect((await two.take('window', 50)).resetSeconds).toBeLessThanOrEqual(3);
    expect(await taken(two, 'window', 1)).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 3100));
    expect((await two.take('window', 10)).remaining).toBe(90);
  });
});
