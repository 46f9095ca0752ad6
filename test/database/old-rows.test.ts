import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.js';
import { createDataSource } from '../../src/kernel/data-source.js';
import { COMMANDS, Database } from '../../src/kernel/database/database.js';
import { startTestApp, type TestApp } from '../harness.js';

const FIRST = 'VocabularyChecks20261130235100';
const name = `old_rows_${Date.now()}`;
let t: TestApp;
let db: pg.Client;
let url: string;

async function migrate(until: (name: string) => boolean): Promise<void> {
  const dataSource = createDataSource({
    database: new Database(url, COMMANDS),
    poolSize: 1,
    entities: [],
    migrations: migrations.filter((Migration) => until(new Migration().name)),
  });
  await dataSource.initialize();
  await dataSource.runMigrations().finally(() => dataSource.destroy());
}

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  await t.sql(`CREATE DATABASE ${name}`);
  const target = new URL(t.databaseUrl);
  target.pathname = `/${name}`;
  url = target.href;
  db = new pg.Client({ connectionString: url });
  await db.connect();
}, 60_000);
afterAll(async () => {
  await db.end();
  await t.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await t.close();
});

/** The digits of the names are the order of the migrations. */
const stamp = (migration: string) => /\d{14}$/.exec(migration)![0];

it('rows that break the new rules are corrected where the right value is known, and else stay and are named', async () => {
  await migrate((one) => stamp(one) < stamp(FIRST));
  const [own, other] = [randomUUID(), randomUUID()];
  const [whole, blank, nonsense] = [randomUUID(), randomUUID(), randomUUID()];
  await db.query(`INSERT INTO organisation (id, kind, name, description, created_at)
    VALUES ('${own}', 'UNIVERSITY', '{"zh":"甲","en":""}', '{}', now()), ('${other}', 'UNIVERSITY', '{"zh":"乙","de":"x"}', '{"en":null}', now())`);
  await db.query(`INSERT INTO achievement (id, institution_id, status, revision, title, category, created_at, updated_at, record_hash)
    VALUES ('${whole}', '${own}', 'DRAFT', 1, '{"zh":"成果","en":" "}', 'APPLIED_TECHNOLOGY', now(), now(), ''),
      ('${blank}', '${own}', 'DRAFT', 1, '{}', NULL, now(), now(), ''),
      ('${nonsense}', '${own}', 'DRAFT', 1, '{"en":"x"}', 'NONSENSE', now(), now(), '')`);
  await db.query(`INSERT INTO interest (id, achievement_id, institution_id, status, created_at, last_message_at)
    VALUES ('${randomUUID()}', '${whole}', '${other}', 'OPEN', now(), now())`);
  await migrate(() => true);

  const rows = async (sql: string) => (await db.query(sql)).rows as unknown[];
  expect(await rows(`SELECT name, description FROM organisation ORDER BY name->>'zh' DESC`)).toEqual([
    { name: { zh: '甲' }, description: null },
    { name: { zh: '乙' }, description: null },
  ]);
  expect(await rows(`SELECT institution_id AS id FROM interest`)).toEqual([{ id: own }]);
  expect(await rows(`SELECT title FROM achievement WHERE id = '${whole}'`)).toEqual([{ title: { zh: '成果' } }]);
  // What cannot be corrected stays as it was.
  expect(await rows(`SELECT title, category FROM achievement WHERE id <> '${whole}' ORDER BY category`)).toEqual([
    { title: { en: 'x' }, category: 'NONSENSE' },
    { title: {}, category: null },
  ]);
  expect(await rows(`SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname`)).toEqual([
    { conname: 'achievement_category_code' },
    { conname: 'localised_text' },
  ]);
  // The rules hold for what is written from now on.
  await expect(db.query(`UPDATE achievement SET category = 'OTHER' WHERE id = '${whole}'`)).rejects.toThrow(
    'achievement_category_code',
  );
  await expect(db.query(`UPDATE achievement SET title = '{}' WHERE id = '${whole}'`)).rejects.toThrow('localised_text');
  await db.query(`UPDATE achievement SET category = NULL WHERE id = '${nonsense}'`);
}, 60_000);

it('each migration goes back and forth', async () => {
  await db.query(`DELETE FROM achievement WHERE title = '{}'`);
  const dataSource = createDataSource({ database: new Database(url, COMMANDS), poolSize: 1, entities: [], migrations });
  await dataSource.initialize();
  try {
    const later = migrations.filter((Migration) => stamp(new Migration().name) >= stamp(FIRST)).length;
    for (let i = 0; i < later; i += 1) await dataSource.undoLastMigration();
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
  expect((await db.query(`SELECT conname FROM pg_constraint WHERE NOT convalidated`)).rows).toEqual([]);
}, 60_000);
