import { LN_SQRT_TWO_PI, exponential, logarithm, normalBelow } from './portable.js';
import type { Scale } from './model.js';

/**
 * Result of updating the expected value of a review, as predicted from all other reviews, by the review's own score.
 */
export interface Tilted {
  /**
   * Logarithm of the probability of the score (of its density, for a score inside the scale) given all other reviews.
   */
  evidence: number;
  /**
   * Posterior mean and variance of the review's expected value (score without noise), and posterior mean square of the
   * noise.
   */
  mean: number;
  variance: number;
  error: number;
}

/**
 * How a score enters the likelihood: as an exact value, or as censored, with the true value at or beyond the upper
 * (AT_LEAST) or lower (AT_MOST) end of the scale.
 */
export type Reading = 'PLAIN' | 'AT_LEAST' | 'AT_MOST';

/**
 * Marks scores at an end of the scale as censored; their value becomes the boundary from which values are rounded to
 * that end.
 */
export function readScores(
  score: Float64Array,
  scale: Scale | undefined,
): { readings: Reading[]; value: Float64Array } {
  const value = Float64Array.from(score);
  const readings = Array.from(score, (y, k): Reading => {
    if (scale === undefined || (y > scale.least && y < scale.most)) return 'PLAIN';
    if (y >= scale.most) {
      value[k] = scale.most - scale.step / 2;
      return 'AT_LEAST';
    }
    value[k] = scale.least + scale.step / 2;
    return 'AT_MOST';
  });
  return { readings, value };
}

/**
 * Updates a normal prior N(mean, variance) of a review's expected value by its score `value`, read as exact or
 * censored, with noise of variance `noise`.
 */
export function tilt(reading: Reading, value: number, mean: number, variance: number, noise: number): Tilted {
  const total = variance + noise;
  const deviation = Math.sqrt(total);
  const distance = value - mean;
  if (reading === 'PLAIN') {
    const gain = variance / total;
    const shift = gain * distance;
    const rest = variance * (1 - gain);
    return {
      evidence: -0.5 * ((distance * distance) / total + logarithm(total)) - LN_SQRT_TWO_PI,
      mean: mean + shift,
      variance: rest,
      error: (distance - shift) * (distance - shift) + rest,
    };
  }
  // Censored: the score before rounding lies beyond `value`; its moments are those of a truncated normal
  // distribution.
  const sign = reading === 'AT_LEAST' ? 1 : -1;
  const z = (-sign * distance) / deviation;
  const below = normalBelow(z);
  const shrink = below.ratio * (below.ratio + z);
  const inside = 1 - shrink > 0 ? 1 - shrink : 0;
  // Moments of the score before censoring, in units of its standard deviation: mean relative to `mean`, and
  // variance.
  const latent = sign * below.ratio;
  const latentSquare = inside + latent * latent;
  const gain = variance / total;
  return {
    evidence: below.logarithm,
    mean: mean + gain * deviation * latent,
    variance: variance * (1 - gain) + gain * gain * total * inside,
    error: (1 - gain) * (1 - gain) * total * latentSquare + variance * (1 - gain),
  };
}

/** Mixture of two updates of an expected value; `prior` is the prior probability of the second. */
export function mix(one: Tilted, other: Tilted, prior: number): Tilted {
  const top = one.evidence > other.evidence ? one.evidence : other.evidence;
  const a = (1 - prior) * exponential(one.evidence - top);
  const b = prior * exponential(other.evidence - top);
  const p = b / (a + b);
  const mean = (1 - p) * one.mean + p * other.mean;
  const apart = one.mean - other.mean;
  return {
    evidence: top + logarithm(a + b),
    mean,
    variance: (1 - p) * one.variance + p * other.variance + p * (1 - p) * apart * apart,
    error: (1 - p) * one.error + p * other.error,
  };
}
