/**
 * Excess kurtosis of the residuals below which their tails count as normal: the estimate is uncertain, and the
 * estimation of noise levels inflates it.
 */
const NORMAL = 0.4;
const MIN_DEGREES = 5;

/**
 * Degrees of freedom nu of the Student distribution with the same excess kurtosis, 6 / (nu - 4), as the standardised
 * residuals, but at least MIN_DEGREES. Infinity if the residuals' tails are no heavier than normal, or with fewer than
 * 100 residuals: robust weighting is then switched off.
 */
export function degreesOfFreedom(surprise: Float64Array, counted: Uint8Array): number {
  let n = 0;
  let second = 0;
  let fourth = 0;
  for (let k = 0; k < surprise.length; k += 1) {
    if (!counted[k]) continue;
    const square = surprise[k]! * surprise[k]!;
    n += 1;
    second += square;
    fourth += square * square;
  }
  if (n < 100 || second === 0) return Infinity;
  const excess = (n * fourth) / (second * second) - 3;
  if (excess <= NORMAL) return Infinity;
  const degrees = 4 + 6 / excess;
  return degrees > MIN_DEGREES ? degrees : MIN_DEGREES;
}

/**
 * Student weight of a review, which is smaller for an outlying score; `square` is its mean squared error divided by the
 * reviewer's noise variance.
 */
export function studentWeight(degrees: number, square: number): number {
  return degrees === Infinity ? 1 : (degrees + 1) / (degrees + square);
}
