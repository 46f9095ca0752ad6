import { pruneRows } from '../../kernel/database/prune.js';
import type { Task } from '../../kernel/jobs.js';

export const PRUNE_IMPORTS_TASK = 'imports:prune';
const DAY_MS = 86_400_000;
/** Parts of a stored file, of one megabyte each, that one transaction deletes. */
const PARTS = 50;

/** SQL condition: the run with this id has ended before a moment, which is the first parameter. */
const endedBefore = (run: string) =>
  `EXISTS (
     SELECT 1
     FROM import_run r
     WHERE r.id = ${run} AND r.status NOT IN ('QUEUED','RUNNING') AND COALESCE(r.finished_at, r.created_at) < $1
   )`;

/**
 * Cron task that deletes, in batches, the stored files of imports which failed or were interrupted and were not run
 * again within the days kept, and after the days kept for runs their reports and the runs. The ledger keeps what a run
 * changed.
 */
export const pruneImports: Task = async (app, _payload, signal) => {
  const before = (days: number) => [new Date(app.clock().getTime() - days * DAY_MS)];
  const { importFileDays, importDays } = app.config.kept;
  const files = await pruneRows(app, 'import_file', endedBefore('t.run_id'), before(importFileDays), {
    signal,
    batch: PARTS,
  });
  // The lines of the reports first: deleting a run with all its lines would be one large transaction.
  const lines = await pruneRows(app, 'import_report_row', endedBefore('t.run_id'), before(importDays), { signal });
  const runs = signal?.aborted
    ? 0
    : await pruneRows(
        app,
        'import_run',
        `t.status NOT IN ('QUEUED','RUNNING') AND COALESCE(t.finished_at, t.created_at) < $1`,
        before(Math.max(importDays, importFileDays)),
        { signal },
      );
  if (files + lines + runs > 0) app.log.info({ fileParts: files, lines, runs }, 'old imports were deleted');
};
