import { computeRound, type RoundResult } from './compute.js';
import type { RoundMethod, RoundProblem } from './problem.js';

/** Computations of rounds that would block the server for seconds, run in a worker thread. */
export const threadTasks = {
  round: (
    { problem, method }: { problem: RoundProblem; method: RoundMethod },
    progress: (share: number) => void,
  ): RoundResult => computeRound(problem, method, progress),
};
