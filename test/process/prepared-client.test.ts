// @isolated because the names of statements are one list for a process, which other files would fill.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatementNames } from '../../src/lib/prepared-client.js';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t?.close());

describe('names of statements', () => {
  it('are given to what is run often, the same at every call', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 25 }, () => names.of('SELECT $1'));
    expect(given.slice(0, 19).every((name) => name === undefined)).toBe(true);
    expect(new Set(given.slice(19)).size).toBe(1);
    expect(given[24]).toMatch(/^t0_[\w-]{22}$/);
    expect(names.of('SELECT $1, 2')).toBeUndefined();
  });

  it('are given to a hundred statements at most, however many come', () => {
    const names = new StatementNames();
    const named = new Set<string>();
    for (let text = 0; text < 300; text += 1)
      for (let i = 0; i < 30; i += 1) named.add(names.of(`SELECT ${text} + $1`) ?? '');
    named.delete('');
    expect(named.size).toBe(100);
  });

  it('are other ones after a renewal', () => {
    const names = new StatementNames();
    const often = () => Array.from({ length: 20 }, () => names.of('SELECT $1')).at(-1);
    const before = often();
    names.renew();
    expect(often()).not.toBe(before);
  });
});

describe('a connection', () => {
  it('keeps the plan of a statement that is run often, and answers with the values at hand', async () => {
    const runner = t.app.dataSource.createQueryRunner();
    try {
      for (let i = 0; i < 40; i += 1)
        expect(await runner.query('SELECT $1::int + 1 AS kept', [i])).toEqual([{ kept: i + 1 }]);
      const [kept] = (await runner.query(
        `SELECT (generic_plans + custom_plans)::int AS runs
         FROM pg_prepared_statements
         WHERE statement = 'SELECT $1::int + 1 AS kept'`,
      )) as Array<{ runs: number }>;
      expect(kept?.runs).toBe(21);
    } finally {
      await runner.release();
    }
  });

  it('compiles no statement, whatever the server’s default', async () => {
    expect(await t.app.dataSource.query(`SELECT setting, source FROM pg_settings WHERE name = 'jit'`)).toEqual([
      { setting: 'off', source: 'client' },
    ]);
  });

  it('fails once at most where the schema changes under it', async () => {
    await t.sql('CREATE TABLE changing (a int)');
    await t.sql('INSERT INTO changing VALUES (1)');
    const read = () => t.app.dataSource.query('SELECT * FROM changing WHERE a >= $1', [0]) as Promise<unknown>;
    for (let i = 0; i < 30; i += 1) await read();
    await t.sql('ALTER TABLE changing ADD COLUMN b int');
    await read().catch((error: { code: string }) => expect(error.code).toBe('0A000'));
    for (let i = 0; i < 30; i += 1) expect(await read()).toEqual([{ a: 1, b: null }]);
  });

  it('goes on after a statement that fails', async () => {
    const read = (value: string) => t.app.dataSource.query('SELECT $1::int AS whole', [value]) as Promise<unknown>;
    for (let i = 0; i < 30; i += 1) await read('1');
    await expect(read('one')).rejects.toMatchObject({ code: '22P02' });
    expect(await read('2')).toEqual([{ whole: 2 }]);
  });
});
