import { IsNull, type EntityManager } from 'typeorm';
import { Achievement } from '../../achievements/achievement.entity.js';
import { achievementLifecycle } from '../../achievements/achievement.stages.js';
import { noteAuthor } from '../../kernel/authored.js';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, NotFoundError } from '../../kernel/errors.js';
import { readId } from '../../kernel/node.js';
import { requireReason } from '../../kernel/reason.js';
import { writeOnce } from '../../kernel/write.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { reasonFact } from '../../ledger/texts.js';
import { changedRows } from '../../lib/changed-rows.js';
import { newId } from '../../lib/ids.js';
import { lockEntry, requireStatus } from '../cohort/cohort.access.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { note } from '../cohort/cohort.service.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { lockAssigning, withdrawnRecord } from '../reviewers/conflicts.service.js';
import { refusal, WithdrawalsOpen } from '../vetting.errors.js';
import { moveUp } from './moving-up.js';
import { EntryWithdrawal } from './withdrawal.entity.js';
import type { AnswerWithdrawalInput, RequestWithdrawalInput } from './withdrawal.inputs.js';
import { mailSeatsOfWithdrawn, mailWithdrawalAnswered, mailWithdrawalRequested } from './withdrawal.mails.js';
import { say } from '../../messages/catalogue.js';

/** Statuses of a cohort in which an entry is withdrawn by a request; while it is OPEN, the result itself is withdrawn. */
const WITHDRAWABLE = ['FROZEN', 'REVIEWING', 'PUBLIC_NOTICE'] as const;

const recordOf = ({ id, cohortId, entryId }: EntryWithdrawal, kind: string, facts: object): LedgerEntry => ({
  kind: `withdrawal.${kind}`,
  subjectType: 'EntryWithdrawal',
  subjectId: id,
  facts: { cohort: cohortId, entry: entryId, ...facts },
});

/**
 * Records the request of an entry's institution to take it out of a cohort that is frozen and not closed, and tells the
 * operators. A request that waits already is returned as it is.
 */
export function requestWithdrawal(ctx: Context, input: RequestWithdrawalInput): Promise<EntryWithdrawal> {
  const entryId = readId('input.entryId', 'CohortEntry', input.entryId);
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.takenOut'));
  return writeOnce(ctx, 'requestWithdrawal', input, EntryWithdrawal, async (tx) => {
    const { accountId } = requireLogin(ctx);
    const { entry, cohort } = await lockEntry(tx, entryId);
    authorize(ctx, 'achievement:edit', { organisationId: entry.institutionId });
    requireStatus(cohort, ...WITHDRAWABLE);
    refuseUncounted(entry);
    const open = await tx.findOneBy(EntryWithdrawal, { entryId, outcome: IsNull() });
    if (open) return open;
    const id = newId();
    await tx.insert(EntryWithdrawal, {
      id,
      cohortId: cohort.id,
      entryId,
      accountId,
      reason,
      requestedAt: ctx.now(),
    });
    const made = await tx.findOneByOrFail(EntryWithdrawal, { id });
    await mailWithdrawalRequested(tx, entry);
    await note(tx, ctx, [recordOf(made, 'requested', await reasonFact(tx, ctx, reason))]);
    return made;
  });
}

function refuseUncounted(entry: CohortEntry): void {
  if (entry.screen !== 'COUNTED') throw new ConflictError(say('NOT_COUNTED'), 'NOT_COUNTED');
  if (entry.withdrawnAt !== null) throw new ConflictError(say('WITHDRAWN_BEFORE'), 'WITHDRAWN_BEFORE');
}

/**
 * Operator action: confirms or refuses a withdrawal. A confirmed one takes the entry out: it stays in the denominator,
 * its open seats are returned, its achievement is withdrawn (or stays in the pool where an earlier cohort admitted it),
 * and during the public notice the next entry moves up with a notice of its own.
 */
