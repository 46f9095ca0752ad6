import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { addJob } from '../../kernel/jobs.js';
import { newId } from '../../lib/ids.js';
import { networkOf } from '../../lib/network.js';
import { Locale } from '../../kernel/localized.js';
import { write, writeOwn } from '../../kernel/write.js';
import type { ConfirmEmailInput, ResendConfirmationInput, SignUpInput } from './account.inputs.js';
import { Account } from './account.entity.js';
import type { SignUpToConfirm } from './account.payloads.js';
import { lockAccount, readDisplayName } from './accounts.js';
import { isHeld } from './email-change.holding.js';
import { readEmail } from './emails.js';
import { ACCOUNT_MAIL_TASK, type AccountMail } from './identity.jobs.js';
import { refuseUnknownToken, takeOneTimeToken } from './one-time-tokens.js';
import { checkPassword, hashPassword, verifyPassword } from './passwords.js';
import { addPendingSignUp, dropPendingSignUps, pendingSignUpOf, signUpOfToken } from './pending-sign-ups.js';
import { takeOver } from './take-over.js';
import { accountMailTime } from './mail-times.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { countAttempt, countFromNetwork } from '../sessions/throttle.js';
import { say } from '../../messages/catalogue.js';

/**
 * Creates an account and queues a mail with a link to confirm its address. For an address that already has an account,
 * duration and answer are the same. If that account has confirmed the address, its owner gets a notice instead of a
 * link; if not, somebody else may have created it, and this sign-up gets a link of its own, which replaces everything
 * that the earlier one chose.
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
    const pending =
      created.length === 1 || held
        ? null
        : await addPendingSignUp(tx, { email, passwordHash, displayName, locale }, now);
    const mail: AccountMail =
      created.length === 1 || pending !== null
        ? { kind: 'CONFIRM_EMAIL', email, signUpId: pending }
        : { kind: 'ALREADY_REGISTERED', email };
    await addJob(tx, ACCOUNT_MAIL_TASK, mail, time);
  });
}

const invalidConfirmation = () => badInput('token', 'TOKEN_INVALID', say('TOKEN_INVALID.signUp'));

const wrongPassword = () => badInput('password', 'WRONG_PASSWORD', say('WRONG_PASSWORD.signUp'));

const passwordRequired = () => badInput('password', 'PASSWORD_REQUIRED', say('PASSWORD_REQUIRED'));

/**
 * Confirms the e-mail address to which the one-time token was mailed, with the sign-up that the mail was about. Other
 * sign-ups with the address are void, and what they chose for the account (password, name, sessions) ends. The password
 * must be the one of that sign-up. The token alone proves only that the link was opened: its reader, or a program that
 * follows links, would hand the account to a stranger who signed up with the reader's address.
 */
export async function confirmEmail(ctx: Context, input: ConfirmEmailInput): Promise<void> {
  await refuseUnknownToken(ctx, 'CONFIRM_EMAIL', input.token, invalidConfirmation);
  if (input.password == null || input.password === '') throw passwordRequired();
  const signUp = await signUpOfToken(ctx.db, input.token, ctx.now());
  if (signUp === null) throw invalidConfirmation();
  if (!(await verifyPassword(signUp.passwordHash, input.password))) {
    await countAttempt(ctx, 'tokenByNetwork', networkOf(ctx.ip));
    throw wrongPassword();
  }
  await writeOwn(ctx, { account: true }, async (tx) => {
    const taken = await takeOneTimeToken(tx, 'CONFIRM_EMAIL', input.token, ctx.now());
    if (taken === null) throw invalidConfirmation();
    const account = await lockAccount(tx, taken.accountId);
    if (taken.signUpId === null) {
      // The account's creator, who may be a stranger, may have changed the password since it was checked.
      if (account.passwordHash !== signUp.passwordHash) throw wrongPassword();
      await dropPendingSignUps(tx, account.id);
    } else await adopt(tx, account, taken.signUpId, ctx.now());
    await tx.update(Account, { id: account.id }, { emailConfirmedAt: account.emailConfirmedAt ?? ctx.now() });
  });
}

/**
 * Makes a pending sign-up the account's own: its password, name and language replace those of the sign-up that created
 * the account, and all sessions end. Throws unless the account is unconfirmed and still has the address of the sign-up.
 */
async function adopt(tx: EntityManager, account: Account, signUpId: string, now: Date): Promise<void> {
  const signUp = await pendingSignUpOf(tx, account.id, signUpId);
  if (
    signUp === null ||
    account.emailConfirmedAt !== null ||
    account.email?.toLowerCase() !== signUp.email.toLowerCase()
  )
    throw invalidConfirmation();
  await takeOver(tx, account.id, signUp, now);
  await tx.update(Account, { id: account.id }, { locale: signUp.locale });
  await revokeSessions(tx, account.id, 'SIGN_UP_REPLACED', now);
}

/** The name and time of the sign-up that a mailed link confirms, so that its reader can tell whether it is their own. */
export async function signUpToConfirm(ctx: Context, token: string): Promise<SignUpToConfirm> {
  await refuseUnknownToken(ctx, 'CONFIRM_EMAIL', token, invalidConfirmation);
  const signUp = await signUpOfToken(ctx.db, token, ctx.now());
  if (signUp === null) throw invalidConfirmation();
  return { displayName: signUp.displayName, signedUpAt: signUp.createdAt };
}

/**
 * Queues the mail with the confirmation link of the newest sign-up again, sent if the address belongs to an account and
 * is unconfirmed; the answer does not reveal whether that is so.
 */
export async function resendConfirmation(ctx: Context, input: ResendConfirmationInput): Promise<void> {
  const email = readEmail('email', input.email);
  const count = await countFromNetwork(ctx, 'mail', email, 'CONFIRM_EMAIL');
  const time = await accountMailTime(ctx, 'CONFIRM_EMAIL', email, count === 1);
  await write(ctx, (tx) => addJob(tx, ACCOUNT_MAIL_TASK, { kind: 'CONFIRM_EMAIL', email } satisfies AccountMail, time));
}
