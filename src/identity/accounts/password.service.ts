import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError } from '../../kernel/errors.js';
import { addJob } from '../../kernel/jobs.js';
import { networkOf } from '../../lib/network.js';
import { queueMail } from '../../notifications/mail.js';
import { write, writeOwn } from '../../kernel/write.js';
import { Account } from './account.entity.js';
import type { ChangePasswordInput, RequestPasswordResetInput, ResetPasswordInput } from './account.inputs.js';
import { confirmPassword, lockAccount } from './accounts.js';
import { revokeApiKeys } from '../api-keys/api-keys.service.js';
import { requireSession } from '../sessions/authentication.js';
import { readEmail } from './emails.js';
import { ACCOUNT_MAIL_TASK, type AccountMail } from './identity.jobs.js';
import { passwordChangedMail, passwordResetMail } from './identity.mails.js';
import { takeOneTimeToken } from './one-time-tokens.js';
import { checkPassword, hashPassword } from './passwords.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { countAttempt, forgetAttempts } from '../sessions/throttle.js';

/** Changes the viewer's password and ends every other session of the account. */
export async function changePassword(ctx: Context, input: ChangePasswordInput): Promise<void> {
  const { accountId, sessionId } = requireSession(ctx);
  const before = await ctx.db.findOneByOrFail(Account, { id: accountId });
  await confirmPassword(ctx, before, 'currentPassword', input.currentPassword);
  checkPassword('newPassword', input.newPassword, before.email ?? '');
  const passwordHash = await hashPassword(input.newPassword);
  await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account.passwordHash !== before.passwordHash)
      throw new ConflictError('The password was changed meanwhile; log in with the new one.', 'PASSWORD_CHANGED');
    await tx.query(`UPDATE account SET password_hash = $2 WHERE id = $1`, [accountId, passwordHash]);
    await tx.query(`DELETE FROM one_time_token WHERE account_id = $1 AND purpose = 'RESET_PASSWORD'`, [accountId]);
    await revokeSessions(tx, accountId, 'PASSWORD_CHANGED', ctx.now(), { except: sessionId });
    if (account.email !== null)
      await queueMail(tx, { to: account.email, locale: account.locale, ...passwordChangedMail(account.locale) });
  });
}

/**
 * Queues a mail with a link to set a new password, sent if the address has an account; the answer does not reveal
 * whether it has one.
 */
export async function requestPasswordReset(ctx: Context, input: RequestPasswordResetInput): Promise<void> {
  const email = readEmail('email', input.email);
  await countAttempt(ctx, 'mailByAddress', networkOf(ctx.ip));
  await countAttempt(ctx, 'mailByEmail', email);
  await write(ctx, (tx) => addJob(tx, ACCOUNT_MAIL_TASK, { kind: 'RESET_PASSWORD', email } satisfies AccountMail));
}

/**
 * Sets a new password with a mailed token, which also confirms the account's address. It ends every session and revokes
 * every API key of the account, since an intruder may have created them.
 */
export async function resetPassword(ctx: Context, input: ResetPasswordInput): Promise<void> {
  await countAttempt(ctx, 'tokenByAddress', networkOf(ctx.ip));
  checkPassword('newPassword', input.newPassword, '');
  const passwordHash = await hashPassword(input.newPassword);
  const email = await writeOwn(ctx, { account: true }, async (tx) => {
    const accountId = await takeOneTimeToken(tx, 'RESET_PASSWORD', input.token, ctx.now());
    if (accountId === null)
      throw badInput(
        'token',
        'TOKEN_INVALID',
        'this link was used or has expired; `requestPasswordReset` sends another.',
      );
    const account = await lockAccount(tx, accountId);
    checkPassword('newPassword', input.newPassword, account.email ?? '');
    await tx.query(
      `UPDATE account SET password_hash = $2, email_confirmed_at = COALESCE(email_confirmed_at, $3) WHERE id = $1`,
      [accountId, passwordHash, ctx.now()],
    );
    await revokeSessions(tx, accountId, 'PASSWORD_RESET', ctx.now());
    await revokeApiKeys(tx, accountId, ctx.now());
    if (account.email !== null)
      await queueMail(tx, { to: account.email, locale: account.locale, ...passwordResetMail(account.locale) });
    return account.email;
  });
  if (email !== null) await forgetAttempts(ctx, 'logInByEmail', email);
}
