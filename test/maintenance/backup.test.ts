import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { readConfig } from '../../src/kernel/config.js';
import { Locale } from '../../src/kernel/localized.js';
import { createLogger } from '../../src/kernel/logger.js';
import { BackupError, inspectBackup } from '../../src/maintenance/backup-file.js';
import { backup } from '../../src/maintenance/backup.js';
import { restore } from '../../src/maintenance/restore.js';
import type { Mail } from '../../src/notifications/mail.js';
import { loadSample, loadSamplePeople } from '../../src/sample/sample.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';

const SECRETS = { secretKey: 'test-secret-key-of-32-characters!', embedded: false };
const quiet = () => undefined;

let t: TestApp;
let folder: string;
let file: string;
let targetUrl: string;
let admin: pg.Client;
const target = `restore_${Date.now()}`;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  await loadSamplePeople(t.app);
  await loadSample(t.app, quiet);
  // Characters that a naive line reader would split or drop.
  await t.sql(
    `UPDATE organisation
     SET website = E'https://x.example/\u2028\u2029\\t\\\\.\\r\\n'
     WHERE id = (SELECT id FROM organisation LIMIT 1)`,
  );
  folder = await mkdtemp(join(tmpdir(), 'techpool-backup-'));
  file = join(folder, 'pool.backup');
  admin = new pg.Client({ connectionString: t.databaseUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${target}`);
  const url = new URL(t.databaseUrl);
  url.pathname = `/${target}`;
  targetUrl = url.href;
}, 240_000);
afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS ${target} WITH (FORCE)`);
  await admin.end();
  await rm(folder, { recursive: true, force: true });
  await t.close();
});

async function contents(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT tablename AS name
     FROM pg_tables
     WHERE schemaname = 'public'
       AND tablename NOT IN (
         'migrations', 'quota_lease', 'search_generation', 'search_outbox', 'search_profile_generation', 'search_profile_outbox'
       )
     ORDER BY 1`,
  );
  const result: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT count(*) || ':' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) AS digest
       FROM "${name}" r`,
    );
    result[name] = rows[0]!.digest;
  }
  await client.end();
  return result;
}

describe('a backup', () => {
  it('restores into an empty database to the same content, table by table', async () => {
    const saved = await backup(t.databaseUrl, file, SECRETS, quiet);
    expect(saved.rows).toBeGreaterThan(4000);
    expect((await stat(file)).mode & 0o077).toBe(0);
    const restored = await restore(targetUrl, file, { secretKey: SECRETS.secretKey, force: false, log: quiet });
    expect(restored).toMatchObject(saved);
    expect(await contents(targetUrl)).toEqual(await contents(t.databaseUrl));
  });

  it('continues number series after a restore', async () => {
    const client = new pg.Client({ connectionString: targetUrl });
    await client.connect();
    const { rows } = await client.query<{ seq: string }>(
      `INSERT INTO search_outbox (achievement_id) VALUES (gen_random_uuid()) RETURNING seq`,
    );
    await client.end();
    const [last] = await t.sql<{ last: string }>(`SELECT max(seq) AS last FROM search_outbox`);
    expect(Number(rows[0]!.seq)).toBeGreaterThan(Number(last!.last));
  });

  it('does not overwrite data without being told to, and replaces it when told', async () => {
    await expect(restore(targetUrl, file, { secretKey: SECRETS.secretKey, force: false, log: quiet })).rejects.toThrow(
      '--force',
    );
    await restore(targetUrl, file, { secretKey: SECRETS.secretKey, force: true, log: quiet });
    expect(await contents(targetUrl)).toEqual(await contents(t.databaseUrl));
  });

  it('is refused before anything changes when cut off, altered, made elsewhere, or for another secret key', async () => {
    const whole = gunzipSync(await readFile(file));
    const broken = join(folder, 'broken.backup');
    const before = await contents(targetUrl);
    const attempt = async (content: Buffer, secretKey = SECRETS.secretKey) => {
      await writeFile(broken, content);
      await expect(restore(targetUrl, broken, { secretKey, force: true, log: quiet })).rejects.toBeInstanceOf(
        BackupError,
      );
    };
    await attempt(gzipSync(whole.subarray(0, whole.length / 2)));
    await attempt((await readFile(file)).subarray(0, 5000));
    const altered = Buffer.from(whole);
    altered[(altered.length / 2) | 0]! ^= 1;
    await attempt(gzipSync(altered));
    await attempt(gzipSync(Buffer.from('{"techpoolBackup":2}\n')));
    await attempt(await readFile(file), 'another-secret-key-of-32-characters');
    expect(await contents(targetUrl)).toEqual(before);
    await expect(inspectBackup(join(folder, 'none'))).rejects.toBeInstanceOf(BackupError);
  });

  it('is refused while an app runs on the database', async () => {
    await t.gql(`{ regions { code } }`);
    await expect(
      restore(t.databaseUrl, file, { secretKey: SECRETS.secretKey, force: true, log: quiet }),
    ).rejects.toThrow('stop it first');
  });
});

