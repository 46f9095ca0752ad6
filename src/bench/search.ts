import { readConfig } from '../kernel/config.js';
import { Client, jsonCall, secondsFor, throughput, type Call } from './client.js';
import { alternate, figure, type Figure } from './figures.js';
import { generateQuery, randomFrom, zipfRank } from './generator.js';
import { startRecorder } from './recorder.js';
import { backendsOf, startBeside } from './server.js';

const CONNECTIONS = 16;
const ROUND_MS = 4000;
/**
 * SEARCHES: number of generated searches in the mix. REPEATED: number of generated searches from which the mix with
 * repetitions is drawn, to measure the cache.
 */
const SEARCHES = 300;
const REPEATED = 1000;
/** Number of searches that fill the cache. */
const FILLING = 1000;

/** GraphQL query of a page of search results: entries with highlights, and all facets. */
const SEARCH_QUERY = `query Search($text: String!, $filter: AchievementSearchFilter) {
  achievementSearch(query: $text, filter: $filter, first: 20) {
    totalCount degraded
    facets { name values(first: 20) { value count label { value } } }
    edges {
      cursor
      highlights { field locale fragments { parts { text match } } }
      node { id registrationNo trl score title { value locale } summary { value } institution { id name { value } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Search {
  text: string;
  filter: Record<string, unknown> | null;
}

/** Generates the mix of searches that is measured: words and terms, one in five narrowed by an industry. */
export function searchMix(count: number, seed = 1): Search[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => ({
    text: generateQuery(random),
    filter: random() < 0.2 ? { industries: [random() < 0.7 ? 'C' : 'A'] } : null,
  }));
}

export const searchCall = (url: string, search: Search): Call =>
  jsonCall(`${url}/graphql`, { query: SEARCH_QUERY, variables: search });

/**
 * Measures searches through GraphQL, relative to the time the search engine takes for the same requests, and to one
 * plain keyword search.
 */
export async function measureSearch(dataDir: string): Promise<Figure[]> {
  const backends = await backendsOf(dataDir);
  const mix = searchMix(SEARCHES);
  const { replays, plain } = await recordCalls(dataDir, mix);
  const product = await startBeside(backends, { SEARCH_CACHE: 'false' });
  const client = new Client(CONNECTIONS);
  try {
    const calls = mix.map((search) => searchCall(product.url, search));
    const rate = (work: (i: number) => Promise<unknown>) => async () =>
      (await throughput(work, CONNECTIONS, ROUND_MS)).perSecond;
    let [answers, degraded] = [0, 0];
    const graphql = rate(async (i) => {
      answers += 1;
      if ((await client.send(calls[i % calls.length]!)).includes('"degraded":true')) degraded += 1;
    });
    const replay = rate(async (i) => {
      for (const call of replays[i % replays.length]!) await client.send(call);
    });
    const keyword = rate((i) => client.send(plain[i % plain.length]!));
    const same = await alternate(graphql, replay);
    const simple = await alternate(graphql, keyword);
    return [
      figure(
        'search.ratio',
        same.a.map((ours, i) => ours / same.b[i]!),
        'x',
      ),
      figure('search.per_s', same.a, '1/s'),
      figure('search.replay_per_s', same.b, '1/s'),
      figure(
        'search.keyword_ratio',
        simple.a.map((ours, i) => ours / simple.b[i]!),
        'x',
      ),
      figure('search.keyword_per_s', simple.b, '1/s'),
      // A search that PostgreSQL answered measures nothing of the search engine; a share of more than a few per cent
      // means that the machine was overloaded.
      { name: 'search.degraded', value: (100 * degraded) / answers, unit: '%' },
      figure('search.engine_calls', [replays.reduce((sum, calls) => sum + calls.length, 0) / replays.length], 'calls'),
    ];
  } finally {
    client.close();
    await product.stop();
  }
}

/**
 * Records the requests that each search sends to the search engine. Also builds, for comparison, a plain keyword search
 * with each text; these all ask for the same facets, namely all that occur in the recorded requests.
 */
async function recordCalls(dataDir: string, mix: readonly Search[]): Promise<{ replays: Call[][]; plain: Call[] }> {
  const backends = await backendsOf(dataDir);
  const recorder = await startRecorder(backends.meiliUrl);
  const client = new Client(1);
  try {
    const server = await startBeside({ ...backends, meiliUrl: recorder.url }, { SEARCH_CACHE: 'false' });
    try {
      const replays: Call[][] = [];
      recorder.take();
      for (const search of mix) {
        for (let attempt = 1; !(await isAnswered(client, searchCall(server.url, search))); attempt += 1) {
          if (attempt === 5)
            throw new Error('the search engine does not answer in time; the machine has too much else to do');
          await new Promise((resolve) => setTimeout(resolve, 2000));
          recorder.take();
        }
        replays.push(recorder.take());
      }
      const queries = replays.flat().flatMap(queriesOf);
      const facets = [...new Set(queries.flatMap((query) => query.facets ?? []))];
      const indexUid = queries.find((query) => query.indexUid !== undefined)?.indexUid;
      const headers = replays.flat()[0]?.headers;
      if (indexUid === undefined || facets.length === 0) throw new Error('no search with facets passed the recorder');
      const url = `${backends.meiliUrl.replace(/\/+$/, '')}/indexes/${indexUid}/search`;
      return { replays, plain: mix.map(({ text }) => jsonCall(url, { q: text, limit: 20, facets }, headers)) };
    } finally {
      await server.stop();
    }
  } finally {
    client.close();
    await recorder.close();
  }
}

/** True if the search engine answered the search, false if PostgreSQL did. */
async function isAnswered(client: Client, call: Call): Promise<boolean> {
  const { data, errors } = JSON.parse((await client.send(call)).toString('utf8')) as {
    data?: { achievementSearch: { degraded: boolean } };
    errors?: unknown;
  };
  if (!data) throw new Error(`a search failed: ${JSON.stringify(errors).slice(0, 300)}`);
  return !data.achievementSearch.degraded;
}

interface Recorded {
  indexUid?: string;
  facets?: string[];
}

function queriesOf(call: Call): Recorded[] {
  if (call.body.length === 0) return [];
  const body = JSON.parse(call.body.toString('utf8')) as Recorded & { queries?: Recorded[] };
  return body.queries ?? [{ ...body, indexUid: /\/indexes\/([^/]+)\/search$/.exec(call.url)?.[1] }];
}

/**
 * Measures a mix with repeated searches, with and without the cache of answers: first FILLING searches that start from
 * an empty cache, then further searches. Returns no figures if the build has no cache.
 */
export async function measureCache(dataDir: string, cachedUrl: string): Promise<Figure[]> {
  if (!('searchCache' in readConfig({}))) return [];
  const uncached = await startBeside(await backendsOf(dataDir), { SEARCH_CACHE: 'false' });
  const client = new Client(CONNECTIONS);
  try {
    const mix = searchMix(REPEATED, 2);
    const random = randomFrom(3);
    const order = Array.from({ length: 20_000 }, () => zipfRank(random, REPEATED) - 1);
    const mixAt = (url: string) => {
      const calls = mix.map((search) => searchCall(url, search));
      let next = 0;
      const send = () => client.send(calls[order[next++ % order.length]!]!);
      return {
        fill: () => secondsFor(send, CONNECTIONS, FILLING),
        rate: async () => (await throughput(send, CONNECTIONS, ROUND_MS)).perSecond,
      };
    };
    const [cached, plain] = [mixAt(cachedUrl), mixAt(uncached.url)];
    // Both servers run the same searches first, so that they continue from the same state.
    const filling = FILLING / (await cached.fill());
    const first = FILLING / (await plain.fill());
    const { a, b } = await alternate(cached.rate, plain.rate);
    return [
      { name: 'search.cache_filling_ratio', value: filling / first, unit: 'x' },
      figure(
        'search.cached_ratio',
        a.map((rate, i) => rate / b[i]!),
        'x',
      ),
      figure('search.cached_per_s', a, '1/s'),
    ];
  } finally {
    client.close();
    await uncached.stop();
  }
}
