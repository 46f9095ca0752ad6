import { threadRunner } from '../../../lib/threads/in-thread.js';
import type { threadTasks } from './tasks.js';

/** Runs a task of vetting in a thread of its own. */
export const inThread = threadRunner<typeof threadTasks>(new URL('./tasks.js', import.meta.url));
