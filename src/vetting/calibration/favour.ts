import { mix, tilt, type Tilted } from './likelihood.js';
import { exponential, logarithm } from './portable.js';
import type { Favour, Reviews } from './model.js';
import type { Others, Sites } from './sites.types.js';

/**
 * Standard deviation of the points that a partisan reviewer adds, from achievement to achievement, as a share of their
 * mean.
 */
const VARIATION = 0.25;
/** Prior of the share of partisans among reviewers, as pseudo-counts: number of partisans, and number of reviewers. */
const PARTISANS_BEFORE = 0.5;
const REVIEWERS_BEFORE = 10;
/**
 * Prior of the size of favour (points a partisan adds), in standard deviations of the scores: mean 1 with this standard
 * deviation. The estimate is never below MIN_SIZE, because a smaller favour cannot be told from noise.
 */
const SIZE_DEVIATION = 0.5;
const MIN_SIZE = 0.5;

/**
 * Initial estimate of regional favour (share of partisan reviewers, points they add), before the first step of the
 * calibration.
 */
export function startFavour(deviation: number): Favour {
  return { share: PARTISANS_BEFORE / REVIEWERS_BEFORE, size: deviation };
}

/**
 * Estimates which reviewers are partisans. A partisan adds about `size` points to every achievement of the reviewer's
 * own region, other reviewers add nothing. Sets `sites.favours` (posterior probability per reviewer; the prior share
 * for a reviewer without reviews within one region) and `readings`: for each review within one region, the likelihood
 * of its score as a mixture of both cases, weighted by the reviewer's probability given all other reviews. Returns the
 * updated estimate of favour (one step of EM).
 */
export function weighFavour(
  reviews: Reviews,
  sites: Sites,
  others: Others,
  noise: Float64Array,
  favour: Favour,
  deviation: number,
  readings: Array<Tilted | undefined>,
): Favour {
  const { reviewer, kin } = reviews;
  const n = kin.length;
  const ratio = new Float64Array(n);
  const odds = new Float64Array(reviews.reviewers).fill(logarithm(favour.share / (1 - favour.share)));
  const judged = new Uint8Array(reviews.reviewers);
  const extra = favour.size * favour.size * VARIATION * VARIATION;
  const without = new Array<Tilted | undefined>(n);
  const withFavour = new Array<Tilted | undefined>(n);
  for (let k = 0; k < n; k += 1) {
    if (!kin[k]) continue;
    const r = reviewer[k]!;
    const mean = others.mean[k]!;
    const plain = tilt(sites.readings[k]!, sites.value[k]!, mean, others.variance[k]!, noise[k]!);
    const own = tilt(sites.readings[k]!, sites.value[k]!, mean + favour.size, others.variance[k]!, noise[k]! + extra);
    without[k] = plain;
    withFavour[k] = { ...own, mean: own.mean - favour.size };
    ratio[k] = own.evidence - plain.evidence;
    odds[r]! += ratio[k]!;
    judged[r] = 1;
  }

  let partisans = PARTISANS_BEFORE;
  let asked = REVIEWERS_BEFORE;
  for (let r = 0; r < reviews.reviewers; r += 1) {
    sites.favours[r] = judged[r] ? inverseLogit(odds[r]!) : favour.share;
    if (judged[r]) {
      partisans += sites.favours[r]!;
      asked += 1;
    }
  }

  let weight = 1 / (deviation * deviation * SIZE_DEVIATION * SIZE_DEVIATION);
  let sum = deviation * weight;
  for (let k = 0; k < n; k += 1) {
    if (!kin[k]) continue;
    const r = reviewer[k]!;
    readings[k] = mix(without[k]!, withFavour[k]!, inverseLogit(odds[r]! - ratio[k]!));
    if (sites.readings[k] !== 'PLAIN') continue;
    const w = sites.favours[r]! / (others.variance[k]! + noise[k]! + extra);
    sum += w * (sites.value[k]! - others.mean[k]!);
    weight += w;
  }
  return { share: partisans / asked, size: Math.max(sum / weight, MIN_SIZE * deviation) };
}

function inverseLogit(x: number): number {
  return 1 / (1 + exponential(-x));
}
