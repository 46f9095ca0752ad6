import { LN_SQRT_TWO_PI, exponential, logarithm, normalBelow } from './portable.js';
import type { Scale } from './model.js';

/** What a score says of the value expected of its review, seen from all other reviews. */
export interface Tilted {
  /** Log probability (density, where not at an end of the scale) of the score. */
  evidence: number;
  /** Posterior mean and variance of the expected value, and mean square of the error. */
  mean: number;
  variance: number;
  error: number;
}

/** A score inside the scale, or one that stands for all values beyond an end of it. */
export type Reading = 'PLAIN' | 'AT_LEAST' | 'AT_MOST';

/** Scores at an end of the scale say only that much or more; the boundary is where rounding turns to the end. */
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

/** Combines N(mean, variance) of the expected value with the reading `value` whose error has variance `noise`. */
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
  // The latent score lies beyond `value`; moments of a truncated normal.
  const sign = reading === 'AT_LEAST' ? 1 : -1;
  const z = (-sign * distance) / deviation;
  const below = normalBelow(z);
  const shrink = below.ratio * (below.ratio + z);
  const inside = 1 - shrink > 0 ? 1 - shrink : 0;
  // Of the latent score: mean less `mean`, and variance, both in units of its deviation.
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

/** The mixture of two readings, the second with this probability beforehand. */
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
