import type { Reading } from './likelihood.js';

/**
 * The sites: for each review, the normal observation (`target`, `weight` = 1 / variance) that represents it in the
 * mixed model. For a plain score of a reviewer without regional favour, these are the score and its noise precision. A
 * score at an end of the scale, or one by a possible partisan, is replaced by the normal observation with the same
 * effect on mean and variance (expectation propagation: Minka 2001).
 */
export interface Sites {
  /** Per review: whether the score is exact or censored at an end of the scale. */
  readings: Reading[];
  value: Float64Array;
  target: Float64Array;
  weight: Float64Array;
  /** Per review: Student weight; 1 if the tails are normal. */
  trust: Float64Array;
  /** Per review: mean square of the error, in squared units of the scores. */
  error: Float64Array;
  /**
   * Per review: its evidence on the reviewer's noise variance, as a sum of squares and its degrees of freedom. For a
   * plain score: the squared residual, and the freedom left after fitting. For other scores: the posterior mean square
   * of the error, as if the error were observed.
   */
  square: Float64Array;
  freedom: Float64Array;
  /**
   * Per review: the score predicted from the other reviews, and the actual score's distance from it in standard
   * deviations.
   */
  predicted: Float64Array;
  surprise: Float64Array;
  /** Per reviewer: posterior probability of favouring their own region. */
  favours: Float64Array;
}

/** Per review: mean and variance of score + severity (and known effects), given all other reviews. */
export interface Others {
  mean: Float64Array;
  variance: Float64Array;
}
