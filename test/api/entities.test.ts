import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
});
afterAll(() => t.close());

it('maps every entity column to a column that the migrations made, with the same nullability', async () => {
  const columns = new Map(
    (
      await t.sql<{ key: string; nullable: boolean }>(
        `SELECT table_name || '.' || column_name AS key, is_nullable = 'YES' AS nullable
         FROM information_schema.columns
         WHERE table_schema = 'public'`,
      )
    ).map((row) => [row.key, row.nullable]),
  );
  const wrong = t.app.dataSource.entityMetadatas.flatMap((entity) =>
    entity.columns
      .map((column) => ({ key: `${entity.tableName}.${column.databaseName}`, nullable: column.isNullable }))
      .filter(({ key, nullable }) => columns.get(key) !== nullable)
      .map(
        ({ key, nullable }) =>
          `${key}: entity ${nullable ? 'nullable' : 'not null'}, database ${columns.has(key) ? (columns.get(key) ? 'nullable' : 'not null') : 'has none'}`,
      ),
  );
  expect(wrong).toEqual([]);
});

it('can undo its migrations one by one and do them again', async () => {
  const { dataSource } = t.app;
  // A separate copy of the schema, so that no other test sees intermediate states.
  const names = dataSource.migrations.length;
  for (let i = 0; i < names; i += 1) await dataSource.undoLastMigration();
  expect(
    await t.sql(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`),
  ).toEqual([]);
  await dataSource.runMigrations();
  expect((await t.sql<{ n: string }>(`SELECT count(*) AS n FROM migrations`))[0]!.n).toBe(String(names));
});
