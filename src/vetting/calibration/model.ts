/**
 * Reviews of one dimension as arrays. The order of the reviews affects results by rounding only; `fitCalibration` sorts
 * them to exclude even that.
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
  /** Per review: 1 if the reviewer and the achievement are of the same region, otherwise 0. */
  kin: Uint8Array;
  /** Per achievement: index of its industry. */
  industry: Int32Array;
  /**
   * Scale on which reviewers score: a score at an end is treated as censored ("this or beyond"), and the step adds
   * rounding noise. Omitted for unbounded scores.
   */
  scale?: Scale;
}

/** The scale on which reviewers score, in points. */
export interface Scale {
  least: number;
  most: number;
  /** Distance in points between neighbouring scores; 0 for a continuous scale. */
  step: number;
}

export interface Variances {
  /** Variances of true quality within an industry, of the reviewers' severity, and of the industries' means. */
  quality: number;
  severity: number;
  industry: number;
  /** Noise variance of a typical reviewer (median over reviewers), and the variance over reviewers of its logarithm. */
  noise: number;
  noiseSpread: number;
}

/** Estimate of how strongly reviewers favour achievements of their own region. */
export interface Favour {
  /** Share of reviewers who favour their own region, and the points that these add. */
  share: number;
  size: number;
}

export interface Calibration {
  /** Per achievement: calibrated score, in the unit of the reviews' scores, and its standard error. */
  score: Float64Array;
  standardError: Float64Array;
  /** Per reviewer: severity (negative = harsh), its standard error, and noise variance. */
  severity: Float64Array;
  severityError: Float64Array;
  noise: Float64Array;
  /** Per reviewer: probability that the reviewer favours achievements of the reviewer's own region. */
  favours: Float64Array;
  /** Per industry: mean quality of its achievements minus the mean over all industries. */
  industryEffect: Float64Array;
  /** Covariances of the industry effects (row-major). */
  industryCovariance: Float64Array;
  /**
   * Per review: the score predicted from all other reviews (with the reviewer's severity), and the difference of the
   * actual score from it in standard deviations.
   */
  predicted: Float64Array;
  surprise: Float64Array;
  mean: number;
  variances: Variances;
  favour: Favour;
  /**
   * Degrees of freedom of the Student weights; Infinity if outlying scores are no more frequent than under a normal
   * distribution.
   */
  tails: number;
  /** Number of steps of the iteration, and whether the scores converged. */
  steps: number;
  converged: boolean;
}

/** Effects that are given instead of estimated. In simulations, the oracle method gets all true effects. */
export interface KnownEffects {
  severity: Float64Array;
  /** Per reviewer: points that the reviewer adds to achievements of the reviewer's own region. */
  kin: Float64Array;
  /** Per reviewer: noise variance, rounding included. */
  noise: Float64Array;
  variances: { quality: number; industry: number };
}
