import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';

/**
 * Excludes the entries of a reopened cohort that were withdrawn while it was frozen. The screen excludes withdrawn
 * achievements by itself, and counts them again once they are registered again; a result that stays in the pool is kept
 * out by a verdict. Returns the ledger records.
 */
export async function excludeWithdrawn(tx: EntityManager, cohortId: string, at: Date): Promise<LedgerEntry[]> {
  const rows = await changedRows<{ id: string; screen_by: string }>(
    tx,
    `UPDATE cohort_entry e
     SET withdrawn_at = NULL, screen = 'EXCLUDED', screen_reasons = '{WITHDRAWN}', screened_at = $2,
       screen_by = CASE WHEN a.status = 'ADMITTED' THEN 'OPERATOR' ELSE 'AUTOMATIC' END
     FROM achievement a
     WHERE e.cohort_id = $1 AND e.withdrawn_at IS NOT NULL AND a.id = e.achievement_id
     RETURNING e.id, e.screen_by`,
    [cohortId, at],
  );
  return rows
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => ({
      kind: 'entry.screened',
      subjectType: 'CohortEntry',
      subjectId: row.id,
      facts: { cohort: cohortId, screen: 'EXCLUDED', reasons: ['WITHDRAWN'], by: row.screen_by },
    }));
}
