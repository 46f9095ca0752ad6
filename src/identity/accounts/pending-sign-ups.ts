import type { EntityManager } from 'typeorm';
import { newId } from '../../lib/ids.js';
import { hashToken } from '../../lib/seal.js';
import type { Locale } from '../../kernel/localized.js';

/** Maximum number of sign-ups that wait for a confirmation with the same address. */
const MOST_PENDING = 20;

/** What a person chose when signing up. */
export interface SignUpChoices {
  email: string;
  passwordHash: string;
  displayName: string;
  locale: Locale;
}

export interface PendingSignUp extends SignUpChoices {
  id: string;
  createdAt: Date;
}

const COLUMNS = `p.id, p.email, p.password_hash AS "passwordHash", p.display_name AS "displayName", p.locale,
  p.created_at AS "createdAt"`;

/**
 * Stores a sign-up with the address of an account that has not confirmed it, and returns its id; null where there is no
 * such account. The account stays as it is until the link of this sign-up is opened.
 */
export async function addPendingSignUp(tx: EntityManager, choices: SignUpChoices, now: Date): Promise<string | null> {
  const { email, passwordHash, displayName, locale } = choices;
  const [row] = (await tx.query(
    `INSERT INTO pending_sign_up (id, account_id, email, password_hash, display_name, locale, created_at)
     SELECT $1, a.id, $2, $3, $4, $5, $6
     FROM account a
     WHERE lower(a.email) = lower($2) AND a.email_confirmed_at IS NULL
     RETURNING id, account_id`,
    [newId(), email, passwordHash, displayName, locale, now],
  )) as Array<{ id: string; account_id: string }>;
  if (!row) return null;
  await tx.query(
    `DELETE FROM pending_sign_up
     WHERE account_id = $1
       AND id NOT IN (SELECT id FROM pending_sign_up WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)`,
    [row.account_id, MOST_PENDING],
  );
  return row.id;
}

/** A pending sign-up of an account by id, or the newest where the id is undefined; null if there is none. */
export async function pendingSignUpOf(
  db: EntityManager,
  accountId: string,
  id: string | undefined,
): Promise<PendingSignUp | null> {
  const [row] = (await db.query(
    `SELECT ${COLUMNS}
     FROM pending_sign_up p
     WHERE p.account_id = $1 AND ($2::uuid IS NULL OR p.id = $2)
     ORDER BY p.created_at DESC, p.id DESC
     LIMIT 1`,
    [accountId, id ?? null],
  )) as PendingSignUp[];
  return row ?? null;
}

/** Deletes the sign-ups of an account that wait, with their links: another one was confirmed, or the address changed. */
export async function dropPendingSignUps(tx: EntityManager, accountId: string): Promise<void> {
  await tx.query(`DELETE FROM pending_sign_up WHERE account_id = $1`, [accountId]);
}

/**
 * The sign-up that a mailed link confirms: the one that created the account, or a later one with the same address. Null
 * for a token that is unknown, used or expired.
 */
export async function signUpOfToken(
  db: EntityManager,
  token: string,
  now: Date,
): Promise<Pick<PendingSignUp, 'displayName' | 'passwordHash' | 'createdAt'> | null> {
  const [row] = (await db.query(
    `SELECT COALESCE(p.display_name, a.display_name, '') AS "displayName",
       COALESCE(p.password_hash, a.password_hash) AS "passwordHash", COALESCE(p.created_at, a.created_at) AS "createdAt"
     FROM one_time_token t
     JOIN account a ON a.id = t.account_id
     LEFT JOIN pending_sign_up p ON p.id = t.sign_up_id
     WHERE t.token_hash = $1 AND t.purpose = 'CONFIRM_EMAIL' AND t.used_at IS NULL AND t.expires_at > $2`,
    [hashToken(token), now],
  )) as Array<Pick<PendingSignUp, 'displayName' | 'passwordHash' | 'createdAt'>>;
  return row ?? null;
}
