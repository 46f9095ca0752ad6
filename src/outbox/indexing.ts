import type { EntityManager } from 'typeorm';
import { WRITE_TEXTS } from './search-texts.js';

/** Name of the background task that brings the search index up to date with changed achievements. */
export const INDEX_TASK = 'search:index';

/**
 * Notes, in the caller's transaction, that achievements changed, so that they are indexed again. Must be called after
 * the change: it also copies the current texts for searches that PostgreSQL answers.
 */
export async function noteForIndexing(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  if (achievementIds.length === 0) return;
  // One statement instead of several, because every edit of an achievement waits for it.
  await tx.query(
    `WITH ${WRITE_TEXTS}, noted AS (INSERT INTO search_outbox (achievement_id) SELECT unnest($1::uuid[]))
     SELECT graphile_worker.add_job($2::text, queue_name := 'search')`,
    [achievementIds, INDEX_TASK],
  );
}

/**
 * Notes all pool entries of an institution for indexing, for example after a change of its name, by which they are
 * found too.
 */
export async function noteInstitutionForIndexing(tx: EntityManager, organisationId: string): Promise<void> {
  const rows = (await tx.query(`SELECT id FROM achievement WHERE institution_id = $1 AND status = 'ADMITTED'`, [
    organisationId,
  ])) as Array<{ id: string }>;
  await noteForIndexing(
    tx,
    rows.map((row) => row.id),
  );
}
