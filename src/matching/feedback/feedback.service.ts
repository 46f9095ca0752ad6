import { IsNull, type EntityManager } from 'typeorm';
import { Achievement } from '../../achievements/achievement.entity.js';
import { isVisible } from '../../achievements/disclosure/disclosure.js';
import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, ForbiddenError, InputError, NotFoundError, type FieldProblem } from '../../kernel/errors.js';
import { checkReason } from '../../kernel/reason.js';
import { record } from '../../ledger/ledger.service.js';
import { sealedFacts } from '../../ledger/texts.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { MatchFeedback, showsInterest } from './feedback.entity.js';
import { noteRecurringDeclines } from './feedback.gaps.js';
import type { GiveMatchFeedbackInput, WithdrawMatchFeedbackInput } from './feedback.inputs.js';
import {
  lockCounterpart,
  readCounterpartId,
  type CounterpartId,
  type CounterpartRow,
} from '../lists/match.counterparts.js';
import {
  MAX_SUPPRESSION_DAYS,
  SUPPRESSION_DAYS,
  type DeclineReason,
  type MatchFeedbackAction,
  type MatchSide,
} from '../match.vocabularies.js';
import { declineOpenPairs } from '../rounds/pair.answers.js';
import { say } from '../../messages/catalogue.js';

const DAY_MS = 86_400_000;

function problemsOf(input: GiveMatchFeedbackInput): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const declined = input.action === 'DECLINED';
  if (declined && input.reasonCode == null)
    problems.push({
      field: 'input.reasonCode',
      code: 'REQUIRED',
      message: say('REQUIRED.whyCounted'),
    });
  if (!declined && input.reasonCode != null)
    problems.push({ field: 'input.reasonCode', code: 'NOT_DECLINED', message: say('NOT_DECLINED.declinedReason') });
  if (!declined && input.forDays != null)
    problems.push({ field: 'input.forDays', code: 'NOT_DECLINED', message: say('NOT_DECLINED.time') });
  if (input.forDays != null && (input.forDays < 1 || input.forDays > MAX_SUPPRESSION_DAYS))
    problems.push({
      field: 'input.forDays',
      code: 'OUT_OF_RANGE',
      message: say('OUT_OF_RANGE.days', { max: MAX_SUPPRESSION_DAYS }),
    });
  return problems;
}

/**
 * Determines for which side the viewer gives feedback on a match: the achievement's institution, the counterpart, or
 * else the operators. Throws if the viewer has no right to give it, or belongs to both of the first two.
 */
