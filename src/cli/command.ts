import { MeilisearchRequestError } from 'meilisearch';
import { ConfigError } from '../kernel/config.js';
import { EmbeddedError } from '../embedded/embedded-error.js';
import { BackupError } from '../maintenance/backup.js';

/** Invalid arguments; reported together with the usage. */
export class UsageError extends Error {}

/** Runs a command's body. A known failure prints one line, any other its stack; the exit code is 1 in both cases. */
export async function runCommand(usage: string, body: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\nUsage: ${usage}\n`);
    else if (error instanceof ConfigError || error instanceof EmbeddedError || error instanceof BackupError)
      process.stderr.write(`${error.message}\n`);
    else if (error instanceof MeilisearchRequestError)
      process.stderr.write('The search engine does not answer; start it and try again.\n');
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
