import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../kernel/errors.js';
import { networkOf } from '../lib/network.js';
import type { Viewer } from '../kernel/viewer.js';

/**
 * Cost units that one point of the quota pays for: 500 units are 10 ms by the rule in prices.ts. A request takes at
 * least one point.
 */
export const COST_PER_POINT = 500;
const WINDOW_SECONDS = 60;

/** A viewer's quota in the current minute. */
export interface Quota {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/**
 * Quotas in points per minute, one per key such as an account, its API keys, or a network. The counts are in this
 * process's memory, so each of several processes allows the full quota.
 */
export interface RateLimiter {
  /** Points per minute. */
  readonly limit: number;
  /** Takes points, or throws RATE_LIMITED. */
  take(key: string, points: number): Promise<Quota>;
  /** Throws RATE_LIMITED when the quota of this key has no point left; takes no point. */
  check(key: string): Promise<void>;
}

export function createRateLimiter(pointsPerMinute: number): RateLimiter {
  const limiter = new RateLimiterMemory({ points: pointsPerMinute, duration: WINDOW_SECONDS });
  const toQuota = (state: RateLimiterRes): Quota => ({
    limit: pointsPerMinute,
    remaining: Math.max(state.remainingPoints, 0),
    resetSeconds: Math.max(Math.ceil(state.msBeforeNext / 1000), 0),
  });
  const refusal = (state: RateLimiterRes) => {
    const seconds = Math.max(Math.ceil(state.msBeforeNext / 1000), 1);
    return new RateLimitedError(
      `Too many requests: at most ${pointsPerMinute} points a minute, of which a costly operation takes several. Try again in ${seconds} s.`,
      seconds,
    );
  };
  return {
    limit: pointsPerMinute,
    async take(key, points) {
      try {
        return toQuota(await limiter.consume(key, points));
      } catch (state) {
        if (state instanceof RateLimiterRes) throw refusal(state);
        throw state;
      }
    },
    async check(key) {
      const state = await limiter.get(key);
      if (state && state.remainingPoints <= 0) throw refusal(state);
    },
  };
}

/**
 * Key of the quota that a request uses: the account's quota, a separate one for the account's API keys, or without
 * login that of the client's network.
 */
export function quotaKey(viewer: Viewer, ip: string): string {
  if (viewer.accountId !== null) return `${viewer.via === 'API_KEY' ? 'keys' : 'account'}:${viewer.accountId}`;
  return `ip:${networkOf(ip)}`;
}
