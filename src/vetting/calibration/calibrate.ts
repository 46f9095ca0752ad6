import { startFavour } from './favour.js';
import { levelNoise, updateNoise } from './noise.js';
import { exponential } from './portable.js';
import { startSites, updateSites } from './sites.js';
import { groupByAchievement, solveEffects, type Solution } from './system.js';
import { degreesOfFreedom, studentWeight } from './tails.js';
import type { Calibration, Favour, KnownEffects, Reviews, Variances } from './model.js';

const MAX_STEPS = 40;
/** Convergence criterion: no score moves in a step by more than this share of the standard deviation of the scores. */
const TOLERANCE = 2e-3;
/** Prior precision that keeps severities at their known values, in units of 1 / variance of the scores. */
const PINNED = 1e9;
/** Variances from which the iteration starts, as shares of the variance of the scores. */
const BEFORE = { quality: 0.4, industry: 0.05, severity: 0.25, noise: 0.3 };
/**
 * Minimum of a reviewer's noise variance, as a share of the variance of the scores; as a standard deviation, a
 * twentieth of the scores'.
 */
const MIN_NOISE = 2.5e-3;
/**
 * First step of the iteration in which the heaviness of the tails is estimated; before it, effects and noise are too
 * uncertain.
 */
const SETTLED = 3;

/**
 * Calibrates the reviews of one dimension under the model
 *
 *   score = mean + industry + quality + severity(reviewer) + favour(reviewer, own region) + noise(reviewer)
 *
 * All effects are normal with variances estimated from the scores (empirical Bayes). Each reviewer has a noise variance
 * of their own under a log-normal prior of estimated spread; some reviewers may favour their own region; scores at an
 * end of the scale are censored; Student weights apply only if the residuals have heavy tails. Each step solves the
 * mixed-model equations exactly and updates all other parameters from the solution. Arithmetic is limited to +, -, ×, /
 * and square root in a fixed order: the same reviews in the same order give the same bits on every machine.
 *
 * Throws RangeError on malformed input. An achievement without a review gets its industry's mean. With `known`, only
 * qualities, industry means and the overall mean are estimated.
 */
