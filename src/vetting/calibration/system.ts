import { inversePositiveDefinite } from './linear-algebra.js';
import type { Reviews } from './model.js';

/**
 * Index of the reviews by achievement: the reviews of achievement a are `review[start[a]]` to `review[start[a + 1] -
 * 1]`.
 */
export interface Grouping {
  start: Int32Array;
  review: Int32Array;
}

export function groupByAchievement(reviews: Reviews): Grouping {
  const { achievements, achievement } = reviews;
  const start = new Int32Array(achievements + 1);
  for (const a of achievement) start[a + 1]! += 1;
  for (let a = 0; a < achievements; a += 1) start[a + 1]! += start[a]!;
  const next = start.slice(0, achievements);
  const review = new Int32Array(achievement.length);
  for (let k = 0; k < achievement.length; k += 1) review[next[achievement[k]!]!++] = k;
  return { start, review };
}

/** Prior precisions of the random effects. */
export interface Precisions {
  quality: number;
  industry: number;
  severity: number;
}

/**
 * Posterior of all effects of the mixed model, given one normal observation (`target`, with precision `weight`) per
 * review.
 */
export interface Solution {
  mean: number;
  meanVariance: number;
  industry: Float64Array;
  industryVariance: Float64Array;
  /** Covariances of the industry effects (row-major). */
  industryCovariance: Float64Array;
  severity: Float64Array;
  severityVariance: Float64Array;
  /**
   * Per achievement: quality relative to its industry, and calibrated score = mean + industry + quality; with their
   * variances.
   */
  quality: Float64Array;
  qualityVariance: Float64Array;
  score: Float64Array;
  scoreVariance: Float64Array;
  /** Per review: expected score, with the reviewer's severity and without noise. */
  expected: Float64Array;
  expectedVariance: Float64Array;
}

/**
 * Solves Henderson's mixed-model equations (1975) of `target = mean + industry + quality + severity + noise`. Qualities
 * are eliminated exactly, so a single matrix of dimension industries + reviewers + 1 is inverted; all variances follow
 * from the inverse. With a single industry there is no industry effect.
 */
