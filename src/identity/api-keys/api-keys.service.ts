import { momentProblem } from '../../lib/day.js';
import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { newId } from '../../lib/ids.js';
import { cleanText } from '../../kernel/localized.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { writeOwn, writeOwnOnce } from '../../kernel/write.js';
import type { ApiKeyScope, CreateApiKeyInput, RevokeApiKeyInput } from '../accounts/account.inputs.js';
import { lockAccount } from '../accounts/accounts.js';
import { ApiKey } from './api-key.entity.js';
import { requireConfirmedEmail, requireSession } from '../sessions/authentication.js';
import { hashToken } from '../../lib/seal.js';
import { say } from '../../messages/catalogue.js';

/**
 * Maximum time, in years from now, after which an API key may expire; a key that is created without an expiry date
 * never expires.
 */
const MAX_YEARS_OF_KEY = 20;

const MAX_KEYS = 50;

/**
 * Creates an API key for a logged-in person whose address is confirmed; refuses more than MAX_KEYS unrevoked keys. Its
 * secret is returned only by this call, since only a hash of it is stored; a repeated call with the same idempotency key
 * returns the key without the secret.
 */
export async function createApiKey(
  ctx: Context,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string | null }> {
  const { accountId } = requireSession(ctx);
  requireConfirmedEmail(ctx);
  const name = cleanText(input.name);
  if (name === undefined || [...name].length > 100) throw badInput('name', 'LENGTH', say('LENGTH.hundred'));
  if (input.scopes.length === 0) throw badInput('scopes', 'REQUIRED', say('REQUIRED.scope'));
  const expiresAt = input.expiresAt ?? null;
  const wrong = expiresAt === null ? null : momentProblem(expiresAt, ctx.now(), MAX_YEARS_OF_KEY);
  if (wrong) throw badInput('expiresAt', wrong.code, wrong.message);
  // The WRITE scope includes READ.
  const scopes: ApiKeyScope[] = input.scopes.includes('WRITE') ? ['READ', 'WRITE'] : ['READ'];
  const prefix = randomBytes(4).toString('hex');
  const secret = `tpk_${prefix}_${randomBytes(32).toString('base64url')}`;
  let made = false;
  const apiKey = await writeOwnOnce(ctx, { account: true }, 'createApiKey', input, ApiKey, async (tx) => {
    await lockAccount(tx, accountId);
    const count = await tx
      .createQueryBuilder(ApiKey, 'k')
      .where('k.accountId = :accountId AND k.revokedAt IS NULL', { accountId })
      .getCount();
    if (count >= MAX_KEYS)
      throw new ConflictError(say('TOO_MANY_API_KEYS.account', { max: MAX_KEYS }), 'TOO_MANY_API_KEYS');
    made = true;
    return tx.save(
      tx.create(ApiKey, {
        id: newId(),
        accountId,
        name,
        prefix,
        secretHash: hashToken(secret),
        scopes,
        createdAt: ctx.now(),
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
      }),
    );
  });
  return { apiKey, secret: made ? secret : null };
}

/** Revokes one of the viewer's own API keys, effective at once; a key that is revoked already stays as it is. */
export async function revokeApiKey(ctx: Context, input: RevokeApiKeyInput): Promise<ApiKey> {
  const { accountId } = requireSession(ctx);
  const id = readId('id', 'ApiKey', input.id);
  return writeOwn(ctx, { account: true }, async (tx) => {
    await tx.query(`UPDATE api_key SET revoked_at = COALESCE(revoked_at, $3) WHERE id = $1 AND account_id = $2`, [
      id,
      accountId,
      ctx.now(),
    ]);
    const key = await tx.findOneBy(ApiKey, { id, accountId });
    if (!key) throw new NotFoundError(say('thing.thisAPIKey'));
    return key;
  });
}

/** Revokes every API key of an account. */
export async function revokeApiKeys(tx: EntityManager, accountId: string, now: Date): Promise<void> {
  await tx.query(`UPDATE api_key SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL`, [accountId, now]);
}

/** The viewer's API keys, revoked ones included, the latest first. */
export async function listApiKeys(ctx: Context, args: ConnectionArgs): Promise<Page<ApiKey>> {
  const { accountId } = requireSession(ctx);
  const query = ctx.db.createQueryBuilder(ApiKey, 'k').where('k.accountId = :accountId', { accountId });
  return keysetPage(query, args, [{ sql: 'k.id', direction: 'DESC', cast: 'uuid', value: (k) => k.id }]);
}

/** One of the viewer's own API keys, for `node`; null for a key of another account, and for a request by an API key. */
export async function ownApiKey(ctx: Context, id: string): Promise<ApiKey | null> {
  return ctx.viewer.via === 'SESSION'
    ? ctx.db.findOneBy(ApiKey, { id, accountId: ctx.viewer.accountId ?? undefined })
    : null;
}
