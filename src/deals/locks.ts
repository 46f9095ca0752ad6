import type { EntityManager } from 'typeorm';
import { Achievement } from '../achievements/achievement.entity.js';
import { isVisible } from '../achievements/disclosure/disclosure.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, NotFoundError } from '../kernel/errors.js';
import type { KnownViewer } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

/**
 * Returns a pool entry under a shared lock: it cannot leave the pool before the transaction ends, and several
 * transactions may hold the lock at once. Throws NOT_FOUND if it does not exist or the viewer may not see it, CONFLICT
 * if it is not in the pool.
 */
export async function holdPoolEntry(tx: EntityManager, ctx: Context, id: string): Promise<Achievement> {
  const achievement = await tx.findOne(Achievement, { where: { id }, lock: { mode: 'pessimistic_read' } });
  if (!achievement || !isVisible(ctx, achievement)) throw new NotFoundError(say('thing.theAchievement'));
  if (achievement.status !== 'ADMITTED')
    throw new ConflictError(say('NOT_IN_POOL.only'), 'NOT_IN_POOL', {
      current: achievement.status,
    });
  ctx.app.achievementHooks.opened(ctx);
  return achievement;
}

/**
 * Takes a lock under which the writes that concern one account run one after another, so that concurrent ones, such as
 * a double click, cannot exceed the account's limits or create duplicates; also keeps the account from being erased.
 * Returns whether it is erased already. The lock is an advisory one and not that of the account's row: every write of a
 * person holds a shared lock on that row, and two such writes would deadlock on raising it.
 */
export async function lockAccount(tx: EntityManager, accountId: string): Promise<{ erased: boolean }> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`account:${accountId}`]);
  const [row] = (await tx.query(`SELECT erased_at IS NOT NULL AS erased FROM account WHERE id = $1 FOR SHARE`, [
    accountId,
  ])) as Array<{ erased: boolean }>;
  return { erased: row?.erased ?? true };
}

/**
 * Makes the writes of the viewer run one after another, as `lockAccount` does. `write` has already locked the account's
 * row against an erasure.
 */
export async function lockViewer(tx: EntityManager, ctx: Context): Promise<KnownViewer> {
  const viewer = requireLogin(ctx);
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`account:${viewer.accountId}`]);
  return viewer;
}
