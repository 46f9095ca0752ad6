import { calibrate } from './calibrate.js';
import { findComponents } from './components.js';
import { prepareInput, type FitInput } from './input.js';
import type { Favour, Variances } from './model.js';

/**
 * Version of the calibration model, stored with each calibration: results of different versions are not comparable bit
 * by bit.
 */
export const CALIBRATION_MODEL = 'additive-2';

export interface FittedEntry {
  key: string;
  /**
   * Calibrated score of the entry (posterior mean) and its standard error (posterior standard deviation), in units of
   * the scores.
   */
  score: number;
  standardError: number;
  reviews: number;
  /**
   * Number of the connected component that the entry belongs to: only entries with the same number are comparable
   * through shared reviewers. Null without a review.
   */
  component: number | null;
}

export interface FittedReviewer {
  key: string;
  /**
   * Mean difference between this reviewer's scores and those of the average reviewer (positive: lenient), with its
   * standard error.
   */
  severity: number;
  standardError: number;
  /** Standard deviation of a single score's noise. */
  noise: number;
  /** Posterior probability that the reviewer favours achievements of the reviewer's own region. */
  favoursOwnRegion: number;
  /**
   * Correlation of the reviewer's scores with the scores predicted from all other reviews; null with fewer than three
   * reviews, or if scores or predictions are constant.
   */
  agreement: number | null;
  reviews: number;
  component: number | null;
}

/** The difference of two industries' means. */
export interface IndustryContrast {
  industries: [string, string];
  difference: number;
  standardError: number;
  /**
   * Share of the prior variance of the difference between two industries that the reviews removed; near 0, the
   * industries are not comparable.
   */
  determined: number;
  /** True if a chain of shared reviewers joins the two industries. */
  identified: boolean;
}

export interface Fit {
  model: typeof CALIBRATION_MODEL;
  mean: number;
  variances: Variances;
  favour: Favour;
  /**
   * Degrees of freedom of the Student weights that reduce the influence of outlying scores; null if the tails are
   * normal.
   */
  tails: number | null;
  steps: number;
  converged: boolean;
  /** Entries in the order of their keys. */
  entries: FittedEntry[];
  reviewers: FittedReviewer[];
  industries: Array<{ key: string; effect: number; standardError: number }>;
  contrasts: IndustryContrast[];
  /**
   * False if the reviewed entries form more than one connected component, or an entry has no review: their order then
   * depends on prior assumptions.
   */
  identified: boolean;
  components: number;
}

/**
 * Calibrates one dimension of a cohort. Entries, reviewers and reviews may be in any order: they are sorted by key
 * before any number is added, so the result depends on the data alone, to the last bit. Throws RangeError on unknown
 * keys, duplicate keys or pairs, and scores that are not numbers or outside the scale.
 */
export function fitCalibration(input: FitInput): Fit {
  const { reviews, entries, reviewers, industries } = prepareInput(input);
  const fit = calibrate(reviews);
  const components = findComponents(entries.length, reviewers.length, reviews.achievement, reviews.reviewer);
  const reviewsOfEntry = countOf(reviews.achievement, entries.length);
  const reviewsOfReviewer = countOf(reviews.reviewer, reviewers.length);
  const agreement = agreements(reviews.reviewer, reviews.score, fit.predicted, reviewers.length);
  const nG = industries.length;
  const covariance = (g: number, h: number) => fit.industryCovariance[g * nG + h]!;

  const componentsOfIndustry = industries.map(() => new Set<number>());
  components.ofAchievement.forEach(
    (component, a) => component >= 0 && componentsOfIndustry[reviews.industry[a]!]!.add(component),
  );
  const contrasts: IndustryContrast[] = [];
  for (let g = 0; g < nG; g += 1) {
    for (let h = g + 1; h < nG; h += 1) {
      const variance = Math.max(0, covariance(g, g) + covariance(h, h) - 2 * covariance(g, h));
      const prior = 2 * fit.variances.industry;
      contrasts.push({
        industries: [industries[g]!, industries[h]!],
        difference: fit.industryEffect[g]! - fit.industryEffect[h]!,
        standardError: Math.sqrt(variance),
        determined: prior > 0 ? Math.max(0, 1 - variance / prior) : 0,
        identified: [...componentsOfIndustry[g]!].some((component) => componentsOfIndustry[h]!.has(component)),
      });
    }
  }
  return {
    model: CALIBRATION_MODEL,
    mean: fit.mean,
    variances: fit.variances,
    favour: fit.favour,
    tails: fit.tails === Infinity ? null : fit.tails,
    steps: fit.steps,
    converged: fit.converged,
    entries: entries.map(({ key }, a) => ({
      key,
      score: fit.score[a]!,
      standardError: fit.standardError[a]!,
      reviews: reviewsOfEntry[a]!,
      component: numberOrNull(components.ofAchievement[a]!),
    })),
    reviewers: reviewers.map(({ key }, r) => ({
      key,
      severity: fit.severity[r]!,
      standardError: fit.severityError[r]!,
      noise: Math.sqrt(fit.noise[r]!),
      favoursOwnRegion: fit.favours[r]!,
      agreement: agreement[r]!,
      reviews: reviewsOfReviewer[r]!,
      component: numberOrNull(components.ofReviewer[r]!),
    })),
    industries: industries.map((key, g) => ({
      key,
      effect: fit.industryEffect[g]!,
      standardError: Math.sqrt(Math.max(0, covariance(g, g))),
    })),
    contrasts,
    identified: components.count <= 1 && !components.ofAchievement.includes(-1),
    components: components.count,
  };
}

/**
 * Per reviewer: Pearson's correlation of the reviewer's scores with those predicted from all other reviews. The
 * prediction contains the reviewer's own severity, a constant that does not affect the correlation.
 */
function agreements(
  reviewer: Int32Array,
  score: Float64Array,
  predicted: Float64Array,
  count: number,
): Array<number | null> {
  const of = Array.from({ length: count }, () => [] as number[]);
  reviewer.forEach((r, k) => of[r]!.push(k));
  return of.map((reviews) => {
    if (reviews.length < 3) return null;
    let x = 0;
    let y = 0;
    for (const k of reviews) {
      x += score[k]!;
      y += predicted[k]!;
    }
    x /= reviews.length;
    y /= reviews.length;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (const k of reviews) {
      xx += (score[k]! - x) * (score[k]! - x);
      yy += (predicted[k]! - y) * (predicted[k]! - y);
      xy += (score[k]! - x) * (predicted[k]! - y);
    }
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
  });
}

function countOf(index: Int32Array, length: number): Int32Array {
  const count = new Int32Array(length);
  for (const i of index) count[i]! += 1;
  return count;
}

function numberOrNull(component: number): number | null {
  return component < 0 ? null : component;
}
