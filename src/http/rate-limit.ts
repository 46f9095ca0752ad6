import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../kernel/errors.js';
import { networkOf } from '../lib/network.js';
import type { Viewer } from '../kernel/viewer.js';

/** Cost units per quota point: 10 ms by the rule of prices.ts. A request takes at least one point. */
export const COST_PER_POINT = 500;
const WINDOW_SECONDS = 60;

/** A viewer's quota in the current minute. */
export interface Quota {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** Quota points per minute and viewer. Kept in this process's memory: several processes each allow the full quota. */
export interface RateLimiter {
  /** Points per minute. */
  readonly limit: number;
  /** Takes points, or throws RATE_LIMITED. */
  take(key: string, points: number): Promise<Quota>;
  /** Throws RATE_LIMITED when no point is left; takes none. */
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
 * The key of the quota that a request uses: that of the account (a separate one for its API keys), or of the network
 * address without a log-in.
 */
export function quotaKey(viewer: Viewer, ip: string): string {
  if (viewer.accountId !== null) return `${viewer.via === 'API_KEY' ? 'keys' : 'account'}:${viewer.accountId}`;
  return `ip:${networkOf(ip)}`;
}
