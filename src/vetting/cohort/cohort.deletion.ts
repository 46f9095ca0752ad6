import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { changedRows } from '../../lib/changed-rows.js';
import { deleteDraftRow, notADraft, refusingReferences } from '../../profiles/draft.deletion.js';
import type { DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { lockCohort } from './cohort.access.js';
import { Cohort } from './cohort.entity.js';
import { notifyOfDeletion } from './cohort.mails.js';
import { closeEntering } from './entering.js';
import { termOf } from '../../taxonomy/vocabulary.js';
import { say } from '../../messages/catalogue.js';

/** Throws unless the cohort is open, was never frozen, and no person has decided or appealed about an entry of it. */
async function requireUndecided(tx: EntityManager, { id, status }: Cohort): Promise<void> {
  if (status !== 'OPEN')
    throw notADraft(say('NOT_A_DRAFT.cohort', { status: termOf('CohortStatus', status) }), {
      current: status,
    });
  const [decided] = (await tx.query(
    `SELECT kind
     FROM ledger_record
     WHERE subject_type = 'Cohort' AND subject_id = $1::text AND kind = 'cohort.frozen'
     UNION ALL
     SELECT l.kind
     FROM cohort_entry e
     JOIN ledger_record l ON l.subject_type = 'CohortEntry' AND l.subject_id = e.id::text
     WHERE e.cohort_id = $2::uuid
       AND (l.kind IN ('entry.appealed', 'entry.appeal-answered')
         OR l.kind = 'entry.screened' AND l.facts->>'by' = 'OPERATOR')
     LIMIT 1`,
    [id, id],
  )) as Array<{ kind: string }>;
  if (decided)
    throw notADraft(
      decided.kind === 'cohort.frozen' ? say('NOT_A_DRAFT.cohortFrozen') : say('NOT_A_DRAFT.cohortDecided'),
      { current: status },
    );
}

/**
 * Operator action: deletes an open cohort that was never frozen and about whose entries nobody decided or appealed, for
 * example one of the wrong year. Its entries go with it; registered achievements stay registered and enter the next
 * cohort, those in the pool must be handed in again, and their institutions are told by mail. A second call finds
 * nothing (NOT_FOUND).
 */
export function deleteCohort(ctx: Context, input: DeleteUnfinishedInput): Promise<Cohort> {
  const id = readId('input.id', 'Cohort', input.id);
  return writeOnce(ctx, 'deleteCohort', input, Cohort, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    // In the order of registrations: first the lock on entering, then the cohort.
    await closeEntering(tx);
    const cohort = await lockCohort(tx, id);
    await requireUndecided(tx, cohort);
    await notifyOfDeletion(tx, id);
    const entries = await refusingReferences(say('wayOut.cohort'), () =>
      changedRows<{ achievement: string }>(
        tx,
        `DELETE FROM cohort_entry WHERE cohort_id = $1 RETURNING achievement_id AS achievement`,
        [id],
      ),
    );
    await deleteDraftRow(tx, ctx, Cohort, id, {
      kind: 'cohort.deleted',
      facts: {
        year: cohort.year,
        number: cohort.number,
        achievements: entries.map(({ achievement }) => achievement).sort(),
      },
    });
    return cohort;
  });
}