export function answerWithdrawal(ctx: Context, input: AnswerWithdrawalInput): Promise<EntryWithdrawal> {
  const id = readId('input.id', 'EntryWithdrawal', input.id);
  const answer = requireReason('input.answer', input.answer, say('REQUIRED.words'), 'statement');
  return writeOnce(ctx, 'answerWithdrawal', input, EntryWithdrawal, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const seen = await tx.findOneBy(EntryWithdrawal, { id });
    if (!seen) throw new NotFoundError(say('thing.theRequest'));
    const { entry, cohort } = await lockEntry(tx, seen.entryId, 'change');
    authorize(ctx, 'platform:operate', { organisationId: entry.institutionId });
    requireStatus(cohort, ...WITHDRAWABLE);
    const withdrawal = await tx.findOneByOrFail(EntryWithdrawal, { id });
    if (withdrawal.outcome !== null)
      throw new ConflictError(say('ANSWERED_BEFORE.request'), 'ANSWERED_BEFORE', { outcome: withdrawal.outcome });
    Object.assign(withdrawal, { outcome: input.outcome, answer, answeredAt: ctx.now() });
    await tx.save(withdrawal);
    await noteAuthor(tx, ctx, 'entry_withdrawal.answer', id, answer);
    const confirmed = input.outcome === 'CONFIRMED';
    await mailWithdrawalAnswered(tx, entry, { confirmed, answer, author: requireLogin(ctx).accountId });
    // An entry that was excluded after the request, in a reopened cohort, is out already.
    const stays = entry.screen === 'COUNTED' && entry.withdrawnAt === null;
    const out = confirmed && stays ? await takeOut(tx, ctx, cohort, entry) : [];
    await note(tx, ctx, [
      recordOf(withdrawal, 'answered', { outcome: input.outcome, ...(await reasonFact(tx, ctx, answer)) }),
      ...out,
    ]);
    return withdrawal;
  });
}

/** Takes an entry out of its cohort; returns the ledger records. */
async function takeOut(tx: EntityManager, ctx: Context, cohort: Cohort, entry: CohortEntry): Promise<LedgerEntry[]> {
  const at = ctx.now();
  const seats = await returnSeats(tx, cohort.id, entry.id, at);
  const proposed = entry.proposalState === 'ADMITTED';
  await tx.update(CohortEntry, { id: entry.id }, { withdrawnAt: at });
  const noticed = cohort.status === 'PUBLIC_NOTICE';
  const promoted = noticed && proposed ? await moveUp(tx, ctx, cohort, entry, 'WITHDRAWN') : null;
  if (noticed && !proposed) await tx.update(CohortEntry, { id: entry.id }, { decisionReasonState: 'WITHDRAWN' });
  const achievement = await tx.findOneOrFail(Achievement, {
    where: { id: entry.achievementId },
    lock: { mode: 'for_no_key_update' },
  });
  if (achievement.status === 'UNDER_REVIEW') {
    const status = achievementLifecycle.next(achievement.status, 'withdrawFromReview');
    await tx.update(Achievement, { id: achievement.id }, { status, updatedAt: at });
  }
  return [
    ...seats,
    {
      kind: 'entry.withdrawn',
      subjectType: 'CohortEntry',
      subjectId: entry.id,
      facts: {
        cohort: cohort.id,
        achievement: entry.achievementId,
        promoted,
        noticeEndsAt: noticed ? cohort.noticeEndsAt!.toISOString() : null,
      },
    },
  ];
}

/** Ends the open assignments of a withdrawn entry, and tells their reviewers. Submitted reviews stay in the fit. */
async function returnSeats(tx: EntityManager, cohortId: string, entryId: string, at: Date): Promise<LedgerEntry[]> {
  await lockAssigning(tx, cohortId);
  const ended = await changedRows<{ id: string; reviewer_id: string }>(
    tx,
    `UPDATE assignment
     SET status = 'WITHDRAWN', status_reason = 'ENTRY_WITHDRAWN', ended_at = $2
     WHERE entry_id = $1 AND status = 'ASSIGNED'
     RETURNING id, reviewer_id`,
    [entryId, at],
  );
  const seats = ended
    .map((row) => ({ id: row.id, cohortId, entryId, reviewerId: row.reviewer_id }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  await mailSeatsOfWithdrawn(tx, cohortId, seats);
  return seats.map((seat) => withdrawnRecord(seat, 'ENTRY_WITHDRAWN'));
}

/** Throws the refusal WithdrawalsOpen while a request to take an entry out of the cohort waits for its answer. */
export async function refuseOpenWithdrawals(tx: EntityManager, cohortId: string): Promise<void> {
  const count = await tx.countBy(EntryWithdrawal, { cohortId, outcome: IsNull() });
  if (count === 0) return;
  throw refusal(WithdrawalsOpen, {
    said: say('WITHDRAWALS_OPEN', { count }),
    count,
  });
}
