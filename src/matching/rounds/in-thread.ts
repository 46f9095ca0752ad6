import { threadRunner } from '../../lib/threads/in-thread.js';
import type { threadTasks } from './tasks.js';

/** Runs a task of `threadTasks` in a worker thread. */
export const inThread = threadRunner<typeof threadTasks>(new URL('./tasks.js', import.meta.url));
