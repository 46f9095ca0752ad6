import type { Context } from '../../kernel/context.js';
import { RateLimitedError } from '../../kernel/errors.js';
import { changedRows } from '../../lib/changed-rows.js';
import { networkOf } from '../../lib/network.js';
import { keyedHash } from '../../lib/seal.js';
import { say } from '../../messages/catalogue.js';

/**
 * Maximum number of attempts within a time window of `seconds` seconds. The suffix of a scope says what is counted:
 * `ByNetwork` all attempts from one network, `ByPair` those of one network at one address or account, `ByDevice` those
 * with the token of one known device, `BySession` those of one session, `ByAccount` those of one logged-in account, and
 * `Elsewhere` those at one address or account from all clients that are no known device. `Elsewhere` bounds guessing
 * from many networks at once; others can use it up, but it does not lock out the owner, who can still log in from a
 * known device or by a mailed reset link.
 */
const LIMITS = {
  logInByNetwork: { attempts: 100, seconds: 900 },
  logInByPair: { attempts: 10, seconds: 900 },
  logInElsewhere: { attempts: 500, seconds: 3600 },
  logInByDevice: { attempts: 10, seconds: 900 },
  codeByPair: { attempts: 5, seconds: 300 },
  codeElsewhere: { attempts: 50, seconds: 3600 },
  codeByDevice: { attempts: 5, seconds: 300 },
  codeBySession: { attempts: 5, seconds: 300 },
  passwordBySession: { attempts: 10, seconds: 900 },
  signUpByNetwork: { attempts: 50, seconds: 3600 },
  signUpByPair: { attempts: 5, seconds: 3600 },
  mailByNetwork: { attempts: 50, seconds: 3600 },
  mailByPair: { attempts: 5, seconds: 3600 },
  mailByDevice: { attempts: 5, seconds: 3600 },
  tokenByNetwork: { attempts: 50, seconds: 900 },
  emailChangeByAccount: { attempts: 5, seconds: 3600 },
  invitationByAccount: { attempts: 100, seconds: 3600 },
  invitationByPair: { attempts: 5, seconds: 3600 },
} as const;

export type ThrottleScope = keyof typeof LIMITS;

/** Length of the time window, in seconds, in which the mails to one address are counted. */
const MAIL_WINDOW_SECONDS = 3600;

/**
 * Counts an attempt on a subject (an address, a network or an account id). `within` narrows the counter, for example to
 * the attempts from one network or device. Throws RATE_LIMITED beyond the limit, else returns the count. Attempts count
 * whether or not an account exists, so the answer does not reveal that.
 */
export async function countAttempt(
  ctx: Context,
  scope: ThrottleScope,
  subject: string,
  within?: string,
  sentence: 'RATE_LIMITED.attempts' | 'RATE_LIMITED.attemptsElsewhere' = 'RATE_LIMITED.attempts',
): Promise<number> {
  const { attempts, seconds } = LIMITS[scope];
  const { count, endsAt } = await countUp(ctx, scope, seconds, subject, within);
  if (count <= attempts) return count;
  const wait = Math.max(1, Math.ceil((endsAt.getTime() - ctx.now().getTime()) / 1000));
  throw new RateLimitedError(say(sentence, { wait }), wait);
}

/**
 * Counts a mail of one kind to an address, whatever network asked for it, and returns the number of such mails within
 * the hour. It never refuses one: the caller delays mails instead.
 */
export async function countMail(ctx: Context, kind: string, email: string): Promise<number> {
  return (await countUp(ctx, 'mailsTo', MAIL_WINDOW_SECONDS, email, kind)).count;
}

/** Counts an attempt from the request's network, then one of that network at this address; returns the second count. */
export async function countFromNetwork(
  ctx: Context,
  kind: 'logIn' | 'signUp' | 'mail',
  email: string,
  what = '',
): Promise<number> {
  const network = networkOf(ctx.ip);
  // The network's counter comes first: a network beyond its limit creates no further rows, however many addresses it
  // tries.
  await countAttempt(ctx, `${kind}ByNetwork`, network);
  return countAttempt(ctx, `${kind}ByPair`, email, `${what}${network}`);
}

