import { fairnessOf, type Fairness } from './fairness.js';
import { optimum } from './optimum.js';
import { readyRound, type Pairing, type RoundMethod, type RoundProblem } from './problem.js';
import { countBlocking, stable } from './stable.js';

/** What a round came to. Totals are of the pairs' worth: the mean of both sides' scores, above the floor. */
export interface RoundResult {
  method: RoundMethod;
  pairing: Pairing;
  pairs: number;
  /** The floor that was applied. */
  floor: number;
  objective: number;
  /** No lawful pairing is worth more, proved over all pairs. */
  upperBound: number;
  /** (upperBound - objective) / upperBound: with OPTIMUM how far from proved, with STABLE what stability costs at most. */
  gap: number;
  /** What the optimum is worth; with OPTIMUM the objective itself. */
  optimumObjective: number;
  /** Pairs that both sides would rather have than what they got. */
  blockingPairs: number;
  /** The sum of the pairs' scores as they are, without a floor. */
  totalScore: number;
  fairness: Fairness;
}

/** Computes a round; the same problem gives the same result. Throws RangeError on a malformed problem. */
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
