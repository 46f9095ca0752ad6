import { randomBytes } from 'node:crypto';
import { QueryFailedError } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError } from '../../kernel/errors.js';
import { addJob } from '../../kernel/jobs.js';
import { writeOwn } from '../../kernel/write.js';
import { changedRows } from '../../lib/changed-rows.js';
import { newId } from '../../lib/ids.js';
import { networkOf } from '../../lib/network.js';
import { hashToken, randomToken } from '../../lib/seal.js';
import { notify } from '../../notifications/mail.js';
import { revokeApiKeys } from '../api-keys/api-keys.service.js';
import { requireSession } from '../sessions/authentication.js';
import { forgetDevices } from '../sessions/known-devices.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { countAttempt, forgetAttempts } from '../sessions/throttle.js';
import { Account } from './account.entity.js';
import { confirmPassword, findConfirmedAccount, lockAccount } from './accounts.js';
import {
  emailChangedMail,
  emailChangeNoticeMail,
  emailChangeUndoneMail,
  emailInUseMail,
  newEmailMail,
} from './email-change.mails.js';
import type { ConfirmEmailChangeInput, RequestEmailChangeInput, StopEmailChangeInput } from './email-change.types.js';
import { dropRequestedChanges, isHeld } from './email-change.holding.js';
import { readEmail } from './emails.js';
import { ACCOUNT_MAIL_TASK, type AccountMail } from './identity.jobs.js';
import { invitationTime } from './mail-times.js';
import { hashPassword } from './passwords.js';
import { dropPendingSignUps } from './pending-sign-ups.js';
import { requireCode } from './totp.service.js';
import { PrivateAccount } from './viewer.types.js';
import { say } from '../../messages/catalogue.js';

/** Lifetime, in milliseconds, of the link by which the new address confirms a change of e-mail address. */
const CONFIRM_MS = 24 * 3_600_000;

/** Lifetime, in milliseconds, of the link by which the old address stops or undoes a change of e-mail address. */
const STOP_MS = 7 * 86_400_000;

interface ChangeRow {
  id: string;
  account_id: string;
  old_email: string;
  old_confirmed: boolean;
  new_email: string;
  created_at: Date;
  confirmed_at: Date | null;
}

const invalidChange = () => badInput('token', 'TOKEN_INVALID', say('TOKEN_INVALID.emailChange'));

/**
 * Requests a change of the account's e-mail address. The new address gets a link to confirm the change; the old one, if
 * it is confirmed, a notice with a link to stop it. If another account has confirmed the new address, that address gets
 * a notice instead of the link, while answer and work stay the same.
 */
