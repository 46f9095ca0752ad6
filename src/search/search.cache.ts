import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { App } from '../context.js';
import { canonicalJson } from '../ledger/ledger.service.js';
import type { OrderedAnswer } from './search.answer.js';
import type { FieldHighlight, SearchRequest } from './search.request.js';
import type { SearchState } from './search.state.js';

/** Answers kept by each process. */
const MOST = 1000;

interface Kept {
  readonly answer: Omit<OrderedAnswer, 'highlights'>;
  /** As text, packed: pieces cut out of the entries' texts would keep the whole of them in memory. */
  readonly highlights: Buffer;
}

const caches = new WeakMap<App, LRUCache<string, Kept>>();

/**
 * The engine's answer, from memory where the same was asked of the same index. The version is read from the database
 * with every search, before the engine is asked: no answer outlives the change of the index that makes it wrong, in
 * this process or another. It holds ids, counts and public texts, which are the same for everyone; entries are read,
 * with the viewer's rights, for every request.
 */
export async function cachedAnswer(app: App, request: SearchRequest, state: SearchState, ask: () => Promise<OrderedAnswer>): Promise<OrderedAnswer> {
  if (!app.config.searchCache) return ask();
  const cache = caches.get(app) ?? new LRUCache<string, Kept>({ max: MOST });
  caches.set(app, cache);
  const key = canonicalJson({ ...request, facets: [...request.facets].sort(), version: state.version, synonyms: state.synonyms.version, ranked: app.ranking.at });
  const kept = cache.get(key);
  if (kept) return { ...kept.answer, highlights: new Map(JSON.parse(inflateRawSync(kept.highlights).toString('utf8')) as Array<[string, FieldHighlight[]]>) };
  const answer = await ask();
  const { highlights, ...rest } = answer;
  cache.set(key, { answer: rest, highlights: deflateRawSync(JSON.stringify([...highlights]), { level: 1 }) });
  return answer;
}
