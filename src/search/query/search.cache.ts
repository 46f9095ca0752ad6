import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { App } from '../../kernel/context.js';
import type { FieldHighlight, SearchAnswer, SearchRequest } from './search.request.js';
import type { SearchState } from './search.state.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { OrderedCounts } from './search.facet-values.js';
import { SearchFacetName } from './search.facets.js';

/** An answer with its facets in display order. */
export type OrderedAnswer = Omit<SearchAnswer, 'facets'> & { facets: ReadonlyMap<SearchFacetName, OrderedCounts> };

/** Upper limit of cached answers per process. */
const MOST = 1000;

interface Kept {
  readonly answer: Omit<OrderedAnswer, 'highlights'>;
  /** Highlights as packed JSON: strings cut from the entries' texts would keep the whole texts in memory. */
  readonly highlights: Buffer;
}

interface Answers {
  readonly kept: LRUCache<string, Kept>;
  /** Searches in progress: concurrent identical searches wait for the same answer. */
  readonly asked: Map<string, Promise<OrderedAnswer>>;
}

const answers = new WeakMap<App, Answers>();

/**
 * Caches the answers of the search engine per index version. The version is read from the database for every search,
 * before the engine is asked: no cached answer, in any process, survives the index change that invalidates it. Ids,
 * counts and public texts are cached, which are the same for all viewers; the entries themselves are read for every
 * request, under the viewer's rights.
 */
export async function cachedAnswer(
  app: App,
  request: SearchRequest,
  state: SearchState,
  ask: () => Promise<OrderedAnswer>,
): Promise<OrderedAnswer> {
  if (!app.config.searchCache) return ask();
  const { kept, asked } = answersOf(app);
  const key = canonicalJson({
    ...request,
    facets: [...request.facets].sort(),
    version: state.version,
    synonyms: state.synonyms.version,
    ranked: app.ranking.at,
  });
  const known = kept.get(key);
  if (known)
    return {
      ...known.answer,
      highlights: new Map(
        JSON.parse(inflateRawSync(known.highlights).toString('utf8')) as Array<[string, FieldHighlight[]]>,
      ),
    };
  const underWay = asked.get(key);
  if (underWay) return underWay;
  const asking = ask().then((answer) => {
    const { highlights, ...rest } = answer;
    kept.set(key, { answer: rest, highlights: deflateRawSync(JSON.stringify([...highlights]), { level: 1 }) });
    return answer;
  });
  asked.set(key, asking);
  try {
    return await asking;
  } finally {
    asked.delete(key);
  }
}

function answersOf(app: App): Answers {
  const known = answers.get(app) ?? {
    kept: new LRUCache<string, Kept>({ max: MOST }),
    asked: new Map<string, Promise<OrderedAnswer>>(),
  };
  answers.set(app, known);
  return known;
}
