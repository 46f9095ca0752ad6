import { notifyOfAgreement } from './round.mails.js';
import type { EntityManager } from 'typeorm';
import { Achievement } from '../../achievements/achievement.entity.js';
import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { openMutualInterest } from '../../deals/interest.mutual.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { keepFeedback, showMutualInterest } from '../feedback/feedback.service.js';
import { lockCounterpart } from '../lists/match.counterparts.js';
import { answeringSide, maySettle, recordAnswer, setAnswer, type PairSide } from './pair.answers.js';
import { RoundPair } from './pair.entity.js';
import { MatchingRound } from './round.entity.js';
import type { AnswerRoundPairInput } from './round.inputs.js';
import { lockRound } from './round.service.js';
import type { RoundAnswer } from './vocabularies.js';
import { say } from '../../messages/catalogue.js';

/**
 * Determines the side of a round's pair for which the viewer, as editor or owner of an organisation, may answer; throws
 * FORBIDDEN if there is none.
 */
function answerSide(ctx: Context, pair: RoundPair): PairSide {
  authorize(ctx, 'pair:answer', pair);
  return answeringSide(ctx, pair);
}

/** True if the viewer may see a pair of a matching round. */
export function mayReadPair(ctx: Context, pair: RoundPair, round: Pick<MatchingRound, 'publishedAt'> | null): boolean {
  return can(ctx, 'pair:read', {
    institutionId: pair.institutionId,
    organisationId: pair.organisationId,
    isDropped: pair.status === 'DROPPED',
    isPublished: round !== null && round.publishedAt !== null,
  });
}

/**
 * Answers a pair of a published round for the viewer's side. An acceptance may be changed to a decline until the other
 * side has accepted too; a decline is final. If the other side has declined, this side can still answer, because it
 * learns of the decline only when the round is closed. When both sides have accepted, a thread between them is opened.
 */
export function answerRoundPair(ctx: Context, input: AnswerRoundPairInput): Promise<RoundPair> {
  requireLogin(ctx);
  const id = readId('input.id', 'RoundPair', input.id);
  const reason = input.reasonCode ?? null;
  if (!input.accept && reason === null) throw badInput('input.reasonCode', 'REQUIRED', say('REQUIRED.whyCounted'));
  if (input.accept && reason !== null)
    throw badInput('input.reasonCode', 'NOT_DECLINED', say('NOT_DECLINED.declineReason'));
  return writeOnce(ctx, 'answerRoundPair', input, RoundPair, async (tx) => {
    const { accountId } = requireLogin(ctx);
    const { pair, takesPart } = await lockPair(tx, ctx, id);
    const side = answerSide(ctx, pair);
    const lister = side === 'LISTER';
    const answer: RoundAnswer = input.accept ? 'ACCEPTED' : 'DECLINED';
    const standing = lister ? pair.listerAnswerStored : pair.investorAnswerStored;
    if (standing === answer && (lister ? pair.listerReasonStored : pair.investorReasonStored) === reason) return pair;
    if (!maySettle(pair, side))
      throw new ConflictError(say('PAIR_SETTLED.status', { status: pair.status }), 'PAIR_SETTLED', {
        status: pair.status,
      });
    setAnswer(pair, side, { answer, reason, at: ctx.now(), accountId });
    if (pair.listerAnswerStored === 'ACCEPTED' && pair.investorAnswerStored === 'ACCEPTED') {
      pair.status = 'ACCEPTED';
      pair.interestId = await openMutualInterest(tx, ctx, {
        achievementId: pair.achievementId,
        accountId: pair.investorAccountId,
        organisationId: pair.organisationId,
      });
    }
    await tx.save(pair);
    if (pair.status === 'ACCEPTED') await notifyOfAgreement(tx, pair);
    // The answer is also recorded as feedback on the match: a decline suspends the match from proposals, and both
    // are training data for the next fit.
    if (takesPart) {
      await keepFeedback(tx, ctx, {
        achievementId: pair.achievementId,
        counterpart: { kind: 'INVESTOR', id: pair.investorId },
        side: lister ? 'LISTER' : 'COUNTERPART',
        action: input.accept ? 'INTERESTED' : 'DECLINED',
        reasonCode: reason,
        note: null,
        forDays: null,
        inRound: true,
      });
      if (pair.status === 'ACCEPTED')
        await showMutualInterest(tx, pair.achievementId, { kind: 'INVESTOR', id: pair.investorId });
    }
    await recordAnswer(tx, ctx, pair, side);
    return pair;
  });
}

/**
 * Locks a pair together with its achievement, investor and round, in the same order as a declined match does, so that
 * the two cannot deadlock. `takesPart` is true if the achievement is still in the pool and the investor profile exists.
 * Throws NOT_FOUND if the viewer may not see the pair, CONFLICT unless the round is published.
 */
async function lockPair(tx: EntityManager, ctx: Context, id: string): Promise<{ pair: RoundPair; takesPart: boolean }> {
  const seen = await tx.findOneBy(RoundPair, { id });
  const asked = seen && (await tx.findOneBy(MatchingRound, { id: seen.roundId }));
  requireOpen(ctx, seen, asked);
  const achievement = await tx.findOne(Achievement, {
    where: { id: seen.achievementId },
    lock: { mode: 'pessimistic_read' },
  });
  const counterpart = await lockCounterpart(tx, { kind: 'INVESTOR', id: seen.investorId });
  const round = await lockRound(tx, seen.roundId, 'hold');
  const pair = await tx.findOne(RoundPair, { where: { id }, lock: { mode: 'pessimistic_write' } });
  requireOpen(ctx, pair, round);
  return { pair, takesPart: achievement?.status === 'ADMITTED' && counterpart !== null };
}

function requireOpen(ctx: Context, pair: RoundPair | null, round: MatchingRound | null): asserts pair is RoundPair {
  if (pair === null || round === null || !mayReadPair(ctx, pair, round)) throw new NotFoundError(say('thing.thePair'));
  if (round.status !== 'PUBLISHED')
    throw new ConflictError(say('ROUND_STATUS.answered', { status: round.status }), 'ROUND_STATUS', {
      current: round.status,
      allowed: ['PUBLISHED'],
    });
}