/** Issue 16, point 3: waiting mails survive a backup, and a restore says what it dropped. */
describe('background jobs', () => {
  interface Job {
    task: string;
    payload: unknown;
    queue: string | null;
    key: string | null;
    run_at: Date;
    max_attempts: number;
    locked: boolean;
  }
  const JOBS = `SELECT t.identifier AS task, j.payload, q.queue_name AS queue, j.key, j.run_at, j.max_attempts,
                       j.locked_at IS NOT NULL AS locked
                FROM graphile_worker._private_jobs j
                JOIN graphile_worker._private_tasks t ON t.id = j.task_id
                LEFT JOIN graphile_worker._private_job_queues q ON q.id = j.job_queue_id
                ORDER BY j.payload->>'subject', j.id`;
  const mail = (subject: string): Mail => ({
    to: 'someone@example.org',
    locale: Locale.ZH,
    event: 'account.password-changed',
    subject,
    body: '正文 "\\" \u2028',
    authors: [],
  });
  const add = (db: { query(sql: string, values: unknown[]): Promise<unknown> }, payload: unknown, key: string | null) =>
    db.query(`SELECT graphile_worker.add_job('mail:send', payload := $1::json, max_attempts := 14, job_key := $2)`, [
      JSON.stringify(payload),
      key,
    ]);
  const restoreIt = (more: object = {}) =>
    restore(targetUrl, file, { secretKey: SECRETS.secretKey, force: true, log: quiet, ...more });

  beforeAll(async () => {
    await t.sql(`DELETE FROM graphile_worker._private_jobs`);
    const db = { query: (sql: string, values: unknown[]) => t.sql(sql, values) };
    await add(db, mail('1 waits'), 'a key');
    await add(db, mail('2 is being sent'), null);
    await add(db, mail('3 failed for good'), null);
    await t.sql(`SELECT graphile_worker.add_job('search:index', payload := '{}'::json, queue_name := 'search')`);
    await t.sql(
      `UPDATE graphile_worker._private_jobs
       SET attempts = max_attempts, locked_at = CASE payload->>'subject' WHEN '2 is being sent' THEN now() END
       WHERE payload->>'subject' IN ('2 is being sent', '3 failed for good')`,
    );
    expect((await backup(t.databaseUrl, file, SECRETS, quiet)).jobs).toBe(3);
  }, 60_000);

  it('that waited or ran are there again after a restore, and those of the replaced data are dropped and counted', async () => {
    const client = new pg.Client({ connectionString: targetUrl });
    await client.connect();
    await client.query(`DELETE FROM graphile_worker._private_jobs`);
    await add(client, mail('of the replaced data'), null);
    const before = await t.sql<Job>(JOBS);
    const expected = before
      .filter(({ payload }) => (payload as Mail).subject !== '3 failed for good')
      .map((job) => ({ ...job, locked: false }));
    expect(expected).toHaveLength(3);
    expect(await restoreIt()).toMatchObject({ jobs: 3, mails: 2, mailsLeftOut: 0, mailsReplaced: 1 });
    expect((await client.query<Job>(JOBS)).rows).toEqual(expected);
    // Restored a second time, they wait once.
    expect(await restoreIt()).toMatchObject({ jobs: 3, mails: 2, mailsReplaced: 2 });
    expect((await client.query<Job>(JOBS)).rows).toEqual(expected);
    expect(await restoreIt({ mails: false })).toMatchObject({ jobs: 1, mails: 0, mailsLeftOut: 2, mailsReplaced: 2 });
    expect((await client.query<Job>(JOBS)).rows.map(({ task }) => task)).toEqual(['search:index']);
    await client.end();
  });

  it('of a restore are run: each waiting mail is sent once', { timeout: 60_000 }, async () => {
    await restoreIt();
    const logged: string[] = [];
    const log = createLogger(
      'info',
      new Writable({ write: (chunk: Buffer, _encoding, done) => (logged.push(chunk.toString()), done()) }),
    );
    const config = { ...readConfig({}), port: 0, dataDir: join(folder, 'data'), searchIndex: target };
    const running = await createApp(
      config,
      {
        databaseUrl: targetUrl,
        meiliUrl: inject('meiliUrl'),
        meiliKey: inject('meiliKey'),
        secretKey: SECRETS.secretKey,
      },
      { log },
    );
    try {
      // Embedded servers without SMTP_URL write a mail to the log instead.
      const sent = () =>
        logged.flatMap((lines) => lines.match(/"subject":"[^"]*"/g) ?? []).map((subject) => subject.slice(11, -1));
      await eventually(() => Promise.resolve(sent().length >= 2), 30_000);
      const left = async () =>
        running.app.dataSource.query(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'mail:send'`);
      await eventually(async () => ((await left()) as unknown[]).length === 0);
      expect(sent().sort()).toEqual(['1 waits', '2 is being sent']);
    } finally {
      await running.close();
      for (const index of (await running.app.search.client.getRawIndexes({ limit: 1000 })).results)
        if (index.uid.startsWith(target)) await running.app.search.client.deleteIndex(index.uid);
    }
  });

  it('of a backup of an earlier version are unknown, and the restore says so', async () => {
    const lines = gunzipSync(await readFile(file))
      .toString('utf8')
      .split('\n');
    const start = lines.indexOf('{"jobs":true}');
    const whole = `${lines.slice(0, start).join('\n')}\n`;
    const { rows } = JSON.parse(lines.at(-2)!) as { rows: number };
    const trailer = JSON.stringify({ end: true, rows, sha256: createHash('sha256').update(whole).digest('hex') });
    const earlier = join(folder, 'earlier.backup');
    await writeFile(earlier, gzipSync(`${whole}${trailer}\n`));
    const restored = await restore(targetUrl, earlier, { secretKey: SECRETS.secretKey, force: true, log: quiet });
    expect(restored).toMatchObject({ rows, jobs: undefined, mails: 0 });
  });
});

describe('rows that are older than a constraint which they violate', () => {
  const UNVALIDATED = `SELECT conname AS name FROM pg_constraint WHERE NOT convalidated ORDER BY conname`;

  it('are restored with it, and the constraint holds for new rows', async () => {
    // A row from before the constraints: they are dropped, and added without a look at the rows, as a migration does.
    const check = `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = $1`;
    const [category] = await t.sql<{ text: string }>(check, ['achievement_category_code']);
    const [localised] = await t.sql<{ text: string }>(check, ['localised_text']);
    await t.sql(`ALTER TABLE achievement DROP CONSTRAINT achievement_category_code`);
    await t.sql(`ALTER DOMAIN localised DROP CONSTRAINT localised_text`);
    await t.sql(`ALTER TABLE achievement DISABLE TRIGGER USER`);
    await t.sql(
      `UPDATE achievement SET category = 'NONSENSE', title = '{}' WHERE id = (SELECT min(id::text)::uuid FROM achievement)`,
    );
    await t.sql(`ALTER TABLE achievement ENABLE TRIGGER USER`);
    await t.sql(`ALTER TABLE achievement ADD CONSTRAINT achievement_category_code ${category!.text} NOT VALID`);
    await t.sql(`ALTER DOMAIN localised ADD CONSTRAINT localised_text ${localised!.text} NOT VALID`);
    await backup(t.databaseUrl, file, SECRETS, quiet);
    await restore(targetUrl, file, { secretKey: SECRETS.secretKey, force: true, log: quiet });
    expect(await contents(targetUrl)).toEqual(await contents(t.databaseUrl));
    const client = new pg.Client({ connectionString: targetUrl });
    await client.connect();
    const names = [{ name: 'achievement_category_code' }, { name: 'localised_text' }];
    expect((await client.query(UNVALIDATED)).rows).toEqual(names);
    expect(await t.sql(UNVALIDATED)).toEqual(names);
    const last = `WHERE id = (SELECT max(id::text)::uuid FROM achievement)`;
    await expect(client.query(`UPDATE achievement SET category = 'OTHER' ${last}`)).rejects.toThrow('category_code');
    await expect(client.query(`UPDATE achievement SET title = '{}' ${last}`)).rejects.toThrow('localised_text');
    await client.end();
  });
});
