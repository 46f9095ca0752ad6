import type { EntityManager } from 'typeorm';
import { WRITE_TEXTS } from './search-texts.js';

/** Name of the task that updates the search index for changed achievements. */
export const INDEX_TASK = 'search:index';

/**
 * Marks achievements as changed for the search index, in the caller's transaction. Call it after the change itself,
 * because it also writes the texts for searches without the engine from the current rows.
 */
export async function noteForIndexing(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  if (achievementIds.length === 0) return;
  // A single statement, because every edit of an achievement waits for it.
  await tx.query(
    `WITH ${WRITE_TEXTS}, noted AS (INSERT INTO search_outbox (achievement_id) SELECT unnest($1::uuid[]))
     SELECT graphile_worker.add_job($2::text, queue_name := 'search')`,
    [achievementIds, INDEX_TASK],
  );
}

/** Marks all pool entries of an institution, as they are also searched by its name. */
export async function noteInstitutionForIndexing(tx: EntityManager, organisationId: string): Promise<void> {
  const rows = (await tx.query(`SELECT id FROM achievement WHERE institution_id = $1 AND status = 'ADMITTED'`, [
    organisationId,
  ])) as Array<{ id: string }>;
  await noteForIndexing(
    tx,
    rows.map((row) => row.id),
  );
}