export function calibrate(reviews: Reviews, known?: KnownEffects): Calibration {
  check(reviews);
  const { reviewers: nR, reviewer, score, kin } = reviews;
  const n = score.length;
  const groups = groupByAchievement(reviews);
  const spread = varianceOf(score);
  const deviation = Math.sqrt(spread);

  const offset = new Float64Array(n);
  if (known)
    for (let k = 0; k < n; k += 1) offset[k] = known.severity[reviewer[k]!]! + (kin[k] ? known.kin[reviewer[k]!]! : 0);
  let variances = {
    quality: known?.variances.quality ?? spread * BEFORE.quality,
    industry: known?.variances.industry ?? spread * BEFORE.industry,
    severity: known ? 0 : spread * BEFORE.severity,
  };
  const least = spread * 1e-6;
  let noise = levelNoise(nR, spread * BEFORE.noise);
  if (known) noise.precision = known.noise.map((v) => 1 / v);
  let favour: Favour | null = !known && kin.includes(1) ? startFavour(deviation) : null;
  let tails = Infinity;
  const sites = startSites(reviews, noise.precision, offset);
  /**
   * Per review: 1 if the score enters the model unchanged, 0 if it is censored at an end of the scale or possibly
   * raised by regional favour.
   */
  const plain = Uint8Array.from(score, (_, k) => (sites.readings[k] === 'PLAIN' && !(favour && kin[k]) ? 1 : 0));

  let solution!: Solution;
  let before: Float64Array | null = null;
  let steps = 0;
  let converged = false;
  while (!converged && steps < MAX_STEPS) {
    steps += 1;
    solution = solveEffects(reviews, groups, sites.target, sites.weight, {
      quality: 1 / Math.max(variances.quality, least),
      industry: 1 / Math.max(variances.industry, least),
      severity: known ? PINNED / spread : 1 / Math.max(variances.severity, least),
    });
    converged = before !== null && furthest(solution.score, before) <= TOLERANCE * deviation;
    before = solution.score;
    favour = updateSites(reviews, sites, solution, noise.precision, offset, favour, deviation);
    if (known) {
      converged ||= !plain.includes(0);
      continue;
    }
    const squares = new Float64Array(nR);
    const freedom = new Float64Array(nR);
    for (let k = 0; k < n; k += 1) {
      squares[reviewer[k]!]! += sites.trust[k]! * sites.square[k]!;
      freedom[reviewer[k]!]! += sites.freedom[k]!;
      sites.trust[k] = studentWeight(tails, sites.error[k]! * noise.precision[reviewer[k]!]!);
    }
    noise = updateNoise(noise, squares, freedom, spread * MIN_NOISE);
    if (steps >= SETTLED) tails = degreesOfFreedom(sites.surprise, plain);
    variances = {
      quality: fixedPoint(
        solution.quality,
        solution.qualityVariance,
        variances.quality,
        spread * BEFORE.quality,
        least,
      ),
      industry:
        reviews.industries > 1
          ? fixedPoint(
              solution.industry,
              solution.industryVariance,
              variances.industry,
              spread * BEFORE.industry,
              least,
            )
          : 0,
      severity: fixedPoint(
        solution.severity,
        solution.severityVariance,
        variances.severity,
        spread * BEFORE.severity,
        least,
      ),
    };
    for (let k = 0; k < n; k += 1) if (plain[k]) sites.weight[k] = noise.precision[reviewer[k]!]! * sites.trust[k]!;
  }

  const all: Variances = { ...variances, noise: exponential(2 * noise.centre), noiseSpread: 4 * noise.spread };
  return {
    score: solution.score,
    standardError: solution.scoreVariance.map((v) => Math.sqrt(v)),
    severity: known ? Float64Array.from(known.severity) : solution.severity,
    severityError: known ? new Float64Array(nR) : solution.severityVariance.map((v) => Math.sqrt(v)),
    noise: noise.precision.map((p) => 1 / p),
    favours: sites.favours,
    industryEffect: solution.industry,
    predicted: sites.predicted,
    surprise: sites.surprise,
    industryCovariance: solution.industryCovariance,
    mean: solution.mean,
    variances: all,
    favour: favour ?? { share: 0, size: 0 },
    tails,
    steps,
    converged,
  };
}

/**
 * Updates the variance of a group of effects by MacKay's fixed point (1992): sum of squares divided by the effective
 * number of effects that the data determine. Converges to the same value as restricted maximum likelihood by EM, in
 * fewer steps. A prior worth one effect keeps the variance from collapsing to 0 if there are few effects.
 */
function fixedPoint(
  effect: Float64Array,
  variance: Float64Array,
  before: number,
  prior: number,
  least: number,
): number {
  let squares = prior;
  let determined = 1;
  const current = Math.max(before, least);
  for (let i = 0; i < effect.length; i += 1) {
    squares += effect[i]! * effect[i]!;
    const part = 1 - variance[i]! / current;
    if (part > 0) determined += part;
  }
  return Math.max(squares / determined, least);
}

function varianceOf(values: Float64Array): number {
  const n = values.length;
  if (n < 2) return 1;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return squares > 0 ? squares / n : 1;
}

function furthest(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 1) {
    const d = Math.abs(a[i]! - b[i]!);
    if (d > most) most = d;
  }
  return most;
}

function check(r: Reviews): void {
  const n = r.score.length;
  if (
    r.achievement.length !== n ||
    r.reviewer.length !== n ||
    r.kin.length !== n ||
    r.industry.length !== r.achievements
  )
    throw new RangeError('arrays of different length');
  for (let k = 0; k < n; k += 1) {
    if (!(r.achievement[k]! >= 0 && r.achievement[k]! < r.achievements))
      throw new RangeError(`review ${k}: no such achievement`);
    if (!(r.reviewer[k]! >= 0 && r.reviewer[k]! < r.reviewers)) throw new RangeError(`review ${k}: no such reviewer`);
    if (!Number.isFinite(r.score[k]!)) throw new RangeError(`review ${k}: the score is not a number`);
  }
  for (let a = 0; a < r.achievements; a += 1)
    if (!(r.industry[a]! >= 0 && r.industry[a]! < r.industries))
      throw new RangeError(`achievement ${a}: no such industry`);
}
