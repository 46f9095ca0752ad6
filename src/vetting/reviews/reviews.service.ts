import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { badInput, ConflictError, InputError, type FieldProblem } from '../../kernel/errors.js';
import { requireReason } from '../../kernel/reason.js';
import { requireConfirmedEmail } from '../../identity/sessions/authentication.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { write, writeOnce } from '../../kernel/write.js';
import { Assignment } from '../assignments/assignments.entity.js';
import { queueRefill } from '../assignments/assignments.runs.js';
import { lockAssignment, refuseSubmitted, refuseUnless } from '../assignments/assignments.service.js';
import { lockAssigning, reasonsOf, refreshConflicts } from '../reviewers/conflicts.service.js';
import { Review } from './reviews.entity.js';
import { ConflictOfInterest, ReviewIncomplete } from './reviews.errors.js';
import type { CorrectReviewInput, SaveReviewDraftInput, SubmitReviewInput } from './reviews.inputs.js';
import { missingParts, rationaleHash, readReview, type ReviewContent, type ScoreInput } from './reviews.rules.js';
import type { ConflictReason } from '../reviewers/reviewers.vocabularies.js';
import { refusal } from '../vetting.errors.js';
import type { Dimension } from '../vocabularies.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { say } from '../../messages/catalogue.js';

/**
 * Reviewer action: saves a draft of a review, which may be incomplete but not invalid. Only the reviewer may read it.
 */
export async function saveReviewDraft(ctx: Context, input: SaveReviewDraftInput): Promise<Review> {
  requireReviewer(ctx);
  const id = readId('input.assignmentId', 'DeskAssignment', input.assignmentId);
  return writeOnce(ctx, 'saveReviewDraft', input, Review, async (tx) => {
    const assignment = await lockForReviewing(ctx, tx, id);
    await refuseSubmitted(tx, assignment);
    const content = await readContent(tx, assignment.dimensions, input);
    return storeDraft(tx, ctx, assignment, content);
  });
}

/**
 * Reviewer action: submits a review from the input or the saved draft. This is possible once; afterwards the database
 * refuses changes. If a conflict of interest has been found since the assignment, the assignment is withdrawn instead.
 */
export async function submitReview(ctx: Context, input: SubmitReviewInput): Promise<Review> {
  requireReviewer(ctx);
  const id = readId('input.assignmentId', 'DeskAssignment', input.assignmentId);
  if (input.scores == null && (input.confidence != null || input.gapCodes != null))
    throw badInput('input.scores', 'REQUIRED', say('REQUIRED.scores'));
  await withdrawIfConflicted(ctx, id);
  return writeOnce(ctx, 'submitReview', input, Review, async (tx) => {
    const assignment = await lockForReviewing(ctx, tx, id);
    await refuseSubmitted(tx, assignment);
    const draft = await tx.findOneBy(Review, { assignmentId: id, status: 'DRAFT' });
    const content: ReviewContent =
      input.scores != null
        ? await readContent(tx, assignment.dimensions, { ...input, scores: input.scores })
        : {
            scores: draft?.scoreMap ?? {},
            rationales: draft?.rationaleMap ?? {},
            shared: draft?.shared ?? [],
            confidence: draft?.confidence ?? null,
            gapCodes: draft?.gapCodes ?? [],
          };
    refuseIncomplete(assignment.dimensions, content);
    const stored = await storeDraft(tx, ctx, assignment, content);
    const salt = randomBytes(16).toString('hex');
    const submitted = { status: 'SUBMITTED' as const, salt, submittedAt: ctx.now() };
    await tx.update(Review, { id: stored.id }, submitted);
    await tx.update(Assignment, { id }, { status: 'SUBMITTED' });
    const review = Object.assign(stored, submitted);
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [reviewRecord('review.submitted', assignment, review)]);
    return review;
  });
}

/**
 * Reviewer action: adds a corrected version, with a reason, to a submitted review while the cohort is under review; the
 * newest version counts.
 */
