import { transposed, type Pairing, type ReadyRound } from './problem.js';

/** Outcome of a matching round for one participant. Sums are of the participant's own scores minus the floor. */
export interface Standing {
  /** Number of admissible counterparts of the participant. */
  candidates: number;
  capacity: number;
  pairs: number;
  /** Sum of the participant's scores minus the floor, over its pairs. */
  got: number;
  /**
   * Sum over the participant's best admissible counterparts, as many as the participant has places: the result it would
   * have without competitors.
   */
  best: number;
  /** got / best, 0 to 1; null if `best` is 0. */
  share: number | null;
  /**
   * Rank of each partner in the participant's own order of preference, from 1 for the best; equal scores share a rank.
   */
  ranks: number[];
  /**
   * `candidates`, `best` and `ranks` as the participant may see them: counterparts that only others excluded count as
   * candidates.
   */
  shown: ShownStanding;
}

/** What a standing shows its participant, who must not learn which candidates others declined or vetoed. */
export interface ShownStanding {
  candidates: number;
  best: number;
  ranks: number[];
}

/**
 * Outcome of a matching round for all achievements or all investors. A participant's share is what it got divided by
 * what it would have got without competitors.
 */
export interface SideFairness {
  participants: number;
  withoutCandidates: number;
  /** Number of participants who got no pair although they have admissible counterparts and places. */
  withoutPair: number;
  /** Share of the places that are filled, 0 to 1. */
  filled: number;
  leastShare: number | null;
  medianShare: number | null;
  meanShare: number | null;
  /** Gini coefficient of the shares; 0 if all are equal. */
  gini: number | null;
  medianRank: number | null;
}

export interface Fairness {
  achievements: Standing[];
  investors: Standing[];
  achievementSide: SideFairness;
  investorSide: SideFairness;
}

/**
 * Outcomes of a pairing for every participant and for each side, relative to what participants would have got without
 * competitors.
 */
export function fairnessOf(round: ReadyRound, pairing: Pairing): Fairness {
  const { achievements: nA, investors: nI, score, investorScore } = round;
  const achievements = pairing.map((partners, a) =>
    standing(
      round,
      nI,
      (i) => a * nI + i,
      score,
      round.achievementCapacity[a]!,
      partners,
      round.hiddenFromAchievements,
    ),
  );
  const investors = transposed(pairing, nI).map((partners, i) =>
    standing(
      round,
      nA,
      (a) => a * nI + i,
      investorScore,
      round.investorCapacity[i]!,
      partners,
      round.hiddenFromInvestors,
    ),
  );
  return { achievements, investors, achievementSide: sideOf(achievements), investorSide: sideOf(investors) };
}

function standing(
  round: ReadyRound,
  others: number,
  cellOf: (other: number) => number,
  own: Float64Array,
  capacity: number,
  partners: readonly number[],
  hidden: Uint8Array | undefined,
): Standing {
  const lawful: number[] = [];
  const excludedByOthers: number[] = [];
  for (let other = 0; other < others; other += 1) {
    const cell = cellOf(other);
    const value = own[cell]! - round.floor;
    if (round.worth[cell]! > -Infinity) lawful.push(value);
    else if (hidden?.[cell] && value >= 0) excludedByOthers.push(value);
  }
  const mine = partners.map((other) => own[cellOf(other)]! - round.floor).sort((a, b) => b - a);
  const got = mine.reduce((sum, value) => sum + value, 0);
  const all = placesAmong(lawful, capacity, mine);
  return {
    ...all,
    capacity,
    pairs: partners.length,
    got,
    share: all.best > 0 ? Math.min(1, got / all.best) : null,
    shown: excludedByOthers.length === 0 ? all : placesAmong([...lawful, ...excludedByOthers], capacity, mine),
  };
}

/**
 * Figures of one participant: the number of candidates with these values, the sum of the `capacity` largest of them
 * (`best`), and the rank among them of each value in `mine`, the values of the participant's partners.
 */
function placesAmong(candidates: readonly number[], capacity: number, mine: readonly number[]): ShownStanding {
  const sorted = Float64Array.from(candidates).sort();
  let best = 0;
  for (let k = Math.max(0, sorted.length - capacity); k < sorted.length; k += 1) best += sorted[k]!;
  return { candidates: sorted.length, best, ranks: mine.map((value) => 1 + higher(sorted, value)) };
}

/** Number of elements of an ascending array that are larger than the given value (binary search). */
function higher(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}

function sideOf(standings: readonly Standing[]): SideFairness {
  const shares = standings.flatMap(({ share }) => (share === null ? [] : [share])).sort((a, b) => a - b);
  const places = standings.reduce((sum, { capacity }) => sum + capacity, 0);
  const ranks = standings.flatMap((s) => s.ranks).sort((a, b) => a - b);
  return {
    participants: standings.length,
    withoutCandidates: standings.filter((s) => s.candidates === 0).length,
    withoutPair: standings.filter((s) => s.candidates > 0 && s.capacity > 0 && s.pairs === 0).length,
    filled: places === 0 ? 0 : standings.reduce((sum, { pairs }) => sum + pairs, 0) / places,
    leastShare: shares[0] ?? null,
    medianShare: middle(shares),
    meanShare: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
    gini: giniOf(shares),
    medianRank: middle(ranks),
  };
}

function middle(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Gini coefficient (inequality, 0 = all equal) of non-negative numbers in ascending order; 0 if all are 0, null for an
 * empty list.
 */
export function giniOf(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const sum = sorted.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  const weighted = sorted.reduce((total, value, k) => total + (k + 1) * value, 0);
  return Math.max(0, (2 * weighted) / (sorted.length * sum) - (sorted.length + 1) / sorted.length);
}
