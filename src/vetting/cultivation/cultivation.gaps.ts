import type { EntityManager } from 'typeorm';
import { addLostJob } from '../../kernel/jobs.js';
import { gapOf } from './cultivation.codes.js';
import { computedGaps, type JudgedFacts } from '../../achievements/computed-gaps.js';

/**
 * Name of the background job that finds, for entries that a closed cohort did not admit, the most similar admitted
 * achievements.
 */
export const NEIGHBOURS_TASK = 'vetting:neighbours';

/**
 * Stores the gaps of every counted entry of a cohort, in the transaction that closes it: those named in the newest
 * versions of its reviews, and those computed from the reviewed record. Admitted entries are included, so that a
 * re-submission shows which gaps were closed; institutions see these gaps only of entries that were not admitted. Also
 * queues the search for neighbours.
 */
export async function cultivate(tx: EntityManager, cohortId: string, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO cultivation_gap (entry_id, dimension, code, source, reviewers)
     SELECT a.entry_id, g.dimension, g.code, 'REVIEW', count(DISTINCT a.reviewer_id)
     FROM assignment a
     JOIN LATERAL (
       SELECT gap_codes
       FROM review
       WHERE assignment_id = a.id AND status = 'SUBMITTED'
       ORDER BY version DESC
       LIMIT 1
     ) r ON true
     CROSS JOIN unnest(r.gap_codes) AS x(code)
     JOIN gap_code g ON g.code = x.code
     WHERE a.cohort_id = $1 AND a.status = 'SUBMITTED'
       AND NOT EXISTS (SELECT 1 FROM cohort_entry w WHERE w.id = a.entry_id AND w.withdrawn_at IS NOT NULL)
     GROUP BY a.entry_id, g.dimension, g.code`,
    [cohortId],
  );
  const facts = (await tx.query(
    `SELECT e.id, a.trl, (SELECT count(*)::int FROM ip_right WHERE achievement_id = a.id) AS "ipRights",
       (SELECT count(*)::int FROM evidence_file WHERE achievement_id = a.id) AS "evidenceFiles",
       jsonb_array_length(a.applications) AS applications,
       (SELECT count(*)::int FROM achievement_cooperation WHERE achievement_id = a.id) AS "cooperationModes",
       a.incumbent IS NOT NULL AND a.improvement IS NOT NULL AS "hasComparison",
       a.funding_min IS NOT NULL AS "hasFundingNeed"
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND e.withdrawn_at IS NULL`,
    [cohortId],
  )) as Array<JudgedFacts & { id: string }>;
  const computed = facts.flatMap((row) =>
    computedGaps(row).map((code) => ({ entry: row.id, dimension: gapOf(code)!.dimension, code })),
  );
  await tx.query(
    `INSERT INTO cultivation_gap (entry_id, dimension, code, source)
     SELECT r.entry, r.dimension, r.code, 'COMPUTED'
     FROM jsonb_to_recordset($1::jsonb) AS r(entry uuid, dimension text, code text)`,
    [JSON.stringify(computed)],
  );
  await tx.query(`INSERT INTO neighbour_search (cohort_id, queued_at) VALUES ($1, $2)`, [cohortId, at]);
  await queueNeighbours(tx, cohortId);
}

/** Queues the search for neighbours of a cohort's entries unless it waits or runs; returns whether it was queued. */
export const queueNeighbours = (tx: EntityManager, cohortId: string): Promise<boolean> =>
  addLostJob(tx, NEIGHBOURS_TASK, { cohortId }, { key: `neighbours:${cohortId}` });
