import type { Reading } from './likelihood.js';

/**
 * Sites: for each review, the normal observation (`target`, with `weight` = 1 / variance) that stands for it in the
 * mixed model. For a plain score without possible regional favour, these are the score and its noise precision. A score
 * that is censored at an end of the scale, or possibly raised by favour, is replaced by the normal observation with the
 * same effect on mean and variance (expectation propagation: Minka 2001).
 */
export interface Sites {
  /** Per review: whether the score is exact or censored at an end of the scale, and the value used. */
  readings: Reading[];
  value: Float64Array;
  target: Float64Array;
  weight: Float64Array;
  /** Per review: Student weight, below 1 for an outlying score; always 1 if the tails are normal. */
  trust: Float64Array;
  /** Per review: posterior mean square of the noise in its score, in squared points. */
  error: Float64Array;
  /**
   * Per review: its contribution to the estimate of the reviewer's noise variance, as a sum of squares and degrees of
   * freedom. For a plain score: the squared residual, and the freedom left after fitting. For other scores: the
   * posterior mean square of the noise, as if it were observed.
   */
  square: Float64Array;
  freedom: Float64Array;
  /**
   * Per review: the score predicted from the other reviews, and the difference of the actual score from it in standard
   * deviations.
   */
  predicted: Float64Array;
  surprise: Float64Array;
  /** Per reviewer: posterior probability of favouring achievements of the reviewer's own region. */
  favours: Float64Array;
}

/**
 * Per review: mean and variance of its expected value (with severity and known effects, without noise), given all other
 * reviews.
 */
export interface Others {
  mean: Float64Array;
  variance: Float64Array;
}
