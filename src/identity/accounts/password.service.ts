import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError } from '../../kernel/errors.js';
import { addJob } from '../../kernel/jobs.js';
import { networkOf } from '../../lib/network.js';
import { notify } from '../../notifications/mail.js';
import { write, writeOwn } from '../../kernel/write.js';
import { Account } from './account.entity.js';
import type { ChangePasswordInput, RequestPasswordResetInput, ResetPasswordInput } from './account.inputs.js';
import { confirmPassword, findUnprovenAccount, lockAccount } from './accounts.js';
import { dropRequestedChanges } from './email-change.holding.js';
import { revokeApiKeys } from '../api-keys/api-keys.service.js';
import { requireSession } from '../sessions/authentication.js';
import { readEmail } from './emails.js';
import { ACCOUNT_MAIL_TASK, type AccountMail } from './identity.jobs.js';
import { passwordChangedMail, passwordResetMail } from './identity.mails.js';
import { accountMailTime } from './mail-times.js';
import { refuseUnknownToken, takeOneTimeToken } from './one-time-tokens.js';
import { checkPassword, hashPassword } from './passwords.js';
import { takeOver } from './take-over.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { forgetDevices, knownDevice, rememberDevice } from '../sessions/known-devices.js';
import { countAttempt, countFromNetwork, forgetAttempts } from '../sessions/throttle.js';
import { say } from '../../messages/catalogue.js';

/**
 * Changes the viewer's password, after a check of the present one. Ends every other session of the account, forgets
 * their devices, makes earlier reset links and requested changes of address void, and mails the person.
 */
export async function changePassword(ctx: Context, input: ChangePasswordInput): Promise<void> {
  const { accountId, sessionId } = requireSession(ctx);
  const before = await ctx.db.findOneByOrFail(Account, { id: accountId });
  await confirmPassword(ctx, before, 'currentPassword', input.currentPassword);
  checkPassword('newPassword', input.newPassword, before.email ?? '');
  const passwordHash = await hashPassword(input.newPassword);
  await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account.passwordHash !== before.passwordHash)
      throw new ConflictError(say('PASSWORD_CHANGED.meanwhile'), 'PASSWORD_CHANGED');
    await tx.query(`UPDATE account SET password_hash = $2 WHERE id = $1`, [accountId, passwordHash]);
    await tx.query(`DELETE FROM one_time_token WHERE account_id = $1 AND purpose = 'RESET_PASSWORD'`, [accountId]);
    await dropRequestedChanges(tx, accountId);
    await revokeSessions(tx, accountId, 'PASSWORD_CHANGED', ctx.now(), { except: sessionId });
    await forgetDevices(tx, accountId, { except: sessionId });
    if (account.email !== null)
      await notify(tx, passwordChangedMail, [{ email: account.email, locale: account.locale }], () => null);
  });
}

/**
 * Queues a mail with a link to set a new password, sent if the address has an account; the answer does not reveal
 * whether it has one.
 */
export async function requestPasswordReset(ctx: Context, input: RequestPasswordResetInput): Promise<void> {
  const email = readEmail('email', input.email);
  const time = await resetMailTime(ctx, email, input.deviceToken);
  await write(ctx, (tx) =>
    addJob(tx, ACCOUNT_MAIL_TASK, { kind: 'RESET_PASSWORD', email } satisfies AccountMail, time),
  );
}

/**
 * Sets a new password with a mailed token, which also confirms the account's address. It ends every session, revokes
 * every API key and voids requested changes of address, since an intruder may have created them. If the address was
 * never confirmed, everything else that was chosen at sign-up, the display name included, is replaced too.
 */
export async function resetPassword(ctx: Context, input: ResetPasswordInput): Promise<string> {
  await refuseUnknownToken(ctx, 'RESET_PASSWORD', input.token, invalidReset);
  checkPassword('newPassword', input.newPassword, '');
  const passwordHash = await hashPassword(input.newPassword);
  const { email, deviceToken } = await writeOwn(ctx, { account: true }, async (tx) => {
    const taken = await takeOneTimeToken(tx, 'RESET_PASSWORD', input.token, ctx.now());
    if (taken === null) throw invalidReset();
    const { accountId } = taken;
    const account = await lockAccount(tx, accountId);
    checkPassword('newPassword', input.newPassword, account.email ?? '');
    if (account.emailConfirmedAt === null) {
      const displayName = neutralName(account.email);
      await takeOver(tx, accountId, { displayName, passwordHash }, ctx.now());
      await tx.update(Account, { id: accountId }, { emailConfirmedAt: ctx.now(), locale: ctx.locale });
    } else {
      await tx.update(Account, { id: accountId }, { passwordHash });
      await dropRequestedChanges(tx, accountId);
      await revokeApiKeys(tx, accountId, ctx.now());
      await forgetDevices(tx, accountId);
    }
    await revokeSessions(tx, accountId, 'PASSWORD_RESET', ctx.now());
    if (account.email !== null)
      await notify(tx, passwordResetMail, [{ email: account.email, locale: account.locale }], () => null);
    return { email: account.email, deviceToken: await rememberDevice(tx, accountId, { sessionId: null }, ctx.now()) };
  });
  if (email !== null) await forgetAttempts(ctx, 'logInByPair', email, networkOf(ctx.ip));
  return deviceToken;
}

/**
 * The display name of an account whose password is reset before its address was ever confirmed: the part of the address
 * before the @, its letters and digits only. The name given at sign-up is dropped, since another person than the owner of the address may have
 * chosen it.
 */
const neutralName = (email: string | null): string =>
  email
    ?.split('@')[0]
    ?.replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim() || '—';

const invalidReset = () => badInput('token', 'TOKEN_INVALID', say('TOKEN_INVALID.link'));

/** Counts a request for a reset link, and returns when to send its mail: from a known device at once. */
async function resetMailTime(ctx: Context, email: string, deviceToken: string | null | undefined) {
  const account = deviceToken == null ? null : await findUnprovenAccount(ctx.db, email);
  const device = await knownDevice(ctx.db, account?.id ?? null, deviceToken, ctx.now());
  if (device !== null) {
    await countAttempt(ctx, 'mailByDevice', email, device);
    return {};
  }
  const count = await countFromNetwork(ctx, 'mail', email, 'RESET_PASSWORD');
  return accountMailTime(ctx, 'RESET_PASSWORD', email, count === 1);
}
