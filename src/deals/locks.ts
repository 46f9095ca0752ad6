import type { EntityManager } from 'typeorm';
import { Achievement } from '../achievements/achievement.entity.js';
import { isVisible } from '../achievements/disclosure.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, NotFoundError, UnauthenticatedError } from '../kernel/errors.js';
import type { KnownViewer } from '../kernel/viewer.js';

/**
 * Returns a pool entry under a shared lock: it cannot leave the pool before the transaction ends, and several
 * transactions may hold the lock at once. Throws NOT_FOUND if it does not exist or the viewer may not see it.
 */
export async function holdPoolEntry(tx: EntityManager, ctx: Context, id: string): Promise<Achievement> {
  const achievement = await tx.findOne(Achievement, { where: { id }, lock: { mode: 'pessimistic_read' } });
  if (!achievement || !isVisible(ctx, achievement)) throw new NotFoundError('The achievement');
  if (achievement.status !== 'ADMITTED')
    throw new ConflictError('This is possible only with entries of the pool.', 'NOT_IN_POOL', {
      current: achievement.status,
    });
  ctx.app.achievementHooks.opened(ctx);
  return achievement;
}

/**
 * Locks an account's row, so that concurrent writes of one account, such as a double click, cannot exceed its limits or
 * create duplicates. Returns whether the account is erased.
 */
export async function lockAccount(tx: EntityManager, accountId: string): Promise<{ erased: boolean }> {
  const [row] = (await tx.query(`SELECT erased_at IS NOT NULL AS erased FROM account WHERE id = $1 FOR NO KEY UPDATE`, [
    accountId,
  ])) as Array<{ erased: boolean }>;
  return { erased: row?.erased ?? true };
}

/**
 * Locks the viewer's own account; throws UNAUTHENTICATED if the account was erased while this request waited for the
 * lock.
 */
export async function lockViewer(tx: EntityManager, ctx: Context): Promise<KnownViewer> {
  const viewer = requireLogin(ctx);
  if ((await lockAccount(tx, viewer.accountId)).erased)
    throw new UnauthenticatedError('This account was erased.', 'ACCOUNT_ERASED');
  return viewer;
}
