import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { record } from '../../ledger/ledger.service.js';
import { sealedFacts } from '../../ledger/texts.js';
import type { DeclineReason } from '../match.vocabularies.js';
import { RoundPair } from './pair.entity.js';
import { lockRound } from './round.service.js';
import type { RoundAnswer } from './vocabularies.js';

/** The side of a pair for which an answer is given. */
export type PairSide = 'LISTER' | 'INVESTOR';

/**
 * The side for which a viewer with the right to answer the pair does so: LISTER for an editor or owner of the
 * achievement's institution, otherwise INVESTOR.
 */
export function answeringSide(ctx: Context, pair: RoundPair): PairSide {
  return can(ctx, 'achievement:edit', { organisationId: pair.institutionId }) ? 'LISTER' : 'INVESTOR';
}

/**
 * True if the side may still answer, or change its acceptance: the pair was not dropped, the side has not declined it,
 * and not both sides have accepted. Whether the other side declined does not matter, since this side must not learn of
 * it.
 */
export function maySettle(pair: RoundPair, side: PairSide): boolean {
  const own = side === 'LISTER' ? pair.listerAnswerStored : pair.investorAnswerStored;
  return (pair.status === 'PROPOSED' || pair.status === 'DECLINED') && own !== 'DECLINED';
}

/**
 * Sets the answer of one side (the achievement's institution or the investor) on a pair of a matching round;
 * `accountId` is the account that accepted for the investor. Does not save the pair.
 */
export function setAnswer(
  pair: RoundPair,
  side: PairSide,
  given: { answer: RoundAnswer; reason: DeclineReason | null; at: Date; accountId: string | null },
): void {
  const { answer, reason, at, accountId } = given;
  Object.assign(
    pair,
    side === 'LISTER'
      ? { listerAnswerStored: answer, listerReasonStored: reason, listerAnsweredAt: at }
      : {
          investorAnswerStored: answer,
          investorReasonStored: reason,
          investorAnsweredAt: at,
          investorAccountId: answer === 'ACCEPTED' ? accountId : null,
        },
  );
  if (answer === 'DECLINED') pair.status = 'DECLINED';
}

/**
 * Records one side's answer on a pair in the ledger. Answer, reason and status are encrypted, because outsiders read
 * copies of the ledger.
 */
export async function recordAnswer(tx: EntityManager, ctx: Context, pair: RoundPair, side: PairSide): Promise<void> {
  const [answer, reason] =
    side === 'LISTER'
      ? [pair.listerAnswerStored, pair.listerReasonStored]
      : [pair.investorAnswerStored, pair.investorReasonStored];
  await record(tx, ctx, {
    kind: 'round.pair-answered',
    subjectType: 'RoundPair',
    subjectId: pair.id,
    facts: {
      round: pair.roundId,
      side,
      ...(await sealedFacts(tx, ctx, { answer, reason, status: pair.status })),
      interest: pair.interestId,
    },
  });
}

/**
 * When a side declines a match outside a round, also declines the still open pairs of the same two participants in
 * published rounds. The caller holds a lock on the investor, as publication does: a pair published at the same time is
 * either found here or dropped by the publication.
 */
export async function declineOpenPairs(
  tx: EntityManager,
  ctx: Context,
  declined: { achievementId: string; investorId: string; side: PairSide; reasonCode: DeclineReason },
): Promise<void> {
  const { achievementId, investorId, side, reasonCode } = declined;
  const open = (await tx.query(
    `SELECT p.id, p.round_id
     FROM matching_round_pair p
     JOIN matching_round r ON r.id = p.round_id AND r.status = 'PUBLISHED'
     WHERE p.achievement_id = $1 AND p.investor_id = $2 AND p.status IN ('PROPOSED', 'DECLINED')
     ORDER BY p.round_id`,
    [achievementId, investorId],
  )) as Array<{ id: string; round_id: string }>;
  for (const { id, round_id } of open) {
    const round = await lockRound(tx, round_id, 'hold');
    const pair = await tx.findOne(RoundPair, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (round.status !== 'PUBLISHED' || !pair || !maySettle(pair, side)) continue;
    setAnswer(pair, side, { answer: 'DECLINED', reason: reasonCode, at: ctx.now(), accountId: null });
    await tx.save(pair);
    await recordAnswer(tx, ctx, pair, side);
  }
}
