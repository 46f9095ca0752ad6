import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { newId } from '../../lib/ids.js';
import { hashToken, randomToken } from '../../lib/seal.js';

/** A device stays known for this many milliseconds after its latest log-in. */
const LIFETIME_MS = 180 * 86_400_000;

/** Maximum number of known devices per account; beyond it, the device that logged in longest ago is forgotten. */
const MOST_DEVICES = 20;

/** Maximum length, in UTF-16 code units, of a device token that is looked up; issued tokens are shorter. */
const LONGEST_TOKEN = 100;

/**
 * The device that got this token when it logged in to this account; null without a token, and for a token that is
 * unknown, expired or of another account. A device token is no credential: it only gives the device's log-in attempts a
 * counter of their own.
 */
export async function knownDevice(
  db: EntityManager,
  accountId: string | null,
  token: string | null | undefined,
  now: Date,
): Promise<string | null> {
  if (accountId === null || token == null || token.length > LONGEST_TOKEN) return null;
  const [row] = (await db.query(
    `SELECT id FROM known_device WHERE token_hash = $1 AND account_id = $2 AND expires_at > $3`,
    [hashToken(token), accountId, now],
  )) as Array<{ id: string }>;
  return row?.id ?? null;
}

/**
 * Remembers the device that has just authenticated, and returns its token: the given one, if it is known, so that a
 * client that misses an answer keeps a valid token; otherwise a new one. The caller holds the account's lock.
 */
export async function rememberDevice(
  tx: EntityManager,
  accountId: string,
  device: { sessionId: string | null; token?: string | null },
  now: Date,
): Promise<string> {
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  const known = await knownDevice(tx, accountId, device.token, now);
  if (known !== null && device.token != null) {
    await tx.query(`UPDATE known_device SET last_used_at = $2, expires_at = $3, session_id = $4 WHERE id = $1`, [
      known,
      now,
      expiresAt,
      device.sessionId,
    ]);
    return device.token;
  }
  const token = randomToken('tpd');
  await tx.query(
    `DELETE FROM known_device
     WHERE id IN (
       SELECT id FROM known_device WHERE account_id = $1 ORDER BY last_used_at DESC, id DESC OFFSET $2
     )`,
    [accountId, MOST_DEVICES - 1],
  );
  await tx.query(
    `INSERT INTO known_device (id, account_id, token_hash, session_id, created_at, last_used_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)`,
    [newId(), accountId, hashToken(token), device.sessionId, now, expiresAt],
  );
  return token;
}

/**
 * Forgets the devices of an account: all of them, or all but the one of the session `except`, or only the one of the
 * session `only`.
 */
export async function forgetDevices(
  tx: EntityManager,
  accountId: string,
  which: { only?: string; except?: string } = {},
): Promise<void> {
  await changedRows(
    tx,
    `DELETE FROM known_device
     WHERE account_id = $1
       AND ($2::uuid IS NULL OR session_id = $2)
       AND ($3::uuid IS NULL OR session_id IS DISTINCT FROM $3)`,
    [accountId, which.only ?? null, which.except ?? null],
  );
}
