import { setFlagsFromString } from 'node:v8';

/**
 * Growth of V8's heap since the last full garbage collection, in percent, that triggers the next one. More growth takes
 * less processor time per request and more memory; docs/figures.md has the measured curve from which it is chosen.
 */
export const HEAP_GROWTH_PERCENT = 60;

/**
 * Sets the growth of V8's heap between full collections, in percent; 0 leaves it to V8, which on a machine with free
 * memory lets the heap grow to several times its live data.
 */
export function limitHeapGrowth(percent: number): void {
  if (percent > 0) setFlagsFromString(`--heap-growing-percent=${percent}`);
}
