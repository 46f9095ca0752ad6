import { parentPort, workerData } from 'node:worker_threads';
import { threadTasks, type ThreadMessage, type ThreadTask } from './tasks.js';

/** Runs one task in a thread of its own and posts the result; an error ends the thread and reaches the caller. */
const { task, input } = workerData as { task: ThreadTask; input: never };
const say = (message: ThreadMessage) => parentPort!.postMessage(message);
say({ result: threadTasks[task](input, (progress) => say({ progress })) });
