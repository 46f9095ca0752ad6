/**
 * Reviews of one dimension, in arrays. The order of the reviews affects the result only by rounding; `fitCalibration`
 * sorts them to exclude that too.
 */
export interface Reviews {
  /** Numbers of achievements, reviewers and industries; indexes into them start at 0. */
  achievements: number;
  reviewers: number;
  industries: number;
  /** Per review: index of the achievement, index of the reviewer, and the score. */
  achievement: Int32Array;
  reviewer: Int32Array;
  score: Float64Array;
  /** Per review: 1 if reviewer and achievement are of the same region, else 0. */
  kin: Uint8Array;
  /** Per achievement: index of its industry. */
  industry: Int32Array;
  /**
   * Bounded scale, if the scores have one: a score at an end is censored ("this or beyond"), and a step adds rounding
   * noise.
   */
  scale?: Scale;
}

/** The scale that reviewers score on, in the units of the scores. */
export interface Scale {
  least: number;
  most: number;
  /** Distance between neighbouring points; 0 for a continuous scale. */
  step: number;
}

export interface Variances {
  /** Variances of true quality within an industry, of reviewers' severity, and of industry means. */
  quality: number;
  severity: number;
  industry: number;
  /** Noise variance of a typical reviewer (median over reviewers), and the variance of its logarithm over reviewers. */
  noise: number;
  noiseSpread: number;
}

/** Estimated favour of reviewers for results of their own region. */
export interface Favour {
  /** Share of reviewers who favour their own region, and the amount they add, on the scale of the scores. */
  share: number;
  size: number;
}

export interface Calibration {
  /** Per achievement: calibrated score on the scale of the reviews, and its standard error. */
  score: Float64Array;
  standardError: Float64Array;
  /** Per reviewer: severity (negative = harsh), its standard error, noise variance. */
  severity: Float64Array;
  severityError: Float64Array;
  noise: Float64Array;
  /** Per reviewer: probability that the reviewer favours the own region. */
  favours: Float64Array;
  /** Per industry: difference between its mean and the overall mean. */
  industryEffect: Float64Array;
  /** Covariances of the industry effects (row-major). */
  industryCovariance: Float64Array;
  /**
   * Per review: the score predicted from all other reviews (severity included), and the score's distance from it in
   * standard deviations.
   */
  predicted: Float64Array;
  surprise: Float64Array;
  mean: number;
  variances: Variances;
  favour: Favour;
  /** Degrees of freedom of the Student weights; Infinity if the tails of the scores are no heavier than normal. */
  tails: number;
  /** Number of steps performed, and whether the scores converged. */
  steps: number;
  converged: boolean;
}

/** Effects given as known instead of estimated; the simulation's oracle is given all of them. */
export interface KnownEffects {
  severity: Float64Array;
  /** Per reviewer: amount added to reviews of the own region. */
  kin: Float64Array;
  /** Per reviewer: noise variance, rounding included. */
  noise: Float64Array;
  variances: { quality: number; industry: number };
}
