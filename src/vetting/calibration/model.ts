/** Reviews of one dimension, in arrays. What the order of the reviews is, the result does not depend on but for rounding; `fitCalibration` sorts. */
export interface Reviews {
  /** Number of achievements, reviewers and industries; indexes below run from 0. */
  achievements: number;
  reviewers: number;
  industries: number;
  /** Per review: which achievement, which reviewer, the score. */
  achievement: Int32Array;
  reviewer: Int32Array;
  score: Float64Array;
  /** Per review: 1 where reviewer and achievement are of one region. */
  kin: Uint8Array;
  /** Per achievement: its industry. */
  industry: Int32Array;
  /** Where scores come on a bounded scale: a score at an end says "this or beyond", and a step adds rounding noise. */
  scale?: Scale;
}

/** The scale that reviewers score on, in the units of the scores. */
export interface Scale {
  least: number;
  most: number;
  /** Distance of neighbouring points; 0 for a continuous scale. */
  step: number;
}

export interface Variances {
  /** Of true quality within an industry, of reviewers' severity, of industry means. */
  quality: number;
  severity: number;
  industry: number;
  /** A typical reviewer's noise (the median of the noise distribution), and the variance of its logarithm over reviewers. */
  noise: number;
  noiseSpread: number;
}

/** Reviewers who favour their own region. */
export interface Favour {
  /** Estimated share of such reviewers, and how much they add on the scale of the scores. */
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
  /** Per industry: how far its mean lies from the overall one. */
  industryEffect: Float64Array;
  /** Covariances of the industry effects (row-major). */
  industryCovariance: Float64Array;
  /** Per review: what all other reviews let expect of it, severity included, and its distance from that in standard deviations. */
  predicted: Float64Array;
  surprise: Float64Array;
  mean: number;
  variances: Variances;
  favour: Favour;
  /** Degrees of freedom of the Student weights; Infinity where the scores' tails are no heavier than normal. */
  tails: number;
  /** Steps until the scores stood still, and whether they did. */
  steps: number;
  converged: boolean;
}

/** What is known beforehand instead of estimated; the oracle of the simulation knows all of it. */
export interface KnownEffects {
  severity: Float64Array;
  /** Per reviewer: what is added to reviews of the own region. */
  kin: Float64Array;
  /** Per reviewer: noise variance, rounding included. */
  noise: Float64Array;
  variances: { quality: number; industry: number };
}
