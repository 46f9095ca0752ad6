import {
  MeilisearchApiError,
  MeilisearchRequestError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
} from 'meilisearch';

/** Time in milliseconds for which no request is sent to the search engine after it failed to answer. */
const PAUSE_MS = 2000;

/**
 * Circuit breaker for the search engine: after a failure no request is sent for PAUSE_MS, then a single probe; only
 * when a probe succeeds are requests sent freely again. A dead engine thus costs one timeout per pause instead of one
 * per request.
 */
export class EngineHealth {
  private down = false;
  private nextTry = 0;

  /**
   * True if the caller may send a request to the search engine now; during an outage, only one caller per pause may, as
   * a probe.
   */
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

/**
 * True if an error of the search engine is transient: no connection, a timeout, overload (429), or an internal error
 * (5xx).
 */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof MeilisearchApiError) return error.response.status >= 500 || error.response.status === 429;
  return (
    error instanceof MeilisearchRequestError ||
    error instanceof MeilisearchRequestTimeOutError ||
    error instanceof MeilisearchTaskTimeOutError
  );
}
