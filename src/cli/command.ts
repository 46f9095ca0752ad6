import { MeilisearchRequestError } from 'meilisearch';
import { ConfigError } from '../kernel/config.js';
import { EmbeddedError } from '../embedded/embedded-error.js';
import { BackupError } from '../maintenance/backup-file.js';
import { HelpAsked, UsageError } from './arguments.js';

export { UsageError };

/**
 * Runs the body of a command-line program. For --help it prints the usage. For an error of a known kind it prints the
 * message (and the usage after wrong arguments), for any other error the stack; the exit code is 1 after any error.
 */
export async function runCommand(usage: string, body: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (error instanceof HelpAsked) {
      process.stdout.write(`${usage.trim()}\n`);
      return;
    }
    if (error instanceof UsageError) process.stderr.write(`${error.message}\nUsage: ${usage}\n`);
    else if (error instanceof ConfigError || error instanceof EmbeddedError || error instanceof BackupError)
      process.stderr.write(`${error.message}\n`);
    else if (error instanceof MeilisearchRequestError)
      process.stderr.write('The search engine does not answer; start it and try again.\n');
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
