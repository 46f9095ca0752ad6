import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { createDataSource } from '../kernel/data-source.js';
import { migrateJobs } from '../kernel/jobs.js';
import { migrations } from '../../migrations/index.js';

/**
 * Format of a backup file: gzip-compressed lines. A JSON header; per table a JSON line and its rows in PostgreSQL's
 * COPY text format, ended by a line `\.`; a JSON trailer with the SHA-256 of everything before it. The backup is taken
 * from one repeatable-read snapshot, without external tools. The search index is not included: it is derived from the
 * database, and rebuilt after a restore.
 */

export class BackupError extends Error {}

interface Header {
  techpoolBackup: 1;
  createdAt: string;
  migrations: string[];
  sequences: Record<string, string>;
  /**
   * SHA-256 of the deployment's secret key, so that a restore under another key is refused before anything is changed.
   */
  secretFingerprint: string;
  /**
   * The generated secret key of an embedded deployment, which is stored nowhere else; absent where the operator
   * configures the key.
   */
  embeddedSecret?: string;
}

interface TableLine {
  table: string;
  columns: string[];
}

// Tables that are left out of a backup: they hold the state of one deployment's search engine or schema, not data.
const DERIVED = new Set([
  'migrations',
  'quota_lease',
  'search_generation',
  'search_outbox',
  'search_profile_generation',
  'search_profile_outbox',
]);
const END_OF_ROWS = '\\.';

export const fingerprint = (secret: string) => createHash('sha256').update('techpool').update(secret).digest('hex');

/**
 * The tables to back up, ordered so that on restore the foreign keys of each row refer to rows that are already
 * inserted.
 */
async function tablesInOrder(client: pg.ClientBase): Promise<TableLine[]> {
  const { rows: columns } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
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

export interface BackupResult {
  tables: number;
  rows: number;
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
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const partial = `${file}.partial`;
  const result: BackupResult = { tables: 0, rows: 0 };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: applied } = await client.query<{ name: string }>(`SELECT name FROM migrations ORDER BY id`);
    const { rows: sequences } = await client.query<{ name: string; value: string | null }>(
      `SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = 'public'`,
    );
    const header: Header = {
      techpoolBackup: 1,
      createdAt: new Date().toISOString(),
      migrations: applied.map((row) => row.name),
      sequences: Object.fromEntries(sequences.filter((s) => s.value !== null).map((s) => [s.name, s.value!])),
      secretFingerprint: fingerprint(secrets.secretKey),
      ...(secrets.embedded ? { embeddedSecret: secrets.secretKey } : {}),
    };
    const tables = await tablesInOrder(client);
    const digest = createHash('sha256');
    async function* lines(): AsyncGenerator<Buffer> {
      const text = (line: string) => Buffer.from(`${line}\n`, 'utf8');
      yield text(JSON.stringify(header));
      for (const table of tables) {
        yield text(JSON.stringify({ table: table.table, columns: table.columns } satisfies TableLine));
        const copy = client.query(
          copyTo(`COPY "${table.table}" (${table.columns.map((c) => `"${c}"`).join(', ')}) TO STDOUT`),
        );
        for await (const chunk of copy) yield chunk as Buffer;
        yield text(END_OF_ROWS);
        result.tables += 1;
        result.rows += copy.rowCount ?? 0;
        log(`${table.table}: ${copy.rowCount ?? 0} rows`);
      }
    }
    async function* withTrailer(): AsyncGenerator<Buffer> {
      for await (const chunk of lines()) {
        digest.update(chunk);
        yield chunk;
      }
      yield Buffer.from(`${JSON.stringify({ end: true, rows: result.rows, sha256: digest.digest('hex') })}\n`, 'utf8');
    }
    await pipeline(Readable.from(withTrailer()), createGzip({ level: 6 }), createWriteStream(partial, { mode: 0o600 }));
    await client.query('COMMIT');
    await rename(partial, file);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

/** A stream of the decompressed text of a gzip file. An error of the file stream is passed on to the text stream. */
function openText(file: string): Readable {
  const source = createReadStream(file);
  const text = createGunzip();
  source.on('error', (error) => text.destroy(error));
  return source.pipe(text).setEncoding('utf8');
}

/** Reads a backup file line by line. Only LF ends a line, as data rows may contain other line separators unescaped. */
async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of openText(file)) {
    const pieces = (rest + (chunk as string)).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
}

/**
 * Reads a whole backup file once and checks that it is complete, undamaged and not of a newer program version, before a
 * restore writes anything; returns its header.
 */
export async function inspectBackup(file: string): Promise<Header> {
  const digest = createHash('sha256');
  let rest = '';
  let header: Header | undefined;
  const refuse = (why: string) => new BackupError(`${file} ${why}; nothing was changed.`);
  let lastLine = '';
  try {
    for await (const chunk of openText(file)) {
      rest += chunk as string;
      const cut = rest.lastIndexOf('\n');
      if (cut < 0) continue;
      const whole = rest.slice(0, cut + 1);
      rest = rest.slice(cut + 1);
      header ??= JSON.parse(whole.slice(0, whole.indexOf('\n'))) as Header;
      // The digest does not cover the trailer, which is the last line of the file. Therefore the last line of each
      // block is held back until the next block has arrived.
      digest.update(lastLine);
      const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
      digest.update(whole.slice(0, start));
      lastLine = whole.slice(start);
    }
  } catch (error) {
    throw refuse(`is not a readable backup (${(error as Error).message})`);
  }
  if (header?.techpoolBackup !== 1) throw refuse('is not a backup of Techpool');
  let trailer: { end?: boolean; sha256?: string } = {};
  try {
    trailer = JSON.parse(lastLine) as typeof trailer;
  } catch {
    // An unreadable trailer is refused below.
  }
  if (trailer.end !== true) throw refuse('is cut off');
  if (trailer.sha256 !== digest.digest('hex')) throw refuse('is damaged');
  const known = new Set(migrations.map((Migration) => new Migration().name));
  const foreign = header.migrations.filter((name) => !known.has(name));
  if (foreign.length > 0) throw refuse(`was made by a newer version (${foreign.join(', ')}); update the program first`);
  return header;
}

