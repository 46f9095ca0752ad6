import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { exportedRows, type ErasedPerson, type PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';
import { throttleDigestsOf } from './sessions/throttle.js';

/**
 * Sections of a person's data export on the account itself: its row, memberships, invitations, sessions and other
 * credentials, devices, ledger records and texts stored for the ledger.
 */
export const identityExports: Record<string, PersonalDataExport> = {
  account: async (tx, accountId) => {
    const [account] = (await tx.query(
      `SELECT id, email, display_name, locale, is_operator, email_confirmed_at, totp_enabled_at, created_at
       FROM account
       WHERE id = $1`,
      [accountId],
    )) as unknown[];
    return account;
  },
  memberships: exportedRows(
    `SELECT m.organisation_id, o.name AS organisation, o.verification, m.role, m.created_at
     FROM membership m
     JOIN organisation o ON o.id = m.organisation_id
     WHERE m.account_id = $1
     ORDER BY m.id`,
  ),
  // Invitations that were mailed to the person's address, if it is confirmed: an unconfirmed address, and so its
  // invitations, may belong to somebody else.
  invitationsReceived: exportedRows(
    `SELECT o.name AS organisation, o.verification, i.role, i.created_at, i.expires_at, i.accepted_at, i.revoked_at
     FROM invitation i
     JOIN organisation o ON o.id = i.organisation_id
     JOIN account a ON lower(a.email) = lower(i.email)
     WHERE a.id = $1 AND a.email_confirmed_at IS NOT NULL
     ORDER BY i.id`,
  ),
  // Invitations that the person has sent. The invited address is personal data of the invited person, so it is left
  // out.
  invitationsSent: exportedRows(
    `SELECT organisation_id, role, created_at, accepted_at, revoked_at
     FROM invitation
     WHERE invited_by = $1
     ORDER BY id`,
  ),
  sessions: exportedRows(
    `SELECT created_at, last_used_at, expires_at, user_agent AS device, revoked_at, revoked_reason
     FROM session
     WHERE account_id = $1
     ORDER BY id`,
  ),
  emailChanges: exportedRows(
    `SELECT old_email, new_email, created_at, expires_at, confirmed_at
     FROM email_change
     WHERE account_id = $1
     ORDER BY id`,
  ),
  pendingSignUps: exportedRows(
    `SELECT email, display_name AS name, created_at FROM pending_sign_up WHERE account_id = $1 ORDER BY id`,
  ),
  knownDevices: exportedRows(
    `SELECT created_at, last_used_at, expires_at FROM known_device WHERE account_id = $1 ORDER BY id`,
  ),
  apiKeys: exportedRows(
    `SELECT name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at
     FROM api_key
     WHERE account_id = $1
     ORDER BY id`,
  ),
  mailedLinks: exportedRows(
    `SELECT purpose, created_at, expires_at, used_at FROM one_time_token WHERE account_id = $1 ORDER BY created_at`,
  ),
  recoveryCodes: exportedRows(
    `SELECT count(*)::int AS made, count(used_at)::int AS used FROM recovery_code WHERE account_id = $1`,
  ),
  repeatedRequests: exportedRows(
    `SELECT key, created_at FROM idempotency_key WHERE account_id = $1 ORDER BY created_at`,
  ),
  recordedActs: exportedRows(
    `SELECT l.seq, l.at, l.kind, l.subject_type, l.subject_id, l.facts
     FROM ledger_record l
     JOIN account a ON a.pseudonym = l.actor
     WHERE a.id = $1
     ORDER BY l.seq`,
  ),
  // Texts that the person gave as reasons for actions, and facts of the person's actions that a published ledger must
  // not show; ledger records refer to both by salted hashes.
  reasonsGiven: exportedRows(
    `SELECT hash, text, created_at
     FROM ledger_text
     WHERE account_id = $1 AND NOT starts_with(hash, 'replaced:')
     ORDER BY created_at, hash`,
  ),
  // Contents that the person's edits replaced; they are kept for 30 days, so that a stale edit can be compared with its
  // base.
  contentsReplaced: exportedRows(
    `SELECT hash, text, created_at
     FROM ledger_text
     WHERE account_id = $1 AND starts_with(hash, 'replaced:')
     ORDER BY created_at, hash`,
  ),
};

/**
 * Deletes the rows that belong to the account. After all other steps of the erasure, `privacy/` empties the account's
 * own row.
 */
export async function eraseFromIdentity(
  tx: EntityManager,
  { accountId, email }: ErasedPerson,
  app: App,
): Promise<void> {
  for (const table of [
    'membership',
    'known_device',
    'email_change',
    'session',
    'api_key',
    'one_time_token',
    'pending_sign_up',
    'recovery_code',
    'idempotency_key',
    'ledger_text',
  ]) {
    await changedRows(tx, `DELETE FROM ${table} WHERE account_id = $1`, [accountId]);
  }
  // Invitations to an address that the person has never confirmed are kept, as they belong to the owner of that
  // mailbox.
  await changedRows(
    tx,
    `DELETE FROM invitation i
     USING account a
     WHERE a.id = $1 AND a.email_confirmed_at IS NOT NULL AND lower(i.email) = lower($2)`,
    [accountId, email],
  );
  await changedRows(tx, `UPDATE invitation SET invited_by = NULL WHERE invited_by = $1`, [accountId]);
  await changedRows(tx, `DELETE FROM login_throttle WHERE split_part(key, ':', 2) = ANY ($1)`, [
    throttleDigestsOf(app.secretKey, accountId, email),
  ]);
}