function sideOf(ctx: Context, achievement: Achievement, counterpart: CounterpartRow): MatchSide {
  authorize(ctx, 'feedback:give', { ...counterpart, institutionId: achievement.institutionId });
  const lister = can(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
  const own = can(ctx, 'counterpart:speak', counterpart);
  if (lister && own) throw new ForbiddenError(say('SELF_MATCH.pair'), 'SELF_MATCH');
  if (lister) return 'LISTER';
  return own ? 'COUNTERPART' : 'OPERATOR';
}

/**
 * Records feedback of the viewer's side on a match, replacing that side's earlier feedback; the same feedback again,
 * without a number of days, changes nothing. A decline removes the match from that side's proposals and from matching
 * rounds for a number of days, declines the pair in published matching rounds if the counterpart is an investor, and is
 * training data for the next fit of the model. The other side's lists do not change.
 */
export function giveMatchFeedback(ctx: Context, input: GiveMatchFeedbackInput): Promise<MatchFeedback> {
  requireLogin(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const counterpart = readCounterpartId('input.counterpartId', input.counterpartId);
  const problems = problemsOf(input);
  const note = checkReason('input.note', input.note, problems, { kind: 'note' });
  if (problems.length > 0) throw new InputError(problems);
  return writeOnce(ctx, 'giveMatchFeedback', input, MatchFeedback, async (tx) => {
    const achievement = await tx.findOne(Achievement, {
      where: { id: achievementId },
      lock: { mode: 'pessimistic_read' },
    });
    if (!achievement || !isVisible(ctx, achievement)) throw new NotFoundError(say('thing.theAchievement'));
    const row = await lockCounterpart(tx, counterpart);
    if (!row) throw new NotFoundError(say('thing.theCounterpart'));
    const side = sideOf(ctx, achievement, row);
    if (side === 'OPERATOR' && input.action !== 'INTRODUCED')
      throw new ForbiddenError(say('SIDES_ONLY.operator'), 'SIDES_ONLY');
    if (achievement.status !== 'ADMITTED')
      throw new ConflictError(say('NOT_IN_POOL.anyMore'), 'NOT_IN_POOL', {
        status: achievement.status,
      });
    const reasonCode = input.reasonCode ?? null;
    if (reasonCode !== null && counterpart.kind === 'INVESTOR') {
      await declineOpenPairs(tx, ctx, {
        achievementId,
        investorId: counterpart.id,
        side: side === 'LISTER' ? 'LISTER' : 'INVESTOR',
        reasonCode,
      });
    }
    return keepFeedback(tx, ctx, {
      achievementId,
      counterpart,
      side,
      action: input.action,
      reasonCode,
      note: note ?? null,
      forDays: input.forDays ?? null,
    });
  });
}

/** Feedback of one side on a match, after the right to give it was checked. */
export interface SaidOfPair {
  achievementId: string;
  counterpart: CounterpartId;
  side: MatchSide;
  action: MatchFeedbackAction;
  /** Only with DECLINED. */
  reasonCode: DeclineReason | null;
  note: string | null;
  /**
   * Only for DECLINED: number of days for which the match is not proposed again; null for the default of the reason.
   */
  forDays: number | null;
  /** True for an answer in a matching round: an acceptance is not shown before the other side has accepted too. */
  inRound?: boolean;
}

/**
 * Stores feedback of one side within the caller's transaction and ends that side's earlier feedback on the match. The
 * caller must have locked the counterpart's row. The same feedback again, without `forDays`, changes nothing.
 */
export async function keepFeedback(tx: EntityManager, ctx: Context, said: SaidOfPair): Promise<MatchFeedback> {
  const { achievementId, counterpart, side, action, reasonCode, note, forDays } = said;
  const days = action === 'DECLINED' ? (forDays ?? SUPPRESSION_DAYS[reasonCode!]) : null;
  const standing = await lockStanding(tx, achievementId, counterpart, side);
  const shown = action !== 'DECLINED' && said.inRound !== true ? true : standing !== null && showsInterest(standing);
  if (
    standing &&
    standing.action === action &&
    standing.reasonCode === reasonCode &&
    standing.note === note &&
    showsInterest(standing) === shown &&
    forDays === null
  )
    return standing;
  const now = ctx.now();
  if (standing) await tx.update(MatchFeedback, { id: standing.id }, { endedAt: now });
  const scored = ctx.app.matching.scoreOf(achievementId, counterpart);
  const feedback = tx.create(MatchFeedback, {
    id: newId(),
    achievementId,
    counterpartKind: counterpart.kind,
    counterpartId: counterpart.id,
    side,
    action,
    reasonCode,
    note,
    suppressedUntil: days === null ? null : new Date(now.getTime() + days * DAY_MS),
    interestShown: shown,
    accountId: requireLogin(ctx).accountId,
    score: scored?.score ?? null,
    modelVersion: scored?.modelVersion ?? null,
    createdAt: now,
    endedAt: null,
  });
  await tx.insert(MatchFeedback, feedback);
  await noteRecurringDeclines(tx, achievementId);
  await record(tx, ctx, {
    kind: 'match.feedback',
    subjectType: 'Achievement',
    subjectId: achievementId,
    facts: {
      feedback: feedback.id,
      counterpartKind: counterpart.kind,
      // Counterpart, side, action and reason are sealed, because outsiders read copies of the ledger and must not learn
      // of a decline.
      ...(await sealedFacts(tx, ctx, { counterpart: counterpart.id, side, action, reasonCode, days })),
      modelVersion: feedback.modelVersion,
    },
  });
  return feedback;
}

/** Shows each side of a pair that the other is interested, after both have accepted each other in a matching round. */
export async function showMutualInterest(
  tx: EntityManager,
  achievementId: string,
  counterpart: CounterpartId,
): Promise<void> {
  await tx.update(
    MatchFeedback,
    {
      achievementId,
      counterpartKind: counterpart.kind,
      counterpartId: counterpart.id,
      action: 'INTERESTED',
      endedAt: IsNull(),
    },
    { interestShown: true },
  );
}

/**
 * Withdraws active feedback; after a withdrawn decline the match may be proposed again. Withdrawn feedback cannot be
 * restored.
 */
export function withdrawMatchFeedback(ctx: Context, input: WithdrawMatchFeedbackInput): Promise<MatchFeedback> {
  requireLogin(ctx);
  const id = readId('input.id', 'MatchFeedback', input.id);
  return writeOnce(ctx, 'withdrawMatchFeedback', input, MatchFeedback, async (tx) => {
    const feedback = await tx.findOne(MatchFeedback, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!feedback) throw new NotFoundError(say('thing.theFeedback'));
    const achievement = await tx.findOneByOrFail(Achievement, { id: feedback.achievementId });
    const row = await lockCounterpart(tx, { kind: feedback.counterpartKind, id: feedback.counterpartId });
    const side = row ? sideOf(ctx, achievement, row) : null;
    if (side !== feedback.side) throw new NotFoundError(say('thing.theFeedback'));
    if (feedback.endedAt !== null) return feedback;
    feedback.endedAt = ctx.now();
    await tx.update(MatchFeedback, { id }, { endedAt: feedback.endedAt });
    await noteRecurringDeclines(tx, feedback.achievementId);
    await record(tx, ctx, {
      kind: 'match.feedback-withdrawn',
      subjectType: 'Achievement',
      subjectId: feedback.achievementId,
      facts: { feedback: id, side },
    });
    return feedback;
  });
}

/**
 * Loads and locks the active feedback of one side on a match; null without any. Concurrent requests wait for each other
 * at the lock on the counterpart's row.
 */
function lockStanding(
  tx: EntityManager,
  achievementId: string,
  counterpart: { kind: MatchFeedback['counterpartKind']; id: string },
  side: MatchSide,
): Promise<MatchFeedback | null> {
  return tx.findOne(MatchFeedback, {
    where: { achievementId, counterpartKind: counterpart.kind, counterpartId: counterpart.id, side, endedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
}
