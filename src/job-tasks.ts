import { scanDuplicates } from './achievements/achievement.jobs.js';
import { DUPLICATE_TASK } from './achievements/duplicates.service.js';
import { INTEREST_MAIL_TASK, sendHeldBackMail } from './deals/interest.mail.js';
import {
  ACCOUNT_MAIL_TASK,
  PRUNE_TASK,
  pruneIdentity,
  ROTATE_TASK,
  rotateSigningKeyTask,
  sendAccountMail,
} from './identity/accounts/identity.jobs.js';
import { runImport, SWEEP_TASK, sweepImports } from './importing/runs/import.jobs.js';
import { IMPORT_TASK } from './importing/runs/import.service.js';
import type { TaskRegistry } from './kernel/jobs.js';
import { HEAD_TASK, signHeadTask } from './ledger/heads.jobs.js';
import { matchingTasks } from './matching/match.jobs.js';
import { roundTasks } from './matching/rounds/round.job.js';
import { searchTasks } from './search/index/search.jobs.js';
import { SEND_MAIL_TASK, sendMail } from './notifications/mail.js';
import { SCREEN_TASK } from './vetting/cohort/entering.js';
import { NEIGHBOURS_TASK } from './vetting/cultivation/cultivation.gaps.js';
import { findNeighbours } from './vetting/cultivation/cultivation.neighbours.js';
import { EXPIRE_TASK, expirePassports } from './vetting/admission/passports.js';
import { ASSIGNMENT_SWEEP_TASK, assignInBackground, reviveAssignments } from './vetting/assignments/assignments.job.js';
import { ASSIGNMENT_TASK } from './vetting/assignments/assignments.runs.js';
import { screenCohortTask } from './vetting/screening/screening.js';

/** Every background task by name, and when the periodic ones run (cron, UTC). */
export const taskRegistry: TaskRegistry = {
  tasks: {
    [SEND_MAIL_TASK]: sendMail,
    [ACCOUNT_MAIL_TASK]: sendAccountMail,
    [PRUNE_TASK]: pruneIdentity,
    [ROTATE_TASK]: rotateSigningKeyTask,
    [DUPLICATE_TASK]: scanDuplicates,
    [IMPORT_TASK]: runImport,
    [SWEEP_TASK]: sweepImports,
    ...searchTasks.tasks,
    ...matchingTasks.tasks,
    ...roundTasks.tasks,
    [INTEREST_MAIL_TASK]: sendHeldBackMail,
    [HEAD_TASK]: signHeadTask,
    [NEIGHBOURS_TASK]: findNeighbours,
    [SCREEN_TASK]: screenCohortTask,
    [EXPIRE_TASK]: expirePassports,
    [ASSIGNMENT_TASK]: assignInBackground,
    [ASSIGNMENT_SWEEP_TASK]: reviveAssignments,
  },
  cron: [
    ...searchTasks.cron,
    ...matchingTasks.cron,
    ...roundTasks.cron,
    { task: SWEEP_TASK, match: '* * * * *' },
    { task: PRUNE_TASK, match: '20 3 * * *' },
    { task: ROTATE_TASK, match: '40 3 * * *' },
    { task: HEAD_TASK, match: '50 23 * * *' },
    { task: EXPIRE_TASK, match: '10 0 * * *' },
    { task: ASSIGNMENT_SWEEP_TASK, match: '* * * * *' },
  ],
};
