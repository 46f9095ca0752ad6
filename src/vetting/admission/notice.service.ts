import { notifyOfEntry, notifyOfProposals, notifyOfReviewingEnd } from '../cohort/cohort.mails.js';
import { noteAuthor } from '../../kernel/authored.js';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import type { EntityManager } from 'typeorm';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { changedRows } from '../../lib/changed-rows.js';
import { lockAssigning, withdrawnRecord } from '../reviewers/conflicts.service.js';
import { requireReason } from '../../kernel/reason.js';
import { membershipIn } from '../../kernel/authz.js';
import { requireConfirmedEmail } from '../../identity/sessions/authentication.js';
import { reasonFact } from '../../ledger/texts.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { lockEntry, requireStatus } from '../cohort/cohort.access.js';
import { Cohort } from '../cohort/cohort.entity.js';
import type { AnswerObjectionInput, RaiseObjectionInput, StartPublicNoticeInput } from '../cohort/cohort.inputs.js';
import { cohortFact, entriesShort, note, step } from '../cohort/cohort.service.js';
import { ruleFact } from './rule-version.js';
import { judgeCohort, storeFinalFit } from './judging.js';
import { Objection } from '../../objections/objection.entity.js';
import { mailObjection } from './objection.mails.js';
import { moveUp } from './moving-up.js';
import { refuseOpenWithdrawals } from './withdrawal.service.js';
import { refuseStaleReply } from './objection.replies.js';
import { refusal, ReviewsIncomplete } from '../vetting.errors.js';
import { say } from '../../messages/catalogue.js';

const DAY_MS = 86_400_000;

/** Operator action: calibrates the reviews, proposes the admissions and starts the public notice period. */
export function startPublicNotice(ctx: Context, input: StartPublicNoticeInput): Promise<Cohort> {
  return step(ctx, input, 'startPublicNotice', async (tx, cohort) => {
    await refuseOpenWithdrawals(tx, cohort.id);
    const entries = await entriesShort(
      tx,
      cohort,
      `SELECT entry_id, dimensions FROM assignment WHERE cohort_id = $1 AND status = 'SUBMITTED'`,
    );
    if (entries > 0 && input.acceptMissingReviews !== true) {
      throw refusal(ReviewsIncomplete, {
        said: say('REVIEWS_INCOMPLETE', { entries, least: cohort.minReviews }),
        entries,
      });
    }
    const at = ctx.now();
    const judgement = await judgeCohort(tx, cohort);
    const made = await storeFinalFit(tx, cohort, judgement, at);
    const { verdicts, cutOff } = judgement.decision;
    await notifyOfReviewingEnd(tx, cohort.id);
    const returned = await returnOpenSeats(tx, cohort.id, at);
    const noticeEndsAt = new Date(at.getTime() + cohort.noticeDays * DAY_MS);
    await notifyOfProposals(tx, cohort.id, { endsAt: noticeEndsAt, entryIds: null });
    const proposed = verdicts
      .filter((verdict) => verdict.decision === 'ADMITTED')
      .map(({ id, score }) => ({ entry: id, score }));
    return {
      change: { noticeAt: at, noticeEndsAt, cutOff },
      records: () => [
        ...returned,
        made,
        cohortFact(cohort.id, 'noticed', {
          ...ruleFact(cohort.ruleVersion),
          inputsHash: judgement.fit.inputsHash,
          entriesShort: entries,
          seatsReturned: returned.length,
          proposed,
          cutOff,
          noticeEndsAt: noticeEndsAt.toISOString(),
        }),
      ],
    };
  });
}

/**
 * Ends the assignments that are still open when the reviewing ends, those of boundary rounds among them: nobody can
 * submit them any more. Returns their ledger records.
 */
async function returnOpenSeats(tx: EntityManager, cohortId: string, at: Date): Promise<LedgerEntry[]> {
  await lockAssigning(tx, cohortId);
  const rows = await changedRows<{ id: string; entry_id: string; reviewer_id: string }>(
    tx,
    `UPDATE assignment
     SET status = 'WITHDRAWN', status_reason = 'REVIEWING_ENDED', ended_at = $2
     WHERE cohort_id = $1 AND status = 'ASSIGNED'
     RETURNING id, entry_id, reviewer_id`,
    [cohortId, at],
  );
  return rows
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) =>
      withdrawnRecord({ id: row.id, cohortId, entryId: row.entry_id, reviewerId: row.reviewer_id }, 'REVIEWING_ENDED'),
    );
}

