import {
  MeilisearchApiError,
  MeilisearchRequestError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
} from 'meilisearch';

/** Time in ms without requests after the engine failed to answer. */
const PAUSE_MS = 2000;

/**
 * A circuit breaker: after a failure no request is sent for PAUSE_MS, then a single one; only if that succeeds,
 * requests continue. A dead engine thus costs one timeout per pause, not one per request.
 */
export class EngineHealth {
  private down = false;
  private nextTry = 0;

  /** Whether the caller may send a request now; during an outage, a caller that may is the single probe. */
  mayAsk(): boolean {
    if (!this.down) return true;
    if (performance.now() < this.nextTry) return false;
    this.nextTry = performance.now() + PAUSE_MS;
    return true;
  }

  get isDown(): boolean {
    return this.down;
  }

  failed(): void {
    this.down = true;
    this.nextTry = performance.now() + PAUSE_MS;
  }

  succeeded(): void {
    this.down = false;
  }
}

/** True for transient failures: no connection, timeout, or an internal error of the engine. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof MeilisearchApiError) return error.response.status >= 500 || error.response.status === 429;
  return (
    error instanceof MeilisearchRequestError ||
    error instanceof MeilisearchRequestTimeOutError ||
    error instanceof MeilisearchTaskTimeOutError
  );
}