/**
 * Counts a guess at the password (subject: the address) or the second factor (subject: the account id). A known device
 * has a counter of its own; guesses of other clients are counted per network and in total.
 */
export async function countGuess(
  ctx: Context,
  kind: 'logIn' | 'code',
  subject: string,
  deviceId: string | null,
): Promise<void> {
  if (deviceId !== null) {
    await countAttempt(ctx, `${kind}ByDevice`, subject, deviceId);
    return;
  }
  if (kind === 'logIn') await countFromNetwork(ctx, 'logIn', subject);
  else await countAttempt(ctx, 'codeByPair', subject, networkOf(ctx.ip));
  await countAttempt(ctx, `${kind}Elsewhere`, subject, undefined, 'RATE_LIMITED.attemptsElsewhere');
}

/**
 * Called after a correct guess: subtracts it from the counters of `countGuess`, and deletes the subject's wrong guesses
 * from this device or network.
 */
export async function settleGuess(
  ctx: Context,
  kind: 'logIn' | 'code',
  subject: string,
  deviceId: string | null,
): Promise<void> {
  if (deviceId !== null) return forgetAttempts(ctx, `${kind}ByDevice`, subject, deviceId);
  const network = networkOf(ctx.ip);
  await forgetAttempts(ctx, `${kind}ByPair`, subject, network);
  // From the counters that several clients share, only this guess is subtracted, so that nobody can delete wrong
  // guesses by logging in between them.
  if (kind === 'logIn') await takeBack(ctx, 'logInByNetwork', network);
  await takeBack(ctx, `${kind}Elsewhere`, subject);
}

/** Deletes one counter of attempts, for a subject that has authenticated. */
export async function forgetAttempts(
  ctx: Context,
  scope: ThrottleScope,
  subject: string,
  within?: string,
): Promise<void> {
  await changedRows(ctx.db, `DELETE FROM login_throttle WHERE key = $1`, [throttleKey(ctx, scope, subject, within)]);
}

/**
 * Keyed hashes of a person's account id and address, which are the second part of the keys of that person's counters.
 * They are needed to erase the person.
 */
export function throttleDigestsOf(secretKey: string, accountId: string, email: string): string[] {
  return [accountId, email.toLowerCase()].map((subject) => keyedHash(secretKey, 'throttle', subject));
}

/**
 * Adds one to a counter by a single atomic statement outside any transaction, so that parallel attempts all count and
 * no rollback undoes one.
 */
async function countUp(
  ctx: Context,
  scope: ThrottleScope | 'mailsTo',
  seconds: number,
  subject: string,
  within?: string,
): Promise<{ count: number; endsAt: Date }> {
  const now = ctx.now();
  const endsAt = new Date(now.getTime() + seconds * 1000);
  const [row] = (await ctx.db.query(
    `INSERT INTO login_throttle AS t (key, failures, window_ends_at) VALUES ($1, 1, $3)
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN t.window_ends_at <= $2 THEN 1 ELSE LEAST(t.failures + 1, 1000000) END,
       window_ends_at = CASE WHEN t.window_ends_at <= $2 THEN EXCLUDED.window_ends_at ELSE t.window_ends_at END
     RETURNING failures, window_ends_at`,
    [throttleKey(ctx, scope, subject, within), now, endsAt],
  )) as Array<{ failures: number; window_ends_at: Date }>;
  return { count: row?.failures ?? 1, endsAt: row?.window_ends_at ?? endsAt };
}

async function takeBack(ctx: Context, scope: ThrottleScope, subject: string): Promise<void> {
  await changedRows(ctx.db, `UPDATE login_throttle SET failures = failures - 1 WHERE key = $1 AND failures > 0`, [
    throttleKey(ctx, scope, subject),
  ]);
}

function throttleKey(ctx: Context, scope: string, subject: string, within?: string): string {
  const digest = (text: string) => keyedHash(ctx.app.secretKey, 'throttle', text.toLowerCase());
  return [scope, digest(subject), ...(within === undefined ? [] : [digest(within)])].join(':');
}
