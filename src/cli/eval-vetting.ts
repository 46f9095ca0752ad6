import 'reflect-metadata';
import { availableParallelism } from 'node:os';
import { baseSetting, type ExtraPlan, type Setting, type YearResult } from '../vetting/evaluation/simulation.js';
import { inThread } from '../vetting/assignments/threads/in-thread.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE =
  'npm run eval:vetting -- [--seeds N --first-seed X --achievements N --reviewers R --reviews K --severity S --noise E --specialised --discrete --partisans P] [--no-adaptive | --extra N --rounds N --bound N]';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Ratio of the means of two samples, with its standard error by the delta method; the two values at the same position
 * belong to the same seed.
 */
function ratioOf(a: readonly number[], b: readonly number[]): { ratio: number; se: number } {
  const ratio = mean(a) / mean(b);
  const residuals = a.map((value, i) => value - ratio * b[i]!);
  const variance = residuals.reduce((sum, value) => sum + value * value, 0) / Math.max(1, a.length - 1);
  return { ratio, se: Math.sqrt(variance / a.length) / mean(b) };
}

/**
 * Simulates one review year per seed, distributed over one thread per processor; the results are in the order of the
 * seeds.
 */
async function simulateAll(
  setting: Setting,
  seeds: readonly number[],
  plans: readonly ExtraPlan[],
): Promise<YearResult[]> {
  const threads = Math.min(availableParallelism(), seeds.length);
  const shares = Array.from({ length: threads }, (_, k) => seeds.filter((_seed, i) => i % threads === k));
  const results = await Promise.all(shares.map((share) => inThread('simulate', { setting, seeds: share, plans })));
  return seeds.map((_, i) => results[i % threads]![Math.floor(i / threads)]!);
}

/**
 * `npm run eval:vetting`: simulates review years and measures which share of the truly best fifth of achievements is
 * admitted by plain average scores, by calibrated scores, and by the oracle: a calibration that is given the reviewers'
 * true effects (such as severity and noise) instead of estimating them.
 */
await runCommand(USAGE, async (args) => {
  const { values } = parseArguments({
    args,
    options: {
      seeds: { type: 'string', default: '20' },
      'first-seed': { type: 'string', default: '1' },
      achievements: { type: 'string' },
      reviewers: { type: 'string' },
      reviews: { type: 'string' },
      severity: { type: 'string' },
      noise: { type: 'string' },
      partisans: { type: 'string' },
      specialised: { type: 'boolean', default: false },
      discrete: { type: 'boolean', default: false },
      'no-adaptive': { type: 'boolean', default: false },
      extra: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      bound: { type: 'string', default: '0' },
    },
  });
  const number = (name: string, text: string | undefined, fallback: number, least: number, most: number): number => {
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new UsageError(`--${name}: a number from ${least} to ${most}.`);
    return value;
  };
  const whole = (name: string, text: string | undefined, fallback: number, least: number, most: number): number =>
    Math.floor(number(name, text, fallback, least, most));
  const setting: Setting = {
    achievements: whole('achievements', values.achievements, baseSetting.achievements, 10, 100_000),
    reviewers: whole('reviewers', values.reviewers, baseSetting.reviewers, 3, 2_000),
    reviews: whole('reviews', values.reviews, baseSetting.reviews, 1, 50),
    severity: number('severity', values.severity, baseSetting.severity, 0, 10),
    noise: number('noise', values.noise, baseSetting.noise, 0, 10),
    partisans: number('partisans', values.partisans, 0, 0, 1),
    specialised: values.specialised,
    discrete: values.discrete,
  };
  const seeds = whole('seeds', values.seeds, 20, 1, 10_000);
  const first = whole('first-seed', values['first-seed'], 1, 0, 1e9);
  const all = Array.from({ length: seeds }, (_, i) => first + i);
  const rounds = whole('rounds', values.rounds, 5, 1, 1000);
  const bound = number('bound', values.bound, 0, 0, 1e6);
  // By default two plans of additional reviews are simulated: half a review, and one review, per achievement on
  // average, each assigned where it can change the decision. They are compared with one more review for every
  // achievement.
  const extras =
    values.extra === undefined
      ? [Math.round(setting.achievements / 2), setting.achievements]
      : [whole('extra', values.extra, 0, 1, 1_000_000)];
  const plans = values['no-adaptive'] ? [] : extras.map((extra): ExtraPlan => ({ extra, rounds, bound }));
  const results = await simulateAll(setting, all, plans);
  const { ratio, se } = ratioOf(
    results.map((r) => r.calibrated),
    results.map((r) => r.oracle),
  );
  const [plain, calibrated, oracle] = (['plain', 'calibrated', 'oracle'] as const).map((key) =>
    mean(results.map((r) => r[key])).toFixed(3),
  );
  process.stdout.write(
    `eval vetting plain=${plain} calibrated=${calibrated} oracle=${oracle} ratio=${ratio.toFixed(4)} se=${se.toFixed(4)} seeds=${seeds}\n`,
  );
  plans.forEach((_, p) => {
    const targeted = results.map((r) => r.targeted[p]!);
    process.stdout.write(
      `eval vetting-adaptive base=${calibrated} targeted=${mean(targeted.map((t) => t.share)).toFixed(3)} uniform=${mean(results.map((r) => r.uniform!)).toFixed(3)} reviews=${Math.round(mean(targeted.map((t) => t.reviews)))}\n`,
    );
  });
});
