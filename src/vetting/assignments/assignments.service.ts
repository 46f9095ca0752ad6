import { localize } from '../../kernel/localized.js';
import { GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { seatWithdrawnMail } from '../reviewers/reviewers.mails.js';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, NotFoundError } from '../../kernel/errors.js';
import { requireReason } from '../../kernel/reason.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { momentProblem } from '../../lib/day.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { readCohortFacts } from './assignments.data.js';
import { Assignment, AssignmentRun } from './assignments.entity.js';
import type { AssignReviewersInput, DeclineAssignmentInput, ReplaceAssignmentInput } from './assignments.inputs.js';
import { loadOf, provinceOf } from './assignments.problem.js';
import { MAX_YEARS_OF_REVIEWING, queueRefill, queueRun } from './assignments.runs.js';
import { insertAssignments, madeRecord } from './assignments.store.js';
import { lockCohort } from '../cohort/cohort.access.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { lockAssigning, refreshConflicts, withdrawnRecord } from '../reviewers/conflicts.service.js';
import { ConflictOfInterest, ReviewAlreadySubmitted } from '../reviews/reviews.errors.js';
import type { ConflictReason } from '../reviewers/reviewers.vocabularies.js';
import { CohortNotOpen, refusal } from '../vetting.errors.js';
import type { CohortStatus } from '../vocabularies.js';
import { say } from '../../messages/catalogue.js';
import { termOf } from '../../taxonomy/vocabulary.js';

/** Throws the refusal CohortNotOpen unless the cohort has one of the allowed statuses. */
export function refuseUnless(cohort: Pick<Cohort, 'status'>, ...allowed: readonly CohortStatus[]): void {
  if (allowed.includes(cohort.status)) return;
  throw refusal(CohortNotOpen, {
    said: say('COHORT_STATUS.allowed', {
      status: termOf('CohortStatus', cohort.status),
      allowed: allowed.map((status) => termOf('CohortStatus', status)),
    }),
    status: cohort.status,
  });
}

/**
 * Operator action: queues an assignment run that fills every panel of the cohort with reviewers. Existing assignments
 * are kept and only missing ones added, so the action may be repeated; while a run is in progress, it returns that run.
 */
export async function assignReviewers(ctx: Context, input: AssignReviewersInput): Promise<AssignmentRun> {
  const cohortId = readId('input.cohortId', 'Cohort', input.cohortId);
  const wrong = momentProblem(input.dueAt, ctx.now(), MAX_YEARS_OF_REVIEWING);
  if (wrong) throw badInput('input.dueAt', wrong.code, wrong.message);
  return writeOnce(ctx, 'assignReviewers', input, AssignmentRun, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    refuseUnless(await lockCohort(tx, cohortId, 'hold'), 'FROZEN', 'REVIEWING');
    return queueRun(
      tx,
      { cohortId, round: 0, dueAt: input.dueAt, requestedBy: requireLogin(ctx).accountId },
      ctx.now(),
    );
  });
}

/**
 * Operator action: assigns another reviewer to an entry in place of an assignment that is open, declined or withdrawn,
 * subject to all rules of assignment; an open one ends.
 */
