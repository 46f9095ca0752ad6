import { Meilisearch } from 'meilisearch';
import { EngineHealth } from './engine.health.js';
import { createPost, type PostJson } from './engine.http.js';

/** Maximum wait in ms of a search for the engine, before PostgreSQL answers instead. */
const SEARCH_TIMEOUT_MS = 2000;

/** The search engine, as used by the rest of the program. */
export interface SearchEngine {
  readonly client: Meilisearch;
  /** Sends a request with a short timeout, for searches. */
  readonly post: PostJson;
  /** Prefix of every index of this deployment. */
  readonly prefix: string;
  /** Circuit breaker, shared by searching and indexing. */
  readonly health: EngineHealth;
}

declare module '../../kernel/context.js' {
  interface App {
    readonly search: SearchEngine;
  }
}

export function createSearchEngine(options: { url: string; apiKey: string | undefined; prefix: string }): SearchEngine {
  // Accept-encoding identity, because compressed, chunked answers with 100 or more results stall for 40 ms.
  const client = new Meilisearch({
    host: options.url,
    apiKey: options.apiKey,
    requestInit: { headers: { 'accept-encoding': 'identity' } },
    timeout: 5000,
  });
  const post = createPost({
    url: options.url.replace(/\/+$/, ''),
    apiKey: options.apiKey,
    timeoutMs: SEARCH_TIMEOUT_MS,
  });
  return { client, post, prefix: options.prefix, health: new EngineHealth() };
}

/** Name of the live index; it never changes, because a new index is swapped in under it. */
export function liveUid(engine: SearchEngine): string {
  return `${engine.prefix}_achievements`;
}
