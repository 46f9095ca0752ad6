import { uniform } from '../../lib/random.js';
import type { RoundProblem } from './problem.js';

export interface SyntheticRound {
  achievements: number;
  investors: number;
  capacity: number;
  /**
   * Weight of an investor's general popularity in the scores that all achievements give it: 0 makes preferences
   * independent, 3 nearly identical.
   */
  popularity: number;
  /** Share of pairs that are barred. */
  barred: number;
}

export const syntheticRound: SyntheticRound = {
  achievements: 400,
  investors: 2000,
  capacity: 5,
  popularity: 1,
  barred: 0.02,
};

/**
 * Generates a synthetic matching problem for benchmarks and tests: scores are the sum of agreement in six hidden
 * tastes, the investor's popularity and noise.
 */
export function syntheticProblem(
  { achievements, investors, capacity, popularity, barred }: SyntheticRound,
  seed: number,
): RoundProblem {
  const random = uniform(seed);
  const bell = () => random() + random() + random() - 1.5;
  const tastes = (count: number) => Array.from({ length: count }, () => Array.from({ length: 6 }, bell));
  const [of, to] = [tastes(achievements), tastes(investors)];
  const popular = Array.from({ length: investors }, () => popularity * bell());
  const score = new Float64Array(achievements * investors);
  for (let a = 0, cell = 0; a < achievements; a += 1) {
    for (let i = 0; i < investors; i += 1, cell += 1)
      score[cell] = of[a]!.reduce((sum, taste, k) => sum + taste * to[i]![k]!, popular[i]! + 0.3 * bell());
  }
  return {
    achievements,
    investors,
    score,
    floor: 0,
    barred: Uint8Array.from(score, () => (random() < barred ? 1 : 0)),
    achievementCapacity: new Int32Array(achievements).fill(capacity),
    investorCapacity: new Int32Array(investors).fill(capacity),
  };
}
