import { afterAll, beforeAll, expect, it } from 'vitest';
import { Meter } from '../../src/bench/database/meter.js';
import { startTestApp, type TestApp } from '../harness.js';

const ROWS = 20_000;

let t: TestApp;
let meter: Meter;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  await t.sql(`CREATE TABLE counted WITH (autovacuum_enabled = off) AS SELECT i, repeat('x', 100) AS filler
    FROM generate_series(1, ${ROWS}) i`);
  meter = await Meter.open(t.databaseUrl);
});
afterAll(async () => {
  await meter.close();
  await t.close();
});

/** Least cost of several runs: the background work of the app, which reads the same database, can only add to it. */
async function leastCost(work: () => Promise<unknown>) {
  const costs = [];
  for (let i = 0; i < 10; i += 1) costs.push(await meter.costOf(work));
  return costs.sort((a, b) => a.buffers - b.buffers)[0]!;
}

const scan = () => t.app.dataSource.query(`SELECT count(filler) FROM counted`);

it('the benchmark of the database counts each statement of measured operations, and the pages it reads (17.10)', async () => {
  const [{ pages }] = (await t.app.dataSource.query(
    `SELECT (pg_relation_size('counted') / current_setting('block_size')::int)::int AS pages`,
  )) as [{ pages: number }];
  await scan();
  const one = await leastCost(() => meter.within(scan));
  expect(one.statements).toBe(1);
  expect(one.buffers).toBeGreaterThanOrEqual(pages);
  expect(one.buffers).toBeLessThan(pages * 1.5);
  const three = await leastCost(() =>
    meter.within(() => t.app.dataSource.transaction((tx) => tx.query(`SELECT 1 FROM counted LIMIT 1`))),
  );
  // BEGIN, the statement and COMMIT.
  expect(three.statements).toBe(3);
  expect(three.buffers).toBeLessThan(pages / 2);
});

it('the benchmark of the database does not count statements beside the measured operation (17.10)', async () => {
  const { statements } = await meter.costOf(async () => {
    await scan();
    await meter.within(scan);
  });
  expect(statements).toBe(1);
});
