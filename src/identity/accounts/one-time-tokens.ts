import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { changedRows } from '../../lib/changed-rows.js';
import { networkOf } from '../../lib/network.js';
import { hashToken, randomToken } from '../../lib/seal.js';
import { countAttempt } from '../sessions/throttle.js';

/** Maximum number of valid tokens per account and purpose. */
const MOST_TOKENS = 50;

export type TokenPurpose = 'CONFIRM_EMAIL' | 'RESET_PASSWORD';

const LIFETIME_MS: Record<TokenPurpose, number> = { CONFIRM_EMAIL: 24 * 3_600_000, RESET_PASSWORD: 3_600_000 };

/**
 * Creates a one-time token for an account; only its hash is stored. Earlier tokens for the same purpose stay valid, so
 * that a request by somebody else does not break the link that the owner is about to open; of more than MOST_TOKENS,
 * the oldest are deleted.
 */
export async function createOneTimeToken(
  tx: EntityManager,
  purpose: TokenPurpose,
  accountId: string,
  now: Date,
  { lifetimeMs = LIFETIME_MS[purpose], signUpId = null }: { lifetimeMs?: number; signUpId?: string | null } = {},
): Promise<string> {
  const token = randomToken('tpo');
  await tx.query(
    `DELETE FROM one_time_token
     WHERE account_id = $1 AND purpose = $2
       AND token_hash NOT IN (
         SELECT token_hash
         FROM one_time_token
         WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
         ORDER BY created_at DESC
         LIMIT $4
       )`,
    [accountId, purpose, now, MOST_TOKENS - 1],
  );
  await tx.query(
    `INSERT INTO one_time_token (token_hash, purpose, account_id, created_at, expires_at, sign_up_id)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [hashToken(token), purpose, accountId, now, new Date(now.getTime() + lifetimeMs), signUpId],
  );
  return token;
}

/**
 * Marks a one-time token as used, deletes the account's other ones for the same purpose, and returns the id of the
 * account, with the id of the pending sign-up that a confirmation is for (null: the one that created the account).
 * Returns null for a token that is unknown, used, expired or for another purpose.
 */
export async function takeOneTimeToken(
  tx: EntityManager,
  purpose: TokenPurpose,
  token: string,
  now: Date,
): Promise<{ accountId: string; signUpId: string | null } | null> {
  const [row] = await changedRows<{ account_id: string; sign_up_id: string | null }>(
    tx,
    `UPDATE one_time_token
     SET used_at = $3
     WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
     RETURNING account_id, sign_up_id`,
    [hashToken(token), purpose, now],
  );
  if (!row) return null;
  await changedRows(tx, `DELETE FROM one_time_token WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL`, [
    row.account_id,
    purpose,
  ]);
  return { accountId: row.account_id, signUpId: row.sign_up_id };
}

/**
 * Throws `refusal` for a token that is unknown, used, expired or for another purpose, and counts it as a guess from the
 * client's network. A valid token is not counted, so that guesses from a shared network do not lock out the person who
 * holds one.
 */
export async function refuseUnknownToken(
  ctx: Context,
  purpose: TokenPurpose,
  token: string,
  refusal: () => Error,
): Promise<void> {
  const known = (await ctx.db.query(
    `SELECT 1 FROM one_time_token WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
    [hashToken(token), purpose, ctx.now()],
  )) as unknown[];
  if (known.length > 0) return;
  await countAttempt(ctx, 'tokenByNetwork', networkOf(ctx.ip));
  throw refusal();
}
