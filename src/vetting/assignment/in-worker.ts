import { Worker } from 'node:worker_threads';
import type { Assignment } from './assign.js';
import type { AssignmentOptions, AssignmentProblem } from './problem.js';

/**
 * `assignPanels` in a thread of its own, so that the server goes on answering. The problem is copied to the thread.
 * Aborting ends the thread at once and rejects with the signal's reason; malformed input rejects with RangeError.
 */
export function assignPanelsInWorker(problem: AssignmentProblem, options: AssignmentOptions = {}, { signal }: { signal?: AbortSignal } = {}): Promise<Assignment> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Run from its TypeScript sources (tests), the thread needs a compiler first.
    const compiled = import.meta.url.endsWith('.js');
    const worker = new Worker(new URL(compiled ? './worker.js' : './worker-from-source.mjs', import.meta.url), { workerData: { problem, options } });
    const abort = () => {
      reject(signal!.reason as Error);
      void worker.terminate();
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.once('message', (assignment: Assignment) => resolve(assignment));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      reject(new Error(`the assignment's thread ended with code ${code} before it answered`));
    });
  });
}
