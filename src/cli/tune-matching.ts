import 'reflect-metadata';
import { MAX_CHARACTERS } from '../kernel/reason.js';
import { cleanText } from '../kernel/localized.js';
import { tuneMatching } from '../matching/models/match.tuning.js';
import type { Figures } from '../matching/evaluation/protocol.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';
import { withApp } from './with-app.js';

const USAGE = `npm run tune:matching [-- --activate] [--note TEXT]

  Refits the model of matching to this deployment's past investments and to what people said of matches.
  --activate  makes the new version score at once; otherwise an operator does, with activateMatchModel
`;

const told = (name: string, figures: Figures): string =>
  `tune matching held_out.${name} R@10=${figures.recallAt10.toFixed(4)} R@50=${figures.recallAt50.toFixed(4)} NDCG@10=${figures.ndcgAt10.toFixed(4)} MRR=${figures.mrr.toFixed(4)} queries=${figures.queries}\n`;

/**
 * `npm run tune:matching`: fits a new version of the matching model to past data. It prints one line for the new
 * version with its training data, then the changed weights and the quality on held-out data.
 */
await runCommand(USAGE, async (args) => {
  const { values } = parseArguments({
    args,
    options: { activate: { type: 'boolean' }, note: { type: 'string' } },
  });
  const note = cleanText(values.note) ?? null;
  if (note !== null && [...note].length > MAX_CHARACTERS.note)
    throw new UsageError('--note: at most 2,000 characters.');
  const tuning = await withApp((app) => tuneMatching(app, { activate: values.activate === true, note }));
  const { version, activated, rounds, queries, judged, factors, heldOut } = tuning;
  process.stdout.write(
    `tune matching version=${version} active=${activated} rounds=${rounds} fitted_to=${queries} judged=${judged.INVESTOR + judged.TALENT + judged.DEMAND}\n`,
  );
  if (queries === 0)
    process.stderr.write(
      'Too few past rounds in any of the last three years to fit weights to; base rates were taken over, weights stay.\n',
    );
  for (const [kind, of] of Object.entries(factors))
    for (const [term, factor] of Object.entries(of))
      process.stdout.write(`tune matching factor ${kind}.${term}=${factor.toFixed(3)}\n`);
  if (heldOut) process.stdout.write(told('fitted', heldOut.fitted) + told('active', heldOut.active));
});
