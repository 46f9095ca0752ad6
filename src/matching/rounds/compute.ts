import { fairnessOf, type Fairness } from './fairness.js';
import { optimum } from './optimum.js';
import { readyRound, type Pairing, type RoundMethod, type RoundProblem } from './problem.js';
import { countBlocking, stable } from './stable.js';

/**
 * Result of a matching round. A pair's worth is the mean of the two sides' scores minus the floor; totals are sums of
 * worths.
 */
export interface RoundResult {
  method: RoundMethod;
  pairing: Pairing;
  pairs: number;
  /** The score floor that was applied. */
  floor: number;
  objective: number;
  /** Proved upper bound on the total worth of any admissible pairing. */
  upperBound: number;
  /**
   * (upperBound - objective) / upperBound. With OPTIMUM this is the remaining optimality gap; with STABLE it is an
   * upper bound on the worth lost by requiring stability.
   */
  gap: number;
  /** Total worth of the pairing with the largest total worth; with method OPTIMUM equal to `objective`. */
  optimumObjective: number;
  /**
   * Number of blocking pairs: two participants, not paired, who both prefer each other to a current partner (or a free
   * place).
   */
  blockingPairs: number;
  /** Sum of the scores of all pairs, without subtracting the floor. */
  totalScore: number;
  fairness: Fairness;
}

/**
 * Computes the pairing of a matching round by the given method, with its quality figures. Deterministic; throws
 * RangeError on a malformed problem.
 */
export function computeRound(
  problem: RoundProblem,
  method: RoundMethod,
  progress: (share: number) => void = () => undefined,
): RoundResult {
  const round = readyRound(problem);
  const sum = (pairing: Pairing, value: (cell: number) => number) =>
    pairing.reduce((total, list, a) => list.reduce((inner, i) => inner + value(a * round.investors + i), total), 0);
  const best = optimum(round, (share) => progress(share * 0.7));
  progress(0.7);
  const pairing = method === 'OPTIMUM' ? best.pairing : stable(round, (share) => progress(0.7 + share * 0.2));
  progress(0.9);
  const objective = sum(pairing, (cell) => round.worth[cell]!);
  const upperBound = Math.max(best.upperBound, objective);
  return {
    method,
    pairing,
    pairs: sum(pairing, () => 1),
    floor: round.floor,
    objective,
    upperBound,
    gap: upperBound > 0 ? (upperBound - objective) / upperBound : 0,
    optimumObjective: method === 'OPTIMUM' ? objective : sum(best.pairing, (cell) => round.worth[cell]!),
    blockingPairs: countBlocking(round, pairing),
    totalScore: sum(pairing, (cell) => (round.score[cell]! + round.investorScore[cell]!) / 2),
    fairness: fairnessOf(round, pairing),
  };
}
