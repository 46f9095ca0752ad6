import { ConfigError } from '../kernel/config.js';
import { EmbeddedError } from '../embedded/embedded-error.js';

/**
 * Prints why a command failed: the message of an error of configuration or embedded servers, the stack of any other
 * error. Returns the exit code 2.
 */
export function reportFailure(error: unknown): 2 {
  const known = error instanceof ConfigError || error instanceof EmbeddedError;
  process.stderr.write(
    `${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 2;
}
