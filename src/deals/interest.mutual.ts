import type { EntityManager } from 'typeorm';
import { Achievement } from '../achievements/achievement.entity.js';
import type { Context } from '../kernel/context.js';
import { record } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import { Interest } from './interest.entity.js';
import { lockAccount } from './locks.js';

/**
 * Mutual interest from a matching round: the achievement, the person who accepted for the interested party (null once
 * erased), and that person's organisation.
 */
export interface MutualWish {
  achievementId: string;
  accountId: string | null;
  organisationId: string;
}

/**
 * Opens an interest thread without a message after both sides have accepted a match of a matching round, or finds the
 * open one, and returns its id. Returns null if the achievement has left the pool or the person's account is erased.
 */
export async function openMutualInterest(
  tx: EntityManager,
  ctx: Context,
  { achievementId, accountId, organisationId }: MutualWish,
): Promise<string | null> {
  if (accountId === null || (await lockAccount(tx, accountId)).erased) return null;
  const achievement = await tx.findOne(Achievement, {
    where: { id: achievementId },
    lock: { mode: 'pessimistic_read' },
  });
  if (achievement?.status !== 'ADMITTED') return null;
  const open = await tx.findOneBy(Interest, [
    { accountId, achievementId, status: 'OPEN' },
    { accountId, achievementId, status: 'ANSWERED' },
  ]);
  if (open) return open.id;
  const id = newId();
  const { institutionId } = achievement;
  await tx.insert(Interest, {
    id,
    achievementId,
    institutionId,
    accountId,
    organisationId,
    status: 'OPEN',
    createdAt: ctx.now(),
    lastMessageAt: ctx.now(),
    closedAt: null,
    closedBy: null,
    closeReason: null,
    messageCount: 0,
    partySeq: 0,
    listerSeq: 0,
  });
  await record(tx, ctx, {
    kind: 'interest.opened',
    subjectType: 'Interest',
    subjectId: id,
    facts: { achievementId, institutionId, organisationId, mutual: true },
  });
  return id;
}
