import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadMessage, ThreadTasks } from './in-thread.js';

/**
 * Entry point of a thread: runs one task and posts its result. An error ends the thread and is passed on to the caller.
 */
const { module, task, input } = workerData as { module: string; task: string; input: never };
const { threadTasks } = (await import(module)) as { threadTasks: ThreadTasks };
const say = (message: ThreadMessage) => parentPort!.postMessage(message);
say({ result: threadTasks[task]!(input, (progress) => say({ progress })) });