export function solveEffects(
  reviews: Reviews,
  groups: Grouping,
  target: Float64Array,
  weight: Float64Array,
  prior: Precisions,
): Solution {
  const { achievements: nA, reviewers: nR, industries: nG, reviewer, industry } = reviews;
  const { start, review } = groups;
  const industries = nG > 1;
  const firstSeverity = industries ? 1 + nG : 1;
  const size = firstSeverity + nR;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  // The overall mean has a flat prior; a tiny precision keeps the matrix positive definite if there is no review.
  matrix[0] = prior.quality * 1e-9;
  if (industries) for (let i = 1; i <= nG; i += 1) matrix[i * size + i] = prior.industry;
  for (let i = firstSeverity; i < size; i += 1) matrix[i * size + i] = prior.severity;

  // Only the lower triangle is filled: severities come last, so their rows lie below the columns of mean and industry.
  for (let a = 0; a < nA; a += 1) {
    const first = start[a]!;
    const last = start[a + 1]!;
    if (first === last) continue;
    let total = 0;
    let weighted = 0;
    for (let s = first; s < last; s += 1) {
      const k = review[s]!;
      total += weight[k]!;
      weighted += weight[k]! * target[k]!;
    }
    const precision = prior.quality + total;
    const left = prior.quality / precision;
    const g = 1 + industry[a]!;
    matrix[0]! += total * left;
    right[0]! += weighted * left;
    if (industries) {
      matrix[g * size]! += total * left;
      matrix[g * size + g]! += total * left;
      right[g]! += weighted * left;
    }
    for (let s = first; s < last; s += 1) {
      const k = review[s]!;
      const w = weight[k]!;
      const i = firstSeverity + reviewer[k]!;
      const row = i * size;
      right[i]! += w * (target[k]! - weighted / precision);
      matrix[row]! += w * left;
      if (industries) matrix[row + g]! += w * left;
      matrix[row + i]! += w;
      for (let s2 = first; s2 < last; s2 += 1) {
        const k2 = review[s2]!;
        const j = firstSeverity + reviewer[k2]!;
        if (j <= i) matrix[row + j]! -= (w * weight[k2]!) / precision;
      }
    }
  }
  const inverse = inversePositiveDefinite(matrix, size);
  const effect = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    let sum = 0;
    for (let j = 0; j < size; j += 1) sum += inverse[i * size + j]! * right[j]!;
    effect[i] = sum;
  }

  const n = target.length;
  const solution: Solution = {
    mean: effect[0]!,
    meanVariance: inverse[0]!,
    industry: industries ? effect.slice(1, 1 + nG) : new Float64Array(nG),
    industryVariance: Float64Array.from({ length: nG }, (_, g) => (industries ? inverse[(1 + g) * size + 1 + g]! : 0)),
    industryCovariance: Float64Array.from({ length: nG * nG }, (_, i) =>
      industries ? inverse[(1 + Math.floor(i / nG)) * size + 1 + (i % nG)]! : 0,
    ),
    severity: effect.slice(firstSeverity),
    severityVariance: Float64Array.from(
      { length: nR },
      (_, r) => inverse[(firstSeverity + r) * size + firstSeverity + r]!,
    ),
    quality: new Float64Array(nA),
    qualityVariance: new Float64Array(nA),
    score: new Float64Array(nA),
    scoreVariance: new Float64Array(nA),
    expected: new Float64Array(n),
    expectedVariance: new Float64Array(n),
  };
  let widest = 0;
  for (let a = 0; a < nA; a += 1) if (start[a + 1]! - start[a]! > widest) widest = start[a + 1]! - start[a]!;
  const withBase = new Float64Array(widest);
  const mixed = new Float64Array(widest);
  for (let a = 0; a < nA; a += 1) {
    const first = start[a]!;
    const count = start[a + 1]! - first;
    const g = 1 + industry[a]!;
    const base = effect[0]! + (industries ? effect[g]! : 0);
    const baseVariance = inverse[0]! + (industries ? 2 * inverse[g]! + inverse[g * size + g]! : 0);
    let total = 0;
    let weighted = 0;
    for (let s = 0; s < count; s += 1) {
      const k = review[first + s]!;
      const i = firstSeverity + reviewer[k]!;
      total += weight[k]!;
      weighted += weight[k]! * (target[k]! - base - effect[i]!);
      withBase[s] = inverse[i]! + (industries ? inverse[g * size + i]! : 0);
    }
    const precision = prior.quality + total;
    const left = prior.quality / precision;
    // Given the other effects, quality = sum w (target - base - severity) / precision, with variance 1 / precision. So
    // the score depends on them as `left` × base - sum (w / precision) × severity, and the quality as (`left` - 1) ×
    // base - the same sum.
    let ofSeverities = 0;
    let ofBoth = 0;
    for (let s = 0; s < count; s += 1) {
      const k = review[first + s]!;
      const row = (firstSeverity + reviewer[k]!) * size;
      let sum = 0;
      for (let s2 = 0; s2 < count; s2 += 1) {
        const k2 = review[first + s2]!;
        sum += weight[k2]! * inverse[row + firstSeverity + reviewer[k2]!]!;
      }
      mixed[s] = sum / precision;
      ofSeverities += (weight[k]! / precision) * mixed[s]!;
      ofBoth += (weight[k]! / precision) * withBase[s]!;
    }
    const quality = weighted / precision;
    solution.quality[a] = quality;
    solution.qualityVariance[a] =
      1 / precision + (1 - left) * (1 - left) * baseVariance + 2 * (1 - left) * ofBoth + ofSeverities;
    const scoreVariance = 1 / precision + left * left * baseVariance - 2 * left * ofBoth + ofSeverities;
    solution.score[a] = base + quality;
    solution.scoreVariance[a] = scoreVariance;
    for (let s = 0; s < count; s += 1) {
      const k = review[first + s]!;
      const i = firstSeverity + reviewer[k]!;
      solution.expected[k] = base + quality + effect[i]!;
      solution.expectedVariance[k] = scoreVariance + 2 * (left * withBase[s]! - mixed[s]!) + inverse[i * size + i]!;
    }
  }
  return solution;
}
