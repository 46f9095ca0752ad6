import type { EntityManager } from 'typeorm';
import type { App, Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError } from '../../kernel/errors.js';
import { notify } from '../../notifications/mail.js';
import { writeOwn } from '../../kernel/write.js';
import { Account } from './account.entity.js';
import type { BeginTotpInput, DisableTotpInput, EnableTotpInput, RenewRecoveryCodesInput } from './account.inputs.js';
import { confirmPassword, lockAccount } from './accounts.js';
import { requireConfirmedEmail, requireSession } from '../sessions/authentication.js';
import { twoFactorChangedMail } from './identity.mails.js';
import { keyedHash, seal, unseal } from '../../lib/seal.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { changedRows } from '../../lib/changed-rows.js';
import { countAttempt, forgetAttempts } from '../sessions/throttle.js';
import { newRecoveryCodes, newTotpSecret, plainRecoveryCode, totpStep, totpUri } from './totp.js';
import { say } from '../../messages/catalogue.js';

/** Stores a new TOTP secret for the viewer's account; two-factor authentication stays off until `enableTotp`. */
export async function beginTotp(ctx: Context, input: BeginTotpInput): Promise<{ uri: string; secret: string }> {
  const { accountId } = requireSession(ctx);
  requireConfirmedEmail(ctx);
  await confirmPassword(ctx, await ctx.db.findOneByOrFail(Account, { id: accountId }), 'password', input.password);
  const secret = newTotpSecret();
  return writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account.totpEnabledAt !== null)
      throw new ConflictError(say('TOTP_ALREADY_ENABLED.change'), 'TOTP_ALREADY_ENABLED');
    await tx.query(`UPDATE account SET totp_secret = $2, totp_last_step = NULL WHERE id = $1`, [
      accountId,
      seal(ctx.app.secretKey, 'totp', accountId, secret),
    ]);
    return { secret, uri: totpUri(secret, account.email ?? '') };
  });
}

/**
 * Turns two-factor authentication on after one correct code, and ends the account's other sessions, which were opened
 * without a code. Returns new recovery codes.
 */
export async function enableTotp(ctx: Context, input: EnableTotpInput): Promise<string[]> {
  const { accountId, sessionId } = requireSession(ctx);
  await countAttempt(ctx, 'codeBySession', accountId, sessionId);
  const codes = await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account.totpEnabledAt !== null) throw new ConflictError(say('TOTP_ALREADY_ENABLED.on'), 'TOTP_ALREADY_ENABLED');
    if (account.totpSecret === null) throw new ConflictError(say('TOTP_NOT_BEGUN.begin'), 'TOTP_NOT_BEGUN');
    if (!(await takeTotpCode(ctx.app, tx, account, input.code, ctx.now()))) throw wrongCode('code');
    await tx.query(`UPDATE account SET totp_enabled_at = $2 WHERE id = $1`, [accountId, ctx.now()]);
    await revokeSessions(tx, accountId, 'TOTP_ENABLED', ctx.now(), { except: sessionId });
    await mailChange(tx, account, true);
    return replaceRecoveryCodes(ctx.app, tx, accountId);
  });
  await forgetAttempts(ctx, 'codeBySession', accountId, sessionId);
  return codes;
}

/**
 * Turns two-factor authentication off, after a check of password and code, and deletes the recovery codes; throws
 * FORBIDDEN for an operator where the configuration requires it for operators.
 */
export async function disableTotp(ctx: Context, input: DisableTotpInput): Promise<Account> {
  return withPasswordAndCode(ctx, input, async (tx, account) => {
    if (account.isOperator && ctx.app.config.requireOperatorTotp) {
      throw new ForbiddenError(say('TOTP_REQUIRED.keep'), 'TOTP_REQUIRED');
    }
    await tx.query(
      `UPDATE account SET totp_secret = NULL, totp_enabled_at = NULL, totp_last_step = NULL WHERE id = $1`,
      [account.id],
    );
    await tx.query(`DELETE FROM recovery_code WHERE account_id = $1`, [account.id]);
    await mailChange(tx, account, false);
    return tx.findOneByOrFail(Account, { id: account.id });
  });
}

