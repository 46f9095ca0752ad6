import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.js';
import { openApp } from '../../src/app.js';
import { migrate, pendingMigrations } from '../../src/kernel/database/migrate.js';
import { OnlineMigration } from '../../src/lib/online-migration.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';

/** Issue 17, point 7: migrations never stall production. */

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
  await t.sql('CREATE TABLE busy (a int NOT NULL, b int)');
  await t.sql('INSERT INTO busy SELECT i, i FROM generate_series(1, 1000) i');
});
afterAll(() => t?.close());

class AddColumn20270101000001 {
  readonly name = 'AddColumn20270101000001';
  up = (runner: QueryRunner) => runner.query('ALTER TABLE busy ADD COLUMN c int');
  down = (runner: QueryRunner) => runner.query('ALTER TABLE busy DROP COLUMN c');
}

class BusyIndex20270101000002 extends OnlineMigration {
  readonly name = 'BusyIndex20270101000002';
  override readonly indexes = [{ name: 'busy_b', on: 'busy (b)' }];
}

class UniqueIndex20270101000003 extends OnlineMigration {
  readonly name = 'UniqueIndex20270101000003';
  override readonly indexes = [{ name: 'busy_a', on: 'busy (a)', unique: true }];
}

const connect = async () => {
  const client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  return client;
};
const isValid = async (name: string) =>
  (
    await t.sql<{ valid: boolean }>('SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)', [
      name,
    ])
  )[0]?.valid;

describe('a migration', () => {
  it('that waits for a table lets others read it in between, and ends once the table is free', async () => {
    const reader = await connect();
    await reader.query('BEGIN');
    await reader.query('SELECT 1 FROM busy');
    let attempts = 0;
    const run = migrate(t.databaseUrl, [AddColumn20270101000001], (failed) => (attempts = failed));
    // A backup's snapshot holds the table for as long as this loop runs.
    let longest = 0;
    await eventually(async () => {
      const begun = performance.now();
      await t.sql('SELECT 1 FROM busy LIMIT 1');
      longest = Math.max(longest, performance.now() - begun);
      return attempts >= 2;
    }, 15_000);
    expect(longest).toBeLessThan(3000);
    await reader.query('COMMIT');
    await run;
    await reader.end();
    expect(await t.sql('SELECT c FROM busy LIMIT 1')).toEqual([{ c: null }]);
    expect(await pendingMigrations(t.app.dataSource, [AddColumn20270101000001, BusyIndex20270101000002])).toEqual([
      'BusyIndex20270101000002',
    ]);
  });

  it('builds an index while others write the table', async () => {
    const writer = await connect();
    await writer.query('BEGIN');
    await writer.query('UPDATE busy SET b = b + 1 WHERE a = 1');
    const run = migrate(t.databaseUrl, [BusyIndex20270101000002], () => undefined);
    await eventually(async () => (await isValid('busy_b')) === false, 10_000);
    await t.sql('UPDATE busy SET b = b + 1 WHERE a = 2');
    await writer.query('COMMIT');
    await run;
    await writer.end();
    expect(await isValid('busy_b')).toBe(true);
  });

  it('that failed in the middle is not recorded, and builds its index again at the next run', async () => {
    await t.sql('INSERT INTO busy (a, b) VALUES (1, 1)');
    const attempt = () => migrate(t.databaseUrl, [UniqueIndex20270101000003], () => undefined);
    await expect(attempt()).rejects.toThrow('could not create unique index');
    expect(await isValid('busy_a')).toBe(false);
    expect(await pendingMigrations(t.app.dataSource, [UniqueIndex20270101000003])).toHaveLength(1);
    await t.sql('DELETE FROM busy WHERE a = 1');
    await attempt();
    expect(await isValid('busy_a')).toBe(true);
    expect(await pendingMigrations(t.app.dataSource, [UniqueIndex20270101000003])).toEqual([]);
  });

  it('under a running process fails none of its statements', async () => {
    const { dataSource } = t.app;
    const inTransaction = () => dataSource.transaction((tx) => tx.query('SELECT * FROM busy WHERE a = $1', [5]));
    const runner = dataSource.createQueryRunner();
    for (let i = 0; i < 40; i += 1) await runner.query('SELECT * FROM busy WHERE a = $1', [5]);
    await t.sql('ALTER TABLE busy ADD COLUMN d text');
    expect(await runner.query('SELECT * FROM busy WHERE a = $1', [5])).toMatchObject([{ a: 5, d: null }]);
    await runner.release();
    for (let i = 0; i < 40; i += 1) await inTransaction();
    await t.sql('ALTER TABLE busy ADD COLUMN e text');
    // Within a transaction the error is the caller's, who repeats the transaction (write.ts).
    const [first] = await Promise.allSettled([inTransaction()]);
    expect(first.status === 'fulfilled' || (first.reason as { code: string }).code === '0A000').toBe(true);
    expect(await inTransaction()).toMatchObject([{ a: 5, e: null }]);
  });
});

describe('a start with MIGRATE=false', () => {
  const open = () =>
    openApp(
      { ...t.app.config, migrate: false, logLevel: 'silent' },
      { databaseUrl: t.databaseUrl, meiliUrl: 'http://127.0.0.1:7700', meiliKey: '', secretKey: 'x'.repeat(32) },
    );

  it('refuses a database with pending migrations, with what to do, and takes one without', async () => {
    const last = migrations.map((Migration) => new Migration().name).at(-1)!;
    const [row] = await t.sql<{ timestamp: string }>('DELETE FROM migrations WHERE name = $1 RETURNING timestamp', [
      last,
    ]);
    await expect(open()).rejects.toThrow(
      `MIGRATE is false and 1 migrations are pending (${last} is the first); run npm run migrate.`,
    );
    await t.sql('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [row!.timestamp, last]);
    await (await open()).close();
  });
});

describe('the schema', () => {
  it('has an index for each foreign key, except for references to rows that are never deleted', async () => {
    const CODE_LISTS = ['industry', 'region', 'currency_rate', 'ledger_key', 'gap_code'];
    const rows = await t.sql<{ key: string; target: string }>(
      `SELECT c.conrelid::regclass || '.' || string_agg(a.attname, ', ' ORDER BY u.n) AS key,
         c.confrelid::regclass::text AS target
       FROM pg_constraint c
       CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS u(number, n)
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.number
       WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
         AND NOT EXISTS (
           SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND (i.indkey::int2[])[0] = ANY (c.conkey))
       GROUP BY c.oid, c.conrelid, c.confrelid
       ORDER BY 1`,
    );
    expect(rows.filter(({ target }) => !CODE_LISTS.includes(target))).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
  });
});
