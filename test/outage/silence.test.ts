import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { COMMANDS, Database, SERVING } from '../../src/kernel/database/database.js';
import { outageOf } from '../../src/kernel/database/outages.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { addressOf, byWayOf, startProxy, type TcpProxy } from './tcp-proxy.js';

/** The limits of operation, shortened; `answer` is above `statement` there too. */
const TIMES = { statement: 2000, answer: 3000, silence: 60_000, connect: 1500, idleInTransaction: 5000 };

let proxy: TcpProxy;
let t: TestApp;
let token: string;
beforeAll(async () => {
  proxy = await startProxy(addressOf(inject('postgresUrl')));
  t = await startTestApp({}, {}, { databaseTimes: TIMES, appUrl: (url) => byWayOf(proxy, url) });
  token = (await seed(t).person()).token;
});
afterAll(async () => {
  proxy?.pass();
  await t?.close();
  await proxy?.close();
});

const ask = () => t.ask('{ viewer { account { id } } }', {}, { token });

describe('packets that are lost without an error (issue 16, point 5)', () => {
  it('hold up a request for the limit of an answer, and no request after them', async () => {
    expect((await ask()).status).toBe(200);
    proxy.swallow();
    const started = performance.now();
    // More requests than the pool has connections.
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    expect(performance.now() - started).toBeLessThan(TIMES.answer + TIMES.connect + 2500);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    }
    // Bytes that went out to the database while the line was silent never arrive.
    proxy.pass();
    await eventually(async () => (await ask()).status === 200, 8000);
    const after = await Promise.all(Array.from({ length: 20 }, ask));
    expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it('do not stop the queue', async () => {
    const waiting = async () =>
      (await t.sql<{ n: number }>('SELECT count(*)::int AS n FROM graphile_worker.jobs'))[0]!.n;
    proxy.swallow();
    await sleep(TIMES.answer + 500);
    proxy.pass();
    await t.sql(`SELECT graphile_worker.add_job('search:index', payload := '{}'::json)`);
    await eventually(async () => (await waiting()) === 0, 20_000);
  });

  it('end the connection that wakes matching, which listens again', async () => {
    const listens = async () =>
      (
        await t.sql<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE application_name = 'techpool-matching' AND datname = current_database()`,
        )
      ).map(({ pid }) => pid);
    const [before] = await listens();
    await t.sql('SELECT pg_terminate_backend($1)', [before]);
    await eventually(async () => (await listens()).some((pid) => pid !== before), 8000);
  });
});

describe('a lost statement or answer', () => {
  const times = { statement: 60_000, answer: 65_000, silence: 1000, connect: 1500, idleInTransaction: 60_000 };

  it.each(['statement', 'answer'])('is found long before the limit of an answer: a lost %s', async (lost) => {
    const own = await startProxy(addressOf(t.databaseUrl));
    const pool = new Database(byWayOf(own, t.databaseUrl), times).pool('a-test', 1);
    await pool.query('SELECT 1');
    const asked = pool.query(lost === 'answer' ? 'SELECT pg_sleep(0.5)' : 'SELECT 1');
    const outcome = asked.then(
      () => 'answered',
      (error: unknown) => outageOf(error)?.reason,
    );
    if (lost === 'answer') await sleep(100);
    own.swallow();
    await sleep(1200);
    own.pass();
    const passedAt = performance.now();
    expect(await outcome).toBe('DATABASE_AWAY');
    expect(performance.now() - passedAt).toBeLessThan(6000);
    expect((await pool.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    await pool.end();
    await own.close();
  });

  it('is not a statement that takes long', async () => {
    const pool = new Database(t.databaseUrl, { ...times, silence: 300 }).pool('a-test', 1);
    expect((await pool.query('SELECT 1 AS one, pg_sleep(2)')).rows).toMatchObject([{ one: 1 }]);
    await pool.end();
  });
});

describe('every connection', () => {
  it('asks whether the other side lives, and has limits above those of the server', () => {
    for (const times of [SERVING, COMMANDS]) {
      const options = new Database('postgres://user:secret@127.0.0.1:5432/pool', times).options('techpool');
      expect(options).toMatchObject({ keepAlive: true, connectionTimeoutMillis: 10_000 });
      expect(options.query_timeout).toBeGreaterThan(Number(options.statement_timeout));
      expect(Number(options.query_timeout)).toBeLessThan(Number(options.statement_timeout) * 1.2);
    }
  });

  it('ends after a lost answer, and a pool makes another one', async () => {
    const own = await startProxy(addressOf(t.databaseUrl));
    const pool = new Database(byWayOf(own, t.databaseUrl), { ...TIMES, answer: 800 }).pool('a-test', 1);
    const pidOf = async () =>
      ((await pool.query('SELECT pg_backend_pid() AS pid')).rows as Array<{ pid: number }>)[0]?.pid;
    const first = await pidOf();
    own.swallow();
    await expect(pidOf()).rejects.toThrow('Query read timeout');
    own.pass();
    const second = await pidOf();
    expect(second).not.toBe(first);
    await pool.end();
    await own.close();
  });
});
