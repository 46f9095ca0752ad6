/**
 * Exponential, logarithm and normal distribution computed with +, -, ×, / and square root only, in a fixed order.
 * Engines may round `Math.exp` and similar functions differently, and published fits must be identical on every
 * machine.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_TWO_PI = 2.5066282746310007;
export const LN_SQRT_TWO_PI = 0.9189385332046728;

/**
 * e to the power x; relative error below 1e-14. Returns 0 below -700; arguments above 700 are clamped to 700, so the
 * result is finite.
 */
export function exponential(x: number): number {
  if (x < -700) return 0;
  const argument = x > 700 ? 700 : x;
  const twos = Math.floor(argument * 1.4426950408889634 + 0.5);
  const rest = argument - twos * LN2_HIGH - twos * LN2_LOW;
  let term = 1;
  let sum = 1;
  for (let i = 1; i <= 14; i += 1) {
    term = (term * rest) / i;
    sum += term;
  }
  const factor = twos < 0 ? 0.5 : 2;
  for (let i = twos < 0 ? -twos : twos; i > 0; i -= 1) sum *= factor;
  return sum;
}

/** Natural logarithm of a positive number; absolute error below 1e-14 per unit of result. */
export function logarithm(x: number): number {
  if (!(x > 0)) throw new RangeError('the logarithm of a positive number only');
  let twos = 0;
  let mantissa = x;
  while (mantissa > 1.4142135623730951) {
    mantissa /= 2;
    twos += 1;
  }
  while (mantissa < 0.7071067811865475) {
    mantissa *= 2;
    twos -= 1;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)).
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let power = s;
  let sum = 0;
  for (let i = 1; i <= 25; i += 2) {
    sum += power / i;
    power *= square;
  }
  return twos * LN2_HIGH + (2 * sum + twos * LN2_LOW);
}

/**
 * For a standard normal Z: the logarithm of P(Z < z), and the ratio of the density at z to that probability. Uses
 * Marsaglia's series (2004, "Evaluating the normal distribution"), and Laplace's continued fraction in the tail.
 */
export function normalBelow(z: number): { logarithm: number; ratio: number } {
  if (z < -4) {
    const t = -z;
    let fraction = t;
    for (let i = 60; i >= 1; i -= 1) fraction = t + i / fraction;
    return { logarithm: -0.5 * z * z - LN_SQRT_TWO_PI - logarithm(fraction), ratio: fraction };
  }
  const bounded = z > 8 ? 8 : z;
  let sum = bounded;
  let term = bounded;
  for (let i = 3; i < 400; i += 2) {
    term = (term * bounded * bounded) / i;
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  const density = exponential(-0.5 * bounded * bounded) / SQRT_TWO_PI;
  const probability = 0.5 + density * sum;
  return { logarithm: logarithm(probability), ratio: density / probability };
}
