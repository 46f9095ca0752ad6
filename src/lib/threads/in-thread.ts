import { Worker } from 'node:worker_threads';

/**
 * Functions by name that run in a thread of their own, because they would block the server for seconds. They must be
 * pure functions of plain data.
 */
export type ThreadTasks = Record<string, (input: never, progress: (share: number) => void) => unknown>;

/** A message from a thread: the progress of its task (0 to 1), or its result. */
export type ThreadMessage = { progress: number } | { result: unknown };

export interface ThreadOptions {
  /** Aborting this signal ends the thread at once, and rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called with the progress of the task, a number from 0 to 1. */
  progress?: (share: number) => void;
}

/** Type of a function that runs one task of a module, by its name, in a new thread. */
export type InThread<Tasks extends ThreadTasks> = <T extends keyof Tasks & string>(
  task: T,
  input: Parameters<Tasks[T]>[0],
  options?: ThreadOptions,
) => Promise<ReturnType<Tasks[T]>>;

/**
 * Makes a function that runs the exported `threadTasks` of a module in threads, so that the server keeps answering
 * meanwhile. The module is given as `new URL('./tasks.js', import.meta.url)`. Inputs and results are copied; an error
 * of a task rejects the promise.
 */
export function threadRunner<Tasks extends ThreadTasks>(module: URL): InThread<Tasks> {
  return (task, input, { signal, progress } = {}) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      // When the program runs from its TypeScript sources (in tests), the thread must load a compiler first.
      const compiled = import.meta.url.endsWith('.js');
      const worker = new Worker(new URL(compiled ? './thread.js' : './thread-from-source.mjs', import.meta.url), {
        workerData: { module: module.href, task, input },
      });
      const abort = () => {
        reject(signal!.reason as Error);
        void worker.terminate();
      };
      signal?.addEventListener('abort', abort, { once: true });
      worker.on('message', (message: ThreadMessage) => {
        if ('result' in message) resolve(message.result as never);
        else progress?.(message.progress);
      });
      worker.once('error', reject);
      worker.once('exit', (code) => {
        signal?.removeEventListener('abort', abort);
        reject(new Error(`the thread of ${task} ended with code ${code} before it answered`));
      });
    });
}
