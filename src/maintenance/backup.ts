import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { COMMANDS, Database } from '../kernel/database/database.js';
import { BackupError, END_OF_ROWS, fingerprint, type Header, type JobLine, type TableLine } from './backup-file.js';
import { assertNotSetAside } from './set-aside.js';

// Tables that are left out of a backup: they hold the state of one deployment's search engine or schema, not data.
const DERIVED = new Set([
  'migrations',
  'quota_lease',
  'search_generation',
  'search_outbox',
  'search_profile_generation',
  'search_profile_outbox',
]);

/**
 * The tables to back up, ordered so that on restore the foreign keys of each row refer to rows that are already
 * inserted.
 */
async function tablesInOrder(client: pg.ClientBase): Promise<TableLine[]> {
  const { rows: columns } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     GROUP BY c.relname
     ORDER BY c.relname`,
  );
  const { rows: references } = await client.query<{ source: string; target: string }>(
    `SELECT s.relname AS source, t.relname AS target
     FROM pg_constraint k
     JOIN pg_class s ON s.oid = k.conrelid
     JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND s.relnamespace = 'public'::regnamespace`,
  );
  const left = new Map(columns.filter((row) => !DERIVED.has(row.table)).map((row) => [row.table, row]));
  const ordered: TableLine[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(
      (row) => !references.some((r) => r.source === row.table && left.has(r.target)),
    );
    if (ready.length === 0)
      throw new BackupError(`Tables refer to each other in a circle: ${[...left.keys()].join(', ')}.`);
    for (const row of ready) {
      ordered.push(row);
      left.delete(row.table);
    }
  }
  return ordered;
}

/** The background jobs that wait or run; those that failed for good are left out. */
async function waitingJobs(client: pg.ClientBase): Promise<JobLine[]> {
  const { rows: queue } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS there`,
  );
  if (!queue[0]?.there) return [];
  const { rows } = await client.query<JobLine>(
    `SELECT t.identifier AS task, j.payload::text AS payload, q.queue_name AS queue, j.key,
            to_char(j.run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "runAt", j.priority::int AS priority,
            j.max_attempts::int AS "maxAttempts"
     FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id
     LEFT JOIN graphile_worker._private_job_queues q ON q.id = j.job_queue_id
     WHERE j.attempts < j.max_attempts OR j.locked_at IS NOT NULL
     ORDER BY j.id`,
  );
  return rows;
}

/**
 * Throws, before a backup starts, when the folder of the file is missing or not writable, or when the file exists and
 * `force` is not set.
 */
export async function assertWritable(file: string, force: boolean): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch {
    throw new BackupError(`The folder ${dirname(file)} is not there or cannot be written to.`);
  }
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there && !force) throw new BackupError(`${file} is there already. Add --force to replace it.`);
}

/** Milliseconds without a write after which an unfinished file counts as left by a process that was killed. */
const ABANDONED_MS = 3_600_000;

/** Removes the unfinished files that killed backups to the same file have left beside it. */
async function removeAbandoned(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(file)}.partial`)) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(join(folder, name), { force: true });
  }
}

export interface BackupResult {
  tables: number;
  rows: number;
  /** Background jobs that waited or ran. */
  jobs: number;
}

/**
 * Writes a backup of the database to `file`, readable by the file's owner only. The file gets its name only when it is
 * complete; after an error nothing is left behind.
 */
export async function backup(
  databaseUrl: string,
  file: string,
  secrets: { secretKey: string; embedded: boolean },
  log: (line: string) => void,
): Promise<BackupResult> {
  const client = new Database(databaseUrl, COMMANDS).client('techpool-backup');
  await client.connect();
  // Two backups to one file at the same time each write a file of their own.
  const partial = `${file}.partial-${process.pid}`;
  const result: BackupResult = { tables: 0, rows: 0, jobs: 0 };
  try {
    await removeAbandoned(file);
    await assertNotSetAside(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: pool } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('public.migrations') IS NOT NULL AS there`,
    );
    if (!pool[0]?.there) throw new BackupError('There is nothing to save: no pool was ever started on this database.');
    const { rows: applied } = await client.query<{ name: string }>(`SELECT name FROM migrations ORDER BY id`);
    const { rows: sequences } = await client.query<{ name: string; value: string | null }>(
      `SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = 'public'`,
    );
    const { rows: unvalidated } = await client.query<{ name: string }>(
      `SELECT conname AS name
       FROM pg_constraint
       WHERE NOT convalidated AND contype IN ('c', 'f') AND connamespace = 'public'::regnamespace
       ORDER BY conname`,
    );
    const header: Header = {
      techpoolBackup: 1,
      createdAt: new Date().toISOString(),
      migrations: applied.map((row) => row.name),
      sequences: Object.fromEntries(sequences.filter((s) => s.value !== null).map((s) => [s.name, s.value!])),
      unvalidated: unvalidated.map(({ name }) => name),
      secretFingerprint: fingerprint(secrets.secretKey),
      ...(secrets.embedded ? { embeddedSecret: secrets.secretKey } : {}),
    };
    const tables = await tablesInOrder(client);
    const jobs = await waitingJobs(client);
    const digest = createHash('sha256');
    async function* lines(): AsyncGenerator<Buffer> {
      const text = (line: string) => Buffer.from(`${line}\n`, 'utf8');
      yield text(JSON.stringify(header));
      for (const table of tables) {
        yield text(JSON.stringify({ table: table.table, columns: table.columns } satisfies TableLine));
        const copy = client.query(
          copyTo(
            // A query and not the table, since before PostgreSQL 18 a table of partitions is not copied as such.
            `COPY (SELECT ${table.columns.map((c) => pg.escapeIdentifier(c)).join(', ')} FROM public.${pg.escapeIdentifier(table.table)}) TO STDOUT`,
          ),
        );
        for await (const chunk of copy) yield chunk as Buffer;
        yield text(END_OF_ROWS);
        result.tables += 1;
        result.rows += copy.rowCount ?? 0;
        log(`${table.table}: ${copy.rowCount ?? 0} rows`);
      }
      yield text(JSON.stringify({ jobs: true }));
      for (const job of jobs) yield text(JSON.stringify(job));
      yield text(END_OF_ROWS);
      result.jobs = jobs.length;
    }
    async function* withTrailer(): AsyncGenerator<Buffer> {
      for await (const chunk of lines()) {
        digest.update(chunk);
        yield chunk;
      }
      yield Buffer.from(`${JSON.stringify({ end: true, rows: result.rows, sha256: digest.digest('hex') })}\n`, 'utf8');
    }
    await pipeline(
      Readable.from(withTrailer()),
      createGzip({ level: 6 }),
      createWriteStream(partial, { mode: 0o600, flush: true }),
    );
    await client.query('COMMIT');
    await rename(partial, file);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
