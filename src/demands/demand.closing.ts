import type { ClosingStep } from '../kernel/closing.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { changedRows } from '../lib/changed-rows.js';

/** Part of closing an organisation: withdraws its open and paused demands. */
export const stepBackDemands: ClosingStep = async (tx, { id, actor }, app) => {
  const at = app.clock();
  const rows = await changedRows<{ id: string; before: string }>(
    tx,
    `UPDATE demand d
     SET status = 'WITHDRAWN', updated_at = $2
     FROM (
       SELECT id, status FROM demand WHERE organisation_id = $1 AND status IN ('OPEN', 'PAUSED') FOR UPDATE
     ) b
     WHERE d.id = b.id
     RETURNING d.id, b.status AS before`,
    [id, at],
  );
  await appendLedger(
    tx,
    actor,
    at,
    rows.map((row) => ({
      kind: 'demand.withdrawn',
      subjectType: 'Demand',
      subjectId: row.id,
      facts: { from: row.before, to: 'WITHDRAWN', cause: 'ORGANISATION_CLOSED' },
    })),
  );
};
