import { pruneRows } from '../../kernel/database/prune.js';
import { addLostJob, hasJob, type Task, type TaskRegistry } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { ensureIndex, indexChanges } from './search.indexer.js';
import { pruneSearchMisses } from '../misses/misses.service.js';
import { INDEX_TASK } from '../../outbox/indexing.js';
import { collections } from './search.collections.js';
import { readGenerations } from './search.generations.js';
import { REINDEX_TASK, requestEnsure } from './search.reindex.js';

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
const pruneSearch: Task = async (app, _payload, signal) => {
  await pruneSearchMisses(app);
  await pruneRows(
    app,
    'search_change',
    't.at < $1 AND t.version < (SELECT max(version) FROM search_change)',
    [new Date(app.clock().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
    { signal },
  );
};

/** Queues a job for changes that wait in an outbox although no job is left that would index them. */
const sweepChanges: Sweep = {
  task: INDEX_TASK,
  async requeue(tx) {
    if (await hasJob(tx, INDEX_TASK)) return 0;
    const noted = collections.map(({ tables }) => `EXISTS (SELECT 1 FROM ${tables.outbox})`).join(' OR ');
    const [row] = (await tx.query(`SELECT ${noted} AS waiting`)) as Array<{ waiting: boolean }>;
    if (!row!.waiting) return 0;
    return (await addLostJob(tx, INDEX_TASK, {}, { queue: 'search', key: `${INDEX_TASK}:lost` })) ? 1 : 0;
  },
};

/** Queues the rebuild of an index that is missing, or was built with other settings, where no job of it is left. */
const sweepIndexes: Sweep = {
  task: REINDEX_TASK,
  async requeue(tx) {
    if (await hasJob(tx, REINDEX_TASK)) return 0;
    for (const collection of collections) {
      if (!(await collection.isNeeded(tx))) continue;
      const { live } = await readGenerations(tx, collection);
      if (live !== null && live.settingsHash === (await collection.settingsHash(tx))) continue;
      await requestEnsure(tx);
      return 1;
    }
    return 0;
  },
};

export const searchSweeps = [sweepChanges, sweepIndexes];

/** Background tasks of search. */
export const searchTasks: TaskRegistry = {
  tasks: { [INDEX_TASK]: indexChanges, [REINDEX_TASK]: ensureIndex, [PRUNE_TASK]: pruneSearch },
  cron: [{ task: PRUNE_TASK, match: '30 3 * * *' }],
};
