import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../../src/embedded/postgres.js';
import { freePort } from '../../src/embedded/processes.js';
import { Database, SERVING } from '../../src/kernel/database/database.js';

/** Two PostgreSQL servers, of which the second one follows the first one by streaming replication. */
export interface Replicas {
  /** Addresses of the servers, and one URL that names both. */
  readonly urls: readonly [string, string];
  readonly url: string;
  /** Runs one statement on one server, without the choice of a host. */
  ask<T>(server: 0 | 1, sql: string): Promise<T[]>;
  /** Ends the first server as a crash of its machine does: its process is killed, nothing is written. */
  killPrimary(): Promise<void>;
  /** Starts the killed server again, as an operator by mistake: it takes itself for the primary. */
  restartPrimary(): Promise<void>;
  /** Makes the second server a primary. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a primary and its standby below a folder. The standby begins as a copy of the stopped primary's files, as the
 * embedded programs do not include pg_basebackup. A commit is acknowledged only once the standby has it.
 */
export async function startReplicas(folder: string): Promise<Replicas> {
  const silent = () => undefined;
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const port = await freePort();
  const startFirst = () =>
    startPostgres({
      dataDir: first,
      log: silent,
      database: 'techpool',
      fast: true,
      choosePort: () => Promise.resolve(port),
    });
  let primary = await startFirst();
  // The setting of the database overrides that of the fast start, under which no commit would wait for the standby.
  await once(primary.url, 'ALTER DATABASE techpool SET synchronous_commit = on');
  await primary.stop();
  await cp(join(first, 'postgres'), join(second, 'postgres'), { recursive: true, preserveTimestamps: true });
  const password = (await readFile(join(first, 'postgres', 'password'), 'utf8')).trim();
  const cluster = join(second, 'postgres', 'cluster');
  await appendFile(
    join(cluster, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=techpool password=${password}'\n`,
  );
  await writeFile(join(cluster, 'standby.signal'), '');
  primary = await startFirst();
  const standby = await startPostgres({ dataDir: second, log: silent, database: 'techpool', fast: true });
  const urls = [primary.url, standby.url] as const;
  const replicas: Replicas = {
    urls,
    url: urls[0].replace(/@([^/]+)/, `@$1,${new URL(urls[1]).host}`),
    ask: (server, sql) => once(urls[server], sql),
    async killPrimary() {
      const pidFile = await readFile(join(first, 'postgres/cluster/postmaster.pid'), 'utf8');
      process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL');
    },
    async restartPrimary() {
      primary = await startFirst();
    },
    async promote() {
      await once(urls[1], 'SELECT pg_promote(true, 10)');
    },
    async stop() {
      await Promise.all([primary.stop(), standby.stop()]);
    },
  };
  await once(urls[0], `ALTER SYSTEM SET synchronous_standby_names = '*'`);
  await once(urls[0], 'SELECT pg_reload_conf()');
  return replicas;
}

async function once<T>(url: string, sql: string): Promise<T[]> {
  const client = new Database(url, SERVING).client('an-operator');
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}
