import type { EntityManager } from 'typeorm';
import { WRITE_TEXTS } from './search-texts.js';

/** Name of the task that takes changed achievements over into the search index. */
export const INDEX_TASK = 'search:index';

/**
 * Notes in the caller's transaction that these achievements may look different in the search now. Call it after the
 * change itself: what is searched without the engine is written here, from the rows as they are.
 */
export async function noteForIndexing(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  if (achievementIds.length === 0) return;
  // One statement: every edit of an entry waits for it.
  await tx.query(
    `WITH ${WRITE_TEXTS}, noted AS (INSERT INTO search_outbox (achievement_id) SELECT unnest($1::uuid[]))
     SELECT graphile_worker.add_job($2::text, queue_name := 'search')`,
    [achievementIds, INDEX_TASK],
  );
}

/** The same for all pool entries of an institution, whose name is searched with them. */
export async function noteInstitutionForIndexing(tx: EntityManager, organisationId: string): Promise<void> {
  const rows = (await tx.query(`SELECT id FROM achievement WHERE institution_id = $1 AND status = 'ADMITTED'`, [
    organisationId,
  ])) as Array<{ id: string }>;
  await noteForIndexing(
    tx,
    rows.map((row) => row.id),
  );
}
