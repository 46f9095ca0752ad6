import { Meilisearch } from 'meilisearch';
import { EngineHealth } from './engine.health.js';
import { createPost, type PostJson } from './engine.http.js';

/** How long a search may wait for the engine before PostgreSQL answers in its place. */
const SEARCH_TIMEOUT_MS = 2000;

/** The search engine as the rest of the program sees it. */
export interface SearchEngine {
  readonly client: Meilisearch;
  /** Asks it something; for searches, which must be quick. */
  readonly post: PostJson;
  /** Prefix of every index of this deployment. */
  readonly prefix: string;
  /** Whether it is worth asking now; shared by searching and indexing. */
  readonly health: EngineHealth;
}

declare module '../../kernel/context.js' {
  interface App {
    readonly search: SearchEngine;
  }
}

export function createSearchEngine(options: { url: string; apiKey: string | undefined; prefix: string }): SearchEngine {
  // Compressed, chunked replies of 100 hits and more stall for 40 ms; identity avoids it.
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

/** The index that answers searches; its name never changes, its content does by swapping. */
export function liveUid(engine: SearchEngine): string {
  return `${engine.prefix}_achievements`;
}
