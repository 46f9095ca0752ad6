import type { EntityManager } from 'typeorm';
import { changedRows } from '../../lib/changed-rows.js';
import { barredCounterparts } from '../lists/match.barred.js';
import type { RoundDropReason } from './vocabularies.js';

interface Row {
  id: string;
  achievement: string;
  investor: string;
  reason: RoundDropReason | null;
}

/**
 * Marks as DROPPED the computed pairs of a round that are no longer admissible: vetoed in the round, declined by a
 * side, within one family of organisations, or with a participant that left. Both participants of every pair stay
 * locked until the transaction ends, so that a concurrent decline is either seen here or waits for the publication.
 */
export async function dropWhatMayNotBe(
  tx: EntityManager,
  roundId: string,
  now: Date,
): Promise<Array<{ pair: string; achievement: string; investor: string; reason: RoundDropReason }>> {
  // First the organisations, as their closing locks them before anything else: a closing at the same time either comes
  // first and its pairs are dropped here, or waits and ends them.
  await tx.query(
    `SELECT o.id
     FROM organisation o
     WHERE o.id IN (
       SELECT x.id
       FROM matching_round_pair p
       CROSS JOIN LATERAL (VALUES (p.institution_id), (p.organisation_id)) AS x(id)
       WHERE p.round_id = $1
     )
     ORDER BY o.id
     FOR SHARE`,
    [roundId],
  );
  await tx.query(
    `SELECT a.id
     FROM achievement a
     WHERE a.id IN (SELECT achievement_id FROM matching_round_pair WHERE round_id = $1)
     ORDER BY a.id
     FOR SHARE`,
    [roundId],
  );
  await tx.query(
    `SELECT i.id
     FROM investor_profile i
     WHERE i.id IN (SELECT investor_id FROM matching_round_pair WHERE round_id = $1)
     ORDER BY i.id
     FOR SHARE`,
    [roundId],
  );
  const rows = (await tx.query(
    `SELECT p.id, p.achievement_id AS achievement, p.investor_id AS investor,
       CASE
         WHEN EXISTS (
           SELECT 1
           FROM matching_round_veto v
           WHERE v.round_id = p.round_id AND v.achievement_id = p.achievement_id AND v.investor_id = p.investor_id
         ) THEN 'VETO'
         WHEN a.status <> 'ADMITTED' OR u.verification = 'CLOSED' THEN 'ENTRY_LEFT'
         WHEN i.status <> 'ACTIVE' OR o.verification <> 'VERIFIED' THEN 'INVESTOR_LEFT'
       END AS reason
     FROM matching_round_pair p
     JOIN achievement a ON a.id = p.achievement_id
     JOIN investor_profile i ON i.id = p.investor_id
     JOIN organisation o ON o.id = i.organisation_id
     JOIN organisation u ON u.id = p.institution_id
     WHERE p.round_id = $1
     ORDER BY p.id`,
    [roundId],
  )) as Row[];
  const barred = await barredCounterparts(
    tx,
    'INVESTOR',
    [...new Set(rows.map((row) => row.achievement))],
    now,
    'POOL',
  );
  const dropped = rows.flatMap(({ id, achievement, investor, reason }) => {
    const why = reason ?? (barred.get(achievement)?.has(investor) ? 'DECLINE' : null);
    return why === null ? [] : [{ pair: id, achievement, investor, reason: why }];
  });
  await changedRows(
    tx,
    `UPDATE matching_round_pair p
     SET status = 'DROPPED', dropped_for = d.reason
     FROM jsonb_to_recordset($1::jsonb) AS d(pair uuid, reason text)
     WHERE p.id = d.pair`,
    [JSON.stringify(dropped)],
  );
  return dropped;
}
