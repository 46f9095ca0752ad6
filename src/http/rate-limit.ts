import { RateLimitedError } from '../kernel/errors.js';
import { networkOf } from '../lib/network.js';
import type { Viewer } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

/**
 * Cost units that one point of the quota pays for: 500 units are 10 ms by the rule in prices.ts. A request takes at
 * least one point.
 */
export const COST_PER_POINT = 500;
const WINDOW_MS = 60_000;
/** Number of blocks that make up the quota of a window; a process leases one block at a time. */
const BLOCKS = 20;
/**
 * LEASE_WAIT_MS: maximum wait of a request for a lease, in milliseconds. ALONE_MS: milliseconds after a failed lease
 * for which a process counts alone.
 */
const LEASE_WAIT_MS = 1000;
const ALONE_MS = 5000;
/** Interval, in milliseconds, at which windows that are over are deleted from memory. */
const SWEEP_MS = 10_000;

/** A viewer's quota in the current minute. */
export interface Quota {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/**
 * Quotas in points per minute, one per key such as an account, its API keys, or a network. A window of a minute begins
 * with the first request of a key.
 */
export interface RateLimiter {
  /** Points per minute. */
  readonly limit: number;
  /** Takes points, or throws RATE_LIMITED and takes none. */
  take(key: string, points: number): Promise<Quota>;
  /** Throws RATE_LIMITED when the quota of this key has no point left; takes no point. */
  check(key: string): Promise<void>;
}

/** Points that a process may spend of the quota that all processes share. */
export interface Lease {
  granted: number;
  /** Points that all processes have leased in this window, with this lease. */
  total: number;
  /** Milliseconds until the window ends. */
  endsIn: number;
}

/**
 * Leases `points` of a key's quota of `limit` points; grants fewer, or none, if fewer are left. A key without a current
 * window gets one that ends in `endsIn` milliseconds.
 */
export type LeaseFrom = (key: string, points: number, limit: number, endsIn: number) => Promise<Lease>;

/** What this process knows of the quota of one key in the current window. */
interface Share {
  /** Number of points that this process has spent (`spent`), and that it has leased (`leased`). */
  spent: number;
  leased: number;
  /** Number of points that all processes together had leased at this process's latest lease. */
  total: number;
  /** True when a lease granted fewer points than requested: the quota that all processes share is used up. */
  exhausted: boolean;
  /** End of the window by `performance.now()`. */
  endsAt: number;
  renewal: Promise<void> | undefined;
}

/**
 * Counts in this process's memory. With `leaseFrom`, the quota is shared by all processes: the first block of a window
 * is spent on credit, so that a client with few requests never costs a lease; beyond it the process leases what it owes
 * and another block. All processes together therefore allow at most the quota, and one block more for each process but
 * the first. A process whose lease fails, since the database is away, counts alone until leases succeed again.
 */
export function createRateLimiter(
  limit: number,
  leaseFrom?: LeaseFrom,
  onAlone: (error: unknown) => void = () => undefined,
): RateLimiter {
  const block = Math.min(limit, Math.max(1, Math.floor(limit / BLOCKS)));
  const shares = new Map<string, Share>();
  let nextSweep = 0;
  let aloneUntil = 0;

  const current = (key: string): Share | undefined => {
    const share = shares.get(key);
    return share && share.endsAt > performance.now() ? share : undefined;
  };
  const begin = (key: string): Share => {
    const now = performance.now();
    if (now >= nextSweep) {
      nextSweep = now + SWEEP_MS;
      for (const [old, share] of shares) if (share.endsAt <= now) shares.delete(old);
    }
    const share: Share = {
      spent: 0,
      leased: 0,
      total: 0,
      exhausted: false,
      endsAt: now + WINDOW_MS,
      renewal: undefined,
    };
    shares.set(key, share);
    return share;
  };

  /** Total number of points that this process may spend on the key in this window before it needs a further lease. */
  const allowed = (share: Share): number => {
    if (share.exhausted) return share.leased;
    if (!leaseFrom || performance.now() < aloneUntil) return limit;
    return Math.max(share.leased, block);
  };

  /**
   * Leases the points that this process has spent without a lease and now needs, at least one block. Concurrent
   * requests wait for the same lease.
   */
  const renew = (from: LeaseFrom, key: string, share: Share, points: number): Promise<void> => {
    const asked = Math.max(share.spent + points - share.leased, block);
    const leasing = from(key, asked, limit, share.endsAt - performance.now()).then(({ granted, total, endsIn }) => {
      share.leased += granted;
      share.total = total;
      share.exhausted = granted < asked;
      share.endsAt = performance.now() + endsIn;
      aloneUntil = 0;
    });
    share.renewal = inTime(leasing)
      .catch((error: unknown) => {
        if (aloneUntil === 0) onAlone(error);
        aloneUntil = performance.now() + ALONE_MS;
      })
      .finally(() => (share.renewal = undefined));
    return share.renewal;
  };

  const quotaOf = (share: Share): Quota => {
    const others = Math.max(share.total - share.leased, 0);
    return {
      limit,
      remaining: Math.max((share.exhausted ? share.leased : limit - others) - share.spent, 0),
      resetSeconds: Math.max(Math.ceil((share.endsAt - performance.now()) / 1000), 0),
    };
  };
  const refusal = (share: Share) => {
    const seconds = Math.max(quotaOf(share).resetSeconds, 1);
    return new RateLimitedError(say('RATE_LIMITED.points', { limit, seconds }), seconds);
  };

  return {
    limit,
    async take(key, points) {
      for (;;) {
        const share = current(key) ?? begin(key);
        if (share.spent + points <= allowed(share)) {
          share.spent += points;
          return quotaOf(share);
        }
        if (!leaseFrom || share.exhausted || share.spent + points > limit) throw refusal(share);
        await (share.renewal ?? renew(leaseFrom, key, share, points));
      }
    },
    async check(key) {
      const share = current(key);
      if (share && share.spent >= (share.exhausted ? share.leased : limit)) throw refusal(share);
    },
  };
}

/** Rejects when the work has not ended within LEASE_WAIT_MS; the work itself goes on. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no lease within ${LEASE_WAIT_MS} ms`)), LEASE_WAIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Key of the quota that a request uses: the account's quota, a separate one for the account's API keys, or without
 * login that of the client's network.
 */
export function quotaKey(viewer: Viewer, ip: string): string {
  if (viewer.accountId !== null) return `${viewer.via === 'API_KEY' ? 'keys' : 'account'}:${viewer.accountId}`;
  return `ip:${networkOf(ip)}`;
}
