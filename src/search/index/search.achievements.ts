import { documentsAfter, loadDocuments } from './search.documents.js';
import type { Collection } from './search.collection.js';
import { INDEX_SETTINGS, settingsHash } from '../engine/search.settings.js';

/**
 * The search collection of pool entries. Every indexed change increments a version (table search_change) by which
 * caches and the in-memory ranking notice changes.
 */
export const achievementCollection: Collection = {
  name: 'achievements',
  tables: { generations: 'search_generation', outbox: 'search_outbox', key: 'achievement_id' },
  locks: { index: 7_402_321, build: 7_402_322 },
  settings: INDEX_SETTINGS,
  settingsHash,
  load: loadDocuments,
  after: documentsAfter,
  async isNeeded(db) {
    const [row] = (await db.query(
      `SELECT EXISTS (SELECT 1 FROM search_generation)
         OR EXISTS (SELECT 1 FROM achievement WHERE status = 'ADMITTED') AS needed`,
    )) as Array<{ needed: boolean }>;
    return row?.needed === true;
  },
  async indexed(tx, ids) {
    await tx.query(`INSERT INTO search_change (achievement_id) SELECT unnest($1::uuid[])`, [ids ?? [null]]);
  },
};
