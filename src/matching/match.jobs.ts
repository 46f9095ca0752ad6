import type { Task, TaskRegistry } from '../kernel/jobs.js';
import { makeTextGeneration, TEXTS_TASK } from './store/match.texts.js';

const PRUNE_TASK = 'matching:prune';
const DAY_MS = 86_400_000;
/**
 * Number of days for which rows of match_change are kept; a process that has not read the table for longer reloads all
 * records.
 */
const CHANGES_KEPT_DAYS = 2;

/**
 * Nightly clean-up. Deletes rows of match_change older than CHANGES_KEPT_DAYS, except the newest row, which keeps the
 * position of the sequence; and text vectors of achievements, investor profiles, talents and demands that no longer
 * exist.
 */
const pruneMatching: Task = async (app) => {
  await app.dataSource.query(
    `DELETE FROM match_change WHERE changed_at < $1 AND seq < (SELECT max(seq) FROM match_change)`,
    [new Date(app.clock().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
  );
  await app.dataSource.query(
    `DELETE FROM match_text t
     WHERE CASE t.kind
       WHEN 'ACHIEVEMENT' THEN NOT EXISTS (SELECT 1 FROM achievement WHERE id = t.subject_id)
       WHEN 'INVESTOR' THEN NOT EXISTS (SELECT 1 FROM investor_profile WHERE id = t.subject_id)
       WHEN 'TALENT' THEN NOT EXISTS (SELECT 1 FROM talent_profile WHERE id = t.subject_id)
       ELSE NOT EXISTS (SELECT 1 FROM demand WHERE id = t.subject_id)
     END`,
  );
};

export const matchingTasks: TaskRegistry = {
  tasks: { [TEXTS_TASK]: makeTextGeneration, [PRUNE_TASK]: pruneMatching },
  cron: [{ task: PRUNE_TASK, match: '50 3 * * *' }],
};
