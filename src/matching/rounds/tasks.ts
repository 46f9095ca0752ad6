import { computeRound, type RoundResult } from './compute.js';
import type { RoundMethod, RoundProblem } from './problem.js';

/**
 * Computations of matching rounds that run in a worker thread, because they would block the server's event loop for
 * seconds.
 */
export const threadTasks = {
  round: (
    { problem, method }: { problem: RoundProblem; method: RoundMethod },
    progress: (share: number) => void,
  ): RoundResult => computeRound(problem, method, progress),
};
