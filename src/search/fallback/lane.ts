import type { Said } from '../../messages/catalogue.js';
import { AppError } from '../../kernel/errors.js';

/** Seconds after which a refused search may be sent again. */
const RETRY_SECONDS = 2;

/** Upper limit of the time between two works, in milliseconds. */
const MAX_PAUSE_MS = 100;

/**
 * Lets a limited number of works run at the same time, and a limited number wait; refuses any other with UNAVAILABLE.
 * Between two works the process gets time for other requests in proportion to the time that the works took.
 */
export class Lane {
  private running = 0;
  private readonly queue: Array<() => void> = [];

  constructor(
    private readonly limits: { running: number; waiting: number; pause: number },
    private readonly refusal: Said,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limits.running) {
      if (this.queue.length >= this.limits.waiting)
        throw new AppError('UNAVAILABLE', this.refusal, 'BUSY', { retryAfterSeconds: RETRY_SECONDS });
      await new Promise<void>((resolve) => this.queue.push(resolve));
    } else this.running += 1;
    const begun = performance.now();
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      // The place is handed over directly, so that no later caller overtakes those that wait.
      if (next) setTimeout(next, Math.min(MAX_PAUSE_MS, (performance.now() - begun) * this.limits.pause));
      else this.running -= 1;
    }
  }
}
