import { hasJob, type Task } from '../kernel/jobs.js';
import type { Sweep } from '../kernel/jobs/sweep.js';
import { DUPLICATE_TASK, findDuplicates, queueDuplicateScan } from './duplicates.service.js';

/**
 * Background job that searches for near-duplicates of the achievements whose ids are its payload, and removes these
 * from the list of searches that are still to be done.
 */
export const scanDuplicates: Task = async (app, payload) => {
  const { ids } = payload as { ids: string[] };
  const begun = app.clock();
  // Each search has a transaction of its own: one transaction for the whole job would keep the pairs of up to two
  // hundred achievements locked, and edits of them would wait.
  for (const id of ids) await app.dataSource.transaction((tx) => findDuplicates(tx, id, app.clock()));
  // Removes these achievements from the list of searches to do. One that was queued again after this job began stays
  // listed, because another job will search for it.
  await app.dataSource.query(`DELETE FROM duplicate_scan WHERE achievement_id = ANY ($1::uuid[]) AND queued_at <= $2`, [
    ids,
    begun,
  ]);
};

/** Maximum number of achievements whose search is queued again at a time. */
const SWEPT = 20_000;

/** Queues again the searches for near-duplicates that are still to be done although no job of them is left. */
export const sweepDuplicates: Sweep = {
  task: DUPLICATE_TASK,
  async requeue(tx, app) {
    if (await hasJob(tx, DUPLICATE_TASK)) return 0;
    const due = (await tx.query(
      `SELECT achievement_id AS id FROM duplicate_scan ORDER BY queued_at, achievement_id LIMIT ${SWEPT}`,
    )) as Array<{ id: string }>;
    await queueDuplicateScan(
      tx,
      due.map(({ id }) => id),
      app.clock(),
    );
    return due.length;
  },
};
