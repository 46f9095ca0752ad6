import type { Task, TaskRegistry } from '../../kernel/jobs.js';
import { ensureIndex, indexChanges } from './search.indexer.js';
import { pruneSearchMisses } from '../misses/misses.service.js';
import { INDEX_TASK } from '../../outbox/indexing.js';
import { REINDEX_TASK } from './search.reindex.js';

const PRUNE_TASK = 'search:prune';
const DAY_MS = 86_400_000;
/** A process that has not followed the index for longer loads its ranking anew. */
const CHANGES_KEPT_DAYS = 7;

/** Deletes old counts of searches in vain and old changes of the index, but for the last, which says where it stands. */
const pruneSearch: Task = async (app) => {
  await pruneSearchMisses(app);
  await app.dataSource.query(
    `DELETE FROM search_change WHERE at < $1 AND version < (SELECT max(version) FROM search_change)`,
    [new Date(app.clock().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
  );
};

/** The search's tasks; every ten minutes whatever might have been left is taken over. */
export const searchTasks: TaskRegistry = {
  tasks: { [INDEX_TASK]: indexChanges, [REINDEX_TASK]: ensureIndex, [PRUNE_TASK]: pruneSearch },
  cron: [
    { task: INDEX_TASK, match: '*/10 * * * *' },
    { task: PRUNE_TASK, match: '30 3 * * *' },
  ],
};
