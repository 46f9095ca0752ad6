import { pruneRows } from '../../kernel/database/prune.js';
import type { Task } from '../../kernel/jobs.js';

export const PRUNE_FITS_TASK = 'vetting:prune-fits';
const DAY_MS = 86_400_000;

/**
 * Cron task that deletes the interim fits which nothing shows any more: older than the days kept, and followed by a later
 * fit of their cohort. Final fits, and the newest interim fit of each cohort, stay; of the others the ledger keeps the
 * record, from which they can be computed again.
 */
export const pruneInterimFits: Task = async (app, _payload, signal) => {
  const { interimFitDays } = app.config.kept;
  const gone = await pruneRows(
    app,
    'fit',
    `t.kind = 'INTERIM' AND t.at < $1
     AND EXISTS (SELECT 1 FROM fit n WHERE n.cohort_id = t.cohort_id AND (n.at, n.id) > (t.at, t.id))
     AND NOT EXISTS (SELECT 1 FROM assessment x WHERE x.fit_id = t.id)`,
    [new Date(app.clock().getTime() - interimFitDays * DAY_MS)],
    // Each has the figures of all reviewers, which go with it.
    { signal, batch: 20 },
  );
  if (gone > 0) app.log.info({ fits: gone }, 'superseded interim fits were deleted');
};
