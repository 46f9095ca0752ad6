import type { Task } from '../kernel/jobs.js';
import { findDuplicates } from './duplicates.service.js';

/** Background job that searches for near-duplicates of achievements from a bulk import. */
export const scanDuplicates: Task = async (app, payload) => {
  const { ids } = payload as { ids: string[] };
  await app.dataSource.transaction(async (tx) => {
    for (const id of ids) await findDuplicates(tx, id, app.clock());
  });
};
