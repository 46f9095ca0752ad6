import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupError, inspectBackup } from '../../src/maintenance/backup-file.js';
import { backup } from '../../src/maintenance/backup.js';
import { restore } from '../../src/maintenance/restore.js';
import { loadSample, loadSamplePeople } from '../../src/sample/sample.js';
import { startTestApp, type TestApp } from '../harness.js';

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
