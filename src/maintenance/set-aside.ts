import pg from 'pg';
import { BackupError } from './backup-file.js';

/** Schema into which a restore loads a backup, before it takes the place of the schema `public`. */
export const LOADING_SCHEMA = 'techpool_restoring';

/**
 * What interrupted restores have left in a database. A restore of this version leaves at most the schema into which it
 * loaded; earlier versions had renamed the schema with the data to `replaced_…` before they loaded.
 */
export interface Leftovers {
  /** The schema of a restore that was interrupted while it loaded. */
  halfLoaded: boolean;
  /** Schemas with the data from before a restore that did not end, oldest first. */
  setAside: string[];
  /** Whether the schema that is served holds accounts. */
  served: boolean;
}

export async function findLeftovers(client: pg.ClientBase): Promise<Leftovers> {
  const { rows } = await client.query<{ name: string; pool: boolean }>(
    `SELECT nspname AS name, to_regclass(format('%I.account', nspname)) IS NOT NULL AS pool
     FROM pg_namespace
     WHERE nspname IN ('public', $1) OR nspname ~ '^replaced_[0-9]+$'
     ORDER BY length(nspname), nspname`,
    [LOADING_SCHEMA],
  );
  const holdsData = async (schema: string) => {
    const { rowCount } = await client.query(`SELECT 1 FROM ${pg.escapeIdentifier(schema)}.account LIMIT 1`);
    return rowCount === 1;
  };
  const withData: string[] = [];
  for (const { name, pool } of rows)
    if (pool && name !== LOADING_SCHEMA && (await holdsData(name))) withData.push(name);
  return {
    halfLoaded: rows.some(({ name }) => name === LOADING_SCHEMA),
    setAside: withData.filter((name) => name !== 'public'),
    served: withData.includes('public'),
  };
}

/** Names schemas in a sentence. */
const named = (schemas: readonly string[]) => schemas.map((schema) => `"${schema}"`).join(', ');

const whatToDo = (backup: string) =>
  `Bring it back with \`npm run restore -- --put-back\`, or load a backup in its place with \`npm run restore -- ${backup} --force\`.`;

function refusal(schemas: readonly string[]): BackupError {
  return new BackupError(
    `A restore was interrupted: the data from before it is set aside in the schema ${named(schemas)}, and the database that would be used in its place is empty. ${whatToDo('FILE')}`,
  );
}

/** Throws where a restore was interrupted after the data was set aside, and nothing has taken its place. */
export async function assertNotSetAside(client: pg.ClientBase): Promise<void> {
  const { setAside, served } = await findLeftovers(client);
  if (setAside.length > 0 && !served) throw refusal(setAside);
}

/**
 * Looks for what interrupted restores have left, before a process serves the database; the caller holds the upgrade
 * lock, so that no restore runs. A half-loaded schema is removed; data that is set aside is told of, and where nothing
 * has taken its place, the start is refused.
 */
export async function settleLeftovers(client: pg.ClientBase, say: (line: string) => void): Promise<void> {
  const { halfLoaded, setAside, served } = await findLeftovers(client);
  if (setAside.length > 0 && !served) throw refusal(setAside);
  if (setAside.length > 0)
    say(
      `A restore was interrupted: the data from before it is still set aside in the schema ${named(setAside)}. ${whatToDo('FILE')} \`npm run restore -- --discard\` removes it.`,
    );
  if (!halfLoaded) return;
  await client.query(`DROP SCHEMA IF EXISTS ${LOADING_SCHEMA} CASCADE`);
  say(
    'A restore was interrupted before its data took the place of the present data. What it had loaded was removed, and the data from before it is served. Run the restore again if it is still wanted.',
  );
}

/** Puts the data that an interrupted restore of an earlier version set aside in its old place; returns its schema. */
export async function putBack(client: pg.ClientBase, force: boolean): Promise<string> {
  const { setAside, served } = await findLeftovers(client);
  const [oldest] = setAside;
  if (oldest === undefined) throw new BackupError('No data is set aside: no restore was interrupted.');
  if (served && !force)
    throw new BackupError(
      `The database in use holds data too, which would be replaced by that of the schema ${named([oldest])}. Add --force to replace it.`,
    );
  await inTransaction(client, async () => {
    await client.query(`DROP SCHEMA public CASCADE`);
    await client.query(`ALTER SCHEMA ${pg.escapeIdentifier(oldest)} RENAME TO public`);
    await dropSchemas(client, setAside.slice(1));
  });
  return oldest;
}

/** Removes the data that is set aside, where other data has taken its place; returns the names of the schemas. */
export async function discard(client: pg.ClientBase): Promise<string[]> {
  const { setAside, served } = await findLeftovers(client);
  if (setAside.length > 0 && !served) throw refusal(setAside);
  await inTransaction(client, () => dropSchemas(client, setAside));
  return setAside;
}

export async function dropSchemas(client: pg.ClientBase, schemas: readonly string[]): Promise<void> {
  for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(schema)} CASCADE`);
}

/**
 * Runs `work` in a transaction that waits at most ten seconds for a lock of another connection; then it throws
 * BackupError and nothing is changed.
 */
export async function inTransaction(client: pg.ClientBase, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = '10s'`);
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    // 55P03 is SQLSTATE lock_not_available.
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new BackupError(
      'Another connection uses the tables that were to be replaced (a backup, or a program of your own). End it and try again; nothing was changed.',
      { cause: error },
    );
  }
}
