/**
 * A matching round as a numerical problem: matrices of achievements × investors with scores and barred pairs, and each
 * participant's number of places. Both sides are numbered in the order of their ids, so that ties are always broken the
 * same way.
 */
export interface RoundProblem {
  achievements: number;
  investors: number;
  /**
   * Matrix achievements × investors: how much the achievement's side values the pair, in units of the matching score;
   * may be negative.
   */
  score: Float64Array;
  /** The same matrix as valued by the investor's side; `score` serves both sides if this is omitted. */
  investorScore?: Float64Array | undefined;
  /**
   * Matrix achievements × investors: 1 where a pair must not be made (vetoed by an operator, declined by a side, or a
   * conflict of interest).
   */
  barred: Uint8Array;
  /**
   * Matrices achievements × investors, one per side: 1 where a pair is excluded only for reasons of which this side
   * must not learn (the other side's declines, vetoes for the other side or for the pool). In the outcome that the side
   * is shown, such a pair counts as a candidate.
   */
  hiddenFromAchievements?: Uint8Array;
  hiddenFromInvestors?: Uint8Array;
  /** Per participant: maximum number of partners. */
  achievementCapacity: Int32Array;
  investorCapacity: Int32Array;
  /** Minimum score, for both sides, of an admissible pair; null admits every pair. */
  floor: number | null;
}

/**
 * Objective of a round. OPTIMUM maximises the total worth of the pairs. STABLE leaves no two unpaired participants who
 * both prefer each other to a current partner or a free place.
 */
export type RoundMethod = 'OPTIMUM' | 'STABLE';

/** Maximum of achievements × investors in a round: a score matrix of this size takes 80 MB. */
export const MAX_PAIRS = 10_000_000;

/** A validated matching problem, with the worth of every admissible pair. */
export interface ReadyRound extends RoundProblem {
  floor: number;
  investorScore: Float64Array;
  /**
   * Matrix achievements × investors: for an admissible pair, the mean of both sides' scores minus the floor (0 or
   * more); -Infinity for every other pair.
   */
  worth: Float64Array;
}

/** Validates a matching problem and computes the worths; throws RangeError with the fault in its message. */
export function readyRound(problem: RoundProblem): ReadyRound {
  const { achievements: nA, investors: nI, score, barred } = problem;
  const investorScore = problem.investorScore ?? score;
  const cells = nA * nI;
  if (cells > MAX_PAIRS) throw new RangeError(`a round takes at most ${MAX_PAIRS} pairs, not ${cells}`);
  const sizes = {
    score: [score.length, cells],
    investorScore: [investorScore.length, cells],
    barred: [barred.length, cells],
    achievementCapacity: [problem.achievementCapacity.length, nA],
    investorCapacity: [problem.investorCapacity.length, nI],
  };
  for (const [name, [found, expected]] of Object.entries(sizes))
    if (found !== expected) throw new RangeError(`${name}: expected ${expected} numbers, found ${found}`);
  for (const capacity of [problem.achievementCapacity, problem.investorCapacity])
    if (capacity.some((places) => places < 0)) throw new RangeError('capacities: none may be negative');
  let least = Infinity;
  for (let cell = 0; cell < cells; cell += 1) {
    if (barred[cell]) continue;
    if (!Number.isFinite(score[cell]) || !Number.isFinite(investorScore[cell]))
      throw new RangeError(`score: cell ${cell} is not a number`);
    least = Math.min(least, score[cell]!, investorScore[cell]!);
  }
  const floor = problem.floor ?? (least === Infinity ? 0 : least);
  const worth = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell += 1) {
    const lawful = !barred[cell] && score[cell]! >= floor && investorScore[cell]! >= floor;
    worth[cell] = lawful ? (score[cell]! + investorScore[cell]!) / 2 - floor : -Infinity;
  }
  return { ...problem, investorScore, floor, worth };
}

/** Per achievement: indexes of its investors, ascending. */
export type Pairing = number[][];

/** Per investor: indexes of its achievements. */
export function transposed(pairing: Pairing, investors: number): number[][] {
  const held: number[][] = Array.from({ length: investors }, () => []);
  pairing.forEach((list, a) => list.forEach((i) => held[i]!.push(a)));
  return held;
}
