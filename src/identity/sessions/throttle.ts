import type { Context } from '../../kernel/context.js';
import { RateLimitedError } from '../../kernel/errors.js';
import { changedRows } from '../../lib/changed-rows.js';
import { keyedHash } from '../../lib/seal.js';

/**
 * Maximum number of attempts, per subject, within a time window of `seconds` seconds. A subject is an e-mail address, a
 * network address or an account id.
 */
const LIMITS = {
  logInByEmail: { attempts: 10, seconds: 900 },
  logInByAddress: { attempts: 100, seconds: 900 },
  signUpByEmail: { attempts: 5, seconds: 3600 },
  signUpByAddress: { attempts: 50, seconds: 3600 },
  mailByEmail: { attempts: 5, seconds: 3600 },
  mailByAddress: { attempts: 50, seconds: 3600 },
  tokenByAddress: { attempts: 50, seconds: 900 },
  passwordByAccount: { attempts: 10, seconds: 900 },
  codeByAccount: { attempts: 5, seconds: 300 },
  invitationByAccount: { attempts: 100, seconds: 3600 },
} as const;

export type ThrottleScope = keyof typeof LIMITS;

/**
 * Counts an attempt of a subject; throws RATE_LIMITED beyond the limit. The count is one atomic statement outside any
 * transaction, so that parallel guesses all count and no rollback undoes one. Attempts count whether or not an account
 * exists, so the answer does not reveal that.
 */
export async function countAttempt(ctx: Context, scope: ThrottleScope, subject: string): Promise<void> {
  const { attempts, seconds } = LIMITS[scope];
  const now = ctx.now();
  const [row] = (await ctx.db.query(
    `INSERT INTO login_throttle AS t (key, failures, window_ends_at) VALUES ($1, 1, $3)
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN t.window_ends_at <= $2 THEN 1 ELSE LEAST(t.failures + 1, 1000000) END,
       window_ends_at = CASE WHEN t.window_ends_at <= $2 THEN EXCLUDED.window_ends_at ELSE t.window_ends_at END
     RETURNING failures, window_ends_at`,
    [throttleKey(ctx, scope, subject), now, new Date(now.getTime() + seconds * 1000)],
  )) as Array<{ failures: number; window_ends_at: Date }>;
  if (!row || row.failures <= attempts) return;
  const wait = Math.max(1, Math.ceil((row.window_ends_at.getTime() - now.getTime()) / 1000));
  throw new RateLimitedError(`Too many attempts. Try again in ${wait} seconds.`, wait);
}

/** Deletes the counted attempts of a subject after it has authenticated. */
export async function forgetAttempts(ctx: Context, scope: ThrottleScope, subject: string): Promise<void> {
  await changedRows(ctx.db, `DELETE FROM login_throttle WHERE key = $1`, [throttleKey(ctx, scope, subject)]);
}

/** The keys under which a person's attempts may be counted in the database; used to erase them. */
export function throttleKeysOf(secretKey: string, accountId: string, email: string): string[] {
  return (Object.keys(LIMITS) as ThrottleScope[]).flatMap((scope) =>
    [accountId, email.toLowerCase()].map((subject) => `${scope}:${keyedHash(secretKey, 'throttle', subject)}`),
  );
}

function throttleKey(ctx: Context, scope: ThrottleScope, subject: string): string {
  return `${scope}:${keyedHash(ctx.app.secretKey, 'throttle', subject.toLowerCase())}`;
}