/** Replaces the recovery codes of the viewer's account. */
export async function renewRecoveryCodes(ctx: Context, input: RenewRecoveryCodesInput): Promise<string[]> {
  return withPasswordAndCode(ctx, input, (tx, account) => replaceRecoveryCodes(ctx.app, tx, account.id));
}

/** Checks a TOTP code or recovery code of an account and marks it as used. Returns false for a wrong or used code. */
export async function takeCode(ctx: Context, tx: EntityManager, account: Account, code: string): Promise<boolean> {
  if (/^\s*\d{3}\s?\d{3}\s*$/.test(code)) return takeTotpCode(ctx.app, tx, account, code, ctx.now());
  const rows = await changedRows(
    tx,
    `UPDATE recovery_code
     SET used_at = $3
     WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
     RETURNING code_hash`,
    [account.id, recoveryCodeHash(ctx.app, account.id, code), ctx.now()],
  );
  return rows.length === 1;
}

/**
 * Checks the code where the account has two-factor authentication; throws BAD_USER_INPUT naming `field` for a missing
 * or wrong code.
 */
export async function requireCode(
  ctx: Context,
  tx: EntityManager,
  account: Account,
  field: string,
  code: string | null | undefined,
): Promise<void> {
  if (account.totpEnabledAt === null) return;
  if (code == null) throw badInput(field, 'TOTP_CODE_REQUIRED', say('TOTP_CODE_REQUIRED.field'));
  if (!(await takeCode(ctx, tx, account, code))) throw wrongCode(field);
}

/**
 * Replaces all recovery codes of an account and returns the new ones. Only their keyed hashes are stored, so they
 * cannot be shown again.
 */
export async function replaceRecoveryCodes(app: App, tx: EntityManager, accountId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await tx.query(`DELETE FROM recovery_code WHERE account_id = $1`, [accountId]);
  await tx.query(`INSERT INTO recovery_code (account_id, code_hash) SELECT $1, unnest($2::text[])`, [
    accountId,
    codes.map((code) => recoveryCodeHash(app, accountId, code)),
  ]);
  return codes;
}

async function withPasswordAndCode<T>(
  ctx: Context,
  input: { password: string; code: string },
  run: (tx: EntityManager, account: Account) => Promise<T>,
): Promise<T> {
  const { accountId, sessionId } = requireSession(ctx);
  await confirmPassword(ctx, await ctx.db.findOneByOrFail(Account, { id: accountId }), 'password', input.password);
  await countAttempt(ctx, 'codeBySession', accountId, sessionId);
  const result = await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account.totpEnabledAt === null) throw new ConflictError(say('TOTP_NOT_ENABLED.off'), 'TOTP_NOT_ENABLED');
    await requireCode(ctx, tx, account, 'code', input.code);
    return run(tx, account);
  });
  await forgetAttempts(ctx, 'codeBySession', accountId, sessionId);
  return result;
}

async function takeTotpCode(app: App, tx: EntityManager, account: Account, code: string, now: Date): Promise<boolean> {
  const digits = code.replace(/\s/g, '');
  if (account.totpSecret === null || !/^\d{6}$/.test(digits)) return false;
  const step = totpStep(unseal(app.secretKey, 'totp', account.id, account.totpSecret), digits, now);
  if (step === null) return false;
  // The time step of a used code and all earlier steps count as used, so that a code which somebody else has seen
  // cannot be used again.
  const rows = await changedRows(
    tx,
    `UPDATE account
     SET totp_last_step = $2
     WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)
     RETURNING id`,
    [account.id, step],
  );
  return rows.length === 1;
}

function recoveryCodeHash(app: App, accountId: string, code: string): string {
  return keyedHash(app.secretKey, 'recovery-code', `${accountId}:${plainRecoveryCode(code)}`);
}

function wrongCode(field: string) {
  return badInput(field, 'WRONG_CODE', say('WRONG_CODE.next'));
}

async function mailChange(tx: EntityManager, account: Account, enabled: boolean): Promise<void> {
  if (account.email !== null)
    await notify(tx, twoFactorChangedMail, [{ email: account.email, locale: account.locale }], () => ({ enabled }));
}
