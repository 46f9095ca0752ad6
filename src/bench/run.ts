import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCost } from './cost/cost.js';
import { measureDatabase } from './database/database.js';
import { measureDegraded } from './degraded.js';
import { measureFaults } from './faults.js';
import type { Figure } from './figures.js';
import { growthFigures, measurePoints, pointFigures } from './growth.js';
import { measureHeap } from './heap.js';
import { measureHostile } from './hostile.js';
import { measureImport } from './import.js';
import { measureLag } from './lag.js';
import { measureEngine } from './matching/engine.js';
import { measureNested } from './nested.js';
import { growPool } from './pool.js';
import { measureProposals } from './matching/proposals.js';
import { measureQuota } from './quota.js';
import { measureRounds } from './matching/rounds.js';
import { measureCache, measureSearch } from './search.js';
import { endChildren, rssMb, startServer, type BenchServer } from './server.js';
import { measureColdStart, measureStart } from './start.js';
import { measureTeams } from './matching/teams.js';
import { measureVetting } from './vetting.js';

/** Names of the groups of measurements; a figure's name begins with its group's name. */
export const GROUPS = [
  'start',
  'nested',
  'search',
  'quota',
  'index',
  'heap',
  'growth',
  'database',
  'degraded',
  'import',
  'rounds',
  'teams',
  'vetting',
  'match',
  'hostile',
  'cost',
  'faults',
] as const;
export type Group = (typeof GROUPS)[number];

export interface BenchOptions {
  groups: ReadonlySet<Group>;
  /** True for a shorter run: without the largest pool, and with fewer profiles, import rows and attacks. */
  quick: boolean;
  /** Numbers of pool entries at which the groups growth and database are measured; each has its own by default. */
  sizes?: readonly number[] | undefined;
  say: (line: string) => void;
}

/**
 * Numbers of pool entries. Growth is measured at each of them (in a quick run, without the largest); the groups nested,
 * search, index, heap and the restart of group start are measured on a pool of the `usual` size, the others on data of their
 * own.
 */
const SIZES = { small: 2_000, usual: 20_000, large: 200_000 };
/** Numbers of pool entries at which the cost of operations to the database is measured. */
const DATABASE_SIZES = [2_000, 20_000];
/** Numbers of pool entries at which searches without the search engine are measured. */
const DEGRADED_SIZES = [2_000, 20_000, 100_000];
/** Number of profiles for which lists of matches are measured: in a full and in a quick run. */
const PROFILES = { full: 100_000, quick: 10_000 };
/** Number of rows of the imported file: in a full and in a quick run. */
const IMPORT_ROWS = { full: 100_000, quick: 20_000 };

/**
 * Runs the selected groups of measurements one after another, on temporary data folders that are deleted afterwards,
 * and passes each group's figures to `take` once they are known.
 */
export async function runBench(options: BenchOptions, take: (figure: Figure) => void): Promise<void> {
  const { groups, quick, sizes, say } = options;
  const all = (figures: readonly Figure[]) => figures.forEach(take);
  if (groups.has('start')) take(await inFolder(measureColdStart));
  if (['start', 'nested', 'search', 'index', 'heap'].some((group) => groups.has(group as Group))) {
    await inFolder((dataDir) => measurePool(dataDir, { groups, quick, say }, all));
  }
  if (groups.has('growth'))
    all(await measureGrowth(sizes ?? [SIZES.small, SIZES.usual, ...(quick ? [] : [SIZES.large])], say));
  if (groups.has('database'))
    await inFolder((dataDir) =>
      measureDatabase(dataDir, sizes ?? (quick ? DATABASE_SIZES.slice(0, 1) : DATABASE_SIZES), say, all),
    );
  if (groups.has('degraded'))
    await inFolder((dataDir) =>
      measureDegraded(dataDir, quick ? DEGRADED_SIZES.slice(0, 2) : DEGRADED_SIZES, say, all),
    );
  if (groups.has('quota')) all(await inFolder((dataDir) => measureQuotaOn(dataDir, say)));
  if (groups.has('rounds')) all(await measureRounds());
  if (groups.has('teams')) all(measureTeams());
  if (groups.has('vetting')) all(await inFolder(measureVetting));
  if (groups.has('match')) all(measureEngine(quick));
  if (groups.has('match'))
    await inFolder((dataDir) => measureProposals(dataDir, quick ? PROFILES.quick : PROFILES.full, say, take));
  if (groups.has('hostile')) all(await inFolder((dataDir) => measureHostile(dataDir, quick, say)));
  if (groups.has('cost')) all(await inFolder((dataDir) => measureCost(dataDir, quick, say)));
  if (groups.has('faults')) all(await inFolder((dataDir) => measureFaults(dataDir, quick, say)));
  if (groups.has('import'))
    all(await inFolder((dataDir) => measureImport(dataDir, quick ? IMPORT_ROWS.quick : IMPORT_ROWS.full)));
}

