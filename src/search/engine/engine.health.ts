import {
  MeilisearchApiError,
  MeilisearchRequestError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
} from 'meilisearch';

/** How long nobody asks an engine that did not answer. */
const PAUSE_MS = 2000;

/**
 * A circuit breaker: after a failure nobody asks for two seconds, then one request tries, and only its success lets the
 * others follow. So a dead engine costs one wait per pause, not one per request.
 */
export class EngineHealth {
  private down = false;
  private nextTry = 0;

  /** Whether the caller may ask the engine now; a caller that may while it is down is the one that tries. */
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

/** True for failures that pass by themselves: nobody there, too slow, or a fault of the engine's own. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof MeilisearchApiError) return error.response.status >= 500 || error.response.status === 429;
  return (
    error instanceof MeilisearchRequestError ||
    error instanceof MeilisearchRequestTimeOutError ||
    error instanceof MeilisearchTaskTimeOutError
  );
}
