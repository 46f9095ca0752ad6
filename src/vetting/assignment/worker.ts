import { parentPort, workerData } from 'node:worker_threads';
import { assignPanels } from './assign.js';
import type { AssignmentOptions, AssignmentProblem } from './problem.js';

/** Runs one assignment in a thread of its own and posts the result; an error ends the thread and reaches the caller. */
const { problem, options } = workerData as { problem: AssignmentProblem; options: AssignmentOptions };
parentPort!.postMessage(assignPanels(problem, options));
