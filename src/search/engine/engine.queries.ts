import type { SearchEngine } from './engine.js';

/** One query of a multi-search, as the engine's HTTP interface takes it. */
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
  /** Exact as long as it stays below pagination.maxTotalHits: no distinct attribute and no score threshold are used. */
  estimatedTotalHits: number;
  facetDistribution?: Record<string, Record<string, number>>;
}

/** The engine did not answer or refused; PostgreSQL has to. */
export class EngineFailedError extends Error {
  constructor(
    message: string,
    /** The engine's own code, such as index_not_found; null when it could not be reached. */
    readonly code: string | null,
    /** Whether it was not even asked, because it failed a moment ago. */
    readonly repeated: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EngineFailedError';
  }
}

/** Runs several queries in one request, over connections that are kept open. Any failure is an EngineFailedError. */
export async function askEngine(engine: SearchEngine, queries: readonly EngineQuery[]): Promise<EngineAnswer[]> {
  return (await post<{ results: EngineAnswer[] }>(engine, '/multi-search', { queries })).results;
}

/** Fields of documents by their ids, in no order; a third of the price of a search for them. */
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
    engine.health.succeeded();
    return JSON.parse(text) as T;
  }
  // A refused query says nothing about the next one: only an engine with a fault of its own is left alone for a while.
  if (status >= 500) engine.health.failed();
  else engine.health.succeeded();
  // The body is left out: it may repeat what was searched for.
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
