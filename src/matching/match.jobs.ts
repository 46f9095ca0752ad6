import { pruneRows } from '../kernel/database/prune.js';
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
const pruneMatching: Task = async (app, _payload, signal) => {
  await pruneRows(
    app,
    'match_change',
    't.changed_at < $1 AND t.seq < (SELECT max(seq) FROM match_change)',
    [new Date(app.clock().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
    { signal },
  );
  await pruneRows(
    app,
    'match_text',
    `CASE t.kind
       WHEN 'ACHIEVEMENT' THEN NOT EXISTS (SELECT 1 FROM achievement WHERE id = t.subject_id)
       WHEN 'INVESTOR' THEN NOT EXISTS (SELECT 1 FROM investor_profile WHERE id = t.subject_id)
       WHEN 'TALENT' THEN NOT EXISTS (SELECT 1 FROM talent_profile WHERE id = t.subject_id)
       ELSE NOT EXISTS (SELECT 1 FROM demand WHERE id = t.subject_id)
     END`,
    [],
    { signal },
  );
};

export const matchingTasks: TaskRegistry = {
  tasks: { [TEXTS_TASK]: makeTextGeneration, [PRUNE_TASK]: pruneMatching },
  cron: [{ task: PRUNE_TASK, match: '50 3 * * *' }],
};
