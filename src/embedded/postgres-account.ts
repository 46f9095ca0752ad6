import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedError, hasCode } from './embedded-error.js';

/** A Unix account by its numeric ids. */
export interface Account {
  uid: number;
  gid: number;
}

/** How PostgreSQL's programs are started. `account` is set when root starts them as another user account. */
export interface Launcher {
  account?: Account;
  spawnAs: Partial<Account>;
  command(program: string, args: string[]): [command: string, args: string[]];
}

/** A path and the permission that PostgreSQL's account needs on it: to read (bit 4), or to enter or execute (bit 1). */
export interface Need {
  path: string;
  bit: 4 | 1;
}

/** Starts programs as the current user. */
export const plainLauncher: Launcher = { spawnAs: {}, command: (program, args) => [program, args] };

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv', '/usr/local/bin/setpriv'];
// Capability numbers of capabilities(7).
const CAP_DAC_OVERRIDE = 1n;
const CAP_DAC_READ_SEARCH = 2n;

const ADVICE =
  'Name a PostgreSQL in DATABASE_URL, run as an ordinary user, or move the project to a folder that every user can enter.';

/**
 * PostgreSQL refuses to run as root, so root starts its programs as the user `account`. Where that account cannot reach
 * the program files (such as in a clone below a folder of mode 0700), they are started through setpriv with the single
 * capability to read files regardless of permissions.
 */
export async function launcherFor(
  account: Account,
  needs: Need[],
  setprivPaths: readonly string[] = SETPRIV,
): Promise<Launcher> {
  const reachable = await Promise.all(needs.map((need) => canReach(need, account)));
  if (!reachable.includes(false)) return { account, spawnAs: account, command: (program, args) => [program, args] };

  const blocked = needs[reachable.indexOf(false)]?.path ?? '';
  const setpriv = setprivPaths.find((path) => existsSync(path));
  if (setpriv === undefined) {
    throw new EmbeddedError(
      'POSTGRES_CANNOT_REACH_FILES',
      `As root, PostgreSQL runs as user ${account.uid}, who cannot reach ${blocked}, and \`setpriv\` (package util-linux) is not installed. ${ADVICE}`,
    );
  }
  const capability = await readingCapability();
  if (capability === undefined) {
    throw new EmbeddedError(
      'POSTGRES_CANNOT_REACH_FILES',
      `As root, PostgreSQL runs as user ${account.uid}, who cannot reach ${blocked}, and this root lacks the capability to grant that. ${ADVICE}`,
    );
  }
  // PostgreSQL looks for its program files with access(2), which ignores capabilities unless the securebit
  // no_setuid_fixup is set.
  const rights = [
    ...['--securebits=+no_setuid_fixup', '--no-new-privs'],
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return { account, spawnAs: {}, command: (program, args) => [setpriv, [...rights, '--', program, ...args]] };
}

/** The user account as which root runs PostgreSQL: `postgres` if it exists, else `nobody`. No account is created. */
export async function postgresAccount(passwdFile = '/etc/passwd'): Promise<Account> {
  const entries = (await readFile(passwdFile, 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find((entry) => entry[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) !== 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedError(
    'POSTGRES_NO_ACCOUNT',
    `PostgreSQL does not run as root, and ${passwdFile} has neither a user postgres nor nobody. ${ADVICE}`,
  );
}

/**
 * Whether an account has the needed permission on a path, and may enter every folder above it. Only its user and
 * primary group count, as its supplementary groups are dropped when PostgreSQL is started.
 */
async function canReach({ path, bit }: Need, { uid, gid }: Account): Promise<boolean> {
  const permits = async (where: string, wanted: number) => {
    const info = await stat(where);
    const shift = info.uid === uid ? 6 : info.gid === gid ? 3 : 0;
    return ((info.mode >> shift) & wanted) === wanted;
  };
  const target = await realpath(path);
  if (!(await permits(target, bit))) return false;
  for (let folder = dirname(target), below = target; folder !== below; below = folder, folder = dirname(folder)) {
    if (!(await permits(folder, 1))) return false;
  }
  return true;
}

/**
 * Name of the capability to read files regardless of permissions: dac_read_search, or the wider dac_override where a
 * container has only that; undefined where it has neither.
 */
async function readingCapability(): Promise<string | undefined> {
  let status: string;
  try {
    status = await readFile('/proc/self/status', 'latin1');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const set = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`);
  const held = set('CapPrm') & set('CapBnd');
  if ((held >> CAP_DAC_READ_SEARCH) & 1n) return 'dac_read_search';
  if ((held >> CAP_DAC_OVERRIDE) & 1n) return 'dac_override';
  return undefined;
}
