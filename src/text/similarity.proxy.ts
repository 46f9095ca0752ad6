import type { ExpertiseSet } from './similarity.evaluation.js';

/** A paper with its discipline and the broader category of the discipline. */
export interface FiledPaper {
  readonly title: string;
  readonly abstract: string;
  readonly discipline: string;
  readonly category: string;
}

const EXPERTS = 120;
const ITEMS_PER_RATING = 12;
const MIN_PAPERS = 10;
const SIDE_PAPERS = 2;

/** Groups values by key; keys are in the order of their first value. */
function grouped<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}

/** Pseudo-random generator (Mulberry32) with a fixed seed, so that every run makes the same artificial experts. */
function fixedRandom(): () => number {
  let state = 7;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Makes an artificial data set of experts and ratings from papers, for languages without real ratings. An expert wrote
 * three to six papers of one discipline and two of a second. Samples of papers that no expert wrote are rated 5 if of
 * the first discipline, 4 if of the second, 2 if of another one in the first's category, else 1.
 */
export function proxyExperts(papers: readonly FiledPaper[]): ExpertiseSet {
  const random = fixedRandom();
  const shuffled = <T>(values: readonly T[]): T[] => {
    const result = [...values];
    for (let i = result.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  };
  const byDiscipline = grouped(shuffled(papers), (paper) => paper.discipline);
  const written = new Map<string, FiledPaper[]>();
  const unseen: FiledPaper[] = [];
  for (const [discipline, own] of byDiscipline) {
    const half = own.length >= MIN_PAPERS ? Math.ceil(own.length / 2) : 0;
    if (half > 0) written.set(discipline, own.slice(0, half));
    unseen.push(...own.slice(half));
  }
  const items = unseen.map((paper, i) => ({ ...paper, id: `item-${i}` }));
  const disciplines = [...written.keys()];
  const set = {
    experts: [] as ExpertiseSet['experts'][number][],
    items,
    ratings: [] as ExpertiseSet['ratings'][number][],
  };
  if (disciplines.length < 2) return set;
  for (let i = 0; i < EXPERTS; i += 1) {
    const first = disciplines[i % disciplines.length]!;
    const second = shuffled(disciplines.filter((discipline) => discipline !== first))[0]!;
    const category = written.get(first)![0]!.category;
    const id = `expert-${i}`;
    set.experts.push({
      id,
      documents: [
        ...shuffled(written.get(first)!).slice(0, 3 + Math.floor(random() * 4)),
        ...shuffled(written.get(second)!).slice(0, SIDE_PAPERS),
      ],
    });
    const ratingOf = (paper: FiledPaper) =>
      paper.discipline === first ? 5 : paper.discipline === second ? 4 : paper.category === category ? 2 : 1;
    for (const [rating, rated] of grouped(items, ratingOf))
      for (const item of shuffled(rated).slice(0, ITEMS_PER_RATING))
        set.ratings.push({ expert: id, item: item.id, rating });
  }
  return set;
}
