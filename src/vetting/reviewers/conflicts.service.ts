import { setImmediate as breathe } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { conflictReasons, type ConflictWorld, type EntryTies, type ReviewerTies } from './conflicts.rules.js';
import { notifyOfEndedSeats } from './conflicts.mails.js';
import { readTies, type ConflictScope } from './conflicts.ties.js';
import type { ConflictReason } from './reviewers.vocabularies.js';

/**
 * A computed pair of entry and reviewer that the conflict rules forbid, with the reasons. `ConflictPair` is its stored
 * form.
 */
export interface ForbiddenPair {
  entryId: string;
  reviewerId: string;
  reasons: ConflictReason[];
}

/** An assignment ended by a conflict of interest. */
export interface EndedAssignment {
  id: string;
  cohortId: string;
  entryId: string;
  reviewerId: string;
}

/**
 * Locks the assigning of reviewers in a cohort (making and ending assignments), so that none is made while a conflict
 * of interest is being recorded.
 */
export async function lockAssigning(tx: EntityManager, cohortId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('vetting.assigning ' || $1, 0))`, [cohortId]);
}

/** Number of entries checked for conflicts of interest before control returns to the event loop. */
const STRETCH = 100;

/** Computes all pairs of entry and reviewer that the conflict rules forbid. */
export async function findConflicts({
  reviewers,
  entries,
  world,
}: {
  reviewers: readonly ReviewerTies[];
  entries: readonly EntryTies[];
  world: ConflictWorld;
}): Promise<ForbiddenPair[]> {
  const found: ForbiddenPair[] = [];
  for (const [i, entry] of entries.entries()) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    for (const reviewer of reviewers) {
      const reasons = conflictReasons(reviewer, entry, world);
      if (reasons.length > 0) found.push({ entryId: entry.entryId, reviewerId: reviewer.reviewerId, reasons });
    }
  }
  return found;
}

/** Conflict reasons, by current data, why a reviewer must not judge an entry. */
export async function reasonsOf(
  tx: EntityManager,
  cohortId: string,
  entryId: string,
  reviewerId: string,
  at: Date,
): Promise<ConflictReason[]> {
  const { reviewers, entries, world } = await readTies(tx, cohortId, at, {
    reviewerIds: [reviewerId],
    entryIds: [entryId],
  });
  return reviewers[0] && entries[0] ? conflictReasons(reviewers[0], entries[0], world) : [];
}

/**
 * Recomputes the conflicts of interest in scope, replaces the stored ones, ends assignments that they forbid, and
 * tells their reviewers by mail. Returns the ledger records of the changes, which the caller must append last. The caller must hold `lockAssigning`.
 */
export async function refreshConflicts(
  tx: EntityManager,
  cohortId: string,
  at: Date,
  scope: ConflictScope = {},
): Promise<{ pairs: number; ended: EndedAssignment[]; records: LedgerEntry[] }> {
  const ties = await readTies(tx, cohortId, at, scope);
  const pairs = await findConflicts(ties);
  const reviewerIds = ties.reviewers.map((reviewer) => reviewer.reviewerId);
  const entryIds = ties.entries.map((entry) => entry.entryId);
  const before = (
    await changedRows<{ entry_id: string; reviewer_id: string; reasons: ConflictReason[] }>(
      tx,
      `DELETE FROM conflict
       WHERE cohort_id = $1 AND reviewer_id = ANY($2) AND entry_id = ANY($3)
       RETURNING entry_id, reviewer_id, reasons`,
      [cohortId, reviewerIds, entryIds],
    )
  ).map((row) => ({ entryId: row.entry_id, reviewerId: row.reviewer_id, reasons: row.reasons }));
  // The ledger records list all conflicts of a reviewer, those outside the scope included.
  const outside = (await tx.query(
    `SELECT entry_id AS "entryId", reviewer_id AS "reviewerId", reasons
     FROM conflict
     WHERE cohort_id = $1 AND reviewer_id = ANY($2)`,
    [cohortId, reviewerIds],
  )) as ForbiddenPair[];
  await tx.query(
    `INSERT INTO conflict (cohort_id, entry_id, reviewer_id, reasons)
     SELECT $1, c."entryId", c."reviewerId", ARRAY(SELECT jsonb_array_elements_text(c.reasons))
     FROM jsonb_to_recordset($2::jsonb) AS c("entryId" uuid, "reviewerId" uuid, reasons jsonb)`,
    [cohortId, JSON.stringify(pairs)],
  );
  const ended = await changedRows<{ id: string; entry_id: string; reviewer_id: string }>(
    tx,
    `UPDATE assignment a
     SET status = 'WITHDRAWN', status_reason = 'CONFLICT', ended_at = $2
     FROM conflict c
     WHERE c.cohort_id = $1
       AND c.entry_id = a.entry_id
       AND c.reviewer_id = a.reviewer_id
       AND a.reviewer_id = ANY($3)
       AND a.entry_id = ANY($4)
       AND a.status IN ('ASSIGNED','SUBMITTED')
     RETURNING a.id, a.entry_id, a.reviewer_id`,
    [cohortId, at, reviewerIds, entryIds],
  );
  const endedAssignments = ended.map((row) => ({
    id: row.id,
    cohortId,
    entryId: row.entry_id,
    reviewerId: row.reviewer_id,
  }));
  await notifyOfEndedSeats(tx, cohortId, endedAssignments);
  return {
    pairs: pairs.length,
    ended: endedAssignments,
    records: [
      ...changeRecords(cohortId, [...outside, ...before], [...outside, ...pairs]),
      ...endedAssignments.map((a) => withdrawnRecord(a, 'CONFLICT')),
    ],
  };
}

/** Ledger record of a withdrawn assignment. */
export function withdrawnRecord(assignment: EndedAssignment, reason: string): LedgerEntry {
  const { id, cohortId: cohort, entryId: entry, reviewerId: reviewer } = assignment;
  return {
    kind: 'assignment.withdrawn',
    subjectType: 'Assignment',
    subjectId: id,
    facts: { cohort, entry, reviewer, reason },
  };
}

/**
 * Ledger records of changed conflicts of interest: one per reviewer whose list changed, with the reviewer's whole new
 * list.
 */
function changeRecords(
  cohort: string,
  before: readonly ForbiddenPair[],
  after: readonly ForbiddenPair[],
): LedgerEntry[] {
  const was = byReviewer(before);
  const is = byReviewer(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((reviewer) => JSON.stringify(was.get(reviewer) ?? []) !== JSON.stringify(is.get(reviewer) ?? []))
    .map((reviewer) => ({
      kind: 'conflict.found',
      subjectType: 'Reviewer',
      subjectId: reviewer,
      facts: { cohort, reviewer, conflicts: is.get(reviewer) ?? [] },
    }));
}

function byReviewer(pairs: readonly ForbiddenPair[]): Map<string, Array<{ entry: string; reasons: string[] }>> {
  const grouped = new Map<string, Array<{ entry: string; reasons: string[] }>>();
  for (const { entryId: entry, reviewerId, reasons } of [...pairs].sort((a, b) => (a.entryId < b.entryId ? -1 : 1))) {
    const list = grouped.get(reviewerId);
    if (list) list.push({ entry, reasons });
    else grouped.set(reviewerId, [{ entry, reasons }]);
  }
  return grouped;
}
