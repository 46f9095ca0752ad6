import type { Task, TaskRegistry } from '../../kernel/jobs.js';
import { ensureIndex, indexChanges } from './search.indexer.js';
import { pruneSearchMisses } from '../misses/misses.service.js';
import { INDEX_TASK } from '../../outbox/indexing.js';
import { REINDEX_TASK } from './search.reindex.js';

const PRUNE_TASK = 'search:prune';
const DAY_MS = 86_400_000;
/**
 * Number of days for which rows of search_change are kept; a process that was suspended for longer reloads all texts of
 * its in-memory ranking.
 */
const CHANGES_KEPT_DAYS = 7;

/**
 * Nightly clean-up: deletes old counts of unsuccessful searches and old rows of search_change, except the newest, which
 * holds the current version.
 */
const pruneSearch: Task = async (app) => {
  await pruneSearchMisses(app);
  await app.dataSource.query(
    `DELETE FROM search_change WHERE at < $1 AND version < (SELECT max(version) FROM search_change)`,
    [new Date(app.clock().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
  );
};

/** Background tasks of search. A cron job every ten minutes indexes changes whose own job was lost. */
export const searchTasks: TaskRegistry = {
  tasks: { [INDEX_TASK]: indexChanges, [REINDEX_TASK]: ensureIndex, [PRUNE_TASK]: pruneSearch },
  cron: [
    { task: INDEX_TASK, match: '*/10 * * * *' },
    { task: PRUNE_TASK, match: '30 3 * * *' },
  ],
};
