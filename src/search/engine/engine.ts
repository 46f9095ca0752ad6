import { Meilisearch } from 'meilisearch';
import { EngineHealth } from './engine.health.js';
import { createPost, type PostJson } from './engine.http.js';

/** Milliseconds that a search waits for the search engine before PostgreSQL answers instead. */
const SEARCH_TIMEOUT_MS = 2000;

/** The connection to Meilisearch, shared by all code that searches or indexes. */
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
  // No compression: compressed, chunked responses with 100 or more results are delayed by 40 ms.
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

/** Name of the live search index of pool entries. The name never changes: a rebuilt index is swapped in under it. */
export function liveUid(engine: SearchEngine): string {
  return `${engine.prefix}_achievements`;
}
