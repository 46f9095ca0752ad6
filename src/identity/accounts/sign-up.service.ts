import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { addJob } from '../../kernel/jobs.js';
import { newId } from '../../lib/ids.js';
import { Locale } from '../../kernel/localized.js';
import { write, writeOwn } from '../../kernel/write.js';
import type { ConfirmEmailInput, ResendConfirmationInput, SignUpInput } from './account.inputs.js';
import { readDisplayName } from './accounts.js';
import { isHeld } from './email-change.holding.js';
import { readEmail } from './emails.js';
import { ACCOUNT_MAIL_TASK, type AccountMail } from './identity.jobs.js';
import { refuseUnknownToken, takeOneTimeToken } from './one-time-tokens.js';
import { checkPassword, hashPassword } from './passwords.js';
import { accountMailTime } from './mail-times.js';
import { countFromNetwork } from '../sessions/throttle.js';

/**
 * Creates an account and queues a mail with a link to confirm its address. For an address that already has an account,
 * duration and answer are the same, and the owner of that account gets a notice instead.
 */
export async function signUp(ctx: Context, input: SignUpInput): Promise<void> {
  const email = readEmail('email', input.email);
  const displayName = readDisplayName('displayName', input.displayName);
  checkPassword('password', input.password, email);
  const locale = input.locale ?? ctx.locale;
  const count = await countFromNetwork(ctx, 'signUp', email);
  const time = await accountMailTime(ctx, 'SIGN_UP', email, count === 1);
  const passwordHash = await hashPassword(input.password);
  await write(ctx, async (tx) => {
    const now = ctx.now();
    const held = await isHeld(tx, email, null, now);
    const created = (await tx.query(
      `INSERT INTO account (id, pseudonym, email, password_hash, display_name, locale, created_at)
       SELECT $1, gen_random_uuid(), $2, $3, $4, $5, $6
       WHERE NOT $7::boolean
       ON CONFLICT (lower(email)) WHERE email IS NOT NULL DO NOTHING
       RETURNING id`,
      [newId(), email, passwordHash, displayName, locale satisfies Locale, now, held],
    )) as unknown[];
    const mail: AccountMail = { kind: created.length === 1 ? 'CONFIRM_EMAIL' : 'ALREADY_REGISTERED', email };
    await addJob(tx, ACCOUNT_MAIL_TASK, mail, time);
  });
}

const invalidConfirmation = () =>
  badInput('token', 'TOKEN_INVALID', 'this link was used or has expired; ask for another mail.');

/** Confirms the e-mail address to which the one-time token was mailed. */
export async function confirmEmail(ctx: Context, input: ConfirmEmailInput): Promise<void> {
  await refuseUnknownToken(ctx, 'CONFIRM_EMAIL', input.token, invalidConfirmation);
  await writeOwn(ctx, { account: true }, async (tx) => {
    const accountId = await takeOneTimeToken(tx, 'CONFIRM_EMAIL', input.token, ctx.now());
    if (accountId === null) throw invalidConfirmation();
    await tx.query(`UPDATE account SET email_confirmed_at = COALESCE(email_confirmed_at, $2) WHERE id = $1`, [
      accountId,
      ctx.now(),
    ]);
  });
}

/**
 * Queues the mail with the confirmation link again, sent if the address belongs to an account and is unconfirmed; the
 * answer does not reveal whether that is so.
 */
export async function resendConfirmation(ctx: Context, input: ResendConfirmationInput): Promise<void> {
  const email = readEmail('email', input.email);
  const count = await countFromNetwork(ctx, 'mail', email, 'CONFIRM_EMAIL');
  const time = await accountMailTime(ctx, 'CONFIRM_EMAIL', email, count === 1);
  await write(ctx, (tx) => addJob(tx, ACCOUNT_MAIL_TASK, { kind: 'CONFIRM_EMAIL', email } satisfies AccountMail, time));
}
