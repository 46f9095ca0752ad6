import { exponential, logarithm } from './portable.js';

/**
 * Noise levels of all reviewers under a common log-normal prior, ln sigma_r ~ N(centre, spread). A reviewer's posterior
 * has no closed form, so it is integrated numerically on a grid. The equations for the scores need the posterior mean
 * of 1 / sigma^2, not a point estimate of sigma.
 */
export interface NoiseLevels {
  /** Mean and variance of ln sigma over reviewers. */
  centre: number;
  spread: number;
  /** Per reviewer: posterior mean of 1 / sigma^2. */
  precision: Float64Array;
}

/**
 * Grid of the numerical integration: POINTS points of the standard normal distribution, equally spaced from -REACH to
 * REACH.
 */
const POINTS = 33;
const REACH = 4;
/**
 * Weak prior of the variance (`spread`) of ln sigma over reviewers: SPREAD_BEFORE (0.3 squared) with the weight of
 * SPREAD_WORTH reviewers.
 */
const SPREAD_WORTH = 4;
const SPREAD_BEFORE = 0.09;
const MIN_SPREAD = 1e-4;

/** Initial noise levels: all reviewers equal. */
export function levelNoise(reviewers: number, variance: number): NoiseLevels {
  return {
    centre: logarithm(variance) / 2,
    spread: SPREAD_BEFORE,
    precision: new Float64Array(reviewers).fill(1 / variance),
  };
}

/**
 * Updates the noise levels from each reviewer's sum of squared residuals and degrees of freedom (fewer than the number
 * of reviews: the quality fitted to an achievement with three reviews absorbs a third of the noise). Centre and spread
 * move directly to the fixed point of expectation maximisation: that part of a reviewer's ln sigma which the data leave
 * undetermined does not count. No variance falls below `least`, because a few reviewers who happen to agree still have
 * noise.
 */
export function updateNoise(
  before: NoiseLevels,
  squares: Float64Array,
  freedom: Float64Array,
  least: number,
): NoiseLevels {
  const deviation = Math.sqrt(before.spread);
  const precision = new Float64Array(squares.length);
  const logWeight = new Float64Array(POINTS);
  // All reviewers share the grid, so its values of sigma and 1 / sigma^2 are computed once.
  const logSigma = new Float64Array(POINTS);
  const inverse = new Float64Array(POINTS);
  for (let p = 0; p < POINTS; p += 1) {
    logSigma[p] = before.centre + deviation * (-REACH + (2 * REACH * p) / (POINTS - 1));
    inverse[p] = exponential(-2 * logSigma[p]!);
  }
  let determined = 0;
  let first = 0;
  let second = 0;
  for (let r = 0; r < squares.length; r += 1) {
    let top = -Infinity;
    for (let p = 0; p < POINTS; p += 1) {
      const x = -REACH + (2 * REACH * p) / (POINTS - 1);
      logWeight[p] = -0.5 * x * x - freedom[r]! * logSigma[p]! - 0.5 * squares[r]! * inverse[p]!;
      if (logWeight[p]! > top) top = logWeight[p]!;
    }
    let mass = 0;
    let meanInverse = 0;
    let meanLog = 0;
    let meanSquare = 0;
    for (let p = 0; p < POINTS; p += 1) {
      const w = exponential(logWeight[p]! - top);
      const d = logSigma[p]! - before.centre;
      mass += w;
      meanInverse += w * inverse[p]!;
      meanLog += w * d;
      meanSquare += w * d * d;
    }
    precision[r] = Math.min(meanInverse / mass, 1 / least);
    if (freedom[r]! > 0) {
      const mean = meanLog / mass;
      const left = Math.max(0, Math.min(1, (meanSquare / mass - mean * mean) / before.spread));
      first += mean;
      second += mean * mean;
      determined += 1 - left;
    }
  }
  if (determined === 0) return { ...before, precision };
  const shift = first / determined;
  const spread = (second - determined * shift * shift + SPREAD_WORTH * SPREAD_BEFORE) / (determined + SPREAD_WORTH);
  return {
    centre: Math.max(before.centre + shift, logarithm(least) / 2),
    spread: Math.max(spread, MIN_SPREAD),
    precision,
  };
}
