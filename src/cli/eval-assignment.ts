import 'reflect-metadata';
import { assignPanelsInWorker } from '../vetting/assignments/optimum/in-worker.js';
import { syntheticProblem, syntheticSetting } from '../vetting/assignments/optimum/synthetic-cohort.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE =
  'npm run eval:assignment -- [--achievements N --reviewers R --industries G --panel K --double-share D --bridge-share B --contrast-bound S --slack L --conflicts C --versatile V --seed X]';

/**
 * `npm run eval:assignment`: measures one assignment of reviewers to achievements: its time, its gap to the proved
 * bound, and the standard error of comparisons between industries.
 */
await runCommand(USAGE, async (args) => {
  const text = { type: 'string' } as const;
  const { values } = parseArguments({
    args,
    options: {
      achievements: text,
      reviewers: text,
      industries: text,
      panel: text,
      'double-share': text,
      'bridge-share': text,
      'contrast-bound': text,
      slack: text,
      conflicts: text,
      versatile: text,
      seed: text,
    },
  });
  const number = (name: keyof typeof values, fallback: number, least: number, most: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new UsageError(`--${name}: a number from ${least} to ${most}.`);
    return value;
  };
  const whole = (name: keyof typeof values, fallback: number, least: number, most: number): number =>
    Math.floor(number(name, fallback, least, most));
  const panelSize = whole('panel', 3, 1, 20);
  const doubleShare = number('double-share', 0.1, 0, 1);
  const seed = whole('seed', 1, 0, 1e9);
  const problem = syntheticProblem(
    {
      entries: whole('achievements', syntheticSetting.entries, 1, 20_000),
      reviewers: whole('reviewers', syntheticSetting.reviewers, 1, 2_000),
      industries: whole('industries', syntheticSetting.industries, 1, 200),
      seats: panelSize * (1 + doubleShare),
      slack: number('slack', syntheticSetting.slack, -0.9, 10),
      conflicts: number('conflicts', syntheticSetting.conflicts, 0, 1),
      versatile: number('versatile', syntheticSetting.versatile, 0, 1),
    },
    seed,
  );
  const options = {
    panelSize,
    doubleShare,
    seed,
    bridgeShare: number('bridge-share', 0.15, 0, 1),
    contrastBound: number('contrast-bound', 0.2, 0, 100),
  };
  const startedAt = performance.now();
  const result = await assignPanelsInWorker(problem, options);
  const seconds = (performance.now() - startedAt) / 1000;
  const { before, after } = result.contrasts;
  const error = (contrasts: typeof before) => (contrasts.largest?.standardError ?? 0).toFixed(3);
  const missing = result.unmet.reduce((sum, panel) => sum + panel.missing, 0);
  process.stdout.write(
    `eval assignment seconds=${seconds.toFixed(1)} objective=${result.objective.toFixed(3)} bound=${result.upperBound.toFixed(3)} gap=${result.gap.toExponential(1)}` +
      ` max_contrast_se=${error(after)} unmet=${missing}` +
      ` before_bridges=${error(before)} without_bridges=${result.withoutBridges.objective.toFixed(3)} bridged=${result.bridges.share.toFixed(3)} typical_contrast_se=${after.typical.toFixed(3)} seats=${result.pairs.length}\n`,
  );
});
