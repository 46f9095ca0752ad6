import type { Context } from '../../kernel/context.js';
import type { JobOptions } from '../../kernel/jobs.js';
import { keyedHash } from '../../lib/seal.js';
import { countMail } from '../sessions/throttle.js';

/** Maximum number of mails of one kind to one address within an hour that are sent without delay. */
const AT_ONCE = 10;

/**
 * Maximum that replaces AT_ONCE for a request from a network that has not yet asked for such a mail to this address, so
 * that the repeated requests of one network do not delay the mails of others.
 */
const AT_ONCE_FROM_NEW = 30;

/** Length, in milliseconds, of the periods at whose ends delayed mails are sent. */
const SLOT_MS = 300_000;

/** Latest delay of an invitation, in milliseconds. */
const LONGEST_DELAY_MS = 3_600_000;

/**
 * When to send a mail that anybody can ask for, such as a reset link; without a time, it is sent at once. No request is
 * refused, since others could then use up the quota of the address's owner. Beyond the maximum number of mails sent
 * without delay, all requests within a period of five minutes share one mail at its end. The owner waits for five
 * minutes at most, and a mailbox gets at most 12 delayed mails of one kind per hour.
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

/**
 * When to send an invitation or a link to a new address; without a time, it is sent at once. Each such mail has a text
 * of its own, so they cannot be merged: beyond AT_ONCE_FROM_NEW per hour, each is delayed by SLOT_MS more, up to
 * LONGEST_DELAY_MS.
 */
export async function invitationTime(ctx: Context, email: string): Promise<Pick<JobOptions, 'runAt'>> {
  const late = (await countMail(ctx, 'INVITATION', email)) - AT_ONCE_FROM_NEW;
  return late <= 0 ? {} : { runAt: after(Math.min(late * SLOT_MS, LONGEST_DELAY_MS)) };
}

/**
 * The time a number of milliseconds from now by the machine's clock, by which the job queue runs. Tests set only the
 * app's clock.
 */
function after(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}
