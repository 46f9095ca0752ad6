import type { Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { executeRun } from './import.engine.js';
import { ImportRun } from './import.entity.js';
import { fetchFile } from './import.files.js';
import { closeAbandoned, IMPORT_TASK, reviveQueued } from './import.runs.js';
import { openFile } from './import.reading.js';
import { targetOf } from '../targets/targets.js';

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
        openFile(file.path, targetOf(run.target), run.reading, {
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

/**
 * Queues again the import runs whose job is lost, and marks those as interrupted whose process has died in the middle.
 */
export const sweepImports: Sweep = {
  task: IMPORT_TASK,
  requeue: async (tx, app) => (await closeAbandoned(tx, app, null)) + (await reviveQueued(tx, app)),
};
