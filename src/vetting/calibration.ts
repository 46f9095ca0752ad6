import { inversePositiveDefinite } from './linear-algebra.js';

/**
 * Calibration of reviews. One dimension at a time:
 *
 *   y = mean + industry + quality + severity(reviewer) + kin(reviewer, where both are of one region) + noise(reviewer)
 *
 * All effects are normal with variances estimated from the scores themselves (empirical Bayes by expectation
 * maximisation over the mixed-model equations: Henderson 1975; Dempster, Laird & Rubin 1977). Noise is a reviewer's own,
 * shrunk towards the common level, with Student weights against outlying single scores. Qualities are eliminated
 * exactly, so each step inverts one matrix of the size of industries plus reviewers. Arithmetic is + - x / and square
 * root in a fixed order: the same reviews give the same bits everywhere.
 */
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
}

export interface Calibration {
  /** Per achievement: calibrated score on the scale of the reviews, and its standard error. */
  score: Float64Array;
  standardError: Float64Array;
  /** Per reviewer: severity (negative = harsh), its standard error, noise variance. */
  severity: Float64Array;
  severityError: Float64Array;
  noise: Float64Array;
  /** Per industry: how far its mean lies from the overall one. */
  industryEffect: Float64Array;
  mean: number;
  variances: { quality: number; severity: number; industry: number; kin: number; noise: number };
  /** Steps until the variances stood still. */
  steps: number;
}

/** What is known beforehand instead of estimated; the oracle of the simulation knows all of it. */
export interface KnownEffects {
  severity: Float64Array;
  kin: Float64Array;
  noise: Float64Array;
  variances: { quality: number; industry: number };
}

const MAX_STEPS = 40;
const TOLERANCE = 1e-4;
/** Prior weight, in reviews, of the common noise level against a reviewer's own residuals. */
const NOISE_PRIOR = 8;
/** Degrees of freedom of the Student weights; large enough to leave normal scores nearly alone. */
const STUDENT = 8;

