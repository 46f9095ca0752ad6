import type { EntityManager } from 'typeorm';
import type { App, Context } from '../../kernel/context.js';
import type { Viewer } from '../../kernel/viewer.js';
import type { OwnRows } from '../../kernel/own-rows.js';
import { invalidToken } from './access-tokens.js';
import { RELATED_ORGANISATIONS } from './related-organisations.js';
import { HELD_ROLE, keyExpired, toViewer, type AccountRow } from './authentication.js';

/**
 * SQL statement that reads and locks the rows on which a person's rights rest: organisations, account, credential and
 * memberships. The locks last until the transaction ends, so that a revocation either is seen here or waits for the
 * write. The lock is `FOR SHARE`, because a revocation is an update, with which `FOR KEY SHARE` does not conflict. Rows
 * that the write itself will change get the lock of an update at once: of two writers that both hold a shared lock,
 * neither could raise it. Each part of the statement refers to the part before it, so that all writers lock in the same
 * order.
 *
 * Parameters: $1 account, $2 session or API key, $3 the organisation that the account joins, if `change` names one.
 */
function statement(credential: string, change: OwnRows): string {
  const lock = (changes: boolean | undefined) => (changes === true ? 'FOR NO KEY UPDATE' : 'FOR SHARE');
  return `WITH own_organisation AS MATERIALIZED (
      SELECT o.id, o.kind, o.verification
      FROM organisation o
      WHERE o.id IN (SELECT organisation_id FROM membership WHERE account_id = $1)
        ${change.joined === undefined ? '' : 'OR o.id = $3'}
      ORDER BY o.id
      ${lock(change.organisations)}
    ), person AS MATERIALIZED (
      SELECT a.id, a.pseudonym, a.is_operator, a.email_confirmed_at, a.totp_enabled_at
      FROM account a
      WHERE a.id = $1 AND a.erased_at IS NULL AND (SELECT count(*) FROM own_organisation) >= 0
      ${lock(change.account)}
    ), ${credential ? `credential AS MATERIALIZED (${credential} ${lock(change.account)}),` : ''}
    member AS MATERIALIZED (
      SELECT m.id, m.organisation_id, m.role
      FROM membership m
      WHERE m.account_id = $1 AND (SELECT count(*) FROM ${credential ? 'credential' : 'person'}) >= 0
      ORDER BY m.id
      ${lock(change.account)}
    )
    SELECT a.id, a.pseudonym, a.is_operator, a.email_confirmed_at IS NOT NULL AS email_confirmed,
      a.totp_enabled_at IS NOT NULL AS totp,
      ${credential ? 'c.scopes, c.expires_at' : `NULL AS scopes, NULL AS expires_at`},
      COALESCE((
        SELECT jsonb_agg(
                 jsonb_build_object(
                   'organisationId', o.id, 'role', ${HELD_ROLE}, 'kind', o.kind,
                   'verified', o.verification = 'VERIFIED', 'closed', o.verification = 'CLOSED')
                 ORDER BY m.id)
        FROM member m
        JOIN own_organisation o ON o.id = m.organisation_id), '[]'::jsonb) AS memberships,
      ${RELATED_ORGANISATIONS}
    FROM person a${credential ? ' CROSS JOIN credential c' : ''}`;
}

const SESSION = `SELECT NULL::text[] AS scopes, s.expires_at
  FROM session s
  WHERE s.id = $2 AND s.account_id = $1 AND s.revoked_at IS NULL AND (SELECT count(*) FROM person) >= 0`;
const API_KEY = `SELECT k.scopes, k.expires_at
  FROM api_key k
  WHERE k.id = $2 AND k.account_id = $1 AND k.revoked_at IS NULL AND (SELECT count(*) FROM person) >= 0`;

interface HeldRow extends AccountRow {
  scopes: string[] | null;
  expires_at: Date | null;
}

/**
 * Returns the viewer of a request with the rights of this moment, which cannot be removed before the transaction ends.
 * Throws UNAUTHENTICATED if the credential has expired or was revoked. A viewer without a credential (an anonymous one,
 * or a program such as the sample) is returned unchanged.
 */
export async function holdRights(ctx: Context, tx: EntityManager, change: OwnRows): Promise<Viewer> {
  const { viewer, app } = ctx;
  if (viewer.via === 'NONE' || viewer.via === 'PROGRAM') return viewer;
  const isKey = viewer.via === 'API_KEY';
  const [row] = (await tx.query(statement(isKey ? API_KEY : SESSION, change), [
    viewer.accountId,
    isKey ? viewer.apiKeyId : viewer.sessionId,
    ...(change.joined === undefined ? [] : [change.joined]),
  ])) as HeldRow[];
  if (!row) throw invalidToken();
  if (row.expires_at !== null && row.expires_at <= ctx.now()) throw isKey ? keyExpired() : invalidToken();
  const held = { ...viewer, ...toViewer(app, row) };
  return isKey
    ? { ...held, isOperator: false, isOperatorPending: false, mayWrite: row.scopes?.includes('WRITE') === true }
    : held;
}

/**
 * Returns a viewer with the rights of the account for which a background job works, held until the transaction ends;
 * null once the account is erased. The rights are the account's and not a session's, since a job outlives the session
 * in which it was requested.
 */
export async function holdRightsOf(app: App, tx: EntityManager, accountId: string): Promise<Viewer | null> {
  const [row] = (await tx.query(statement('', {}), [accountId])) as HeldRow[];
  if (!row) return null;
  return { ...toViewer(app, row), via: 'PROGRAM', mayWrite: true, sessionId: null, apiKeyId: null };
}
