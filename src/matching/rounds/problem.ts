/**
 * A matching round as numbers: achievements x investors, scores, capacities, what must not be. Sides are numbered in the order
 * of their ids, so that equal scores are decided the same way every time.
 */
export interface RoundProblem {
  achievements: number;
  investors: number;
  /** achievements x investors: what the pair is worth to the achievement's side; in units of the model, which may be negative. */
  score: Float64Array;
  /** The same for the investor's side, where the sides judge differently; without it both judge by `score`. */
  investorScore?: Float64Array | undefined;
  /** achievements x investors: 1 where the pair must not be made: vetoed or declined by either side, or a conflict. */
  barred: Uint8Array;
  /** Per participant: with how many of the other side it can be paired. */
  achievementCapacity: Int32Array;
  investorCapacity: Int32Array;
  /** The least score, to either side, at which a pair is made; null: every pair is better than none. */
  floor: number | null;
}

/** OPTIMUM: the largest sum over all pairs. STABLE: nobody could do better with somebody who would agree. */
export type RoundMethod = 'OPTIMUM' | 'STABLE';

/** More pairs than this are not taken into one round: the scores alone would fill 80 MB. */
export const MOST_PAIRS = 10_000_000;

/** A problem made ready: who may be paired, and what a pair is worth above the floor. */
export interface ReadyRound extends RoundProblem {
  floor: number;
  investorScore: Float64Array;
  /** achievements x investors: the mean of both scores less the floor, so that a lawful pair is worth 0 or more; -Infinity where no pair may be. */
  worth: Float64Array;
}

/** Checks a problem and makes it ready; throws RangeError naming what is malformed. */
export function readyRound(problem: RoundProblem): ReadyRound {
  const { achievements: nA, investors: nI, score, barred } = problem;
  const investorScore = problem.investorScore ?? score;
  const cells = nA * nI;
  if (cells > MOST_PAIRS) throw new RangeError(`a round takes at most ${MOST_PAIRS} pairs, not ${cells}`);
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

/** Per achievement: the investors it is paired with, in ascending order. */
export type Pairing = number[][];

/** Per investor: the achievements it is paired with. */
export function turned(pairing: Pairing, investors: number): number[][] {
  const held: number[][] = Array.from({ length: investors }, () => []);
  pairing.forEach((list, a) => list.forEach((i) => held[i]!.push(a)));
  return held;
}
