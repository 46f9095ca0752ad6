import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { hashToken, randomToken } from '../../lib/seal.js';

export type TokenPurpose = 'CONFIRM_EMAIL' | 'RESET_PASSWORD';

const LIFETIME_MS: Record<TokenPurpose, number> = { CONFIRM_EMAIL: 24 * 3_600_000, RESET_PASSWORD: 3_600_000 };

/**
 * Creates a one-time token for an account and deletes the account's earlier ones for the same purpose. Only the token's
 * hash is stored.
 */
export async function createOneTimeToken(
  tx: EntityManager,
  purpose: TokenPurpose,
  accountId: string,
  now: Date,
  lifetimeMs = LIFETIME_MS[purpose],
): Promise<string> {
  const token = randomToken('tpo');
  await tx.query(`DELETE FROM one_time_token WHERE account_id = $1 AND purpose = $2`, [accountId, purpose]);
  await tx.query(
    `INSERT INTO one_time_token (token_hash, purpose, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
    [hashToken(token), purpose, accountId, now, new Date(now.getTime() + lifetimeMs)],
  );
  return token;
}

/**
 * Marks a one-time token as used and returns the id of its account; null for a token that is unknown, used, expired or
 * for another purpose.
 */
export async function takeOneTimeToken(
  tx: EntityManager,
  purpose: TokenPurpose,
  token: string,
  now: Date,
): Promise<string | null> {
  const [row] = await changedRows<{ account_id: string }>(
    tx,
    `UPDATE one_time_token
     SET used_at = $3
     WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
     RETURNING account_id`,
    [hashToken(token), purpose, now],
  );
  return row?.account_id ?? null;
}
