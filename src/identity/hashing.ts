import * as argon2 from '@node-rs/argon2';
import { limited } from '../lib/limited.js';

/**
 * Runs at most two password hashes at the same time: each takes 19 MiB and one of the four libuv threads, which file
 * access and DNS need too.
 */
const inTurn = limited(2);

/** argon2's `hash`, at most two at once. */
export const hash: typeof argon2.hash = (...args) => inTurn(() => argon2.hash(...args));

/** argon2's `verify`, at most two at once. */
export const verify: typeof argon2.verify = (...args) => inTurn(() => argon2.verify(...args));
