import { createHash } from 'node:crypto';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { requireLogin, type Context } from './context.js';
import { PLAN_IS_OUTDATED } from '../lib/prepared-client.js';
import type { MutationInput } from './mutation-input.js';
import type { OwnRows } from './own-rows.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from './errors.js';
import { say } from '../messages/catalogue.js';

/**
 * SQLSTATEs after which a transaction is repeated: serialisation failure, deadlock, and the plan of a statement that was
 * made before a migration changed its table.
 */
const RETRYABLE = new Set(['40001', '40P01', PLAN_IS_OUTDATED]);

/**
 * Runs `run` in one database transaction, and again after an error of RETRYABLE (four attempts at most);
 * after the commit it clears the request's loaders. As `run` may be called several times, it must read and write only
 * through its manager and have no other side effects.
 *
 * The transaction's first statement reads the viewer's rights again and locks them until the transaction ends, because
 * an upload of several minutes may pass between the start of a request and its write. Rights are therefore checked
 * inside `run`.
 */
export function write<T>(ctx: Context, run: (tx: EntityManager) => Promise<T>): Promise<T> {
  return writeOwn(ctx, {}, run);
}

/**
 * Like `write`, for a callback that changes the viewer's own rows: these are locked for the change from the start, so
 * that two such writes of one person wait for each other instead of meeting in a deadlock.
 */
export async function writeOwn<T>(ctx: Context, own: OwnRows, run: (tx: EntityManager) => Promise<T>): Promise<T> {
  refuseReadOnly(ctx);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ctx.app.dataSource.transaction(async (tx) => {
        ctx.viewer = await ctx.app.holdRights(ctx, tx, own);
        refuseReadOnly(ctx);
        return run(tx);
      });
      ctx.clearLoaders();
      return result;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt >= 4 || typeof code !== 'string' || !RETRYABLE.has(code)) throw error;
    }
  }
}

function refuseReadOnly({ viewer }: Context): void {
  if (viewer.via === 'API_KEY' && !viewer.mayWrite)
    throw new ForbiddenError(say('API_KEY_SCOPE.readOnly'), 'API_KEY_SCOPE');
}

/**
 * Runs a write that a client may safely repeat: a second call of the same operation with the same input and idempotency
 * key does not write, but returns the entity of the first call; with another operation or input it throws CONFLICT.
 * Without a key every call writes. The key is stored in the write's own transaction, so that a concurrent second call
 * waits for the first, and a crash leaves no stored key behind.
 */
export function writeOnce<T extends ObjectLiteral & { id: string }>(
  ctx: Context,
  operation: string,
  input: MutationInput,
  entity: EntityTarget<T>,
  run: (tx: EntityManager) => Promise<T>,
): Promise<T> {
  return writeOwnOnce(ctx, {}, operation, input, entity, run);
}

/**
 * Like `writeOnce`, for a callback that changes the viewer's own rows, which are locked for the change from the start.
 */
export async function writeOwnOnce<T extends ObjectLiteral & { id: string }>(
  ctx: Context,
  own: OwnRows,
  operation: string,
  input: MutationInput,
  entity: EntityTarget<T>,
  run: (tx: EntityManager) => Promise<T>,
): Promise<T> {
  const { idempotencyKey, ...rest } = input;
  if (idempotencyKey == null) return writeOwn(ctx, own, run);
  if (!/^[^\p{C}]{8,100}$/u.test(idempotencyKey)) {
    throw badInput('input.idempotencyKey', 'BAD_FORMAT', say('BAD_FORMAT.oneLine'));
  }
  const accountId = requireLogin(ctx).accountId;
  const digest = createHash('sha256').update(operation).update('\0').update(JSON.stringify(rest)).digest('hex');
  const outcome = await writeOwn(ctx, own, async (tx): Promise<{ result: T } | { replayed: string }> => {
    const claimed: unknown[] = await tx.query(
      `INSERT INTO idempotency_key (account_id, key, digest, created_at)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING
       RETURNING key`,
      [accountId, idempotencyKey, digest, ctx.now()],
    );
    if (claimed.length === 0) {
      const [before] = (await tx.query(
        `SELECT digest, entity_id FROM idempotency_key WHERE account_id = $1 AND key = $2`,
        [accountId, idempotencyKey],
      )) as Array<{
        digest: string;
        entity_id: string;
      }>;
      if (before?.digest !== digest) {
        throw new ConflictError(say('IDEMPOTENCY_KEY_REUSED.key'), 'IDEMPOTENCY_KEY_REUSED');
      }
      return { replayed: before.entity_id };
    }
    const result = await run(tx);
    await tx.query(`UPDATE idempotency_key SET entity_id = $3 WHERE account_id = $1 AND key = $2`, [
      accountId,
      idempotencyKey,
      result.id,
    ]);
    return { result };
  });
  if ('result' in outcome) return outcome.result;
  // The viewer may have lost or gained rights since the first call, so the entity of that call is read again with the
  // viewer's present rights, like any node.
  await ctx.app.renewMemberships(ctx);
  const type = ctx.app.dataSource.getMetadata(entity).targetName;
  const node = await ctx.app.readNode(ctx, type, outcome.replayed);
  if (node === null) throw new NotFoundError(say('thing.theResultOfTheFirstCall'));
  return node as T;
}
