import { join } from 'node:path';
import type { Figure } from './figures.js';
import { median } from './figures.js';
import type { Attack, World } from './hostile/attacks.js';
import { Campaign, type AttackResult } from './hostile/campaign.js';
import { DOCUMENT_KINDS } from './hostile/documents.js';
import { generateAttacks } from './hostile/generated.js';
import { namedAttacks } from './hostile/named.js';
import { generateLongResult } from './hostile/pool.js';
import { post } from './hostile/requests.js';
import { FULL_SEARCH } from './hostile/searches.js';
import type { Shot } from './hostile/shots.js';
import { startTarget } from './hostile/target.js';
import { readWorld } from './hostile/world.js';
import { growPool } from './pool.js';
import { backendsOf, startServer } from './server.js';

const ENTRIES = { full: 4000, quick: 1500 };
const RUNS = { full: 5, quick: 1 };
/** In a quick run, one in this number of the generated attacks is sent. */
const QUICK_SHARE = 4;
const MINUTES = { full: 5, quick: 0.8 };
const SEED = 20_260_101;
/** Limits that no attack may exceed: delay of the event loop in milliseconds, and memory in MB. */
const FLOOR = { ms: 250, mb: 64 };
const SHOWN = 10;

/**
 * Sends requests of a hostile client, as large as the limits permit, to a separate process and measures inside it the
 * delay of the event loop and the memory used. Requests are sent one at a time; the worst run of each attack counts.
 * The rate limit is raised, and each request has another client address, because most would be refused otherwise.
 */
export async function measureHostile(dataDir: string, quick: boolean, say: (line: string) => void): Promise<Figure[]> {
  const size = quick ? 'quick' : 'full';
  const { server: host } = await startServer(dataDir, { SAMPLE: 'false', WORKER: 'false' });
  let campaign: Campaign | undefined;
  try {
    const { indexSeconds } = await growPool(dataDir, ENTRIES[size], generateLongResult);
    say(`pool of ${ENTRIES[size]}, indexed in ${indexSeconds.toFixed(0)} s`);
    const world = await readWorld(dataDir, host);
    const backends = await backendsOf(dataDir);
    campaign = new Campaign(
      () => startTarget(backends, join(dataDir, 'target')),
      {
        runs: RUNS[size],
        requestMs: 6000,
        deadMs: 8000,
        hopelessMs: 3000,
        deadline: Date.now() + MINUTES[size] * 60_000,
      },
      warmUp(world),
      say,
    );
    return await report(campaign, attacksOn(world, quick), say);
  } finally {
    await campaign?.end();
    await host.stop();
  }
}

/** Typical requests, which bring a newly started process into the state of one that has served for a while. */
function warmUp(world: World): Shot[] {
  const search = (text: string) => post({ query: FULL_SEARCH, variables: { query: text } });
  const introspection = post({ query: DOCUMENT_KINDS['introspection']!(() => 0.5) });
  const words = world.words.slice(0, 20).map(search);
  return [...words, introspection, introspection, introspection];
}

function attacksOn(world: World, quick: boolean): Attack[] {
  const generated = generateAttacks(world, SEED);
  return [...namedAttacks(world), ...(quick ? generated.filter((_, i) => i % QUICK_SHARE === 0) : generated)];
}

async function report(campaign: Campaign, attacks: readonly Attack[], say: (line: string) => void): Promise<Figure[]> {
  const idle = await campaign.idle(20, 100);
  const first = await campaign.run(attacks);
  const results = await confirmed(campaign, attacks, first, say);
  show(results, say);
  const delays = results.map(worstDelay);
  const memories = results.map(worstMemory);
  return [
    { name: 'hostile.longest_ms', value: Math.max(...delays), unit: 'ms' },
    { name: 'hostile.longest_own_ms', value: Math.max(...results.map(worstOwn)), unit: 'ms' },
    { name: 'hostile.peak_mb', value: Math.max(...memories), unit: 'MB' },
    { name: 'hostile.requests', value: results.length, unit: 'kinds' },
    { name: 'hostile.sent', value: campaign.requests, unit: 'requests' },
    { name: 'hostile.unsent', value: attacks.length - first.length, unit: 'kinds' },
    { name: 'hostile.over', value: results.filter(isOver).length, unit: 'kinds' },
    { name: 'hostile.deaths', value: campaign.deaths.length, unit: 'deaths' },
    figureOfIdle(
      'hostile.idle_ms',
      idle.map(({ longestMs }) => longestMs),
    ),
    figureOfIdle(
      'hostile.idle_own_ms',
      idle.map(({ ownMs }) => ownMs),
    ),
  ];
}