export async function correctReview(ctx: Context, input: CorrectReviewInput): Promise<Review> {
  requireReviewer(ctx);
  const id = readId('input.assignmentId', 'DeskAssignment', input.assignmentId);
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.correction'));
  await withdrawIfConflicted(ctx, id);
  return writeOnce(ctx, 'correctReview', input, Review, async (tx) => {
    const assignment = await lockForReviewing(ctx, tx, id);
    if (assignment.status !== 'SUBMITTED') throw new ConflictError(say('NOT_SUBMITTED.draft'), 'NOT_SUBMITTED');
    const content = await readContent(tx, assignment.dimensions, input);
    refuseIncomplete(assignment.dimensions, content);
    const last = await tx.findOneOrFail(Review, {
      where: { assignmentId: id, status: 'SUBMITTED' },
      order: { version: 'DESC' },
    });
    const before: ReviewContent = {
      scores: last.scoreMap,
      rationales: last.rationaleMap,
      shared: last.shared,
      confidence: last.confidence,
      gapCodes: last.gapCodes,
    };
    if (canonicalJson(before) === canonicalJson(content))
      throw new ConflictError(say('NOTHING_CHANGED.correction'), 'NOTHING_CHANGED');
    const now = ctx.now();
    const review = tx.create(Review, {
      id: newId(),
      assignmentId: id,
      version: last.version + 1,
      status: 'SUBMITTED',
      scoreMap: content.scores,
      rationaleMap: content.rationales,
      shared: content.shared,
      confidence: content.confidence,
      gapCodes: content.gapCodes,
      correctionReason: reason,
      salt: randomBytes(16).toString('hex'),
      updatedAt: now,
      submittedAt: now,
    });
    await tx.insert(Review, review);
    await appendLedger(tx, ctx.viewer.pseudonym, now, [reviewRecord('review.corrected', assignment, review)]);
    return review;
  });
}

function requireReviewer(ctx: Context): { accountId: string } {
  authorize(ctx, 'review:write', undefined);
  return requireConfirmedEmail(ctx);
}

/**
 * Loads and locks an assignment of the viewer; throws if it was withdrawn or declined, or its cohort is not under
 * review.
 */
async function lockForReviewing(ctx: Context, tx: EntityManager, id: string): Promise<Assignment> {
  const { accountId } = requireReviewer(ctx);
  const { assignment, cohort } = await lockAssignment(tx, id, accountId);
  refuseUnless(cohort, 'REVIEWING');
  if (assignment.status === 'WITHDRAWN' && assignment.statusReason === 'CONFLICT')
    throw conflictRefusal(await storedReasons(tx, assignment));
  if (assignment.status === 'WITHDRAWN' || assignment.status === 'DECLINED')
    throw new ConflictError(say('ASSIGNMENT_ENDED.desk'), 'ASSIGNMENT_ENDED', {
      current: assignment.status,
    });
  return assignment;
}

/**
 * Ends an assignment that the conflict rules forbid by now, in a transaction of its own that stays committed, and then
 * throws the refusal.
 */
async function withdrawIfConflicted(ctx: Context, id: string): Promise<void> {
  const reasons = await write(ctx, async (tx): Promise<ConflictReason[]> => {
    const { accountId } = requireReviewer(ctx);
    const [row] = (await tx.query(
      `SELECT a.cohort_id, a.entry_id, a.reviewer_id
       FROM assignment a
       JOIN reviewer r ON r.id = a.reviewer_id
       JOIN cohort c ON c.id = a.cohort_id
       WHERE a.id = $1 AND r.account_id = $2 AND a.status IN ('ASSIGNED','SUBMITTED') AND c.status = 'REVIEWING'
       FOR SHARE OF c`,
      [id, accountId],
    )) as Array<{ cohort_id: string; entry_id: string; reviewer_id: string }>;
    if (!row) return [];
    const found = await reasonsOf(tx, row.cohort_id, row.entry_id, row.reviewer_id, ctx.now());
    if (found.length === 0) return [];
    await lockAssigning(tx, row.cohort_id);
    const { records } = await refreshConflicts(tx, row.cohort_id, ctx.now(), { reviewerIds: [row.reviewer_id] });
    await queueRefill(tx, row.cohort_id, ctx.now(), accountId);
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), records);
    return found;
  });
  if (reasons.length > 0) throw conflictRefusal(reasons);
}