export async function requestEmailChange(ctx: Context, input: RequestEmailChangeInput): Promise<void> {
  const { accountId, sessionId } = requireSession(ctx);
  const newEmail = readEmail('newEmail', input.newEmail);
  const found = await ctx.db.findOneByOrFail(Account, { id: accountId });
  await confirmPassword(ctx, found, 'password', input.password);
  await countAttempt(ctx, 'codeBySession', accountId, sessionId);
  await countAttempt(ctx, 'emailChangeByAccount', accountId);
  const time = await invitationTime(ctx, newEmail);
  await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    await requireCode(ctx, tx, account, 'totpCode', input.totpCode);
    const { email, locale } = account;
    if (email === null || email.toLowerCase() === newEmail.toLowerCase())
      throw badInput('newEmail', 'SAME_EMAIL', say('SAME_EMAIL.account'));
    const isTaken = (await findConfirmedAccount(tx, newEmail)) !== null;
    const [confirm, stop] = [randomToken('tpc'), randomToken('tps')];
    const now = ctx.now();
    await dropRequestedChanges(tx, accountId);
    await tx.query(
      `INSERT INTO email_change (
         id, account_id, old_email, old_confirmed, new_email, confirm_hash, stop_hash, created_at, expires_at,
         stop_until
       )
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        newId(),
        accountId,
        email,
        account.emailConfirmedAt !== null,
        newEmail,
        hashToken(confirm),
        hashToken(stop),
        now,
        new Date(now.getTime() + CONFIRM_MS),
        new Date(now.getTime() + STOP_MS),
      ],
    );
    const asked = [{ email: newEmail, locale }];
    if (isTaken) await notify(tx, emailInUseMail, asked, () => null, time);
    else await notify(tx, newEmailMail, asked, () => null, { ...time, token: confirm });
    if (account.emailConfirmedAt !== null)
      await notify(tx, emailChangeNoticeMail, [{ email, locale }], () => null, { token: stop });
  });
  await forgetAttempts(ctx, 'codeBySession', accountId, sessionId);
}

/**
 * Gives the account its new e-mail address. The token proves control of the new mailbox. A session of the account is
 * needed too, so that a person who opens the link of a stranger's request does not lend the mailbox to the stranger's
 * account.
 */
export async function confirmEmailChange(ctx: Context, input: ConfirmEmailChangeInput): Promise<PrivateAccount> {
  const { accountId, sessionId } = requireSession(ctx);
  const now = ctx.now();
  const [known] = (await ctx.db.query(
    `SELECT id FROM email_change WHERE confirm_hash = $1 AND account_id = $2 AND confirmed_at IS NULL AND expires_at > $3`,
    [hashToken(input.token), accountId, now],
  )) as Array<{ id: string }>;
  if (!known) {
    await countAttempt(ctx, 'tokenByNetwork', networkOf(ctx.ip));
    throw invalidChange();
  }
  return refusingTakenEmail(() =>
    writeOwn(ctx, { account: true }, async (tx) => {
      const { locale } = await lockAccount(tx, accountId);
      const [change] = await changedRows<ChangeRow>(
        tx,
        `UPDATE email_change
         SET confirmed_at = $2, stop_until = $3
         WHERE id = $1 AND confirmed_at IS NULL
         RETURNING *`,
        [known.id, now, new Date(now.getTime() + STOP_MS)],
      );
      if (!change) throw invalidChange();
      if (await isHeld(tx, change.new_email, accountId, now)) throw emailTaken();
      await tx.update(Account, { id: accountId }, { email: change.new_email, emailConfirmedAt: now });
      await tx.query(`DELETE FROM one_time_token WHERE account_id = $1`, [accountId]);
      await dropPendingSignUps(tx, accountId);
      await revokeSessions(tx, accountId, 'EMAIL_CHANGED', now, { except: sessionId });
      await forgetDevices(tx, accountId, { except: sessionId });
      await notify(tx, emailChangedMail, [{ email: change.new_email, locale }], () => ({ side: 'NEW' as const }));
      if (change.old_confirmed)
        await notify(tx, emailChangedMail, [{ email: change.old_email, locale }], () => ({ side: 'OLD' as const }));
      return new PrivateAccount(await tx.findOneByOrFail(Account, { id: accountId }));
    }),
  );
}

/**
 * Stops an unconfirmed change of e-mail address, or undoes a confirmed one, by the token mailed to the old address. A
 * change that is undone was made by somebody who knew the password. Therefore the account then loses its password,
 * sessions, API keys and known devices, and a second factor that was turned on since the change was requested; a link
 * to choose a new password goes to the old address.
 */
export async function stopEmailChange(ctx: Context, input: StopEmailChangeInput): Promise<boolean> {
  const now = ctx.now();
  const [known] = (await ctx.db.query(
    `SELECT id, account_id FROM email_change WHERE stop_hash = $1 AND old_confirmed AND stop_until > $2`,
    [hashToken(input.token), now],
  )) as Array<{ id: string; account_id: string }>;
  if (!known) {
    await countAttempt(ctx, 'tokenByNetwork', networkOf(ctx.ip));
    throw invalidChange();
  }
  const passwordHash = await hashPassword(randomBytes(32).toString('base64url'));
  return refusingTakenEmail(() =>
    writeOwn(ctx, { account: true }, async (tx) => {
      const account = await lockAccount(tx, known.account_id);
      // Later changes of address are void too, since they started from the address that the stopped change gave the
      // account.
      const [change] = (await tx.query(`SELECT * FROM email_change WHERE id = $1 FOR UPDATE`, [
        known.id,
      ])) as ChangeRow[];
      if (!change || account.erasedAt !== null) throw invalidChange();
      await changedRows(tx, `DELETE FROM email_change WHERE account_id = $1 AND id >= $2`, [account.id, change.id]);
      if (change.confirmed_at === null) return false;
      const intruded = account.totpEnabledAt !== null && account.totpEnabledAt >= change.created_at;
      await tx.update(
        Account,
        { id: account.id },
        {
          email: change.old_email,
          emailConfirmedAt: now,
          passwordHash,
          ...(intruded ? { totpSecret: null, totpEnabledAt: null, totpLastStep: null } : {}),
        },
      );
      if (intruded) await tx.query(`DELETE FROM recovery_code WHERE account_id = $1`, [account.id]);
      await tx.query(`DELETE FROM one_time_token WHERE account_id = $1`, [account.id]);
      await dropPendingSignUps(tx, account.id);
      await revokeSessions(tx, account.id, 'EMAIL_CHANGE_UNDONE', now);
      await revokeApiKeys(tx, account.id, now);
      await forgetDevices(tx, account.id);
      const { locale } = account;
      if (account.email !== null)
        await notify(tx, emailChangeUndoneMail, [{ email: account.email, locale }], () => null);
      const reset: AccountMail = { kind: 'RESET_PASSWORD', email: change.old_email };
      await addJob(tx, ACCOUNT_MAIL_TASK, reset);
      return true;
    }),
  );
}

const emailTaken = () => new ConflictError(say('EMAIL_TAKEN.change'), 'EMAIL_TAKEN', { field: 'newEmail' });

async function refusingTakenEmail<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (
      error instanceof QueryFailedError &&
      (error.driverError as { constraint?: string }).constraint === 'account_email'
    )
      throw emailTaken();
    throw error;
  }
}
