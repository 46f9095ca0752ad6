import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerPartitions20261201020400 } from '../../migrations/20261201020400-ledger-partitions.js';
import { LedgerRange20261201020200 } from '../../migrations/20261201020200-ledger-range.js';
import { LedgerRangeValid20261201020300 } from '../../migrations/20261201020300-ledger-range-valid.js';
import { exportLedger, fileSource } from '../../src/ledger/export.js';
import { readHead } from '../../src/ledger/heads.js';
import { appendLedger } from '../../src/ledger/ledger.service.js';
import { keepPartitions, verifySinceCheckpoint } from '../../src/ledger/partitions.js';
import { Misfit } from '../../src/ledger/verify.js';
import { backup } from '../../src/maintenance/backup.js';
import { restore } from '../../src/maintenance/restore.js';
import { verifyDatabase, verifyLedger } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';

/** Records of a partition in this test; a million otherwise. */
const SIZE = 50;
const SMALL = `CREATE OR REPLACE FUNCTION ledger_partition_size() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT ${SIZE}::bigint'`;
const SECRET = 'test-secret-key-of-32-characters!';

let t: TestApp;
let folder: string;

const append = (count: number) =>
  t.app.dataSource.transaction((tx) =>
    appendLedger(
      tx,
      null,
      t.app.clock(),
      Array.from({ length: count }, (_, i) => ({
        kind: 'test.done',
        subjectType: 'Test',
        subjectId: `${i}`,
        facts: { i },
      })),
    ),
  );
const keep = () => keepPartitions(t.app, undefined as never, undefined as never);
const partitions = () =>
  t.sql<{ from: string; to: string; sealed: boolean }>(
    `SELECT from_seq AS from, to_seq AS to, sealed_at IS NOT NULL AS sealed FROM ledger_partition ORDER BY from_seq`,
  );

