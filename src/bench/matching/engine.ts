import { createInvestorIndex, type InvestorIndex } from '../../matching/engine/investor.index.js';
import { DEFAULT_MODEL } from '../../matching/engine/default-model.js';
import type { EngineTaxonomy } from '../../matching/engine/taxonomy.js';
import type { MatchInvestor, Opportunity } from '../../matching/engine/types.js';
import { TopRows } from '../../matching/engine/top.js';
import { uniform } from '../../lib/random.js';
import { figure, quantile, type Figure } from '../figures.js';

/** Numbers of investors at which the growth of ranking time is measured; the main figures are for USUAL. */
const SIZES = [1_000, 10_000, 100_000, 300_000] as const;
const USUAL = 100_000;
const ENTRIES = 400;
const TOP = 20;
const ROUNDS = 5;
const KERNEL_COLUMNS = 24;
const DAY = 20_700;
const STAGES = ['SEED', 'ANGEL', 'PRE_A', 'SERIES_A', 'SERIES_B', 'SERIES_C'];

/**
 * Draws a code from trees as large as GB/T 4754 (20 sections, 97 divisions, 473 groups, 1,381 classes) and as 31
 * provinces with 12 cities each; lower numbers are more frequent.
 */
const industryOf = (share: number): string => `c${Math.floor(share * share * 1381)}`;
const regionOf = (share: number): string => `p${Math.floor(share * share * 372)}`;
const TAXONOMY: EngineTaxonomy = {
  industryParent(code) {
    const n = Number(code.slice(1));
    if (code.startsWith('c')) return `g${Math.floor((n * 473) / 1381)}`;
    if (code.startsWith('g')) return `d${Math.floor((n * 97) / 473)}`;
    return code.startsWith('d') ? `s${Math.floor((n * 20) / 97)}` : null;
  },
  regionParent: (code) => (code.startsWith('p') ? `r${Math.floor(Number(code.slice(1)) / 12)}` : null),
};

/**
 * Generates the text vector (unit length) of an investor's thesis: up to thirty of twenty thousand terms, common ones
 * more often.
 */
function textOf(random: () => number): NonNullable<MatchInvestor['text']> {
  const terms = Uint32Array.from(
    new Set(Array.from({ length: 30 }, () => 1 + Math.floor(random() ** 2 * 20_000))),
  ).sort();
  const weights = Float32Array.from(terms, () => 0.2 + random());
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  return { terms, weights: weights.map((weight) => weight / length), commonness: 1 };
}

function investorOf(i: number, random: () => number, size: number): MatchInvestor {
  const [home, place] = [random(), random()];
  const investments = 1 + Math.floor(-4 * Math.log(1 - 0.999 * random()));
  const ticket = random() < 0.6 ? 1e6 * 10 ** random() : null;
  return {
    id: `i${String(i).padStart(7, '0')}`,
    organisationId: `o${i}`,
    key: `o${i}`,
    declared: {
      wanted: random() < 0.8 ? [industryOf(home)] : [],
      excluded: random() < 0.05 ? [`s${Math.floor(random() * 20)}`] : [],
      trlMin: random() < 0.5 ? 3 + Math.floor(random() * 4) : null,
      trlMax: null,
      stages: random() < 0.5 ? [STAGES[Math.floor(random() * STAGES.length)]!] : [],
      ticketMin: ticket,
      ticketMax: ticket === null ? null : ticket * 10,
      regions: random() < 0.4 ? [regionOf(place)] : [],
      cooperationModes: random() < 0.3 ? ['EQUITY'] : [],
    },
    track: Array.from({ length: investments }, () => ({
      industry: industryOf(random() < 0.6 ? home : random()),
      region: regionOf(random() < 0.6 ? place : random()),
      stage: STAGES[Math.floor(random() * STAGES.length)]!,
      amount: 1e6 * 100 ** random(),
      day: DAY - Math.floor(random() ** 2 * 3000),
      coInvestors: random() < 0.5 ? [`o${Math.floor(random() ** 3 * size)}`] : [],
    })),
    text: random() < 0.8 ? textOf(random) : null,
  };
}

