/** Below this excess the tails count as normal: the excess itself is uncertain, and estimated noise levels add some. */
const NORMAL = 0.4;
const LEAST_DEGREES = 5;

/**
 * Degrees of freedom of Student's t with the kurtosis of these standardised surprises (excess 6 / (nu - 4)); Infinity
 * where they are no heavier-tailed than normal ones, so that robustness costs nothing when it is not needed.
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
  return degrees > LEAST_DEGREES ? degrees : LEAST_DEGREES;
}

/** Weight of a review under Student's t, from its mean squared error in units of its reviewer's noise variance. */
export function studentWeight(degrees: number, square: number): number {
  return degrees === Infinity ? 1 : (degrees + 1) / (degrees + square);
}
