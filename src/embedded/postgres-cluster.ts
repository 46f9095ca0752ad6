import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CHILD_ENV } from './child.js';
import { isRoot, readOrCreateSecret } from './data-dir.js';
import { EmbeddedError, hasCode } from './embedded-error.js';
import type { Account, Launcher } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';

/** Paths of the embedded PostgreSQL's files, all below the app's data folder. */
export interface ClusterPaths {
  home: string;
  /** PostgreSQL's own data folder (PGDATA). */
  cluster: string;
  passwordFile: string;
  logFile: string;
  runtimeDir: string;
}

/** The superuser of the embedded cluster. */
export const POSTGRES_USER = 'techpool';

/** Paths of the embedded PostgreSQL's files. */
export function clusterPaths(dataDir: string): ClusterPaths {
  const home = join(dataDir, 'postgres');
  return {
    home,
    cluster: join(home, 'cluster'),
    passwordFile: join(home, 'password'),
    logFile: join(dataDir, 'postgres.log'),
    runtimeDir: join(dataDir, 'postgres-runtime'),
  };
}

/**
 * Whether a complete database cluster of this PostgreSQL major version exists. `home` appears by one rename only after
 * initdb has ended, so a cluster in it is complete. Throws for a damaged cluster or one of another version.
 */
export async function clusterExists({ home, cluster }: ClusterPaths, major: string): Promise<boolean> {
  let found: string;
  try {
    found = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    const homeExists = await stat(home).then(
      () => true,
      () => false,
    );
    if (!homeExists) return false;
    throw new EmbeddedError(
      'POSTGRES_DATA_DAMAGED',
      `${cluster} holds no PostgreSQL data. Restore it from a backup, or move ${home} away to start with an empty database.`,
    );
  }
  if (found === major) return true;
  throw new EmbeddedError(
    'POSTGRES_VERSION_MISMATCH',
    `${cluster} was written by PostgreSQL ${found}, the installed one is ${major}. Make a backup with the version of techpool that wrote it, move ${home} away, and restore the backup.`,
  );
}

/**
 * The account that owns an existing cluster's folder, so that root can run PostgreSQL on an ordinary user's data;
 * undefined if root owns it.
 */
export async function clusterOwner({ cluster }: ClusterPaths): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(cluster);
    return uid === 0 ? undefined : { uid, gid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Throws when another user owns the database cluster's folder, as PostgreSQL runs only on a folder of its own user. */
export async function refuseForeignCluster({ home, cluster }: ClusterPaths): Promise<void> {
  if (isRoot()) return;
  const owner = await stat(cluster).then(
    ({ uid }) => uid,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return process.geteuid?.();
      if (hasCode(error, 'EACCES')) return 'another';
      throw error;
    },
  );
  if (owner === process.geteuid?.()) return;
  throw new EmbeddedError(
    'DATA_DIR_OWNER',
    `${home} belongs to ${owner === 'another' ? 'another user' : `user ${owner}`}. Run as that user or as root, or take the folder over with \`sudo chown -R\`.`,
  );
}

/** Changes the owner of a cluster that root owns (for example after a copy) to the account as which PostgreSQL runs. */
export async function claimCluster({ cluster }: ClusterPaths, { account }: Launcher): Promise<void> {
  if (account !== undefined && (await stat(cluster)).uid !== account.uid) await chownTree(cluster, account);
}

async function chownTree(path: string, account: Account): Promise<void> {
  await lchown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await chownTree(child, account);
    else await lchown(child, account.uid, account.gid);
  }
}

/**
 * Makes an empty cluster by initdb in a temporary folder, and renames the folder to its final name when it is complete
 * and synced to disk. A crash thus leaves only a temporary folder, which the next start removes.
 */
export async function createCluster(
  paths: ClusterPaths,
  binaries: PostgresBinaries,
  launcher: Launcher,
  durable: boolean,
  log: (line: string) => void,
): Promise<void> {
  await sweepPartial(paths);
  // The temporary folder has a random name, because an initdb orphaned by a killed start may still write to its own
  // folder or remove it.
  const partial = `${paths.home}.partial-${randomBytes(6).toString('hex')}`;
  const cluster = join(partial, basename(paths.cluster));
  const passwordForInitdb = join(partial, 'initdb-password');
  await mkdir(cluster, { recursive: true });
  await chmod(partial, isRoot() ? 0o711 : 0o700);
  await chmod(cluster, 0o700);
  try {
    const password = await readOrCreateSecret(join(partial, basename(paths.passwordFile)));
    await writeFile(passwordForInitdb, password, { mode: 0o600, flag: 'wx' });
    for (const path of [cluster, passwordForInitdb]) {
      if (launcher.account !== undefined) await chown(path, launcher.account.uid, launcher.account.gid);
    }
    await initdb(cluster, passwordForInitdb, binaries, launcher, durable, log);
    await rm(passwordForInitdb);
    await rename(partial, paths.home);
    if (durable) await syncFolder(dirname(paths.home));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Removes the temporary folders of starts that were killed during initdb. It retries, as an orphaned initdb may still
 * write there.
 */
export async function sweepPartial({ home }: ClusterPaths): Promise<void> {
  const prefix = `${basename(home)}.partial-`;
  for (const name of await readdir(dirname(home))) {
    if (name.startsWith(prefix)) await rm(join(dirname(home), name), { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * Values of lc_ctype to try in this order, as the locale's name differs between systems. The extension pg_trgm drops
 * Chinese characters unless lc_ctype is a Unicode locale; it ignores the locale of the builtin provider.
 */
const CTYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

async function initdb(
  cluster: string,
  pwfile: string,
  binaries: PostgresBinaries,
  launcher: Launcher,
  durable: boolean,
  log: (line: string) => void,
): Promise<void> {
  for (const ctype of CTYPES) {
    const [command, args] = launcher.command(binaries.initdb, [
      ...[
        `--pgdata=${cluster}`,
        `--username=${POSTGRES_USER}`,
        `--pwfile=${pwfile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
      ],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${ctype}`],
      ...['--data-checksums', '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    ]);
    try {
      await promisify(execFile)(command, args, { env: CHILD_ENV, cwd: '/', ...launcher.spawnAs });
      if (ctype === 'C') log('This system has no UTF-8 locale: similarity search in PostgreSQL will not see Chinese.');
      return;
    } catch (error) {
      const stderr =
        typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
      if (stderr.includes('invalid locale name') && ctype !== CTYPES.at(-1)) continue;
      const why = stderr !== '' ? stderr : error instanceof Error ? error.message : String(error);
      throw new EmbeddedError(
        'POSTGRES_INITDB_FAILED',
        `The PostgreSQL cluster could not be created: ${why}\nMend that, or name a PostgreSQL in DATABASE_URL.`,
        { cause: error },
      );
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
