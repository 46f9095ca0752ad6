import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { dealsExports, eraseFromDeals } from '../deals/deals.personal-data.js';
import { eraseFromImporting, importingExports } from '../importing/importing.personal-data.js';
import { eraseFromMatching, matchingExports } from '../matching/matching.personal-data.js';
import { eraseFromTeams, teamExports } from '../matching/teams/team.personal-data.js';
import { eraseFromTalent, talentExports } from '../talent/talent.personal-data.js';
import { cohortExports, eraseFromCohorts } from '../vetting/cohort/cohort.personal-data.js';
import { eraseFromReviewing, reviewersExports } from '../vetting/reviewers/reviewers.personal-data.js';
import { changedRows } from '../lib/changed-rows.js';
import { throttleKeysOf } from '../identity/sessions/throttle.js';

/** Reads what one part of the platform holds on a person. */
export type PersonalDataExport = (tx: EntityManager, accountId: string) => Promise<unknown>;

/** Whose data is erased, as it stood before. */
export interface ErasedPerson {
  accountId: string;
  email: string;
  pseudonym: string;
}

/** Erases, or cuts loose, what one part of the platform holds on a person. Runs in the erasure's transaction. */
export type ErasureStep = (tx: EntityManager, person: ErasedPerson, app: App) => Promise<void>;

const rows =
  (sql: string): PersonalDataExport =>
  (tx, accountId) =>
    tx.query(sql, [accountId]);

/** Everything held on a person, by subject. A domain that stores more on people adds its entry here and its step below. */
export const personalDataExports: Record<string, PersonalDataExport> = {
  account: async (tx, accountId) => {
    const [account] = (await tx.query(
      `SELECT id, email, display_name, locale, is_operator, email_confirmed_at, totp_enabled_at, created_at FROM account WHERE id = $1`,
      [accountId],
    )) as unknown[];
    return account;
  },
  memberships: rows(
    `SELECT m.organisation_id, o.name AS organisation, m.role, m.created_at FROM membership m JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = $1 ORDER BY m.id`,
  ),
  invitationsReceived: rows(
    `SELECT o.name AS organisation, i.role, i.created_at, i.expires_at, i.accepted_at, i.revoked_at FROM invitation i JOIN organisation o ON o.id = i.organisation_id
     JOIN account a ON lower(a.email) = lower(i.email) WHERE a.id = $1 ORDER BY i.id`,
  ),
  // The other side's address is that person's data, so it is left out.
  invitationsSent: rows(
    `SELECT organisation_id, role, created_at, accepted_at, revoked_at FROM invitation WHERE invited_by = $1 ORDER BY id`,
  ),
  sessions: rows(
    `SELECT created_at, last_used_at, expires_at, user_agent AS device, revoked_at, revoked_reason FROM session WHERE account_id = $1 ORDER BY id`,
  ),
  apiKeys: rows(
    `SELECT name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_key WHERE account_id = $1 ORDER BY id`,
  ),
  mailedLinks: rows(
    `SELECT purpose, created_at, expires_at, used_at FROM one_time_token WHERE account_id = $1 ORDER BY created_at`,
  ),
  recoveryCodes: rows(
    `SELECT count(*)::int AS made, count(used_at)::int AS used FROM recovery_code WHERE account_id = $1`,
  ),
  repeatedRequests: rows(`SELECT key, created_at FROM idempotency_key WHERE account_id = $1 ORDER BY created_at`),
  recordedActs: rows(
    `SELECT l.seq, l.at, l.kind, l.subject_type, l.subject_id, l.facts FROM ledger_record l JOIN account a ON a.pseudonym = l.actor WHERE a.id = $1 ORDER BY l.seq`,
  ),
  // Words given as reasons; the records name them by their salted hashes.
  reasonsGiven: rows(`SELECT hash, text, created_at FROM ledger_text WHERE account_id = $1 ORDER BY created_at, hash`),
  ...dealsExports,
  ...importingExports,
  ...cohortExports,
  ...reviewersExports,
  ...matchingExports,
  ...talentExports,
  ...teamExports,
};

/** Run in order when a person is erased; the account row itself is emptied last. */
export const erasureSteps: ErasureStep[] = [
  async (tx, { accountId, email }, app) => {
    for (const table of [
      'membership',
      'session',
      'api_key',
      'one_time_token',
      'recovery_code',
      'idempotency_key',
      'ledger_text',
    ]) {
      await changedRows(tx, `DELETE FROM ${table} WHERE account_id = $1`, [accountId]);
    }
    await changedRows(tx, `DELETE FROM invitation WHERE lower(email) = lower($1)`, [email]);
    await changedRows(tx, `UPDATE invitation SET invited_by = NULL WHERE invited_by = $1`, [accountId]);
    await changedRows(tx, `DELETE FROM login_throttle WHERE key = ANY ($1)`, [
      throttleKeysOf(app.secretKey, accountId, email),
    ]);
  },
  // Before talent profiles lose their account.
  eraseFromMatching,
  eraseFromDeals,
  eraseFromImporting,
  eraseFromCohorts,
  eraseFromReviewing,
  // Before the profile by which a team knows the person is emptied.
  eraseFromTeams,
  eraseFromTalent,
];
