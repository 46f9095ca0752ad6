import { scanDuplicates } from './achievements/achievement.jobs.js';
import { DUPLICATE_TASK } from './achievements/duplicates.service.js';
import type { TaskRegistry } from './jobs.js';

/** Every background task by name, and when the periodic ones run (cron, UTC). */
export const taskRegistry: TaskRegistry = {
  tasks: {
    [DUPLICATE_TASK]: scanDuplicates,
  },
  cron: [],
};
