import type { Context } from '../../kernel/context.js';
import type { JobOptions } from '../../kernel/jobs.js';
import { keyedHash } from '../../lib/seal.js';
import { countMail } from '../sessions/throttle.js';

/** Maximum number of mails of one kind to one address within an hour that go out at once. */
const AT_ONCE = 10;

/**
 * The same maximum for a mail that its network asks for the first time at this address, so that a network that repeats
 * its requests does not delay the mails of others.
 */
const AT_ONCE_FROM_NEW = 30;

/** Milliseconds between two times at which mails beyond these maximum numbers go out. */
const SLOT_MS = 300_000;

/** Latest delay of an invitation, in milliseconds. */
const LONGEST_DELAY_MS = 3_600_000;

/**
 * When a mail that anybody can ask for goes out. No request is refused here, since then others could use up the
 * owner's; beyond the number that goes out at once, all requests within five minutes share one mail at their end. The
 * owner waits for five minutes at most, and a mailbox gets 12 mails of one kind per hour on top of the first ones.
 */
export async function accountMailTime(
  ctx: Context,
  kind: string,
  email: string,
  isFirst: boolean,
): Promise<Pick<JobOptions, 'key' | 'runAt'>> {
  const count = await countMail(ctx, kind, email);
  if (count <= (isFirst ? AT_ONCE_FROM_NEW : AT_ONCE)) return {};
  const now = ctx.now().getTime();
  const slot = Math.floor(now / SLOT_MS) + 1;
  const digest = keyedHash(ctx.app.secretKey, 'throttle', email.toLowerCase());
  return { key: `mail:${kind}:${digest}:${slot}`, runAt: after(slot * SLOT_MS - now) };
}

/** When an invitation goes out; each has its own text, so beyond the number that goes out at once they are spaced. */
export async function invitationTime(ctx: Context, email: string): Promise<Pick<JobOptions, 'runAt'>> {
  const late = (await countMail(ctx, 'INVITATION', email)) - AT_ONCE_FROM_NEW;
  return late <= 0 ? {} : { runAt: after(Math.min(late * SLOT_MS, LONGEST_DELAY_MS)) };
}

/** A time of the job queue, which runs by the database's clock. */
function after(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}
