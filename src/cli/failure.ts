import { MeilisearchRequestError } from 'meilisearch';
import { EmbeddedError } from '../embedded/embedded-error.js';
import { ConfigError } from '../kernel/config.js';
import { databaseFailure } from '../kernel/database-failure.js';
import { AppError } from '../kernel/errors.js';
import { BackupError } from '../maintenance/backup-file.js';
import { UsageError } from './arguments.js';

/**
 * What a program prints about the error that ended it: one line that says what to do, for what a user can mend
 * (settings, files, servers that do not answer); the stack for any other error. ConfigError has one line per setting.
 */
export function failureText(error: unknown): string {
  if (
    error instanceof ConfigError ||
    error instanceof EmbeddedError ||
    error instanceof BackupError ||
    error instanceof UsageError ||
    error instanceof AppError
  )
    return error.message;
  if (error instanceof MeilisearchRequestError)
    return 'The search engine does not answer. Start it, or correct MEILI_URL, and try again.';
  if (!(error instanceof Error)) return String(error);
  return databaseFailure(error) ?? fileFailure(error) ?? error.stack ?? error.message;
}

/** One line about an error of the file system: a full disk, a missing right, a missing file. */
function fileFailure(error: Error): string | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !/^E[A-Z]+$/.test(code)) return undefined;
  if (path === undefined && !['write', 'fsync', 'close'].includes(syscall)) return undefined;
  return `${path === undefined ? 'A file' : path} cannot be used: ${error.message}.`;
}

/** Prints why a command failed, and returns the exit code 2. */
export function reportFailure(error: unknown): 2 {
  process.stderr.write(`${failureText(error)}\n`);
  return 2;
}
