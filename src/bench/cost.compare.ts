import { COST_PER_MS } from '../graphql/prices.js';

/** What steps of 10 ms and the program's own background work cannot tell apart; a field is compared as if it took this much at least. */
const BLUR_MS = 1;
/** The same of what leads to a field, as a share of its time: an operation varies by as much from run to run. */
const BLUR_SHARE = 0.1;

/** A field's time against its price, both in milliseconds, of as many askings as one operation made. */
export interface Compared {
  coordinate: string;
  times: number;
  ms: number;
  priceMs: number;
  /** Measured over paid: above 1, the field is too cheap. */
  ratio: number;
}

/** Puts a time beside a price. */
export function compare(coordinate: string, times: number, ms: number, cost: number, wayMs: number): Compared {
  const priceMs = cost / COST_PER_MS;
  const blur = Math.max(BLUR_MS, wayMs * BLUR_SHARE);
  return { coordinate, times, ms, priceMs, ratio: Math.max(ms, blur) / Math.max(priceMs, blur) };
}
