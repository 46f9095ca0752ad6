import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { GAP_OF_DECLINE, RECURS_FROM } from '../match.vocabularies.js';

const REASONS = Object.keys(GAP_OF_DECLINE);

/**
 * SQL expression for the id of the party behind a counterpart's feedback `f`: the enterprise that posted a demand, and
 * otherwise the counterpart itself. All demands of one enterprise are thus one party.
 */
export const DECLINING_PARTY = `COALESCE(
  CASE WHEN f.counterpart_kind = 'DEMAND' THEN (SELECT d.organisation_id FROM demand d WHERE d.id = f.counterpart_id) END,
  f.counterpart_id
)`;

/**
 * Updates the gaps that matching adds to an achievement's cultivation, on its newest cohort entry whose admission was
 * not revoked. Adds the gap (GAP_OF_DECLINE) of every reason for which counterparts repeatedly decline the achievement,
 * and removes those whose reason no longer recurs. A reason recurs if active declines of at least RECURS_FROM parties
 * give it.
 */
export async function noteRecurringDeclines(tx: EntityManager, achievementId: string): Promise<void> {
  const [entry] = (await tx.query(
    `SELECT id FROM cohort_entry WHERE achievement_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 1`,
    [achievementId],
  )) as Array<{ id: string }>;
  if (!entry) return;
  const rows = (await tx.query(
    `SELECT reason_code AS reason
     FROM match_feedback f
     WHERE achievement_id = $1
       AND side = 'COUNTERPART'
       AND action = 'DECLINED'
       AND ended_at IS NULL
       AND reason_code = ANY($2::text[])
     GROUP BY reason_code
     HAVING count(DISTINCT ${DECLINING_PARTY}) >= $3`,
    [achievementId, REASONS, RECURS_FROM],
  )) as Array<{ reason: keyof typeof GAP_OF_DECLINE }>;
  const codes = rows.map((row) => GAP_OF_DECLINE[row.reason]!);
  await changedRows(
    tx,
    `DELETE FROM cultivation_gap WHERE entry_id = $1 AND source = 'MATCHING' AND NOT code = ANY($2::text[])`,
    [entry.id, codes],
  );
  await tx.query(
    `INSERT INTO cultivation_gap (entry_id, dimension, code, source)
     SELECT $1, g.dimension, g.code, 'MATCHING'
     FROM gap_code g
     WHERE g.code = ANY($2::text[])
     ON CONFLICT DO NOTHING`,
    [entry.id, codes],
  );
}
