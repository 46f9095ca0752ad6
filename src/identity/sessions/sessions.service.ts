import type { Context } from '../../kernel/context.js';
import { NotFoundError, UnauthenticatedError } from '../../kernel/errors.js';
import { cleanText } from '../../kernel/localized.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { writeOwn } from '../../kernel/write.js';
import type { LogInInput, RefreshSessionInput, RevokeSessionInput } from '../accounts/account.inputs.js';
import { findUnprovenAccount, lockAccount } from '../accounts/accounts.js';
import { requireSession } from './authentication.js';
import { readEmail } from '../accounts/emails.js';
import { verifyPassword } from '../accounts/passwords.js';
import { hashToken } from '../../lib/seal.js';
import { Session } from './session.entity.js';
import {
  addRefreshToken,
  openSession,
  revokeSessions,
  sessionEnd,
  tokensOf,
  type OpenedSession,
  type SessionTokens,
} from './session.tokens.js';
import { forgetDevices, knownDevice, rememberDevice } from './known-devices.js';
import { countGuess, settleGuess } from './throttle.js';
import { takeCode } from '../accounts/totp.service.js';
import { say } from '../../messages/catalogue.js';

const wrongCredentials = () => new UnauthenticatedError(say('BAD_CREDENTIALS.logIn'), 'BAD_CREDENTIALS');

/**
 * Logs in with e-mail address and password, and opens a session. An unknown account and a wrong password take the same
 * time and give the same error. Attempts with the token of a device that logged in to the account before have a counter
 * of their own, so that guesses from elsewhere do not keep the owner out.
 */
export async function logIn(ctx: Context, input: LogInInput): Promise<{ tokens: SessionTokens; deviceToken: string }> {
  const email = readEmail('email', input.email);
  const found = await findUnprovenAccount(ctx.db, email);
  const device = await knownDevice(ctx.db, found?.id ?? null, input.deviceToken, ctx.now());
  await countGuess(ctx, 'logIn', email, device);
  const fits = await verifyPassword(found?.passwordHash ?? null, input.password);
  if (!found || !fits) throw wrongCredentials();
  const code = input.totpCode ?? null;
  if (found.totpEnabledAt !== null && code !== null) await countGuess(ctx, 'code', found.id, device);
  const { opened, deviceToken } = await writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, found.id);
    // Between the check of the password and this lock, the password may have been changed, perhaps to lock this client
    // out.
    if (account.passwordHash !== found.passwordHash) throw wrongCredentials();
    if (account.totpEnabledAt !== null) {
      if (code === null) throw new UnauthenticatedError(say('TOTP_CODE_REQUIRED.logIn'), 'TOTP_CODE_REQUIRED');
      if (!(await takeCode(ctx, tx, account, code)))
        throw new UnauthenticatedError(say('TOTP_CODE_WRONG.next'), 'TOTP_CODE_WRONG');
    }
    const name = cleanText(input.device);
    const opened = await openSession(
      tx,
      account.id,
      name === undefined ? null : [...name].slice(0, 200).join(''),
      ctx.now(),
    );
    const { sessionId } = opened;
    const deviceToken = await rememberDevice(tx, account.id, { sessionId, token: input.deviceToken }, ctx.now());
    return { opened, deviceToken };
  });
  await settleGuess(ctx, 'logIn', email, device);
  if (found.totpEnabledAt !== null) await settleGuess(ctx, 'code', found.id, device);
  return { tokens: await tokensOf(ctx.app, opened), deviceToken };
}

/**
 * Exchanges a refresh token for a new pair of tokens. A token that is used a second time is held by two parties, so its
 * whole session is ended. Of two concurrent calls with the same token, the row lock lets one succeed; the other finds
 * the token used, which ends the session.
 */
