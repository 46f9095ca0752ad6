import type { EntityManager } from 'typeorm';
import { addJob } from '../jobs.js';

/** Name of the task that takes changed achievements over into the search index. */
export const INDEX_TASK = 'search:index';

/** Notes in the caller's transaction that these achievements may look different in the search index now. */
export async function noteForIndexing(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  if (achievementIds.length === 0) return;
  await tx.query(`INSERT INTO search_outbox (achievement_id) SELECT unnest($1::uuid[])`, [achievementIds]);
  await addJob(tx, INDEX_TASK, {}, { queue: 'search' });
}