/**
 * Figure of the idle process over several periods: the longest delay, with the median of the periods as the lower end.
 */
const figureOfIdle = (name: string, delays: readonly number[]): Figure => ({
  name,
  value: Math.max(...delays),
  unit: 'ms',
  low: median(delays),
  high: Math.max(...delays),
});

const worstDelay = (result: AttackResult): number => Math.max(...result.delays);
/**
 * Longest delay of the event loop over an attack's runs, without the time that the process waited for a processor,
 * which depends on other load.
 */
const worstOwn = (result: AttackResult): number => Math.max(...result.owns);
const worstMemory = (result: AttackResult): number => Math.max(0, ...result.memories);
const isOver = (result: AttackResult): boolean =>
  result.death !== null || worstDelay(result) > FLOOR.ms || worstMemory(result) > FLOOR.mb;

/**
 * Repeats the attacks that exceeded a limit: a pause that five more runs do not show was caused by other programs on
 * the machine. The lower of the two rounds' maxima counts, for time and memory separately. An attack that killed the
 * process is not repeated.
 */
async function confirmed(
  campaign: Campaign,
  attacks: readonly Attack[],
  first: readonly AttackResult[],
  say: (line: string) => void,
): Promise<AttackResult[]> {
  const doubtful = attacks.filter((_, i) => first[i] && isOver(first[i]) && first[i].death === null);
  if (doubtful.length === 0) return [...first];
  say(`${doubtful.length} attacks were over the floor and are sent again`);
  const again = new Map((await campaign.run(doubtful)).map((result) => [result.name, result]));
  return first.map((result) => {
    const other = again.get(result.name);
    if (!other || result.death !== null || other.death !== null) return other?.death ? other : result;
    const lower = <T>(value: (of: AttackResult) => number, part: (of: AttackResult) => T): T =>
      part(value(other) < value(result) ? other : result);
    return {
      ...result,
      delays: lower(worstDelay, (of) => of.delays),
      owns: lower(worstOwn, (of) => of.owns),
      memories: lower(worstMemory, (of) => of.memories),
    };
  });
}

function show(results: readonly AttackResult[], say: (line: string) => void): void {
  const over = results.filter(isOver).length;
  const table = (title: string, value: (result: AttackResult) => number, floor: number) => {
    const worst = [...results].sort((a, b) => value(b) - value(a));
    say(`worst ${SHOWN} by ${title}:`);
    for (const result of worst.slice(0, Math.max(SHOWN, worst.filter((each) => value(each) > floor).length)))
      say(lineOf(result));
  };
  table('delay', worstDelay, FLOOR.ms);
  table('memory', worstMemory, FLOOR.mb);
  say(`${over} of ${results.length} over the floor of ${FLOOR.ms} ms and ${FLOOR.mb} MB`);
}

function lineOf({ name, delays, owns, memories, outcome, bytes, death }: AttackResult): string {
  const ms = `${Math.max(...delays).toFixed(0)} ms (own ${Math.max(...owns).toFixed(0)}, median ${median(owns).toFixed(0)})`;
  const mb = `${Math.max(0, ...memories).toFixed(0)} MB (median ${memories.length === 0 ? '-' : median(memories).toFixed(0)})`;
  return `  ${ms}  ${mb}  ${death === null ? `${outcome}, ${bytes} bytes` : `DIED: ${death}`}  ${name}`;
}
