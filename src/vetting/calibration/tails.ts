/**
 * Excess kurtosis below this value counts as normal: the estimate is uncertain, and estimated noise levels inflate it.
 */
const NORMAL = 0.4;
const MIN_DEGREES = 5;

/**
 * Degrees of freedom of the Student distribution with the kurtosis of these standardised residuals (excess 6 / (nu -
 * 4)). Infinity if their tails are no heavier than normal, so that robust weighting has no cost when it is not needed.
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

/** Student weight of a review, from its mean squared error in units of its reviewer's noise variance. */
export function studentWeight(degrees: number, square: number): number {
  return degrees === Infinity ? 1 : (degrees + 1) / (degrees + square);
}
