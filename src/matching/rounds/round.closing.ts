import type { ClosingStep } from '../../kernel/closing.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { changedRows } from '../../lib/changed-rows.js';

/**
 * Part of closing an organisation: ends its pairs in published rounds that not both sides have accepted. Pairs that one
 * side declined end too: otherwise a pair that stays PROPOSED would tell the other side of the decline. Rounds that are
 * not published yet drop its pairs when they are published.
 */
export const endPairs: ClosingStep = async (tx, { id, actor }, app) => {
  const ended = await changedRows<{ id: string; round: string }>(
    tx,
    `UPDATE matching_round_pair p
     SET status = 'ENDED'
     FROM (
       SELECT q.id
       FROM matching_round_pair q
       JOIN matching_round r ON r.id = q.round_id AND r.status = 'PUBLISHED'
       WHERE (q.institution_id = $1 OR q.organisation_id = $1) AND q.status IN ('PROPOSED', 'DECLINED')
       ORDER BY q.id
       FOR UPDATE OF q
     ) b
     WHERE p.id = b.id
     RETURNING p.id, p.round_id AS round`,
    [id],
  );
  await appendLedger(
    tx,
    actor,
    app.clock(),
    ended.map((pair) => ({
      kind: 'round.pair-ended',
      subjectType: 'RoundPair',
      subjectId: pair.id,
      facts: { round: pair.round, cause: 'ORGANISATION_CLOSED' },
    })),
  );
};