export async function replaceAssignment(ctx: Context, input: ReplaceAssignmentInput): Promise<Assignment> {
  const id = readId('input.id', 'Assignment', input.id);
  const reviewerId = readId('input.reviewerId', 'Reviewer', input.reviewerId);
  requireReason('input.reason', input.reason, say('REQUIRED.why'));
  return writeOnce(ctx, 'replaceAssignment', input, Assignment, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const { assignment, cohort } = await lockAssignment(tx, id);
    const { institutionId } = await tx.findOneByOrFail(CohortEntry, { id: assignment.entryId });
    authorize(ctx, 'platform:operate', { organisationId: institutionId });
    refuseUnless(cohort, 'FROZEN', 'REVIEWING');
    await refuseSubmitted(tx, assignment);
    if (assignment.status === 'WITHDRAWN' && assignment.statusReason === 'REPLACED')
      throw new ConflictError(say('ALREADY_REPLACED.assignment'), 'ALREADY_REPLACED');
    const at = ctx.now();
    const { records } = await refreshConflicts(tx, cohort.id, at, {
      reviewerIds: [reviewerId],
      entryIds: [assignment.entryId],
    });
    const facts = await readCohortFacts(tx, cohort.id);
    await assertMayReplace(tx, facts, assignment, reviewerId);
    const entry = facts.entries.find((e) => e.entryId === assignment.entryId);
    const row = {
      id: newId(),
      entry_id: assignment.entryId,
      reviewer_id: reviewerId,
      panel: assignment.panel,
      round: assignment.round,
      dimensions: assignment.dimensions,
      similarity: null,
      entry_region: provinceOf(entry?.regionCode ?? null),
      reviewer_region: provinceOf(facts.reviewers.find((r) => r.reviewerId === reviewerId)?.regionCode ?? null),
    };
    const ending = assignment.status === 'ASSIGNED';
    await tx.update(
      Assignment,
      { id },
      { status: 'WITHDRAWN', statusReason: 'REPLACED', endedAt: assignment.endedAt ?? at },
    );
    const made = await insertAssignments(tx, cohort.id, [row], assignment.dueAt ?? at, at);
    if (ending) await notifyOfReplacement(tx, assignment.reviewerId, cohort);
    if (made.length === 0) throw new ConflictError(say('ALREADY_ASSIGNED.before'), 'ALREADY_ASSIGNED');
    await appendLedger(tx, ctx.viewer.pseudonym, at, [
      ...records,
      ...(ending ? [withdrawnRecord(assignment, 'REPLACED')] : []),
      madeRecord(cohort.id, row),
    ]);
    return tx.findOneByOrFail(Assignment, { id: row.id });
  });
}

