import type { TaskRegistry } from '../jobs.js';
import { ensureIndex, indexChanges } from './search.indexer.js';
import { INDEX_TASK } from './search.outbox.js';
import { REINDEX_TASK } from './search.reindex.js';

/** The search's tasks; every ten minutes whatever might have been left is taken over. */
export const searchTasks: TaskRegistry = {
  tasks: { [INDEX_TASK]: indexChanges, [REINDEX_TASK]: ensureIndex },
  cron: [{ task: INDEX_TASK, match: '*/10 * * * *' }],
};
