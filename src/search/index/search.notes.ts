import type { App } from '../../kernel/context.js';
import { addJob } from '../../kernel/jobs.js';
import { INDEX_TASK, noteForIndexing } from '../../outbox/indexing.js';
import { achievementCollection } from './search.achievements.js';
import type { Collection } from './search.collection.js';

/** Queues documents of a collection for indexing although their rows did not change. */
export async function noteAgain(app: App, collection: Collection, ids: readonly string[]): Promise<void> {
  await app.dataSource.transaction(async (tx) => {
    if (collection === achievementCollection) return noteForIndexing(tx, ids);
    const { outbox, key } = collection.tables;
    await tx.query(`INSERT INTO ${outbox} (${key}) SELECT unnest($1::uuid[])`, [ids]);
    await addJob(tx, INDEX_TASK, {}, { queue: 'search' });
  });
}
