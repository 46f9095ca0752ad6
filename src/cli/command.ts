import { HelpAsked, UsageError } from './arguments.js';
import { failureText } from './failure.js';

export { UsageError };

/**
 * Runs the body of a command-line program. For an error of a known kind it prints one line (and the usage after wrong
 * arguments), for any other error the stack; the exit code is 1 in both cases.
 */
export async function runCommand(usage: string, body: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (error instanceof HelpAsked) {
      process.stdout.write(`${usage.trim()}\n`);
      return;
    }
    process.stderr.write(`${failureText(error)}\n${error instanceof UsageError ? `Usage: ${usage}\n` : ''}`);
    process.exitCode = 1;
  }
}
