import type { EntityManager } from 'typeorm';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, NotFoundError } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { changedRows } from '../../lib/changed-rows.js';
import { visibleOrganisation } from '../../identity/organisations/organisations.service.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { canonicalOrcid } from '../../lib/checks.js';
import { dateProblem, dayOfChina } from '../../lib/day.js';
import { newId } from '../../lib/ids.js';
import { readId } from '../../kernel/node.js';
import { write } from '../../kernel/write.js';
import { queueRefill } from '../assignments/assignments.runs.js';
import { lockAssigning, refreshConflicts } from './conflicts.service.js';
import type { ConflictScope } from './conflicts.ties.js';
import { ReviewerDeclaration } from './reviewers.entity.js';
import type { DeclareTieInput, OrganisationFamilyInput, RetractDeclarationInput } from './reviewers.inputs.js';
import { lockOwnReviewer } from './reviewers.service.js';
import { say } from '../../messages/catalogue.js';

/**
 * Maximum number of years ahead at which a declared collaboration may end; a collaboration without a planned end has no
 * end date.
 */
const MAX_YEARS_AHEAD = 10;

interface Tie {
  organisationId: string | null;
  achievementId: string | null;
  orcid: string | null;
}

/**
 * Reviewer action: declares a tie to an institution, achievement or person. In the same transaction, the conflicts of
 * interest in frozen cohorts and those under review are recomputed, assignments that they forbid are withdrawn, and the
 * search for replacements is queued.
 */
export async function declareTie(
  ctx: Context,
  input: DeclareTieInput,
): Promise<{ declaration: ReviewerDeclaration; withdrawnAssignments: number }> {
  const { accountId } = requireLogin(ctx);
  const reason = readReason('input.reason', input.reason);
  const endedOn = input.endedOn ?? null;
  if (endedOn !== null && input.relation !== 'COLLABORATION')
    throw badInput('input.endedOn', 'NOT_A_COLLABORATION', say('NOT_A_COLLABORATION.conflict'));
  const wrong = endedOn === null ? null : dateProblem(endedOn, dayOfChina(ctx.now()), MAX_YEARS_AHEAD);
  if (wrong) throw badInput('input.endedOn', wrong.code, wrong.message);
  const tie = await readTie(ctx, input, accountId);
  return write(ctx, async (tx) => {
    const cohorts = await lockReviewedCohorts(tx);
    const reviewer = await lockOwnReviewer(tx, accountId);
    const declaration = tx.create(ReviewerDeclaration, {
      id: newId(),
      reviewerId: reviewer.id,
      kind: input.kind,
      relation: input.relation,
      ...tie,
      reason,
      endedOn,
      declaredAt: ctx.now(),
    });
    await tx.insert(ReviewerDeclaration, declaration);
    const { ended, records } = await refreshAll(tx, ctx, cohorts, { reviewerIds: [reviewer.id] });
    const facts = {
      reviewer: reviewer.id,
      tie: input.kind,
      relation: input.relation,
      organisation: tie.organisationId,
      achievement: tie.achievementId,
      endedOn,
    };
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
      { kind: 'conflict.declared', subjectType: 'ReviewerDeclaration', subjectId: declaration.id, facts },
      ...records,
    ]);
    return { declaration, withdrawnAssignments: ended };
  });
}

/**
 * Reviewer action: retracts a declared tie; conflicts of interest are recomputed. Assignments that ended because of it
 * stay ended.
 */
export async function retractDeclaration(ctx: Context, input: RetractDeclarationInput): Promise<string> {
  const { accountId } = requireLogin(ctx);
  const id = readId('input.id', 'ReviewerDeclaration', input.id);
  return write(ctx, async (tx) => {
    const cohorts = await lockReviewedCohorts(tx);
    const reviewer = await lockOwnReviewer(tx, accountId);
    const gone = await changedRows(
      tx,
      `DELETE FROM reviewer_declaration WHERE id = $1 AND reviewer_id = $2 RETURNING id`,
      [id, reviewer.id],
    );
    if (gone.length === 0) throw new NotFoundError(say('thing.theDeclaration'));
    const { records } = await refreshAll(tx, ctx, cohorts, { reviewerIds: [reviewer.id] });
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
      {
        kind: 'conflict.retracted',
        subjectType: 'ReviewerDeclaration',
        subjectId: id,
        facts: { reviewer: reviewer.id },
      },
      ...records,
    ]);
    return input.id;
  });
}

/**
 * Operator action: records, or removes the record, that one organisation belongs to another, and recomputes conflicts
 * of interest as `declareTie` does. Returns false if nothing changed.
 */
