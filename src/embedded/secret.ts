import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './embedded-error.js';

/**
 * Returns the secret key of an embedded deployment from its file in the data folder; creates the file on first use,
 * readable by its owner only.
 */
export async function embeddedSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

/** The secret key of a backup that is being restored, until it is known whether the restored data is in use. */
const restoredFile = (dataDir: string) => join(dataDir, 'secret.restored');

/** Writes the secret key of a backup to the disk, before the restored data takes the place of the present data. */
export async function keepRestoredSecret(dataDir: string, secret: string): Promise<void> {
  const handle = await open(restoredFile(dataDir), 'w', 0o600);
  try {
    await handle.writeFile(secret);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes the secret key of a restored backup the one of the deployment if the database now holds the data of that backup,
 * and forgets it otherwise. It is called after a restore, and at the next start where a restore was killed.
 */
export async function settleRestoredSecret(
  dataDir: string,
  isInUse: (secret: string) => Promise<boolean>,
): Promise<void> {
  const file = restoredFile(dataDir);
  let secret: string;
  try {
    secret = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (secret !== '' && (await isInUse(secret))) await rename(file, join(dataDir, 'secret'));
  else await rm(file, { force: true });
}
