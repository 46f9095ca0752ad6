import { COST_PER_MS } from '../../graphql/prices.js';

/**
 * Measured times and prices below this, in milliseconds, are compared as if they were this: shorter times are
 * indistinguishable from the 10 ms clock ticks and the program's background work.
 */
const BLUR_MS = 1;
/** Uncertainty of the time measured for the path to a field, as a share of that time: its variation from run to run. */
const BLUR_SHARE = 0.1;

/** Measured processor time and price of a field, both in milliseconds, for all its occurrences in one operation. */
export interface Compared {
  coordinate: string;
  times: number;
  ms: number;
  priceMs: number;
  /** Measured processor time divided by the price: above 1, the field is priced too low. */
  ratio: number;
}

/** Compares a field's measured time with its price. */
export function compare(coordinate: string, times: number, ms: number, cost: number, wayMs: number): Compared {
  const priceMs = cost / COST_PER_MS;
  const blur = Math.max(BLUR_MS, wayMs * BLUR_SHARE);
  return { coordinate, times, ms, priceMs, ratio: Math.max(ms, blur) / Math.max(priceMs, blur) };
}
