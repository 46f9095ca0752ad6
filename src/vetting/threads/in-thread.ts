import { Worker } from 'node:worker_threads';
import type { InputOf, ResultOf, ThreadMessage, ThreadTask } from './tasks.js';

/**
 * Runs a task in a thread of its own, so that the server goes on answering. The input is copied to the thread. Aborting
 * ends the thread at once and rejects with the signal's reason; what the task throws rejects too.
 */
export function inThread<T extends ThreadTask>(task: T, input: InputOf<T>, { signal, progress }: { signal?: AbortSignal | undefined; progress?: (share: number) => void } = {}): Promise<ResultOf<T>> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Run from its TypeScript sources (tests), the thread needs a compiler first.
    const compiled = import.meta.url.endsWith('.js');
    const worker = new Worker(new URL(compiled ? './thread.js' : './thread-from-source.mjs', import.meta.url), { workerData: { task, input } });
    const abort = () => {
      reject(signal!.reason as Error);
      void worker.terminate();
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: ThreadMessage) => {
      if ('result' in message) resolve(message.result as ResultOf<T>);
      else progress?.(message.progress);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      reject(new Error(`the thread of ${task} ended with code ${code} before it answered`));
    });
  });
}
