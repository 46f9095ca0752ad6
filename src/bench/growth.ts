import { Client, latencies } from './client.js';
import { figure, quantile, type Figure } from './figures.js';
import { nestedCall } from './nested.js';
import { searchCall, searchMix } from './search.js';
import { atRest, type BenchServer } from './server.js';

const ROUNDS = 7;
/** Searches of a round: at every size the same ones, none of them twice. */
const SEARCHES = 100;
const LIST_MS = 1500;
/** New entries are taken over for matching in the background, which takes minutes for two hundred thousand. */
const MOST_REST_MS = 900_000;

/** 95th percentiles of one client at one size of the pool, a value per round. */
export interface GrowthPoint {
  size: number;
  search: number[];
  nested: number[];
}

/**
 * Measures search and nested list of all sizes in turn, round by round after one of warming up: what else the machine does
 * falls on all of them. Begins once the programs have nothing else to do. The servers must keep no answers: a quick one
 * would come to its own again.
 */
export async function measurePoints(
  pools: ReadonlyArray<{ server: BenchServer; size: number }>,
): Promise<GrowthPoint[]> {
  for (const { server } of pools) await atRest(server, MOST_REST_MS);
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

/** A point of the curve. */
export function pointFigures({ size, search, nested }: GrowthPoint): Figure[] {
  return [figure(`growth.search_p95_ms_${size}`, search, 'ms'), figure(`growth.nested_p95_ms_${size}`, nested, 'ms')];
}

/** How often the first point's figure goes into the last one's. */
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