/** Fits the model. Throws RangeError on malformed input; achievements without a review get their industry's mean. */
export function calibrate(reviews: Reviews, known?: KnownEffects): Calibration {
  check(reviews);
  const { achievements: nA, reviewers: nR, industries: nG, achievement, reviewer, score, kin, industry } = reviews;
  const n = score.length;

  // Columns of the reduced system: mean, industries, severities, kin effects (only of reviewers who have kin reviews).
  const hasKin = new Uint8Array(nR);
  for (let k = 0; k < n; k += 1) if (kin[k]) hasKin[reviewer[k]!] = 1;
  const kinColumn = new Int32Array(nR).fill(-1);
  const firstSeverity = 1 + nG;
  let size = firstSeverity + (known ? 0 : nR);
  if (!known) for (let r = 0; r < nR; r += 1) if (hasKin[r]) kinColumn[r] = size++;

  let total = 0;
  for (let k = 0; k < n; k += 1) total += score[k]!;
  const centre = n === 0 ? 0 : total / n;
  let spread = 0;
  for (let k = 0; k < n; k += 1) spread += (score[k]! - centre) * (score[k]! - centre);
  const scale = n > 1 && spread > 0 ? spread / n : 1;

  const variances = known
    ? { quality: known.variances.quality, severity: 0, industry: known.variances.industry, kin: 0, noise: 0 }
    : { quality: scale * 0.4, severity: scale * 0.25, industry: scale * 0.05, kin: scale * 0.02, noise: scale * 0.3 };
  const floor = scale * 1e-6;
  const noise = known ? Float64Array.from(known.noise) : new Float64Array(nR).fill(variances.noise);
  const weight = new Float64Array(n).fill(1);
  const target = new Float64Array(n);
  for (let k = 0; k < n; k += 1) {
    target[k] = score[k]! - centre - (known ? known.severity[reviewer[k]!]! + (kin[k] ? known.kin[reviewer[k]!]! : 0) : 0);
  }

  // Reviews by achievement.
  const start = new Int32Array(nA + 1);
  for (let k = 0; k < n; k += 1) start[achievement[k]! + 1]! += 1;
  for (let a = 0; a < nA; a += 1) start[a + 1]! += start[a]!;
  const order = new Int32Array(n);
  const fill = start.slice(0, nA);
  for (let k = 0; k < n; k += 1) order[fill[achievement[k]!]!++] = k;

  const quality = new Float64Array(nA);
  const qualityVariance = new Float64Array(nA);
  let effects = new Float64Array(size);
  let inverse: Float64Array = new Float64Array(size * size);
  let steps = 0;

  /** The columns of a review and of its achievement's prior mean. */
  const columnsOf = (k: number, into: Int32Array): number => {
    let count = 0;
    into[count++] = 0;
    into[count++] = 1 + industry[achievement[k]!]!;
    if (!known) {
      into[count++] = firstSeverity + reviewer[k]!;
      if (kin[k] && kinColumn[reviewer[k]!]! >= 0) into[count++] = kinColumn[reviewer[k]!]!;
    }
    return count;
  };

  const columns = new Int32Array(4);
  const touched = new Int32Array(size);
  const coefficient = new Float64Array(size);
  const isTouched = new Uint8Array(size);

  for (;;) {
    steps += 1;
    // Normal equations of the fixed and reviewer effects after eliminating each quality: X'(V - V1 (1'V1 + 1/tau)^-1 1'V)X.
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    // The mean is flat but for a hair that keeps the matrix definite when there is one industry without variance.
    matrix[0] = 1e-9 / scale;
    for (let g = 0; g < nG; g += 1) matrix[(1 + g) * size + 1 + g] = 1 / Math.max(variances.industry, floor);
    if (!known) {
      for (let r = 0; r < nR; r += 1) {
        matrix[(firstSeverity + r) * size + firstSeverity + r] = 1 / Math.max(variances.severity, floor);
        const c = kinColumn[r]!;
        if (c >= 0) matrix[c * size + c] = 1 / Math.max(variances.kin, floor);
      }
    }
    const priorPrecision = 1 / Math.max(variances.quality, floor);
    for (let a = 0; a < nA; a += 1) {
      let count = 0;
      let precision = priorPrecision;
      let weighted = 0;
      for (let s = start[a]!; s < start[a + 1]!; s += 1) {
        const k = order[s]!;
        const w = weight[k]! / noise[reviewer[k]!]!;
        precision += w;
        weighted += w * target[k]!;
        const m = columnsOf(k, columns);
        for (let i = 0; i < m; i += 1) {
          const ci = columns[i]!;
          if (!isTouched[ci]) {
            isTouched[ci] = 1;
            touched[count++] = ci;
          }
          coefficient[ci]! += w;
          right[ci]! += w * target[k]!;
          for (let j = 0; j < m; j += 1) matrix[ci * size + columns[j]!]! += w;
        }
      }
      for (let i = 0; i < count; i += 1) {
        const ci = touched[i]!;
        right[ci]! -= (coefficient[ci]! * weighted) / precision;
        for (let j = 0; j < count; j += 1) matrix[ci * size + touched[j]!]! -= (coefficient[ci]! * coefficient[touched[j]!]!) / precision;
      }
      for (let i = 0; i < count; i += 1) {
        coefficient[touched[i]!] = 0;
        isTouched[touched[i]!] = 0;
      }
    }
    inverse = inversePositiveDefinite(matrix, size);
    effects = new Float64Array(size);
    for (let i = 0; i < size; i += 1) {
      let sum = 0;
      for (let j = 0; j < size; j += 1) sum += inverse[i * size + j]! * right[j]!;
      effects[i] = sum;
    }

    // Qualities given the effects, their variances, and per review the expected squared residual.
    let qualitySquares = 0;
    const residualSquares = new Float64Array(nR);
    const residualWeights = new Float64Array(nR);
    const nextWeight = new Float64Array(n);
    for (let a = 0; a < nA; a += 1) {
      let precision = priorPrecision;
      let weighted = 0;
      let count = 0;
      for (let s = start[a]!; s < start[a + 1]!; s += 1) {
        const k = order[s]!;
        const w = weight[k]! / noise[reviewer[k]!]!;
        precision += w;
        let residual = target[k]!;
        const m = columnsOf(k, columns);
        for (let i = 0; i < m; i += 1) {
          const ci = columns[i]!;
          residual -= effects[ci]!;
          if (!isTouched[ci]) {
            isTouched[ci] = 1;
            touched[count++] = ci;
          }
          coefficient[ci]! += w;
        }
        weighted += w * residual;
      }
      quality[a] = weighted / precision;
      // quality = (sum w (y - X e)) / precision: var = 1/precision + c' C c with c = -X'w / precision.
      let quadratic = 0;
      for (let i = 0; i < count; i += 1) {
        let sum = 0;
        for (let j = 0; j < count; j += 1) sum += inverse[touched[i]! * size + touched[j]!]! * coefficient[touched[j]!]!;
        quadratic += coefficient[touched[i]!]! * sum;
      }
      qualityVariance[a] = 1 / precision + quadratic / (precision * precision);
      qualitySquares += quality[a]! * quality[a]! + qualityVariance[a]!;
      if (!known) {
        for (let s = start[a]!; s < start[a + 1]!; s += 1) {
          const k = order[s]!;
          const r = reviewer[k]!;
          let residual = target[k]! - quality[a]!;
          const m = columnsOf(k, columns);
          let variance = qualityVariance[a]!;
          for (let i = 0; i < m; i += 1) {
            const ci = columns[i]!;
            residual -= effects[ci]!;
            let cross = 0;
            for (let j = 0; j < count; j += 1) cross += inverse[ci * size + touched[j]!]! * coefficient[touched[j]!]!;
            variance -= (2 * cross) / precision;
            for (let j = 0; j < m; j += 1) variance += inverse[ci * size + columns[j]!]!;
          }
          const squared = residual * residual + variance;
          nextWeight[k] = (STUDENT + 1) / (STUDENT + squared / noise[r]!);
          residualSquares[r]! += weight[k]! * squared;
          residualWeights[r]! += 1;
        }
      }
      for (let i = 0; i < count; i += 1) {
        coefficient[touched[i]!] = 0;
        isTouched[touched[i]!] = 0;
      }
    }
    if (known) break;

    // Maximisation: each variance is the mean expected square of what it governs.
    const before = { ...variances };
    if (nA > 0) variances.quality = Math.max(qualitySquares / nA, floor);
    variances.industry = meanSquare(effects, inverse, size, 1, nG, floor);
    variances.severity = meanSquare(effects, inverse, size, firstSeverity, nR, floor);
    let kinSquares = 0;
    let kinCount = 0;
    for (let r = 0; r < nR; r += 1) {
      const c = kinColumn[r]!;
      if (c < 0) continue;
      kinSquares += effects[c]! * effects[c]! + inverse[c * size + c]!;
      kinCount += 1;
    }
    if (kinCount > 0) variances.kin = Math.max(kinSquares / kinCount, floor);
    let squares = 0;
    for (let r = 0; r < nR; r += 1) squares += residualSquares[r]!;
    variances.noise = n > 0 ? Math.max(squares / n, floor) : variances.noise;
    for (let r = 0; r < nR; r += 1) {
      noise[r] = Math.max((NOISE_PRIOR * variances.noise + residualSquares[r]!) / (NOISE_PRIOR + residualWeights[r]!), floor);
    }
    weight.set(nextWeight);
    const still = (['quality', 'severity', 'industry', 'kin', 'noise'] as const).every((key) => Math.abs(variances[key] - before[key]) <= TOLERANCE * (scale + before[key]));
    if (still || steps >= MAX_STEPS) break;
  }

  return present();

  function present(): Calibration {
    const result: Calibration = {
      score: new Float64Array(nA),
      standardError: new Float64Array(nA),
      severity: new Float64Array(nR),
      severityError: new Float64Array(nR),
      noise: Float64Array.from(noise),
      industryEffect: effects.slice(1, 1 + nG),
      mean: centre + effects[0]!,
      variances,
      steps,
    };
    for (let a = 0; a < nA; a += 1) {
      result.score[a] = centre + effects[0]! + effects[1 + industry[a]!]! + quality[a]!;
      result.standardError[a] = Math.sqrt(scoreVariance(a));
    }
    if (!known) {
      for (let r = 0; r < nR; r += 1) {
        result.severity[r] = effects[firstSeverity + r]!;
        result.severityError[r] = Math.sqrt(inverse[(firstSeverity + r) * size + firstSeverity + r]!);
      }
    } else {
      result.severity.set(known.severity);
    }
    return result;
  }

  /** Posterior variance of mean + industry + quality: 1/precision + d' C d, d = (its own columns) - X'w / precision. */
  function scoreVariance(a: number): number {
    let precision = 1 / Math.max(variances.quality, floor);
    const d = new Map<number, number>([
      [0, 1],
      [1 + industry[a]!, 1],
    ]);
    for (let s = start[a]!; s < start[a + 1]!; s += 1) precision += weight[order[s]!]! / noise[reviewer[order[s]!]!]!;
    for (let s = start[a]!; s < start[a + 1]!; s += 1) {
      const k = order[s]!;
      const share = weight[k]! / noise[reviewer[k]!]! / precision;
      const m = columnsOf(k, columns);
      for (let i = 0; i < m; i += 1) d.set(columns[i]!, (d.get(columns[i]!) ?? 0) - share);
    }
    let variance = 1 / precision;
    for (const [i, di] of d) for (const [j, dj] of d) variance += di * dj * inverse[i * size + j]!;
    return variance;
  }
}

function meanSquare(effects: Float64Array, inverse: Float64Array, size: number, first: number, count: number, floor: number): number {
  let sum = 0;
  for (let i = first; i < first + count; i += 1) sum += effects[i]! * effects[i]! + inverse[i * size + i]!;
  return count > 0 ? Math.max(sum / count, floor) : floor;
}

function check(r: Reviews): void {
  const n = r.score.length;
  if (r.achievement.length !== n || r.reviewer.length !== n || r.kin.length !== n || r.industry.length !== r.achievements) throw new RangeError('arrays of different length');
  for (let k = 0; k < n; k += 1) {
    if (!(r.achievement[k]! >= 0 && r.achievement[k]! < r.achievements)) throw new RangeError(`review ${k}: no such achievement`);
    if (!(r.reviewer[k]! >= 0 && r.reviewer[k]! < r.reviewers)) throw new RangeError(`review ${k}: no such reviewer`);
    if (!Number.isFinite(r.score[k]!)) throw new RangeError(`review ${k}: the score is not a number`);
  }
  for (let a = 0; a < r.achievements; a += 1) if (!(r.industry[a]! >= 0 && r.industry[a]! < r.industries)) throw new RangeError(`achievement ${a}: no such industry`);
}