export interface RestoreOptions {
  secretKey: string | undefined;
  /**
   * Allows the restore to replace existing data; without it, the restore refuses a database that contains accounts.
   */
  force: boolean;
  log: (line: string) => void;
}

/**
 * Restores a backup into a new PostgreSQL schema beside the old one. The old schema is dropped only when the new data
 * is complete; after an error the old schema is put back.
 */
export async function restore(databaseUrl: string, file: string, options: RestoreOptions): Promise<BackupResult> {
  const header = await inspectBackup(file);
  if (options.secretKey !== undefined && fingerprint(options.secretKey) !== header.secretFingerprint) {
    throw new BackupError(
      'The backup was made with another SECRET_KEY: two-factor secrets could not be read. Set SECRET_KEY to that one; nothing was changed.',
    );
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: busy } = await client.query(
      `SELECT 1
       FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'techpool%' AND pid <> pg_backend_pid()`,
    );
    if (busy.length > 0) throw new BackupError('Techpool is running on this database; stop it first.');
    const { rows: tables } = await client.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
    );
    if (tables.some((t) => t.tablename === 'account') && !options.force) {
      const { rows: used } = await client.query(`SELECT 1 FROM account LIMIT 1`);
      if (used.length > 0) throw new BackupError('The database holds data already. Add --force to replace it.');
    }
    const previous = `replaced_${Date.now()}`;
    await client.query(`ALTER SCHEMA public RENAME TO ${previous}`);
    await client.query(`CREATE SCHEMA public`);
    try {
      const result = await load(client, databaseUrl, file, header, options.log);
      await client.query(`DROP SCHEMA ${previous} CASCADE`);
      return result;
    } catch (error) {
      await client.query(`DROP SCHEMA public CASCADE`);
      await client.query(`ALTER SCHEMA ${previous} RENAME TO public`);
      throw error;
    }
  } finally {
    await client.end();
  }
}

async function load(
  client: pg.Client,
  databaseUrl: string,
  file: string,
  header: Header,
  log: (line: string) => void,
): Promise<BackupResult> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const ignore = () => undefined; // A lost connection also fails the statement that needs it.
  pool.on('error', ignore);
  pool.on('connect', (connection) => void connection.on('error', ignore));
  await migrateJobs(pool);
  await pool.end();
  await migrate(databaseUrl, new Set(header.migrations));
  const result: BackupResult = { tables: 0, rows: 0 };
  await client.query('BEGIN');
  const lines = readLines(file)[Symbol.asyncIterator]();
  await lines.next(); // Skips the header, which was read before.
  for (;;) {
    const { value, done } = await lines.next();
    if (done || value === undefined) throw new BackupError(`${file} ended early.`);
    const line = JSON.parse(value) as Partial<TableLine> & { end?: boolean };
    if (line.end || line.table === undefined || line.columns === undefined) break;
    // The database triggers guard new events, such as appends to the ledger, while the restored rows record past ones.
    // Constraints are still checked.
    await client.query(`ALTER TABLE "${line.table}" DISABLE TRIGGER USER`);
    // Migrations may have inserted default rows, and the backup contains its own, so the table is emptied first.
    await client.query(`DELETE FROM "${line.table}"`);
    const copy = client.query(
      copyFrom(`COPY "${line.table}" (${line.columns.map((c) => `"${c}"`).join(', ')}) FROM STDIN`),
    );
    let rows = 0;
    await pipeline(async function* () {
      for (;;) {
        const row = await lines.next();
        if (row.done) throw new BackupError(`${file} ended early.`);
        if (row.value === END_OF_ROWS) return;
        rows += 1;
        yield Buffer.from(`${row.value}\n`, 'utf8');
      }
    }, copy);
    await client.query(`ALTER TABLE "${line.table}" ENABLE TRIGGER USER`);
    result.tables += 1;
    result.rows += rows;
    log(`${line.table}: ${rows} rows`);
  }
  for (const [name, value] of Object.entries(header.sequences))
    await client.query(`SELECT setval($1::regclass, $2::bigint)`, [`public."${name}"`, value]);
  await client.query('COMMIT');
  // If the program is newer than the backup, its newer migrations are now applied to the restored data.
  await migrate(databaseUrl, undefined);
  return result;
}

/** Runs the migrations whose names are in `only`, or all of them where `only` is undefined. */
async function migrate(databaseUrl: string, only: ReadonlySet<string> | undefined): Promise<void> {
  // The migrations are plain SQL, so the data source lists no entities.
  const dataSource = createDataSource({
    url: databaseUrl,
    poolSize: 2,
    entities: [],
    migrations: migrations.filter((Migration) => only === undefined || only.has(new Migration().name)),
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
