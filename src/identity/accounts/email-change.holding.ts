import type { EntityManager } from 'typeorm';
import type { Locale } from '../../kernel/localized.js';
import { changedRows } from '../../lib/changed-rows.js';

/**
 * Deletes the requested changes of address of an account that the new address has not confirmed, so that their links
 * are void. Called when the password changes: somebody who knew the old one may have requested the change.
 */
export async function dropRequestedChanges(tx: EntityManager, accountId: string): Promise<void> {
  await changedRows(tx, `DELETE FROM email_change WHERE account_id = $1 AND confirmed_at IS NULL`, [accountId]);
}

/**
 * Returns the end of the time for which an e-mail address is reserved for the account that had it before a change which
 * can still be undone, and that account's language; null where the address is not reserved. Nobody else gets the
 * address meanwhile, since undoing the change would fail then.
 */
export async function holding(
  tx: EntityManager,
  email: string,
  exceptAccountId: string | null,
  now: Date,
): Promise<{ until: Date; locale: Locale } | null> {
  const [row] = (await tx.query(
    `SELECT c.stop_until AS until, a.locale
     FROM email_change c
     JOIN account a ON a.id = c.account_id
     WHERE lower(c.old_email) = lower($1) AND c.confirmed_at IS NOT NULL AND c.old_confirmed AND c.stop_until > $3
       AND c.account_id IS DISTINCT FROM $2::uuid
     ORDER BY c.stop_until DESC
     LIMIT 1`,
    [email, exceptAccountId, now],
  )) as Array<{ until: Date; locale: Locale }>;
  return row ?? null;
}

/** Whether an e-mail address is reserved, after a change, for another account than `exceptAccountId`. */
export async function isHeld(
  tx: EntityManager,
  email: string,
  exceptAccountId: string | null,
  now: Date,
): Promise<boolean> {
  return (await holding(tx, email, exceptAccountId, now)) !== null;
}
