import type { SearchEngine } from './engine.js';

/** One query of a Meilisearch multi-search request. */
export interface EngineQuery {
  indexUid: string;
  q: string;
  offset?: number;
  limit: number;
  filter?: string[];
  sort?: string[];
  facets?: string[];
  attributesToRetrieve: string[];
  attributesToSearchOn?: string[];
  attributesToHighlight?: string[];
  attributesToCrop?: string[];
  cropLength?: number;
  highlightPreTag?: string;
  highlightPostTag?: string;
  matchingStrategy?: 'all' | 'last' | 'frequency';
  locales?: string[];
}

export interface EngineHit {
  id: string;
  _formatted?: Record<string, unknown>;
}

export interface EngineAnswer {
  hits: EngineHit[];
  /**
   * Number of matches. Exact up to the setting pagination.maxTotalHits, because neither a distinct attribute nor a
   * score threshold is used.
   */
  estimatedTotalHits: number;
  facetDistribution?: Record<string, Record<string, number>>;
}

/** The search engine did not answer, or refused the request; the caller answers from PostgreSQL instead. */
export class EngineFailedError extends Error {
  constructor(
    message: string,
    /** Error code of Meilisearch, such as index_not_found; null if it could not be reached. */
    readonly code: string | null,
    /** True if no request was sent, because the search engine had failed recently. */
    readonly repeated: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EngineFailedError';
  }
}

/**
 * Sends several queries to the search engine in one request. Throws EngineFailedError if the engine cannot be reached,
 * or answers with an error status or with anything but JSON.
 */
export async function askEngine(engine: SearchEngine, queries: readonly EngineQuery[]): Promise<EngineAnswer[]> {
  return (await post<{ results: EngineAnswer[] }>(engine, '/multi-search', { queries })).results;
}

/**
 * Reads fields of documents of the search engine by id, in no particular order; takes a third of the time of a search.
 */
export async function fetchDocuments(
  engine: SearchEngine,
  indexUid: string,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Array<Record<string, unknown> & { id: string }>> {
  return (
    await post<{ results: Array<Record<string, unknown> & { id: string }> }>(
      engine,
      `/indexes/${indexUid}/documents/fetch`,
      { ids, fields: ['id', ...fields], limit: ids.length },
    )
  ).results;
}

/** The value of a JSON text; undefined for any other text. */
function jsonOf<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

async function post<T>(engine: SearchEngine, path: string, body: unknown): Promise<T> {
  if (!engine.health.mayAsk())
    throw new EngineFailedError('The search engine did not answer a moment ago.', null, true);
  let answer: Awaited<ReturnType<SearchEngine['post']>>;
  try {
    answer = await engine.post(path, JSON.stringify(body));
  } catch (error) {
    engine.health.failed();
    throw new EngineFailedError('The search engine cannot be reached.', null, false, { cause: error });
  }
  const { status, text } = answer;
  if (status >= 200 && status < 300) {
    const value = jsonOf<T>(text);
    if (value !== undefined) {
      engine.health.succeeded();
      return value;
    }
    // An answer that is not JSON is probably the page of a proxy in front of a search engine that is down.
    engine.health.failed();
    throw new EngineFailedError('The search engine answered with something else than JSON.', null, false);
  }
  // A refused query (4xx) says nothing about the next one: of all error statuses, only an internal error of the search
  // engine (5xx) opens the circuit breaker.
  if (status >= 500) engine.health.failed();
  else engine.health.succeeded();
  // The response's body is left out of the error message, because it may repeat the user's search text.
  const code = codeIn(text);
  throw new EngineFailedError(
    `The search engine refused a search (status ${status}, ${code ?? 'no code'}).`,
    code,
    false,
  );
}

function codeIn(body: string): string | null {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : null;
  } catch {
    return null; // Not JSON: a proxy's page, say.
  }
}
