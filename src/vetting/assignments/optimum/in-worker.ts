import { threadRunner } from '../../../lib/threads/in-thread.js';
import type { Assignment } from './assign.js';
import type { AssignmentOptions, AssignmentProblem } from './problem.js';
import type { threadTasks } from './worker.js';

const inThread = threadRunner<typeof threadTasks>(new URL('./worker.js', import.meta.url));

/**
 * `assignPanels` in a thread of its own, so that the server goes on answering. The problem is copied to the thread.
 * Aborting ends the thread at once and rejects with the signal's reason; malformed input rejects with RangeError.
 */
export function assignPanelsInWorker(
  problem: AssignmentProblem,
  options: AssignmentOptions = {},
  { signal }: { signal?: AbortSignal } = {},
): Promise<Assignment> {
  return inThread('assign', { problem, options }, { signal });
}
