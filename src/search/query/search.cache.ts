import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { App } from '../../kernel/context.js';
import type { FieldHighlight, SearchAnswer, SearchRequest } from './search.request.js';
import type { SearchState } from './search.state.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { OrderedCounts } from './search.facet-values.js';
import { SearchFacetName } from './search.facets.js';

/** An answer whose facets stand in the order in which they are shown. */
export type OrderedAnswer = Omit<SearchAnswer, 'facets'> & { facets: ReadonlyMap<SearchFacetName, OrderedCounts> };

/** Answers kept by each process. */
const MOST = 1000;

interface Kept {
  readonly answer: Omit<OrderedAnswer, 'highlights'>;
  /** As text, packed: pieces cut out of the entries' texts would keep the whole of them in memory. */
  readonly highlights: Buffer;
}

interface Answers {
  readonly kept: LRUCache<string, Kept>;
  /** Being asked for now: who asks the same meanwhile waits for the same answer. */
  readonly asked: Map<string, Promise<OrderedAnswer>>;
}

const answers = new WeakMap<App, Answers>();

/**
 * The engine's answer, from memory where the same was asked of the same index. The version is read from the database
 * with every search, before the engine is asked: no answer outlives the change of the index that makes it wrong, in
 * this process or another. It holds ids, counts and public texts, which are the same for everyone; entries are read,
 * with the viewer's rights, for every request.
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
