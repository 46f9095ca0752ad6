import { threadRunner } from '../../../lib/threads/in-thread.js';
import type { Assignment } from './assign.js';
import type { AssignmentOptions, AssignmentProblem } from './problem.js';
import type { threadTasks } from './worker.js';

const inThread = threadRunner<typeof threadTasks>(new URL('./worker.js', import.meta.url));

/**
 * Runs `assignPanels` in a worker thread, so that the server stays responsive. The problem is copied to the thread.
 * Aborting the signal terminates the thread and rejects with the signal's reason; malformed input rejects with
 * RangeError.
 */
export function assignPanelsInWorker(
  problem: AssignmentProblem,
  options: AssignmentOptions = {},
  { signal }: { signal?: AbortSignal } = {},
): Promise<Assignment> {
  return inThread('assign', { problem, options }, { signal });
}
