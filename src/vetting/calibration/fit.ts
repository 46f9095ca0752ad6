import { calibrate } from './calibrate.js';
import { findComponents } from './components.js';
import { prepareInput, type FitInput } from './input.js';
import type { Favour, Variances } from './model.js';

/** The rule by which a fit is made; a replay with another rule is another fit. */
export const CALIBRATION_MODEL = 'additive-2';

export interface FittedEntry {
  key: string;
  /** Calibrated score and its standard error (posterior), on the scale of the scores. */
  score: number;
  standardError: number;
  reviews: number;
  /** Entries of one number are comparable through shared reviewers; null without a review. */
  component: number | null;
}

export interface FittedReviewer {
  key: string;
  /** How much higher (positive: lenient) than the average reviewer this one scores, with its standard error. */
  severity: number;
  standardError: number;
  /** Standard deviation of a single score's noise. */
  noise: number;
  /** Probability that the reviewer favours the own region. */
  favoursOwnRegion: number;
  /** Correlation of the scores with what all other reviews let expect; null below three reviews or where either does not vary. */
  agreement: number | null;
  reviews: number;
  component: number | null;
}

/** The difference of two industries' means. */
export interface IndustryContrast {
  industries: [string, string];
  difference: number;
  standardError: number;
  /** Part of the prior variance of the difference that the reviews removed: near 0, the two are not comparable. */
  determined: number;
  /** Whether a chain of shared reviewers joins the two at all. */
  identified: boolean;
}

export interface Fit {
  model: typeof CALIBRATION_MODEL;
  mean: number;
  variances: Variances;
  favour: Favour;
  /** Degrees of freedom of the Student weights; null where tails are normal. */
  tails: number | null;
  steps: number;
  converged: boolean;
  /** In the order of their keys. */
  entries: FittedEntry[];
  reviewers: FittedReviewer[];
  industries: Array<{ key: string; effect: number; standardError: number }>;
  contrasts: IndustryContrast[];
  /** False where not all reviewed entries are of one component, or an entry has no review: their order then rests on the prior. */
  identified: boolean;
  components: number;
}

/**
 * Calibrates one dimension of a cohort. Entries, reviewers and reviews may come in any order: they are sorted by key
 * before a single number is added, so the result depends on the data alone, to the bit. Throws RangeError on unknown
 * keys, keys or pairs given twice, scores that are not numbers or off the scale.
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
 * Per reviewer: Pearson's correlation of the scores with what all other reviews let expect. The reviewer's own severity
 * is part of the expectation and, being constant, of no influence.
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
