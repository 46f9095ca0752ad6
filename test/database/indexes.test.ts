import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp({ worker: false });
});
afterAll(() => t.close());

/**
 * Indexes that another one makes redundant: of the same table and method, whose columns, orders and operators begin those
 * of the other. Its condition is the same, or only leaves out the nulls of its first column while the other has none. An
 * index that keeps something unique is redundant only beside an equal one; of two equal ones, the later is.
 */
const REDUNDANT = `
  WITH i AS (
    SELECT x.indexrelid, x.indrelid, x.indisunique, c.relname AS name, x.indnkeyatts AS n,
      pg_get_expr(x.indpred, x.indrelid) AS condition, pg_get_indexdef(x.indexrelid, 1, false) AS first,
      ARRAY(
        SELECT pg_get_indexdef(x.indexrelid, k, false) || ' ' || (x.indclass::oid[])[k - 1] || ' '
          || (x.indoption::int2[])[k - 1] || ' ' || (x.indcollation::oid[])[k - 1]
        FROM generate_series(1, x.indnkeyatts) k
        ORDER BY k
      ) AS keys
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    JOIN pg_am am ON am.oid = c.relam
    WHERE c.relnamespace = 'public'::regnamespace AND am.amname = 'btree' AND NOT c.relispartition
  )
  SELECT DISTINCT a.name
  FROM i a
  JOIN i b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.keys[1:a.n] = a.keys
    AND (
      a.condition IS NOT DISTINCT FROM b.condition
      OR b.condition IS NULL AND a.condition = '(' || a.first || ' IS NOT NULL)'
    )
  WHERE CASE
    WHEN a.indisunique THEN b.indisunique AND b.n = a.n AND b.indexrelid < a.indexrelid
    ELSE b.n > a.n OR b.indisunique OR b.condition IS NULL AND a.condition IS NOT NULL OR b.indexrelid < a.indexrelid
  END
  ORDER BY 1`;
const redundant = async () => (await t.sql<{ name: string }>(REDUNDANT)).map(({ name }) => name);

it('no index is the beginning of another one that serves the same statements (17.8)', async () => {
  expect(await redundant()).toEqual([]);
});

it('an index that is redundant would be found (17.8)', async () => {
  await t.sql(`
    CREATE INDEX x_prefix ON achievement (institution_id);
    CREATE INDEX x_nulls ON session (account_id) WHERE account_id IS NOT NULL;
    CREATE UNIQUE INDEX x_twice ON organisation (id);
    CREATE INDEX x_other_order ON achievement (institution_id DESC);
    CREATE INDEX x_other_condition ON achievement (institution_id) WHERE status = 'DRAFT'`);
  expect(await redundant()).toEqual(['x_nulls', 'x_prefix', 'x_twice']);
});

it('tables that change all the time are vacuumed after a small part of their rows has changed (17.8)', async () => {
  const rows = await t.sql<{ name: string; options: string[] | null }>(
    `SELECT relname AS name, reloptions AS options FROM pg_class WHERE relkind = 'r' AND relname = ANY($1) ORDER BY 1`,
    [HOT],
  );
  expect(rows.map(({ name }) => name)).toEqual([...HOT].sort());
  for (const { name, options } of rows)
    expect(
      options?.find((option) => option.startsWith('autovacuum_vacuum_scale_factor=')),
      name,
    ).toMatch(/=0\.0[1-5]$/);
});

const HOT = [
  'achievement',
  'assignment',
  'cohort_entry',
  'idempotency_key',
  'import_run',
  'login_throttle',
  'match_change',
  'quota_lease',
  'refresh_token',
  'search_change',
  'search_outbox',
  'search_profile_outbox',
  'session',
];
