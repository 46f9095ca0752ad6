import type { Task } from '../../kernel/jobs.js';
import { executeRun } from './import.engine.js';
import { ImportRun } from './import.entity.js';
import { fetchFile } from './import.files.js';
import { closeAbandoned } from './import.runs.js';
import { openTabular } from '../../lib/tabular/open.js';

/**
 * Job that executes the import of an uploaded file. Faults of the file or its rows are stored in the import run and do
 * not make the job fail.
 */
export const runImport: Task = async (app, payload, signal) => {
  const { runId } = payload as { runId: string };
  const db = app.dataSource.manager;
  const run = await db.findOneBy(ImportRun, { id: runId });
  if (!run) return;
  const file = await fetchFile(db, runId, app.spool.path);
  try {
    await executeRun(
      app,
      runId,
      () =>
        openTabular(file.path, {
          fileName: run.fileName,
          limits: { maxFileBytes: app.config.limits.maxUploadBytes },
          scratch: app.spool.path,
        }),
      { signal, forMember: true },
    );
  } finally {
    await file.dispose();
  }
};

export const SWEEP_TASK = 'imports:sweep';

/** Job that sets the import runs whose process has died to the status INTERRUPTED. */
export const sweepImports: Task = async (app) => {
  const closed = await app.dataSource.transaction((tx) => closeAbandoned(tx, app, null));
  if (closed > 0) app.log.warn({ closed }, 'imports were interrupted and can be run again');
};
