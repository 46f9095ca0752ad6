import { Worker } from 'node:worker_threads';

/** Work that would hold the server for seconds, by name: pure functions of plain data. */
export type ThreadTasks = Record<string, (input: never, progress: (share: number) => void) => unknown>;

/** What a thread says: how far it is, or its result. */
export type ThreadMessage = { progress: number } | { result: unknown };

export interface ThreadOptions {
  /** Ends the thread at once and rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told how far the task is, from 0 to 1. */
  progress?: (share: number) => void;
}

/** Runs a task of the module in a thread of its own. */
export type InThread<Tasks extends ThreadTasks> = <T extends keyof Tasks & string>(
  task: T,
  input: Parameters<Tasks[T]>[0],
  options?: ThreadOptions,
) => Promise<ReturnType<Tasks[T]>>;

/**
 * Makes the runner of a module's `threadTasks`, so that the server goes on answering while one works. The module is given as
 * `new URL('./tasks.js', import.meta.url)`. Inputs and results are copied; what a task throws rejects.
 */
export function threadRunner<Tasks extends ThreadTasks>(module: URL): InThread<Tasks> {
  return (task, input, { signal, progress } = {}) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      // Run from its TypeScript sources (tests), the thread needs a compiler first.
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