/** What full verification, and that from the last checkpoint, say after a change past all triggers; it is rolled back. */
async function after(change: string): Promise<{ full: string | null; since: string | null }> {
  const runner = t.app.dataSource.createQueryRunner();
  await runner.connect();
  await runner.startTransaction('REPEATABLE READ');
  try {
    await runner.query(`SET LOCAL session_replication_role = replica`);
    await runner.query(change);
    const app = {
      ...t.app,
      dataSource: { transaction: (_level: string, run: (tx: unknown) => Promise<unknown>) => run(runner.manager) },
    } as unknown as typeof t.app;
    const seqOf = (run: Promise<unknown>) =>
      run.then(
        () => null,
        (error: unknown) => {
          if (error instanceof Misfit) return error.seq;
          throw error;
        },
      );
    return { full: await seqOf(verifyDatabase(app)), since: await seqOf(verifySinceCheckpoint(app)) };
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  folder = await mkdtemp(join(tmpdir(), 'techpool-partitions-'));
  await t.sql(`SET session_replication_role = replica; DELETE FROM ledger_partition;
    INSERT INTO ledger_partition (from_seq, to_seq) VALUES (1, ${SIZE}); SELECT ledger_rebuild();
    RESET session_replication_role; ${SMALL}`);
  // One append that goes over an end, and many at the same time that meet the next one.
  await append(SIZE + 20);
  await Promise.all(Array.from({ length: 25 }, () => append(2)));
}, 60_000);
afterAll(async () => {
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a ledger of three partitions (17.8)', () => {
  it('is appended over their ends, also at the same time, by prepared partitions or new ones', async () => {
    expect(await partitions()).toEqual([
      { from: '1', to: '50', sealed: false },
      { from: '51', to: '100', sealed: false },
      { from: '101', to: '150', sealed: false },
    ]);
    expect(
      await t.sql(
        `SELECT tableoid::regclass::text AS part, count(*)::int AS n FROM ledger_record GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { part: 'ledger_record_p1', n: 50 },
      { part: 'ledger_record_p101', n: 20 },
      { part: 'ledger_record_p51', n: 50 },
    ]);
    expect(await verifyDatabase(t.app)).toMatchObject({ records: 120 });
    expect(await verifySinceCheckpoint(t.app)).toEqual({ records: 120, heads: 0, since: null });
  });

  it('seals the full ones with signed hashes and prepares the next, once, however often the task runs', async () => {
    await Promise.all([keep(), keep(), keep()]);
    await keep();
    expect(await partitions()).toEqual([
      { from: '1', to: '50', sealed: true },
      { from: '51', to: '100', sealed: true },
      { from: '101', to: '150', sealed: false },
      { from: '151', to: '200', sealed: false },
    ]);
    const [last] = await t.sql<{ hash: string }>(`SELECT hash FROM ledger_record WHERE seq = 100`);
    expect(await readHead(t.app.dataSource.manager, '100')).toMatchObject({ hash: last!.hash });
  });

  it('verifies whole, and from the last checkpoint in a fraction of the records', async () => {
    expect(await verifyDatabase(t.app)).toMatchObject({ records: 120, heads: 2 });
    expect(await verifySinceCheckpoint(t.app)).toEqual({ records: 20, heads: 1, since: '100' });
    const head = (await readHead(t.app.dataSource.manager, '50'))!;
    await expect(verifySinceCheckpoint(t.app, head)).rejects.toThrow('before the last checkpoint');
    expect(await verifyDatabase(t.app, head)).toMatchObject({ records: 120 });
  });

  it.each([
    ['a record after the checkpoint', `UPDATE ledger_record SET facts = '{}' WHERE seq = 110`, '110', '110'],
    ['a record that is gone after it', `DELETE FROM ledger_record WHERE seq = 110`, '110', '110'],
    ['the record of the checkpoint', `UPDATE ledger_record SET facts = '{}' WHERE seq = 100`, '100', '100'],
    ['a sealed record, which only the whole shows', `UPDATE ledger_record SET facts = '{}' WHERE seq = 7`, '7', null],
    ['a seal’s hash', `UPDATE ledger_partition SET last_hash = repeat('a', 64) WHERE to_seq = 100`, '100', '100'],
    ['a seal’s head', `DELETE FROM ledger_head WHERE seq = 100`, '100', '100'],
    ['a seal’s signature', `UPDATE ledger_head SET signature = 'AAAA' WHERE seq = 100`, '100', '100'],
    ['the head of an older seal', `DELETE FROM ledger_head WHERE seq = 50`, '50', '50'],
    ['a partition that is left out', `DELETE FROM ledger_partition WHERE to_seq = 50`, '51', '51'],
  ])('shows a change of %s', async (_what, change, full, since) => {
    expect(await after(change)).toEqual({ full, since });
  });

  it('lets nobody change records, seals and ranges, or empty a partition', async () => {
    for (const statement of [
      `UPDATE ledger_record SET facts = '{}' WHERE seq = 7`,
      `DELETE FROM ledger_record_p51`,
      `TRUNCATE ledger_record`,
      `TRUNCATE ledger_record_p1`,
      `TRUNCATE ledger_record_p51`,
      `UPDATE ledger_partition SET sealed_at = NULL, last_hash = NULL WHERE sealed_at IS NOT NULL`,
      `UPDATE ledger_partition SET to_seq = 140 WHERE to_seq = 150`,
      `DELETE FROM ledger_partition`,
      `SELECT ledger_rebuild()`,
    ])
      await expect(t.sql(statement), statement).rejects.toThrow('append-only');
    await expect(
      t.sql(`UPDATE ledger_partition SET sealed_at = now(), last_hash = repeat('a', 64) WHERE to_seq = 150`),
    ).rejects.toThrow('sealed by the signed head');
  });

  it('is exported and verified without a database', async () => {
    const file = join(folder, 'ledger.jsonl');
    expect(await exportLedger(t.app, file)).toEqual({ records: 120, heads: 2 });
    expect(await verifyLedger(await fileSource(file))).toMatchObject({ records: 120, heads: 2 });
  });

  it('comes back from a backup with its partitions and seals, and goes on', async () => {
    const file = join(folder, 'backup.gz');
    await backup(t.databaseUrl, file, { secretKey: SECRET, embedded: false }, () => undefined);
    const name = `t_ledger_${process.pid}`;
    const admin = new pg.Client({ connectionString: t.databaseUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const url = new URL(t.databaseUrl);
    url.pathname = `/${name}`;
    try {
      await restore(url.href, file, { secretKey: SECRET, force: false, log: () => undefined });
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      const read = `SELECT l.tableoid::regclass::text AS part, count(*)::int AS n, max(hash) AS hash, max(p.last_hash) AS sealed
        FROM ledger_record l JOIN ledger_partition p ON l.seq BETWEEN p.from_seq AND p.to_seq GROUP BY 1 ORDER BY 1`;
      expect((await client.query(read)).rows).toEqual(await t.sql(read));
      await expect(client.query(`DELETE FROM ledger_record`)).rejects.toThrow('append-only');
      await expect(client.query(`TRUNCATE ledger_record_p51`)).rejects.toThrow('append-only');
      // The size of the restored database is the usual one.
      await client.query(`SELECT ledger_extend(1000000)`);
      await client.end();
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  }, 60_000);

  it('does not seal a partition in which a record does not fit, and says so', async () => {
    await append(40);
    const [kept] = await t.sql<{ facts: string }>(`SELECT facts::text AS facts FROM ledger_record WHERE seq = 120`);
    await t.sql(`SET session_replication_role = replica; UPDATE ledger_record SET facts = '{"x":1}' WHERE seq = 120;
      RESET session_replication_role`);
    await keep();
    expect((await partitions()).filter(({ sealed }) => sealed)).toHaveLength(2);
    expect(t.logLines.at(-1)).toMatchObject({ seq: '120', msg: expect.stringContaining('is not sealed') as string });
    await t.sql(`SET session_replication_role = replica; UPDATE ledger_record SET facts = '${kept!.facts}' WHERE seq = 120;
      RESET session_replication_role`);
  });
});

it('an unpartitioned ledger becomes the first partition where it is, while others read and append (17.8)', async () => {
  const records = `SELECT md5(string_agg(l::text, ',' ORDER BY seq)) AS digest, count(*)::int AS n FROM ledger_record l`;
  const [before] = await t.sql(records);
  const [last, valid, first] = [
    new LedgerPartitions20261201020400(),
    new LedgerRangeValid20261201020300(),
    new LedgerRange20261201020200(),
  ];
  await t.sql(last.backward);
  await t.sql(first.backward);
  expect(await t.sql(records)).toEqual([before]);
  const [{ file }] = (await t.sql(`SELECT pg_relation_filenode('ledger_record') AS file`)) as [{ file: number }];
  const table = file;
  await t.sql(first.forward);
  // A backup's snapshot and an append are open while the table is read through.
  const reader = new pg.Client({ connectionString: t.databaseUrl });
  await reader.connect();
  await reader.query('BEGIN');
  await reader.query('SELECT count(*) FROM ledger_record');
  const runner = t.app.dataSource.createQueryRunner();
  await valid.up(runner);
  await runner.release();
  await append(1);
  // The last step waits for a lock as briefly as the runner of migrations lets it, and is tried again.
  await expect(t.sql(`BEGIN; SET LOCAL lock_timeout = '200ms'; ${last.forward}; COMMIT`)).rejects.toThrow(
    'lock timeout',
  );
  await t.sql('ROLLBACK');
  await append(1);
  await reader.query('COMMIT');
  await reader.end();
  await t.sql(`BEGIN; SET LOCAL lock_timeout = '1s'; ${last.forward}; COMMIT`);
  expect(await t.sql(`SELECT pg_relation_filenode('ledger_record_p1') AS file`)).toEqual([{ file: table }]);
  await append(3);
  expect(await partitions()).toEqual([
    { from: '1', to: '2000000', sealed: false },
    { from: '2000001', to: '3000000', sealed: false },
  ]);
  const [after] = await t.sql<{ n: number }>(records);
  expect(after!.n).toBe((before as { n: number }).n + 5);
  expect(await verifyDatabase(t.app)).toMatchObject({ records: after!.n });
});
