/**
 * A matching round as a numerical problem: achievements × investors, scores, capacities, barred pairs. Both sides are
 * numbered in the order of their ids, so that equal scores are always decided the same way.
 */
export interface RoundProblem {
  achievements: number;
  investors: number;
  /**
   * Matrix achievements × investors: score of the pair for the achievement's side, in units of the model; may be
   * negative.
   */
  score: Float64Array;
  /** The same for the investor's side if the sides judge differently; by default both use `score`. */
  investorScore?: Float64Array | undefined;
  /** Matrix achievements × investors: 1 where the pair is barred (vetoed, declined by either side, or in conflict). */
  barred: Uint8Array;
  /** Per participant: maximum number of partners. */
  achievementCapacity: Int32Array;
  investorCapacity: Int32Array;
  /** Minimum score, for either side, of an admissible pair; null admits every pair. */
  floor: number | null;
}

/**
 * OPTIMUM maximises the sum over all pairs. STABLE has no two participants who both prefer each other to a current
 * partner.
 */
export type RoundMethod = 'OPTIMUM' | 'STABLE';

/** Maximum number of pairs of participants in a round: at this number the scores alone occupy 80 MB. */
export const MOST_PAIRS = 10_000_000;

/** A prepared problem: admissible pairs and their worth above the floor. */
export interface ReadyRound extends RoundProblem {
  floor: number;
  investorScore: Float64Array;
  /**
   * Matrix achievements × investors: mean of both scores minus the floor, so 0 or more for an admissible pair;
   * -Infinity for others.
   */
  worth: Float64Array;
}

/** Validates a problem and prepares it; throws RangeError naming the fault. */
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

/** Per achievement: indexes of its investors, ascending. */
export type Pairing = number[][];

/** Per investor: indexes of its achievements. */
export function turned(pairing: Pairing, investors: number): number[][] {
  const held: number[][] = Array.from({ length: investors }, () => []);
  pairing.forEach((list, a) => list.forEach((i) => held[i]!.push(a)));
  return held;
}
