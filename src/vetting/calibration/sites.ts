import { weighFavour } from './favour.js';
import { readScores, tilt, type Tilted } from './likelihood.js';
import type { Favour, Reviews } from './model.js';
import { Sites, Others } from './sites.types.js';
import type { Solution } from './system.js';

/**
 * Minimum weight of a site (the normal observation that stands for a review), as a share of its reviewer's precision:
 * expectation propagation can yield zero or negative weights.
 */
const MIN_WEIGHT = 1e-4;

/**
 * Initial sites (the normal observations that stand for the reviews) before the first step. `offset` is the known part
 * of each score.
 */
export function startSites(reviews: Reviews, precision: Float64Array, offset: Float64Array): Sites {
  const n = reviews.score.length;
  const { readings, value } = readScores(reviews.score, reviews.scale);
  return {
    readings,
    value,
    target: value.map((y, k) => y - offset[k]!),
    weight: Float64Array.from(reviews.reviewer, (r) => precision[r]!),
    trust: new Float64Array(n).fill(1),
    error: new Float64Array(n),
    square: new Float64Array(n),
    freedom: new Float64Array(n).fill(1),
    predicted: new Float64Array(n),
    surprise: new Float64Array(n),
    favours: new Float64Array(reviews.reviewers),
  };
}

/**
 * Updates each review's error, surprise and site from the present solution (sites of plain scores without possible
 * favour stay as they are), and the reviewers' probabilities of favour. Returns the updated estimate of favour.
 */
export function updateSites(
  reviews: Reviews,
  sites: Sites,
  solution: Solution,
  precision: Float64Array,
  offset: Float64Array,
  favour: Favour | null,
  deviation: number,
): Favour | null {
  const { reviewer } = reviews;
  const n = sites.target.length;
  const others: Others = { mean: new Float64Array(n), variance: new Float64Array(n) };
  const noise = new Float64Array(n);
  for (let k = 0; k < n; k += 1) {
    // Cavity distribution of the review's expected value: the posterior with the review's own site removed.
    const part = sites.weight[k]! * solution.expectedVariance[k]!;
    const rest = Math.max(1 - part, 1e-9);
    others.variance[k] = solution.expectedVariance[k]! / rest;
    others.mean[k] = (solution.expected[k]! - part * sites.target[k]!) / rest + offset[k]!;
    noise[k] = 1 / (precision[reviewer[k]!]! * sites.trust[k]!);
    sites.predicted[k] = others.mean[k]!;
    sites.surprise[k] =
      (sites.value[k]! - others.mean[k]!) / Math.sqrt(others.variance[k]! + 1 / precision[reviewer[k]!]!);
  }
  const readings = new Array<Tilted | undefined>(n);
  const next = favour && weighFavour(reviews, sites, others, noise, favour, deviation, readings);

  for (let k = 0; k < n; k += 1) {
    const variance = others.variance[k]!;
    let tilted = readings[k];
    if (tilted === undefined && sites.readings[k] === 'PLAIN') {
      const distance = sites.value[k]! - solution.expected[k]! - offset[k]!;
      sites.error[k] = distance * distance + solution.expectedVariance[k]!;
      sites.square[k] = distance * distance;
      sites.freedom[k] = Math.max(0, 1 - sites.weight[k]! * solution.expectedVariance[k]!);
      continue;
    }
    tilted ??= tilt(sites.readings[k]!, sites.value[k]!, others.mean[k]!, variance, noise[k]!);
    sites.error[k] = tilted.error;
    sites.square[k] = tilted.error;
    // The site is the normal observation that turns the cavity distribution into one with the tilted mean and
    // variance.
    sites.weight[k] = Math.max(1 / tilted.variance - 1 / variance, MIN_WEIGHT / noise[k]!);
    sites.target[k] =
      others.mean[k]! - offset[k]! + (tilted.mean - others.mean[k]!) * (1 + 1 / (sites.weight[k]! * variance));
  }
  return next;
}
