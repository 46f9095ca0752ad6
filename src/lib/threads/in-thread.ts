import { Worker } from 'node:worker_threads';

/** Functions by name for work that would block the server for seconds; pure functions of plain data. */
export type ThreadTasks = Record<string, (input: never, progress: (share: number) => void) => unknown>;

/** A message from a thread: its progress (0 to 1) or its result. */
export type ThreadMessage = { progress: number } | { result: unknown };

export interface ThreadOptions {
  /** Ends the thread at once and rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called with the progress of the task, from 0 to 1. */
  progress?: (share: number) => void;
}

/** Runs a task of the module in its own thread. */
export type InThread<Tasks extends ThreadTasks> = <T extends keyof Tasks & string>(
  task: T,
  input: Parameters<Tasks[T]>[0],
  options?: ThreadOptions,
) => Promise<ReturnType<Tasks[T]>>;

/**
 * Makes a runner for a module's `threadTasks`, so that the server keeps answering while a task runs. The module is
 * given as `new URL('./tasks.js', import.meta.url)`. Inputs and results are copied; an error of a task rejects the
 * promise.
 */
export function threadRunner<Tasks extends ThreadTasks>(module: URL): InThread<Tasks> {
  return (task, input, { signal, progress } = {}) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      // When run from the TypeScript sources (tests), the thread needs a compiler first.
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