function entryOf(i: number, random: () => number, size: number): Opportunity {
  return {
    id: `e${i}`,
    organisationId: `u${i % 20}`,
    industries: [industryOf(random()), industryOf(random())],
    regions: [regionOf(random())],
    stages: [
      { stage: 'PRE_A', weight: 0.4 },
      { stage: 'SERIES_A', weight: 0.6 },
    ],
    trl: 3 + Math.floor(random() * 6),
    amount: { min: 2e6, max: 1e7 },
    backers: random() < 0.3 ? [`o${Math.floor(random() ** 3 * size)}`] : [],
    cooperationModes: ['EQUITY', 'LICENCE'],
    languages: ['zh', 'en'],
    text: textOf(random),
  };
}

function indexOf(size: number): { index: InvestorIndex; seconds: number } {
  const random = uniform(7);
  const records = Array.from({ length: size }, (_, i) => investorOf(i, random, size));
  const index = createInvestorIndex(TAXONOMY, DEFAULT_MODEL);
  const begun = performance.now();
  for (const record of records) index.upsert(record);
  return { index, seconds: (performance.now() - begun) / 1000 };
}

/** Reference computation for the speed of ranking: adds up float columns row by row and keeps the best rows. */
function kernelOf(size: number): () => void {
  const random = uniform(11);
  const columns = Array.from({ length: KERNEL_COLUMNS }, () => Float32Array.from({ length: size }, random));
  const sums = new Float32Array(size);
  return () => {
    sums.set(columns[0]!);
    for (let c = 1; c < KERNEL_COLUMNS; c += 1) {
      const column = columns[c]!;
      for (let row = 0; row < size; row += 1) sums[row]! += column[row]!;
    }
    const top = new TopRows(TOP);
    let threshold = top.threshold;
    for (let row = 0; row < size; row += 1) if (sums[row]! > threshold) threshold = top.offer(sums[row]!, row);
  };
}

function timesOf(work: (i: number) => void, count: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const begun = performance.now();
    work(i);
    times.push(performance.now() - begun);
  }
  return times;
}

/** Measures the matching engine alone on generated profiles; rankings include reasons, as a list of matches does. */
export function measureEngine(quick: boolean): Figure[] {
  const figures: Figure[] = [];
  for (const size of quick ? SIZES.slice(0, 3) : SIZES) {
    const { index, seconds } = indexOf(size);
    const random = uniform(3);
    const entries = Array.from({ length: ENTRIES }, (_, i) => entryOf(i, random, size));
    const rank = (i: number) => void index.rank(entries[i % ENTRIES]!, { limit: TOP, asOf: DAY });
    timesOf(rank, 50);
    const rounds = Array.from({ length: ROUNDS }, () => timesOf(rank, 100));
    figures.push(
      figure(
        `match.growth_${size}_ms`,
        rounds.map((times) => quantile(times, 0.5)),
        'ms',
      ),
    );
    if (size !== USUAL) continue;
    figures.push(
      figure(
        'match.engine_p95_ms',
        rounds.map((times) => quantile(times, 0.95)),
        'ms',
      ),
    );
    const kernel = kernelOf(size);
    timesOf(kernel, 20);
    // Ranking and reference are measured in alternation, so that other load on the machine affects both equally.
    const ratios = Array.from({ length: ROUNDS }, () => {
      const [ours, theirs] = [timesOf(rank, 60), timesOf(kernel, 60)];
      return quantile(ours, 0.5) / quantile(theirs, 0.5);
    });
    figures.push(figure('match.kernel_ratio', ratios, 'x'));
    const all = Array.from({ length: 3 }, () => timesOf(() => entries.forEach((_, i) => rank(i)), 1)[0]! / 1000);
    figures.push(
      figure('match.all_s', all, 's'),
      figure(
        'match.pairs_per_s',
        all.map((s) => (ENTRIES * size) / s),
        '1/s',
      ),
      { name: 'match.index_s', value: seconds, unit: 's' },
    );
  }
  return figures;
}
