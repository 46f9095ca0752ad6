import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadMessage, ThreadTasks } from './in-thread.js';

/** Runs one task in its own thread and posts the result; an error ends the thread and reaches the caller. */
const { module, task, input } = workerData as { module: string; task: string; input: never };
const { threadTasks } = (await import(module)) as { threadTasks: ThreadTasks };
const say = (message: ThreadMessage) => parentPort!.postMessage(message);
say({ result: threadTasks[task]!(input, (progress) => say({ progress })) });