async function storedReasons(tx: EntityManager, assignment: Assignment): Promise<ConflictReason[]> {
  const [row] = (await tx.query(`SELECT reasons FROM conflict WHERE entry_id = $1 AND reviewer_id = $2`, [
    assignment.entryId,
    assignment.reviewerId,
  ])) as Array<{ reasons: ConflictReason[] }>;
  return row?.reasons ?? [];
}

function conflictRefusal(reasons: ConflictReason[]): Error {
  return refusal(ConflictOfInterest, {
    said: say('CONFLICT_OF_INTEREST.withdrawn'),
    reasons,
  });
}

function refuseIncomplete(dimensions: readonly Dimension[], content: ReviewContent): void {
  const missing = missingParts(dimensions, content);
  if (missing.length > 0)
    throw refusal(ReviewIncomplete, {
      said: say('REVIEW_INCOMPLETE'),
      missing,
    });
}

async function readContent(
  tx: EntityManager,
  dimensions: readonly Dimension[],
  input: { scores: readonly ScoreInput[]; confidence?: number | null; gapCodes?: readonly string[] | null },
): Promise<ReviewContent> {
  const problems: FieldProblem[] = [];
  const content = readReview(dimensions, input, problems);
  if (content.gapCodes.length > 0) {
    const known = new Set(
      (
        (await tx.query(`SELECT code FROM gap_code WHERE code = ANY($1) AND dimension = ANY($2)`, [
          content.gapCodes,
          dimensions,
        ])) as Array<{ code: string }>
      ).map((row) => row.code),
    );
    if (content.gapCodes.some((code) => !known.has(code)))
      problems.push({
        field: 'input.gapCodes',
        code: 'UNKNOWN_CODE',
        message: say('UNKNOWN_CODE.gapOfAssignment'),
      });
  }
  if (problems.length > 0) throw new InputError(problems);
  return content;
}

async function storeDraft(
  tx: EntityManager,
  ctx: Context,
  assignment: Assignment,
  content: ReviewContent,
): Promise<Review> {
  const fields = {
    scoreMap: content.scores,
    rationaleMap: content.rationales,
    shared: content.shared,
    confidence: content.confidence,
    gapCodes: content.gapCodes,
    updatedAt: ctx.now(),
  };
  const draft = await tx.findOneBy(Review, { assignmentId: assignment.id, status: 'DRAFT' });
  if (draft) {
    await tx.update(Review, { id: draft.id }, fields);
    return Object.assign(draft, fields);
  }
  const review = tx.create(Review, {
    id: newId(),
    assignmentId: assignment.id,
    version: 1,
    status: 'DRAFT',
    correctionReason: null,
    salt: null,
    submittedAt: null,
    ...fields,
  });
  await tx.insert(Review, review);
  return review;
}

/**
 * Ledger record of a submitted or corrected review: the reviewer's scores and all other data of the review from which a
 * replay recomputes the entry's calibrated scores. It holds no names and no texts; a salted hash stands for the
 * rationale.
 */
export function reviewRecord(kind: string, assignment: Assignment, review: Review): LedgerEntry {
  const { cohortId: cohort, entryId: entry, reviewerId: reviewer, panel, round } = assignment;
  const { version, scoreMap: scores, confidence, gapCodes } = review;
  return {
    kind,
    subjectType: 'Review',
    subjectId: review.id,
    facts: {
      cohort,
      entry,
      reviewer,
      assignment: assignment.id,
      panel,
      round,
      version,
      scores,
      confidence,
      gapCodes,
      rationaleHash: rationaleHash(review.salt!, review.rationaleMap),
    },
  };
}