const folders = new Set<string>();

async function inFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'techpool-bench-'));
  folders.add(dataDir);
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    folders.delete(dataDir);
  }
}

/** Stops the child processes of an interrupted bench run and deletes its folders. */
export async function abandon(): Promise<void> {
  await endChildren();
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function fill(dataDir: string, size: number, say: BenchOptions['say']): Promise<void> {
  const { loadSeconds, indexSeconds } = await growPool(dataDir, size);
  say(`pool of ${size}: loaded in ${loadSeconds.toFixed(0)} s, indexed in ${indexSeconds.toFixed(0)} s`);
}

async function measurePool(
  dataDir: string,
  { groups, say }: BenchOptions,
  take: (figures: readonly Figure[]) => void,
): Promise<void> {
  let server: BenchServer | undefined;
  const start = async () => (server = (await startServer(dataDir, { SAMPLE: 'false' })).server);
  try {
    let running = await start();
    await fill(dataDir, SIZES.usual, say);
    await running.stop();
    if (groups.has('start')) take([await measureStart(dataDir)]);
    running = await start();
    if (groups.has('nested')) take(await measureNested(dataDir, running.url));
    if (groups.has('search')) {
      take(await measureSearch(dataDir));
      take(await measureCache(dataDir, running.url));
    }
    if (groups.has('index')) take(await measureLag(dataDir, running));
    if (groups.has('heap')) await measureHeap(dataDir, (found) => take([found]));
    take([{ name: 'rss_mb', value: rssMb(running.pid), unit: 'MB' }]);
  } finally {
    await server?.stop();
  }
}

/** The small pool: where a search takes little time, leases weigh most. */
async function measureQuotaOn(dataDir: string, say: BenchOptions['say']): Promise<Figure[]> {
  const { server } = await startServer(dataDir, { SAMPLE: 'false' });
  try {
    await fill(dataDir, SIZES.small, say);
    return await measureQuota(dataDir);
  } finally {
    await server.stop();
  }
}

/**
 * Builds a pool of each size on servers of its own, the largest last. All servers keep running, because the sizes are
 * measured in alternation.
 */
async function measureGrowth(sizes: readonly number[], say: BenchOptions['say']): Promise<Figure[]> {
  const pools: Array<{ server: BenchServer; size: number }> = [];
  const withPools = async ([size, ...larger]: readonly number[]): Promise<Figure[]> => {
    if (size === undefined) {
      const points = await measurePoints(pools);
      return [
        ...points.flatMap(pointFigures),
        { name: 'growth.rss_mb', value: rssMb(pools.at(-1)!.server.pid), unit: 'MB' },
        ...growthFigures(points),
      ];
    }
    return inFolder(async (dataDir) => {
      const { server } = await startServer(dataDir, { SAMPLE: 'false', SEARCH_CACHE: 'false' });
      try {
        await fill(dataDir, size, say);
        pools.push({ server, size });
        return await withPools(larger);
      } finally {
        await server.stop();
      }
    });
  };
  return withPools(sizes);
}
