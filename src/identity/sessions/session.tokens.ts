import type { EntityManager } from 'typeorm';
import { Field, ObjectType } from 'type-graphql';
import type { App } from '../../kernel/context.js';
import { newId } from '../../lib/ids.js';
import { signAccessToken } from './access-tokens.js';
import { hashToken, randomToken } from '../../lib/seal.js';
import { changedRows } from '../../lib/changed-rows.js';

/** A session ends 30 days after its last refresh (IDLE_MS), and in any case 180 days after its start (LONGEST_MS). */
const IDLE_MS = 30 * 86_400_000;
const LONGEST_MS = 180 * 86_400_000;

/** The time at which a session ends that is used at `now`. */
export function sessionEnd(createdAt: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + IDLE_MS, createdAt.getTime() + LONGEST_MS));
}

@ObjectType({ description: 'What a client keeps of a session.' })
export class SessionTokens {
  @Field(() => String, { description: 'Send it as `Authorization: Bearer …`. It lives for ten minutes.' })
  accessToken: string;

  @Field(() => Date, { description: 'When the access token expires.' })
  accessTokenExpiresAt: Date;

  @Field(() => String, { description: 'Exchange it once for the next pair with `refreshSession`. Keep it secret.' })
  refreshToken: string;

  @Field(() => Date, { description: 'When the session ends unless it is refreshed before.' })
  sessionExpiresAt: Date;
}

export interface OpenedSession {
  accountId: string;
  sessionId: string;
  refreshToken: string;
  expiresAt: Date;
}

/** Creates a session for an account and its first refresh token. */
export async function openSession(
  tx: EntityManager,
  accountId: string,
  device: string | null,
  now: Date,
): Promise<OpenedSession> {
  const sessionId = newId();
  const expiresAt = sessionEnd(now, now);
  await tx.query(
    `INSERT INTO session (id, account_id, created_at, last_used_at, expires_at, user_agent)
     VALUES ($1, $2, $3, $3, $4, $5)`,
    [sessionId, accountId, now, expiresAt, device],
  );
  return { accountId, sessionId, expiresAt, refreshToken: await addRefreshToken(tx, sessionId, now) };
}

/** Creates a refresh token for a session and returns it; only its hash is stored. */
export async function addRefreshToken(tx: EntityManager, sessionId: string, now: Date): Promise<string> {
  const token = randomToken('tpr');
  await tx.query(`INSERT INTO refresh_token (token_hash, session_id, created_at) VALUES ($1, $2, $3)`, [
    hashToken(token),
    sessionId,
    now,
  ]);
  return token;
}

/**
 * Returns access token and refresh token of a session; call it after the transaction that opened or renewed the session
 * has committed.
 */
export async function tokensOf(app: App, session: OpenedSession): Promise<SessionTokens> {
  const access = await signAccessToken(app, session);
  return {
    accessToken: access.token,
    accessTokenExpiresAt: access.expiresAt,
    refreshToken: session.refreshToken,
    sessionExpiresAt: session.expiresAt,
  };
}

/**
 * Ends all open sessions of an account, or all but the one with id `except`, or only the one with id `only`. Returns
 * how many were ended.
 */
export async function revokeSessions(
  tx: EntityManager,
  accountId: string,
  reason: string,
  now: Date,
  which: { only?: string; except?: string } = {},
): Promise<number> {
  const rows = await changedRows(
    tx,
    `UPDATE session
     SET revoked_at = $3, revoked_reason = $2
     WHERE account_id = $1 AND revoked_at IS NULL
       AND ($4::uuid IS NULL OR id = $4)
       AND ($5::uuid IS NULL OR id <> $5)
     RETURNING id`,
    [accountId, reason, now, which.only ?? null, which.except ?? null],
  );
  return rows.length;
}