/**
 * Records an objection, with its author's name, against a proposed admission while the public notice runs. An account
 * needs a confirmed e-mail address, may object once per entry, and must not belong to the entry's institution.
 */
export function raiseObjection(ctx: Context, input: RaiseObjectionInput): Promise<Objection> {
  const entryId = readId('input.entryId', 'CohortEntry', input.entryId);
  const text = requireReason('input.text', input.text, say('REQUIRED.words'), 'statement');
  requireConfirmedEmail(ctx);
  return writeOnce(ctx, 'raiseObjection', input, Objection, async (tx) => {
    const viewer = requireConfirmedEmail(ctx);
    const { entry, cohort } = await lockEntry(tx, entryId);
    requireStatus(cohort, 'PUBLIC_NOTICE');
    if (entry.proposalState !== 'ADMITTED') throw new ConflictError(say('NOT_PROPOSED.objection'), 'NOT_PROPOSED');
    if (cohort.noticeEndsAt !== null && cohort.noticeEndsAt <= ctx.now())
      throw new ConflictError(say('NOTICE_ENDED.notice'), 'NOTICE_ENDED');
    if (membershipIn(viewer, entry.institutionId)) throw new ForbiddenError(say('OWN_ENTRY.objection'), 'OWN_ENTRY');
    const before = await tx.findOneBy(Objection, { entryId, accountId: viewer.accountId });
    if (before)
      throw new ConflictError(say('OBJECTED_BEFORE.entry'), 'OBJECTED_BEFORE', {
        objectionId: before.globalId,
      });
    const id = newId();
    await tx.insert(Objection, {
      id,
      cohortId: cohort.id,
      entryId,
      accountId: viewer.accountId,
      reason: input.reason,
      text,
      createdAt: ctx.now(),
    });
    await mailObjection(tx, { id, entry, reason: input.reason });
    const said = await reasonFact(tx, ctx, text);
    await note(tx, ctx, [
      {
        kind: 'objection.made',
        subjectType: 'Objection',
        subjectId: id,
        facts: { cohort: cohort.id, entry: entryId, reasonCode: input.reason, ...said },
      },
    ]);
    return tx.findOneByOrFail(Objection, { id });
  });
}

/**
 * Records the operator's answer to an objection. If it is upheld, the entry is not admitted, and the best entry that
 * only the quota excluded, if there is one, is proposed instead. The replacement gets a full public notice period,
 * which extends the cohort's.
 */
export function answerObjection(ctx: Context, input: AnswerObjectionInput): Promise<Objection> {
  const id = readId('input.id', 'Objection', input.id);
  const answer = requireReason('input.answer', input.answer, say('REQUIRED.words'), 'statement');
  return writeOnce(ctx, 'answerObjection', input, Objection, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const seen = await tx.findOneBy(Objection, { id });
    if (!seen) throw new NotFoundError(say('thing.theObjection'));
    const { entry, cohort } = await lockEntry(tx, seen.entryId, 'change');
    authorize(ctx, 'platform:operate', { organisationId: entry.institutionId, accountId: seen.accountId });
    requireStatus(cohort, 'PUBLIC_NOTICE');
    const objection = await tx.findOneByOrFail(Objection, { id });
    if (objection.outcome !== null)
      throw new ConflictError(say('ANSWERED_BEFORE.objection'), 'ANSWERED_BEFORE', { outcome: objection.outcome });
    if (input.replyRevision != null) await refuseStaleReply(objection, 'input.replyRevision', input.replyRevision);
    Object.assign(objection, { outcome: input.outcome, answer, answeredAt: ctx.now() });
    await tx.save(objection);
    await noteAuthor(tx, ctx, 'objection.answer', id, answer);
    await notifyOfEntry(tx, entry.id, {
      news: 'OBJECTION_ANSWERED',
      upheld: input.outcome === 'UPHELD',
      answer,
      author: requireLogin(ctx).accountId,
      objector: objection.accountId,
    });
    const promoted =
      input.outcome === 'UPHELD' && entry.proposalState === 'ADMITTED'
        ? await moveUp(tx, ctx, cohort, entry, 'OBJECTION_UPHELD')
        : null;
    const said = await reasonFact(tx, ctx, answer);
    await note(tx, ctx, [
      {
        kind: 'objection.answered',
        subjectType: 'Objection',
        subjectId: id,
        facts: {
          cohort: cohort.id,
          entry: entry.id,
          outcome: input.outcome,
          promoted,
          noticeEndsAt: cohort.noticeEndsAt!.toISOString(),
          ...said,
        },
      },
    ]);
    return objection;
  });
}
