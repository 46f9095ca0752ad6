import { Client, latencies } from './client.js';
import { figure, quantile, type Figure } from './figures.js';
import { nestedCall } from './nested.js';
import { searchCall, searchMix } from './search.js';
import { atRest, type BenchServer } from './server.js';

const ROUNDS = 7;
/** Number of searches per round: the same at every pool size, all distinct. */
const SEARCHES = 100;
const LIST_MS = 1500;
/**
 * Maximum wait, in milliseconds, for the background loading of new entries into matching; two hundred thousand take
 * minutes.
 */
const MAX_REST_MS = 900_000;

/** 95th percentiles for one client at one pool size, one value per round. */
export interface GrowthPoint {
  size: number;
  search: number[];
  nested: number[];
}

/**
 * Measures search and nested list at all pool sizes alternately, after one warm-up round, so that other load on the
 * machine affects all sizes equally. Starts when the programs are idle. The servers must not cache answers, or a faster
 * one would reach its own cached answers.
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

/** Ratio of the largest pool's figures to the smallest pool's. */
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
