import { readFile } from 'node:fs/promises';
import { fitModel } from '../matching/engine/fit/fit.js';
import type { PastRound } from '../matching/engine/fit/history.js';
import { evaluate, splitAt, type Evaluation, type Figures } from '../matching/evaluation/protocol.js';
import { dayOf, parseRounds, ROUNDS_TAXONOMY } from '../matching/evaluation/rounds-file.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE = 'npm run eval:investors -- ROUNDS.jsonl --split DATE --until DATE [--without amount] [--only]';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const figures = ({ recallAt10, recallAt50, ndcgAt10, mrr, queries }: Figures): string =>
  `R@10=${recallAt10.toFixed(4)} R@50=${recallAt50.toFixed(4)} NDCG@10=${ndcgAt10.toFixed(4)} MRR=${mrr.toFixed(4)} queries=${queries}`;

async function readRounds(file: string): Promise<PastRound[]> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file}: cannot be read.`);
  }
  try {
    return parseRounds(content);
  } catch (error) {
    throw new UsageError(`${file}, ${(error as Error).message}`);
  }
}

/** Returns the same day of the year before a date. */
const yearBefore = (date: string): string => `${String(Number(date.slice(0, 4)) - 1).padStart(4, '0')}${date.slice(4)}`;

/**
 * `npm run eval:investors`: tests the ranking of investors on financing rounds after a split date, by a model fitted
 * only to the rounds before it. Prints the quality figures of all companies, of those seen before the split, and of
 * those not seen before. Then it prints the same figures with the opposite use of amounts (ignored if they were used,
 * used if they were ignored), and all of these for a split one year earlier; `--only` omits these later figures.
 */
await runCommand(USAGE, async (args) => {
  const parsed = parseArguments({
    args,
    allowPositionals: true,
    options: {
      split: { type: 'string' },
      until: { type: 'string' },
      without: { type: 'string' },
      only: { type: 'boolean' },
    },
  });
  const { values, positionals } = parsed;
  const { split, until, without } = values;
  if (positionals.length !== 1) throw new UsageError('Name one file of rounds.');
  for (const [name, date] of [
    ['split', split],
    ['until', until],
  ] as const)
    if (date === undefined || !DATE.test(date) || !Number.isFinite(dayOf(date)))
      throw new UsageError(`--${name}: a date such as 2022-01-01.`);
  if (without !== undefined && without !== 'amount') throw new UsageError('--without: only amount can be left out.');
  if (split! >= until!) throw new UsageError('--until must be later than --split.');
  const rounds = await readRounds(positionals[0]!);

  const run = (from: string, to: string, withAmount: boolean): Evaluation | undefined => {
    const snapshot = splitAt(rounds, dayOf(from), dayOf(to), withAmount);
    if (snapshot.queries.length === 0) return undefined;
    const { model } = fitModel(rounds, {
      asOf: dayOf(from),
      version: `fitted to ${from}`,
      taxonomy: ROUNDS_TAXONOMY,
      withAmount,
    });
    return evaluate(snapshot, model, ROUNDS_TAXONOMY);
  };
  const say = (name: string, evaluation: Evaluation) => {
    process.stdout.write(`eval ${name} ${figures(evaluation)} candidates=${evaluation.candidates}\n`);
    for (const kind of ['warm', 'cold'] as const)
      process.stdout.write(`eval ${name}.${kind} ${figures(evaluation[kind])}\n`);
  };
  const withAmount = without === undefined;
  const asked = run(split!, until!, withAmount);
  if (!asked) throw new UsageError('No round between --split and --until has an investor that could be found.');
  say('investors', asked);
  if (values.only === true) return;
  const other = withAmount ? 'without_amount' : 'with_amount';
  say(`investors.${other}`, run(split!, until!, !withAmount)!);
  const [earlier, end] = [yearBefore(split!), split!];
  for (const amount of [withAmount, !withAmount]) {
    const evaluation = run(earlier, end, amount);
    if (evaluation) say(`investors.split_${earlier}${amount === withAmount ? '' : `.${other}`}`, evaluation);
  }
});
