import 'reflect-metadata';
import { cpus } from 'node:os';
import { lineOf, type Figure } from '../bench/figures.js';
import { abandon, GROUPS, runBench, type Group } from '../bench/run.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

/** Time limit of a run of the benchmarks in minutes; a run that takes longer is assumed to hang, and is ended. */
const MAX_MINUTES = 60;

const USAGE = `npm run bench [-- NAME …] [--quick] [--size N …]

  NAME     ${GROUPS.join(', ')}, or a figure such as search.ratio; all by default
  --quick  without the pool of 200,000 entries, and with a shorter import
  --size   number of pool entries for growth and database, 100 to 1,000,000; may be repeated
`;

/**
 * `npm run bench [-- NAME …] [--quick] [--size N …]`: runs benchmarks; prints one line per measured figure at once, and all figures
 * as JSON at the end.
 */
await runCommand(USAGE, async (args) => {
  const { values, positionals: names } = parseArguments({
    args,
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, size: { type: 'string', multiple: true } },
  });
  const { quick } = values;
  const sizes = values.size && sizesOf(values.size);
  const groups = new Set(names.length > 0 ? names.map(groupOf) : GROUPS);
  const figures: Figure[] = [];
  const end = (why: string) => {
    process.stderr.write(`${why}\n`);
    void abandon().finally(() => process.exit(1));
  };
  const guard = setTimeout(
    () => end(`The measurement took more than ${MAX_MINUTES} minutes and was ended.`),
    MAX_MINUTES * 60_000,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => end('The measurement was broken off.'));
  try {
    await runBench({ groups, quick, sizes, say: (line) => process.stderr.write(`${line}\n`) }, (figure) => {
      figures.push(figure);
      process.stdout.write(`${lineOf(figure)}\n`);
    });
  } finally {
    clearTimeout(guard);
  }
  process.stdout.write(
    `${JSON.stringify({ node: process.version, cores: cpus().length, quick, figures: Object.fromEntries(figures.map(({ name, ...rest }) => [name, rest])) })}\n`,
  );
});

function groupOf(name: string): Group {
  const [part] = name.split('.');
  const group = part === 'lag' || part === 'rss_mb' ? 'index' : part;
  if (!GROUPS.includes(group as Group)) throw new UsageError(`There is no measurement ${name}.`);
  return group as Group;
}

/** The sizes asked for, the smallest first, since pools grow from one to the next. */
function sizesOf(texts: readonly string[]): number[] {
  const sizes = texts.map((text) => {
    const size = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
    if (!(size >= 100 && size <= 1_000_000)) throw new UsageError(`--size is a number of 100 to 1000000, not ${text}.`);
    return size;
  });
  return [...new Set(sizes)].sort((a, b) => a - b);
}
