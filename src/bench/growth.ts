import { Client, latencies } from './client.js';
import { figure, quantile, type Figure } from './figures.js';
import { nestedCall } from './nested.js';
import { searchCall, searchMix } from './search.js';
import { atRest, type BenchServer } from './server.js';

const ROUNDS = 7;
/**
 * Number of searches per round and pool size; each round has other searches, and every pool size gets the same ones.
 */
const SEARCHES = 100;
const LIST_MS = 1500;
/**
 * Maximum wait, in milliseconds, for a program to load new entries into matching in the background; two hundred
 * thousand entries take minutes.
 */
const MAX_REST_MS = 900_000;

/** Latencies at one pool size with a single client, as 95th percentiles in milliseconds, one value per round. */
export interface GrowthPoint {
  size: number;
  search: number[];
  nested: number[];
}

/**
 * Measures the latency of searches and of a page of achievements with nested objects at all pool sizes in alternation,
 * after one warm-up round, so that other load on the machine affects all sizes equally. Waits until the servers are
 * idle before it starts. The servers must not cache answers, because repeated requests would measure the cache.
 */
export async function measurePoints(
  pools: ReadonlyArray<{ server: BenchServer; size: number }>,
): Promise<GrowthPoint[]> {
  for (const { server } of pools) await atRest(server, MAX_REST_MS);
  const client = new Client(1);
  const mix = searchMix((ROUNDS + 1) * SEARCHES, 4);
  const points = pools.map(({ server: { url }, size }) => ({
    size,
    search: [] as number[],
    nested: [] as number[],
    searches: mix.map((search) => searchCall(url, search)),
    list: nestedCall(url),
  }));
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const { search, nested, searches, list } of points) {
        const found = quantile(await latencies((i) => client.send(searches[round * SEARCHES + i]!), 0, SEARCHES), 0.95);
        const listed = quantile(await latencies(() => client.send(list), LIST_MS, 40), 0.95);
        if (round === 0) continue;
        search.push(found);
        nested.push(listed);
      }
    }
    return points;
  } finally {
    client.close();
  }
}

/** The figures at one pool size. */
export function pointFigures({ size, search, nested }: GrowthPoint): Figure[] {
  return [figure(`growth.search_p95_ms_${size}`, search, 'ms'), figure(`growth.nested_p95_ms_${size}`, nested, 'ms')];
}

/** Latencies at the largest pool size divided by those at the smallest. */
export function growthFigures(points: readonly GrowthPoint[]): Figure[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const ratio = (of: (point: GrowthPoint) => number[]) => of(last).map((value, i) => value / of(first)[i]!);
  return [
    figure(
      'growth.search_x',
      ratio((point) => point.search),
      'x',
    ),
    figure(
      'growth.nested_x',
      ratio((point) => point.nested),
      'x',
    ),
  ];
}
