import { setFlagsFromString } from 'node:v8';

/**
 * Growth of V8's heap since the last full garbage collection, in percent, that triggers the next one. By default V8
 * lets this program's heap grow to four times its live data on a machine with free memory: to 590 MB instead of 320 MB
 * under mixed searches, 16 at a time.
 */
const GROWTH_PERCENT = 20;

/**
 * Limits the growth of V8's heap between garbage collections, to save memory; call it before anything else in the
 * program.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
