import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createDataSource } from '../kernel/data-source.js';
import { COMMANDS, Database } from '../kernel/database/database.js';
import { migrateJobs } from '../kernel/jobs.js';
import { tryUpgradeLock } from '../kernel/upgrade-lock.js';
import { ACCOUNT_MAIL_TASK } from '../identity/accounts/identity.jobs.js';
import { SEND_MAIL_TASK } from '../notifications/mail.js';
import { INTEREST_MAIL_TASK } from '../deals/interest.mail.js';
import { migrations } from '../../migrations/index.js';
import {
  BackupError,
  END_OF_ROWS,
  fingerprint,
  inspectBackup,
  readLines,
  type Inspected,
  type JobLine,
  type TableLine,
} from './backup-file.js';
import { dropSchemas, findLeftovers, inTransaction, LOADING_SCHEMA } from './set-aside.js';

/** Tasks whose jobs are mails to persons. */
const MAIL_TASKS = [SEND_MAIL_TASK, ACCOUNT_MAIL_TASK, INTEREST_MAIL_TASK];

export interface RestoreOptions {
  /** The configured secret key; undefined on embedded servers, which take the key of the backup. */
  secretKey: string | undefined;
  /**
   * Allows the restore to replace existing data; without it, the restore refuses a database that contains accounts.
   */
  force: boolean;
  /** False leaves out the mails that waited when the backup was taken. */
  mails?: boolean;
  log: (line: string) => void;
  /**
   * Called when the backup is loaded and verified, before it takes the place of the present data. If it throws, nothing
   * is changed.
   */
  beforeSwap?: () => Promise<void>;
}

export interface RestoreResult {
  tables: number;
  rows: number;
  /** Background jobs that waited when the backup was taken and will run; undefined where the backup holds no jobs. */
  jobs: number | undefined;
  /** The mails among them. */
  mails: number;
  /** Due time of the earliest of these mails. */
  oldestMail: Date | undefined;
  /** Mails of the backup that were left out. */
  mailsLeftOut: number;
  /** Mails that waited in the data that was replaced, and are not sent. */
  mailsReplaced: number;
}

/**
 * Restores a backup. It is loaded into a schema of its own and verified; then it takes the place of the present data in
 * one transaction, with the background jobs. Until that commits, the present data stays as it is, however the restore
 * ends.
 */
