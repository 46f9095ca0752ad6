import type { Reading } from './likelihood.js';

/**
 * What each review tells the mixed model, as a normal observation (`target`, `weight` = 1 / variance). For a plain score
 * of a reviewer without regional favour that is the score itself and the noise; a score at an end of the scale, or one
 * of a possibly partisan reviewer, is replaced by the normal observation with the same effect on mean and variance
 * (expectation propagation: Minka 2001).
 */
export interface Sites {
  /** Whether the score is the value, or says that the value was reached from above or below. */
  readings: Reading[];
  value: Float64Array;
  target: Float64Array;
  weight: Float64Array;
  /** Student weight of each review, 1 where tails are normal. */
  trust: Float64Array;
  /** Mean square of the review's error, in squared units of the scores. */
  error: Float64Array;
  /**
   * What the review says of its reviewer's noise variance: a square and the degrees of freedom it stands for. Of a plain
   * score, the squared residual and what fitting left of it; of others, the mean square of the error as if it were seen.
   */
  square: Float64Array;
  freedom: Float64Array;
  /** What the other reviews let expect, and the score's distance from it in standard deviations. */
  predicted: Float64Array;
  surprise: Float64Array;
  /** Per reviewer: probability of favouring the own region. */
  favours: Float64Array;
}

/** Per review: mean and variance of score + severity (and known effects) as all other reviews tell them. */
export interface Others {
  mean: Float64Array;
  variance: Float64Array;
}
