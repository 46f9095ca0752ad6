import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile } from 'node:fs/promises';
import { EmbeddedError, hasCode } from './embedded-error.js';

/** Whether this process runs as root, as which PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Creates the data folder if it is missing, and checks that it is writable. A folder that root creates is traversable
 * (not listable) for everyone, so that PostgreSQL's account can reach its own subfolder; every secret below it is a
 * file of mode 0600.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EmbeddedError(
      'DATA_DIR_UNUSABLE',
      `The data folder ${folder} cannot be written (${why}). Run as the user who owns it, or name another folder.`,
      { cause: error },
    );
  }
}

/**
 * Reads a random secret of 256 bits from a file of mode 0600; creates the file on first use. Throws if the file's text
 * is too short to be a secret.
 */
export async function readOrCreateSecret(file: string): Promise<string> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      const secret = randomBytes(32).toString('hex');
      await handle.writeFile(secret);
      await handle.sync();
      return secret;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length < 16) {
    throw new EmbeddedError(
      'SECRET_UNREADABLE',
      `The secret in ${file} is empty or cut short. Delete the file; the next start makes a new one.`,
    );
  }
  return secret;
}
