import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { changedRows } from '../../lib/changed-rows.js';
import { notifyOfProposals } from '../cohort/cohort.mails.js';
import { Cohort } from '../cohort/cohort.entity.js';
import { CohortEntry } from '../cohort/entry.entity.js';

const DAY_MS = 86_400_000;

/**
 * Withdraws the proposal to admit an entry during the public notice, and proposes instead the highest-ranked entry that
 * only the quota excludes. Sets the cohort's cut-off score again, and lets the public notice last its full number of
 * days for the newly proposed entry, whose institution is told. Throws FORBIDDEN where the viewer has a tie to that
 * institution. Returns the entry's id, or null if there is none.
 */
export async function moveUp(
  tx: EntityManager,
  ctx: Context,
  cohort: Cohort,
  entry: CohortEntry,
  reason: 'OBJECTION_UPHELD' | 'WITHDRAWN',
): Promise<string | null> {
  await tx.update(CohortEntry, { id: entry.id }, { proposalState: 'NOT_ADMITTED', decisionReasonState: reason });
  const [next] = await changedRows<{ id: string; institution_id: string }>(
    tx,
    `UPDATE cohort_entry
     SET proposal = 'ADMITTED', decision_reason = NULL
     WHERE id = (
       SELECT id
       FROM cohort_entry
       WHERE cohort_id = $1 AND proposal = 'NOT_ADMITTED' AND decision_reason = 'QUOTA'
       ORDER BY rank
       LIMIT 1
     )
     RETURNING id, institution_id`,
    [cohort.id],
  );
  // The decision admits another entry in place of this one, so the operator must have no tie to its institution either.
  if (next) authorize(ctx, 'platform:operate', { organisationId: next.institution_id });
  const [last] = (await tx.query(
    `SELECT combined_score AS score
     FROM cohort_entry
     WHERE cohort_id = $1 AND proposal = 'ADMITTED'
     ORDER BY rank DESC
     LIMIT 1`,
    [cohort.id],
  )) as Array<{ score: number }>;
  cohort.cutOff = last?.score ?? null;
  if (next) {
    const full = ctx.now().getTime() + cohort.noticeDays * DAY_MS;
    cohort.noticeEndsAt = new Date(Math.max(cohort.noticeEndsAt!.getTime(), full));
  }
  await tx.update(Cohort, { id: cohort.id }, { cutOff: cohort.cutOff, noticeEndsAt: cohort.noticeEndsAt });
  if (next) await notifyOfProposals(tx, cohort.id, { endsAt: cohort.noticeEndsAt!, entryIds: [next.id] });
  return next?.id ?? null;
}
