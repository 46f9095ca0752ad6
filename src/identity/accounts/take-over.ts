import type { EntityManager } from 'typeorm';
import { revokeApiKeys } from '../api-keys/api-keys.service.js';
import { forgetDevices } from '../sessions/known-devices.js';
import { Account } from './account.entity.js';
import { dropRequestedChanges } from './email-change.holding.js';
import { dropPendingSignUps } from './pending-sign-ups.js';

/**
 * Replaces password and name of an account whose address was never confirmed, removes its second factor, one-time
 * tokens, pending sign-ups, requested changes of address and known devices, and revokes its API keys: the creator of the
 * account may be another person than the owner of the address. The caller ends the account's sessions.
 */
export async function takeOver(
  tx: EntityManager,
  id: string,
  { displayName, passwordHash }: Pick<Account, 'displayName' | 'passwordHash'>,
  now: Date,
): Promise<void> {
  await tx.update(
    Account,
    { id },
    { passwordHash, displayName, totpSecret: null, totpEnabledAt: null, totpLastStep: null },
  );
  await dropPendingSignUps(tx, id);
  await dropRequestedChanges(tx, id);
  await tx.query(`DELETE FROM one_time_token WHERE account_id = $1`, [id]);
  await revokeApiKeys(tx, id, now);
  await forgetDevices(tx, id);
}