export async function setOrganisationFamily(
  ctx: Context,
  input: OrganisationFamilyInput,
  related: boolean,
): Promise<boolean> {
  authorize(ctx, 'platform:operate', undefined);
  const parentId = readId('input.parentId', 'Organisation', input.parentId);
  const childId = readId('input.childId', 'Organisation', input.childId);
  if (parentId === childId) throw badInput('input.childId', 'SAME', say('SAME.child'));
  for (const id of [parentId, childId])
    if (!(await visibleOrganisation(ctx, id))) throw new NotFoundError(say('thing.theOrganisation'));
  return write(ctx, async (tx) => {
    // Organisation families determine which entries an operator has a conflict of interest with, so an operator may not
    // change a family that includes the operator's own organisation.
    for (const organisationId of [parentId, childId]) authorize(ctx, 'platform:operate', { organisationId });
    const cohorts = await lockReviewedCohorts(tx);
    const changed = related
      ? ((await tx.query(
          `INSERT INTO organisation_family (parent_id, child_id)
           VALUES ($1, $2)
           ON CONFLICT DO NOTHING
           RETURNING child_id`,
          [parentId, childId],
        )) as unknown[])
      : await changedRows(
          tx,
          `DELETE FROM organisation_family WHERE parent_id = $1 AND child_id = $2 RETURNING child_id`,
          [parentId, childId],
        );
    if (changed.length === 0) return false;
    const { records } = await refreshAll(tx, ctx, cohorts, {});
    await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [
      {
        kind: related ? 'family.added' : 'family.removed',
        subjectType: 'Organisation',
        subjectId: parentId,
        facts: { child: childId },
      },
      ...records,
    ]);
    return true;
  });
}

/**
 * Locks assigning (in the order of ids) in all cohorts in which conflicts of interest take effect at present (FROZEN,
 * REVIEWING); returns the cohorts' ids.
 */
export async function lockReviewedCohorts(tx: EntityManager): Promise<string[]> {
  const rows = (await tx.query(
    `SELECT id FROM cohort WHERE status IN ('FROZEN','REVIEWING') ORDER BY id FOR SHARE`,
  )) as Array<{ id: string }>;
  for (const { id } of rows) await lockAssigning(tx, id);
  return rows.map((row) => row.id);
}

async function refreshAll(
  tx: EntityManager,
  ctx: Context,
  cohorts: readonly string[],
  scope: ConflictScope,
): Promise<{ ended: number; records: LedgerEntry[] }> {
  const records: LedgerEntry[] = [];
  let ended = 0;
  for (const cohortId of cohorts) {
    const refreshed = await refreshConflicts(tx, cohortId, ctx.now(), scope);
    records.push(...refreshed.records);
    ended += refreshed.ended.length;
    if (refreshed.ended.length > 0) await queueRefill(tx, cohortId, ctx.now(), ctx.viewer.accountId);
  }
  return { ended, records };
}

async function readTie(ctx: Context, input: DeclareTieInput, accountId: string): Promise<Tie> {
  const none: Tie = { organisationId: null, achievementId: null, orcid: null };
  if (input.kind === 'ORGANISATION') {
    if (input.organisationId == null) throw badInput('input.organisationId', 'REQUIRED', say('REQUIRED.organisation'));
    const organisationId = readId('input.organisationId', 'Organisation', input.organisationId);
    if (!(await visibleOrganisation(ctx, organisationId))) throw new NotFoundError(say('thing.theOrganisation'));
    return { ...none, organisationId };
  }
  if (input.kind === 'PERSON') {
    const orcid = input.orcid == null ? null : canonicalOrcid(input.orcid);
    if (orcid === null) throw badInput('input.orcid', 'BAD_ORCID', say('BAD_ORCID.person'));
    return { ...none, orcid };
  }
  if (input.assignmentId != null) {
    const id = readId('input.assignmentId', 'DeskAssignment', input.assignmentId);
    const [row] = (await ctx.db.query(
      `SELECT e.achievement_id
       FROM assignment a
       JOIN cohort_entry e ON e.id = a.entry_id
       JOIN reviewer r ON r.id = a.reviewer_id
       WHERE a.id = $1 AND r.account_id = $2`,
      [id, accountId],
    )) as Array<{ achievement_id: string }>;
    if (!row) throw new NotFoundError(say('thing.theAssignment'));
    return { ...none, achievementId: row.achievement_id };
  }
  if (input.achievementId == null)
    throw badInput('input.achievementId', 'REQUIRED', say('REQUIRED.achievementOrAssignment'));
  const achievement = await visibleAchievement(ctx, readId('input.achievementId', 'Achievement', input.achievementId));
  if (!achievement) throw new NotFoundError(say('thing.theAchievement'));
  return { ...none, achievementId: achievement.id };
}