export async function refreshSession(ctx: Context, input: RefreshSessionInput): Promise<SessionTokens> {
  const now = ctx.now();
  const outcome = await writeOwn(ctx, { account: true }, async (tx): Promise<OpenedSession | 'REUSED' | 'INVALID'> => {
    const tokenHash = hashToken(input.refreshToken);
    const [row] = (await tx.query(
      `SELECT t.used_at, s.id, s.account_id, s.created_at, s.expires_at, s.revoked_at
       FROM refresh_token t
       JOIN session s ON s.id = t.session_id
       WHERE t.token_hash = $1
       FOR UPDATE OF t, s`,
      [tokenHash],
    )) as Array<{
      used_at: Date | null;
      id: string;
      account_id: string;
      created_at: Date;
      expires_at: Date;
      revoked_at: Date | null;
    }>;
    if (!row) return 'INVALID';
    if (row.used_at !== null) {
      await tx.query(
        `UPDATE session
         SET revoked_at = COALESCE(revoked_at, $2),
             revoked_reason = COALESCE(revoked_reason, 'REFRESH_TOKEN_REUSED')
         WHERE id = $1`,
        [row.id, now],
      );
      return 'REUSED';
    }
    if (row.revoked_at !== null || row.expires_at <= now) return 'INVALID';
    const expiresAt = sessionEnd(row.created_at, now);
    await tx.query(`UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1`, [tokenHash, now]);
    await tx.query(`UPDATE session SET last_used_at = $2, expires_at = $3 WHERE id = $1`, [row.id, now, expiresAt]);
    return {
      accountId: row.account_id,
      sessionId: row.id,
      expiresAt,
      refreshToken: await addRefreshToken(tx, row.id, now),
    };
  });
  if (outcome === 'REUSED') {
    ctx.app.log.warn({ requestId: ctx.requestId }, 'a refresh token was reused; its session was ended');
    throw new UnauthenticatedError(say('REFRESH_TOKEN_REUSED.session'), 'REFRESH_TOKEN_REUSED');
  }
  if (outcome === 'INVALID') throw new UnauthenticatedError(say('TOKEN_INVALID.session'), 'TOKEN_INVALID');
  return tokensOf(ctx.app, outcome);
}

/** Ends the session of this request. */
export async function logOut(ctx: Context): Promise<void> {
  const viewer = requireSession(ctx);
  await writeOwn(ctx, { account: true }, (tx) =>
    revokeSessions(tx, viewer.accountId, 'LOG_OUT', ctx.now(), { only: viewer.sessionId }),
  );
}

/** Ends every session of the viewer, and forgets every device but the one of this request. */
export async function logOutEverywhere(ctx: Context): Promise<void> {
  const viewer = requireSession(ctx);
  await writeOwn(ctx, { account: true }, async (tx) => {
    await revokeSessions(tx, viewer.accountId, 'LOG_OUT', ctx.now());
    await forgetDevices(tx, viewer.accountId, { except: viewer.sessionId });
  });
}

/** Ends one session of the viewer, and forgets its device. */
export async function revokeSession(ctx: Context, input: RevokeSessionInput): Promise<void> {
  const viewer = requireSession(ctx);
  const id = readId('id', 'Session', input.id);
  const count = await writeOwn(ctx, { account: true }, async (tx) => {
    await forgetDevices(tx, viewer.accountId, { only: id });
    return revokeSessions(tx, viewer.accountId, 'REVOKED', ctx.now(), { only: id });
  });
  if (count === 0) throw new NotFoundError(say('thing.thisSession'));
}

/** The viewer's open sessions, latest first. */
export async function listSessions(ctx: Context, args: ConnectionArgs): Promise<Page<Session>> {
  const viewer = requireSession(ctx);
  const query = ctx.db
    .createQueryBuilder(Session, 's')
    .where('s.accountId = :accountId AND s.revokedAt IS NULL AND s.expiresAt > :now', {
      accountId: viewer.accountId,
      now: ctx.now(),
    });
  return keysetPage(query, args, [{ sql: 's.id', direction: 'DESC', cast: 'uuid', value: (s) => s.id }]);
}

/**
 * One of the viewer's own open sessions, for `node`; null for any other session, and for a viewer without a session.
 */
export async function ownSession(ctx: Context, id: string): Promise<Session | null> {
  if (ctx.viewer.via !== 'SESSION') return null;
  const session = await ctx.db.findOneBy(Session, { id, accountId: ctx.viewer.accountId ?? undefined });
  return session?.revokedAt === null && session.expiresAt > ctx.now() ? session : null;
}
