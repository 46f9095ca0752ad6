import type { ClosingStep } from '../kernel/closing.js';
import { changedRows } from '../lib/changed-rows.js';
import { appendLedger } from '../ledger/ledger.service.js';

/** Part of closing an organisation: pauses its investor profile if that is active; a suspended one stays suspended. */
export const stepBackInvestor: ClosingStep = async (tx, { id, actor }, app) => {
  const at = app.clock();
  const rows = await changedRows<{ id: string }>(
    tx,
    `UPDATE investor_profile
     SET status = 'PAUSED', updated_at = $2
     WHERE organisation_id = $1 AND status = 'ACTIVE'
     RETURNING id`,
    [id, at],
  );
  await appendLedger(
    tx,
    actor,
    at,
    rows.map((row) => ({
      kind: 'investor.pause',
      subjectType: 'InvestorProfile',
      subjectId: row.id,
      facts: { from: 'ACTIVE', to: 'PAUSED', cause: 'ORGANISATION_CLOSED' },
    })),
  );
};