export async function restore(databaseUrl: string, file: string, options: RestoreOptions): Promise<RestoreResult> {
  const header = await inspectBackup(file);
  assertSecret(header, options.secretKey);
  return withRestoreConnection(databaseUrl, async (client) => {
    const left = await findLeftovers(client);
    if ((left.served || left.setAside.length > 0) && !options.force)
      throw new BackupError(
        left.served
          ? 'The database holds data already. Add --force to replace it.'
          : `A restore was interrupted, and the data from before it is set aside (schema ${left.setAside.join(', ')}). Bring it back with --put-back, or add --force to replace it.`,
      );
    if (left.halfLoaded) {
      options.log('An earlier restore was interrupted; what it had loaded is removed first.');
      await dropSchemas(client, [LOADING_SCHEMA]);
    }
    try {
      const loaded = await load(client, databaseUrl, file, header, options.log);
      await options.beforeSwap?.();
      return await swap(client, header, loaded, options);
    } catch (error) {
      // Where the connection is lost, the next start or restore removes the schema.
      await dropSchemas(client, [LOADING_SCHEMA]).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Opens the connection of a restore and holds the upgrade lock with it, under which no app starts. Refuses a database on
 * which an app runs.
 */
export async function withRestoreConnection<T>(
  databaseUrl: string,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new Database(databaseUrl, COMMANDS).client('techpool-restore');
  await client.connect();
  try {
    if (!(await tryUpgradeLock(client)))
      throw new BackupError(
        'Another process is starting on this database, or restores a backup into it. Stop it, or wait for its end, and try again; nothing was changed.',
      );
    const { rows: busy } = await client.query(
      `SELECT 1
       FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'techpool%'
         AND application_name NOT IN ('techpool-backup', 'techpool-restore') AND pid <> pg_backend_pid()`,
    );
    if (busy.length > 0) throw new BackupError('Techpool is running on this database; stop it first.');
    return await run(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function assertSecret(header: Inspected, secretKey: string | undefined): void {
  const given = secretKey ?? header.embeddedSecret;
  if (given !== undefined && fingerprint(given) === header.secretFingerprint) return;
  throw new BackupError(
    secretKey === undefined
      ? 'The backup was made with a SECRET_KEY that it does not hold: two-factor secrets could not be read. Set SECRET_KEY to that one; nothing was changed.'
      : 'The backup was made with another SECRET_KEY: two-factor secrets could not be read. Set SECRET_KEY to that one; nothing was changed.',
  );
}

interface Loaded {
  tables: number;
  rows: number;
  jobs: JobLine[] | undefined;
}

/**
 * Loads a backup into LOADING_SCHEMA: creates the tables with the migrations that the backup names, fills them, then
 * applies the program's newer migrations.
 */
async function load(
  client: pg.Client,
  databaseUrl: string,
  file: string,
  header: Inspected,
  log: (line: string) => void,
): Promise<Loaded> {
  await upgradeQueue(databaseUrl);
  await client.query(`CREATE SCHEMA ${LOADING_SCHEMA}`);
  await client.query(`SET search_path = ${LOADING_SCHEMA}`);
  await migrate(databaseUrl, new Set(header.migrations));
  await client.query('BEGIN');
  const putBack = await dropConstraints(client, header.unvalidated ?? []);
  const loaded = await loadLines(client, file, header, log);
  for (const statement of putBack) await client.query(statement);
  for (const [name, value] of Object.entries(header.sequences))
    await client.query(`SELECT setval($1::regclass, $2::bigint)`, [
      `${LOADING_SCHEMA}.${pg.escapeIdentifier(name)}`,
      value,
    ]);
  await client.query('COMMIT');
  // If the program is newer than the backup, its newer migrations are now applied to the restored data.
  await migrate(databaseUrl, undefined);
  await client.query(`SET search_path = public`);
  return loaded;
}

/**
 * Drops the constraints that rows of the backup violate, as these rows are older than the constraints. Returns the
 * statements that add the constraints again for rows that are written from then on.
 */
async function dropConstraints(client: pg.Client, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(
    `SELECT format('ALTER %s DROP CONSTRAINT %I', of_what, conname) AS drop,
            format('ALTER %s ADD CONSTRAINT %I %s NOT VALID', of_what, conname, definition) AS add
     FROM (SELECT conname,
                  CASE WHEN contypid = 0 THEN 'TABLE ' || conrelid::regclass ELSE 'DOMAIN ' || contypid::regtype END AS of_what,
                  regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') AS definition
           FROM pg_constraint
           WHERE connamespace = $1::regnamespace AND conname = ANY ($2::text[]) AND contype IN ('c', 'f')) k`,
    [LOADING_SCHEMA, names],
  );
  for (const { drop } of rows) await client.query(drop);
  return rows.map(({ add }) => add);
}

/**
 * Copies the tables of a backup file, and verifies that the file is the one that was inspected and that each table holds
 * the rows of the file.
 */
async function loadLines(
  client: pg.Client,
  file: string,
  header: Inspected,
  log: (line: string) => void,
): Promise<Loaded> {
  const loaded: Loaded = { tables: 0, rows: 0, jobs: undefined };
  const digest = createHash('sha256');
  const lines = readLines(file)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done || value === undefined) throw new BackupError(`${file} ended early; nothing was changed.`);
    return value;
  };
  const nextDigested = async () => {
    const line = await next();
    digest.update(line).update('\n');
    return line;
  };
  await nextDigested(); // Skips the header, which was read before.
  for (;;) {
    const text = await next();
    const line = JSON.parse(text) as Partial<TableLine> & { end?: boolean; jobs?: boolean };
    if (line.end) break;
    digest.update(text).update('\n');
    if (line.jobs) {
      loaded.jobs = [];
      for (let job = await nextDigested(); job !== END_OF_ROWS; job = await nextDigested())
        loaded.jobs.push(JSON.parse(job) as JobLine);
      continue;
    }
    if (line.table === undefined || line.columns === undefined)
      throw new BackupError(`${file} holds a part that this version does not know; nothing was changed.`);
    const rows = await loadTable(client, line as TableLine, nextDigested);
    loaded.tables += 1;
    loaded.rows += rows;
    log(`${line.table}: ${rows} rows`);
  }
  if (digest.digest('hex') !== header.sha256 || loaded.rows !== header.rows)
    throw new BackupError(`${file} was changed while it was read; nothing was changed in the database.`);
  return loaded;
}

async function loadTable(
  client: pg.Client,
  { table, columns }: TableLine,
  next: () => Promise<string>,
): Promise<number> {
  const name = `${LOADING_SCHEMA}.${pg.escapeIdentifier(table)}`;
  // The database triggers guard new events, such as appends to the ledger, while the restored rows record past ones.
  // Constraints are still checked.
  await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  // Migrations may have inserted default rows, and the backup contains its own, so the table is emptied first.
  await client.query(`DELETE FROM ${name}`);
  // The ledger's partitions are those of the backup, whose table of partitions stands before the records.
  if (table === 'ledger_record' && (await isPartitioned(client, name))) await client.query('SELECT ledger_rebuild()');
  const copy = client.query(
    copyFrom(`COPY ${name} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')}) FROM STDIN`),
  );
  let rows = 0;
  await pipeline(async function* () {
    for (let row = await next(); row !== END_OF_ROWS; row = await next()) {
      rows += 1;
      yield Buffer.from(`${row}\n`, 'utf8');
    }
  }, copy);
  await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  const { rows: held } = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${name}`);
  if (Number(held[0]?.rows) !== rows)
    throw new BackupError(`The table ${table} took ${held[0]?.rows} of ${rows} rows; nothing was changed.`);
  return rows;
}

async function isPartitioned(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ kind: string }>(
    `SELECT relkind AS kind FROM pg_class WHERE oid = $1::regclass`,
    [table],
  );
  return rows[0]?.kind === 'p';
}

/**
 * Replaces the schema `public` with the loaded data and the queue's jobs with those of the backup, and drops schemas
 * that interrupted restores set aside; all in one transaction. With `options.mails` false, jobs that send mail are left
 * out.
 */
async function swap(
  client: pg.Client,
  header: Inspected,
  loaded: Loaded,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const isMail = ({ task }: { task: string }) => MAIL_TASKS.includes(task);
  const jobs = loaded.jobs?.filter((job) => options.mails !== false || !isMail(job));
  const mails = jobs?.filter(isMail) ?? [];
  const due = mails.map(({ runAt }) => Date.parse(runAt));
  let mailsReplaced = 0;
  await inTransaction(client, async () => {
    const { setAside } = await findLeftovers(client);
    await dropSchemas(client, ['public', ...setAside]);
    await client.query(`ALTER SCHEMA ${LOADING_SCHEMA} RENAME TO public`);
    await client.query(`COMMENT ON SCHEMA public IS ${pg.escapeLiteral(restoredComment(header))}`);
    mailsReplaced = await replaceJobs(client, jobs ?? []);
  });
  return {
    tables: loaded.tables,
    rows: loaded.rows,
    jobs: jobs?.length,
    mails: mails.length,
    oldestMail: due.length > 0 ? new Date(due.reduce((a, b) => Math.min(a, b))) : undefined,
    mailsLeftOut: (loaded.jobs?.length ?? 0) - (jobs?.length ?? 0),
    mailsReplaced,
  };
}

/** The comment on the schema `public` after a restore; it names the key that the data is encrypted with. */
function restoredComment({ createdAt, secretFingerprint }: Inspected): string {
  return `Techpool: restored from the backup of ${createdAt}; secret key ${secretFingerprint}`;
}

/** Whether the database was restored from a backup that is encrypted with this secret key. */
export async function wasRestoredWith(databaseUrl: string, secret: string): Promise<boolean> {
  const client = new Database(databaseUrl, COMMANDS).client('techpool-restore');
  await client.connect();
  try {
    const { rows } = await client.query<{ comment: string | null }>(
      `SELECT obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE nspname = 'public'`,
    );
    return rows[0]?.comment?.includes(fingerprint(secret)) === true;
  } finally {
    await client.end();
  }
}

/**
 * Replaces all jobs of the queue, since those of the replaced data are about rows that are no longer there. Returns the
 * number of mails that waited among these.
 */
async function replaceJobs(client: pg.Client, jobs: readonly JobLine[]): Promise<number> {
  const { rows } = await client.query<{ mails: string }>(
    `WITH removed AS (DELETE FROM graphile_worker._private_jobs RETURNING task_id, attempts, max_attempts)
     SELECT count(*) AS mails
     FROM removed r
     JOIN graphile_worker._private_tasks t ON t.id = r.task_id
     WHERE t.identifier = ANY ($1::text[]) AND r.attempts < r.max_attempts`,
    [MAIL_TASKS],
  );
  await client.query(`DELETE FROM graphile_worker._private_job_queues`);
  await client.query(
    `SELECT graphile_worker.add_job(
       j->>'task', payload := (j->>'payload')::json, queue_name := j->>'queue', run_at := (j->>'runAt')::timestamptz,
       max_attempts := (j->>'maxAttempts')::int, job_key := j->>'key', priority := (j->>'priority')::int)
     FROM json_array_elements($1::json) WITH ORDINALITY AS given(j, place)
     ORDER BY place`,
    [JSON.stringify(jobs)],
  );
  return Number(rows[0]?.mails ?? 0);
}

async function upgradeQueue(databaseUrl: string): Promise<void> {
  const pool = new Database(databaseUrl, COMMANDS).pool('techpool-restore', 1);
  try {
    await migrateJobs(pool);
  } finally {
    await pool.end();
  }
}

/** Runs, in LOADING_SCHEMA, the migrations whose names are in `only`, or all of them where `only` is undefined. */
async function migrate(databaseUrl: string, only: ReadonlySet<string> | undefined): Promise<void> {
  // The migrations are plain SQL, so the data source lists no entities.
  const dataSource = createDataSource({
    database: new Database(databaseUrl, COMMANDS),
    poolSize: 2,
    entities: [],
    migrations: migrations.filter((Migration) => only === undefined || only.has(new Migration().name)),
    schema: LOADING_SCHEMA,
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
