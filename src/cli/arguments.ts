import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The error for wrong command-line arguments; its message is printed together with the command's usage. */
export class UsageError extends Error {}

/** Thrown when the arguments ask for help; the command then prints its usage and does nothing else. */
export class HelpAsked extends Error {}

/** Whether the arguments ask for help; arguments after `--` are never options. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/**
 * Reads the arguments of a command; every command uses this function. Throws HelpAsked for `--help` and `-h` before
 * `--`, and UsageError for wrong arguments; for an unknown option it suggests the one that was probably meant.
 */
export function parseArguments<T extends ParseArgsConfig>(
  config: T & { args: string[] },
): ReturnType<typeof parseArgs<T>> {
  if (asksForHelp(config.args)) throw new HelpAsked();
  try {
    return parseArgs<T>(config);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const options = config.options ?? {};
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(unknownOption(config.args, options, message));
    throw new UsageError(message);
  }
}

function unknownOption(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  message: string,
): string {
  const known = [...Object.keys(options), 'help'];
  const names = args.filter((arg) => arg.startsWith('-') && arg !== '-' && arg !== '--');
  const unknown = names.map((arg) => arg.split('=')[0]!).find((arg) => !known.includes(arg.replace(/^--?/, '')));
  if (unknown === undefined) return message;
  const near = nearest(unknown.replace(/^-+/, ''), known);
  const hint = near === undefined ? '' : ` Did you mean --${near}?`;
  return `There is no option ${unknown}.${hint} Options: ${known.map((name) => `--${name}`).join(', ')}.`;
}

/**
 * The known name that differs from a text by the fewest edits; undefined if that takes more edits than a third of the
 * name's length, though one edit is always allowed.
 */
function nearest(text: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, edits: editsBetween(text.toLowerCase(), name) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

/**
 * Smallest number of edits that turn one text into the other; an edit adds, removes or replaces a letter, or swaps two
 * neighbours.
 */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const edits = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(edits, before[j - 2]! + 1) : edits);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