async function notifyOfReplacement(tx: EntityManager, reviewerId: string, cohort: Cohort): Promise<void> {
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM reviewer r
     JOIN account acc ON acc.id = r.account_id
     WHERE r.id = $1 AND ${GETS_MAIL}`,
    [reviewerId],
  )) as Receiver[];
  await notify(tx, seatWithdrawnMail, receivers, ({ locale }) => ({ cohort: localize(cohort.nameText, locale).value }));
}

/**
 * Reviewer action: declines an assignment without a submitted review; an assignment run then finds another reviewer.
 * The stated reason is shown to operators and kept out of the ledger.
 */
export async function declineAssignment(ctx: Context, input: DeclineAssignmentInput): Promise<string> {
  const { accountId } = requireLogin(ctx);
  const id = readId('input.id', 'DeskAssignment', input.id);
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.why'));
  return write(ctx, async (tx) => {
    const { assignment, cohort } = await lockAssignment(tx, id, accountId);
    refuseUnless(cohort, 'FROZEN', 'REVIEWING');
    if (assignment.status === 'DECLINED') return input.id;
    await refuseSubmitted(tx, assignment);
    if (assignment.status === 'WITHDRAWN') throw new NotFoundError(say('thing.theAssignment'));
    await tx.update(Assignment, { id }, { status: 'DECLINED', statusReason: reason, endedAt: ctx.now() });
    await queueRefill(tx, cohort.id, ctx.now(), accountId);
    const { entryId: entry, reviewerId: reviewer } = assignment;
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
      {
        kind: 'assignment.declined',
        subjectType: 'Assignment',
        subjectId: id,
        facts: { cohort: cohort.id, entry, reviewer, reason: 'DECLINED' },
      },
    ]);
    return input.id;
  });
}

/**
 * Loads an assignment and takes locks in a fixed order: its cohort's status, then (for operators) all assigning in the
 * cohort, then the assignment. With `accountId`, throws NOT_FOUND unless the assignment belongs to that account's
 * reviewer.
 */
export async function lockAssignment(
  tx: EntityManager,
  id: string,
  accountId?: string,
): Promise<{ assignment: Assignment; cohort: Cohort }> {
  const [seen] = (await tx.query(
    `SELECT a.cohort_id, r.account_id FROM assignment a JOIN reviewer r ON r.id = a.reviewer_id WHERE a.id = $1`,
    [id],
  )) as Array<{ cohort_id: string; account_id: string | null }>;
  if (!seen || (accountId !== undefined && seen.account_id !== accountId))
    throw new NotFoundError(say('thing.theAssignment'));
  const cohort = await lockCohort(tx, seen.cohort_id, 'hold');
  // A reviewer acts on one assignment only and does not lock all assigning in the cohort, so that a thousand
  // reviewers do not wait for each other.
  if (accountId === undefined) await lockAssigning(tx, cohort.id);
  const assignment = await tx.findOneOrFail(Assignment, { where: { id }, lock: { mode: 'pessimistic_write' } });
  return { assignment, cohort };
}

/** Throws the refusal ReviewAlreadySubmitted if the assignment's review has been submitted. */
export async function refuseSubmitted(tx: EntityManager, assignment: Assignment): Promise<void> {
  if (assignment.status !== 'SUBMITTED') return;
  const [row] = (await tx.query(
    `SELECT max(submitted_at) AS at FROM review WHERE assignment_id = $1 AND status = 'SUBMITTED'`,
    [assignment.id],
  )) as Array<{ at: Date }>;
  throw refusal(ReviewAlreadySubmitted, {
    said: say('REVIEW_ALREADY_SUBMITTED'),
    submittedAt: row!.at,
  });
}

async function assertMayReplace(
  tx: EntityManager,
  facts: Awaited<ReturnType<typeof readCohortFacts>>,
  assignment: Assignment,
  reviewerId: string,
): Promise<void> {
  const [conflict] = (await tx.query(`SELECT reasons FROM conflict WHERE entry_id = $1 AND reviewer_id = $2`, [
    assignment.entryId,
    reviewerId,
  ])) as Array<{ reasons: ConflictReason[] }>;
  if (conflict)
    throw refusal(ConflictOfInterest, {
      said: say('CONFLICT_OF_INTEREST.reviewer', {
        reasons: conflict.reasons.map((reason) => termOf('ConflictReason', reason)),
      }),
      reasons: conflict.reasons,
    });
  const reviewer = facts.reviewers.find((r) => r.reviewerId === reviewerId);
  if (!reviewer) throw new ConflictError(say('REVIEWER_NOT_ACTIVE.reviewer'), 'REVIEWER_NOT_ACTIVE');
  if (!assignment.dimensions.every((dimension) => reviewer.dimensions.includes(dimension))) {
    throw new ConflictError(
      say('DIMENSION_NOT_JUDGED.reviewer', { dimensions: [...assignment.dimensions] }),
      'DIMENSION_NOT_JUDGED',
      { dimensions: assignment.dimensions },
    );
  }
  const seats = facts.seats.filter((seat) => seat.reviewerId === reviewerId);
  if (seats.some((seat) => seat.entryId === assignment.entryId))
    throw new ConflictError(say('ALREADY_ASSIGNED.isOrWas'), 'ALREADY_ASSIGNED');
  const load = loadOf(facts, reviewer);
  if (seats.filter((seat) => seat.active).length >= load)
    throw new ConflictError(say('LOAD_FULL.reviewer', { load }), 'LOAD_FULL', { load });
  const panel = facts.seats.filter(
    (seat) =>
      seat.active &&
      seat.entryId === assignment.entryId &&
      seat.reviewerId !== assignment.reviewerId &&
      seat.panel === assignment.panel,
  );
  const others = panel
    .filter((seat) => seat.dimensions.some((dimension) => assignment.dimensions.includes(dimension)))
    .map((seat) => facts.reviewers.find((r) => r.reviewerId === seat.reviewerId)?.family);
  if (reviewer.family !== null && others.includes(reviewer.family))
    throw new ConflictError(say('NOT_INDEPENDENT.panel'), 'NOT_INDEPENDENT');
}
