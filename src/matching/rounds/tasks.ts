import { computeRound, type RoundResult } from './compute.js';
import type { RoundMethod, RoundProblem } from './problem.js';

/** Work of rounds that would hold the server for seconds. */
export const threadTasks = {
  round: (
    { problem, method }: { problem: RoundProblem; method: RoundMethod },
    progress: (share: number) => void,
  ): RoundResult => computeRound(problem, method, progress),
};
