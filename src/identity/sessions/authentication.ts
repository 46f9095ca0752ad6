import { requireLogin, type App, type Context } from '../../kernel/context.js';
import { ForbiddenError, UnauthenticatedError } from '../../kernel/errors.js';
import { invalidToken, verifyAccessToken } from './access-tokens.js';
import { RELATED_ORGANISATIONS } from './related-organisations.js';
import { hashToken, sameDigest } from '../../lib/seal.js';
import { anonymousViewer, type KnownViewer, type Viewer, type ViewerMembership } from '../../kernel/viewer.js';
import { say } from '../../messages/catalogue.js';

/** Pattern of an API key: `tpk_`, eight characters by which it is looked up, and its secret. */
export const API_KEY = /^tpk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/;

/** Minimum time, in milliseconds, between two updates of an API key's `lastUsedAt`. */
const LAST_USED_STEP_MS = 60_000;

export interface AccountRow {
  id: string;
  pseudonym: string;
  locale: 'ZH' | 'EN';
  is_operator: boolean;
  email_confirmed: boolean;
  totp: boolean;
  memberships: ViewerMembership[];
  related: string[] | null;
}

/**
 * SQL expression of the role that membership `m` gives in organisation `o`. In a closed organisation it is MEMBER,
 * whatever the stored role, so that members can read but not change anything.
 */
export const HELD_ROLE = `CASE WHEN o.verification = 'CLOSED' THEN 'MEMBER' ELSE m.role END`;

const MEMBERSHIPS = `COALESCE((
    SELECT jsonb_agg(
             jsonb_build_object(
               'organisationId', o.id, 'role', ${HELD_ROLE}, 'kind', o.kind,
               'verified', o.verification = 'VERIFIED', 'closed', o.verification = 'CLOSED')
             ORDER BY m.id)
    FROM membership m
    JOIN organisation o ON o.id = m.organisation_id
    WHERE m.account_id = a.id), '[]'::jsonb) AS memberships`;
const ACCOUNT_COLUMNS = `a.id, a.pseudonym, a.locale, a.is_operator,
  a.email_confirmed_at IS NOT NULL AS email_confirmed, a.totp_enabled_at IS NOT NULL AS totp,
  ${MEMBERSHIPS}, ${RELATED_ORGANISATIONS}`;

/**
 * Determines the viewer from the Authorization header; without the header the viewer is anonymous. An invalid
 * credential throws UNAUTHENTICATED. Rights and revocations are read from the database for every request, so that
 * changes take effect at once.
 */
export async function authenticate(app: App, authorization: string | undefined): Promise<Viewer> {
  if (authorization === undefined) return anonymousViewer;
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw new UnauthenticatedError(say('TOKEN_INVALID.header'), 'TOKEN_INVALID');
  return token.startsWith('tpk_') ? byApiKey(app, token) : bySession(app, token);
}

async function bySession(app: App, token: string): Promise<Viewer> {
  const { accountId, sessionId } = await verifyAccessToken(app, token);
  const [row] = (await app.dataSource.query(
    `SELECT ${ACCOUNT_COLUMNS} FROM session s JOIN account a ON a.id = s.account_id
     WHERE s.id = $1 AND a.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND a.erased_at IS NULL`,
    [sessionId, accountId, app.clock()],
  )) as AccountRow[];
  if (!row) throw invalidToken();
  return { ...toViewer(app, row), via: 'SESSION', mayWrite: true, sessionId, apiKeyId: null };
}

async function byApiKey(app: App, token: string): Promise<Viewer> {
  const prefix = API_KEY.exec(token)?.[1];
  if (prefix === undefined) throw invalidToken();
  const now = app.clock();
  const [row] = (await app.dataSource.query(
    `SELECT ${ACCOUNT_COLUMNS}, k.id AS key_id, k.secret_hash, k.scopes, k.expires_at, k.last_used_at
     FROM api_key k
     JOIN account a ON a.id = k.account_id
     WHERE k.prefix = $1 AND k.revoked_at IS NULL AND a.erased_at IS NULL`,
    [prefix],
  )) as Array<
    AccountRow & {
      key_id: string;
      secret_hash: string;
      scopes: string[];
      expires_at: Date | null;
      last_used_at: Date | null;
    }
  >;
  if (!row || !sameDigest(row.secret_hash, hashToken(token))) throw invalidToken();
  if (row.expires_at !== null && row.expires_at <= now) throw keyExpired();
  if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > LAST_USED_STEP_MS) {
    await app.dataSource.query(`UPDATE api_key SET last_used_at = $2 WHERE id = $1`, [row.key_id, now]);
  }
  // An API key is a secret without a second factor, so it never gives operator rights.
  return {
    ...toViewer(app, row),
    isOperator: false,
    isOperatorPending: false,
    via: 'API_KEY',
    mayWrite: row.scopes.includes('WRITE'),
    sessionId: null,
    apiKeyId: row.key_id,
  };
}

/** The error for an API key that has expired. */
export const keyExpired = () => new UnauthenticatedError(say('TOKEN_EXPIRED.apiKey'), 'TOKEN_EXPIRED');

/** The fields of a viewer that follow from the account and its memberships, whatever the credential is. */
export function toViewer(app: App, row: AccountRow): Omit<Viewer, 'via' | 'mayWrite' | 'sessionId' | 'apiKeyId'> {
  const isOperator = row.is_operator && row.email_confirmed && (row.totp || !app.config.requireOperatorTotp);
  return {
    accountId: row.id,
    pseudonym: row.pseudonym,
    isOperator,
    isOperatorPending: row.is_operator && row.email_confirmed && !isOperator,
    emailConfirmed: row.email_confirmed,
    locale: row.locale,
    memberships: row.memberships,
    relatedOrganisations: row.related ?? [],
  };
}

/**
 * Reads the viewer's memberships from the database again, so that an organisation which this request created or joined
 * counts for the rest of the request.
 */
export async function renewMemberships(ctx: Context): Promise<void> {
  const [row] = (await ctx.db.query(`SELECT ${MEMBERSHIPS}, ${RELATED_ORGANISATIONS} FROM account a WHERE a.id = $1`, [
    ctx.viewer.accountId,
  ])) as Array<Pick<AccountRow, 'memberships' | 'related'>>;
  ctx.viewer = {
    ...ctx.viewer,
    memberships: row?.memberships ?? [],
    relatedOrganisations: row?.related ?? [],
  };
}

/**
 * Returns the viewer if the request comes from a log-in session. Throws FORBIDDEN for an API key, which may never
 * manage credentials or the account, whatever its scopes are.
 */
export function requireSession(ctx: Context): KnownViewer & { sessionId: string } {
  const viewer = requireLogin(ctx);
  if (viewer.via !== 'SESSION' || viewer.sessionId === null) {
    throw new ForbiddenError(say('API_KEY_SCOPE.account'), 'API_KEY_SCOPE');
  }
  return { ...viewer, sessionId: viewer.sessionId };
}

/** Returns the viewer if the account's e-mail address is confirmed; else throws FORBIDDEN. */
export function requireConfirmedEmail(ctx: Context): KnownViewer {
  const viewer = requireLogin(ctx);
  if (!viewer.emailConfirmed) {
    throw new ForbiddenError(say('EMAIL_UNCONFIRMED.self'), 'EMAIL_UNCONFIRMED');
  }
  return viewer;
}
