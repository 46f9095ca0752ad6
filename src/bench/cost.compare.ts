import { COST_PER_MS } from '../graphql/prices.js';

/**
 * Minimum time, in milliseconds, at which a field is compared: shorter times are indistinguishable from the 10 ms clock
 * ticks and the program's background work.
 */
const BLUR_MS = 1;
/** Uncertainty of the time of the path to a field, as a share of it: an operation varies by as much from run to run. */
const BLUR_SHARE = 0.1;

/** A field's measured time and its price, both in milliseconds, for the number of calls that one operation makes. */
export interface Compared {
  coordinate: string;
  times: number;
  ms: number;
  priceMs: number;
  /** Measured time / price: above 1, the field is priced too low. */
  ratio: number;
}

/** Compares a field's measured time with its price. */
export function compare(coordinate: string, times: number, ms: number, cost: number, wayMs: number): Compared {
  const priceMs = cost / COST_PER_MS;
  const blur = Math.max(BLUR_MS, wayMs * BLUR_SHARE);
  return { coordinate, times, ms, priceMs, ratio: Math.max(ms, blur) / Math.max(priceMs, blur) };
}
