import { assignPanels, type Assignment } from './assign.js';
import type { AssignmentOptions, AssignmentProblem } from './problem.js';

export const threadTasks = {
  assign: ({ problem, options }: { problem: AssignmentProblem; options: AssignmentOptions }): Assignment =>
    assignPanels(problem, options),
};
