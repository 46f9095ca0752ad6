import { inThread } from '../../matching/rounds/in-thread.js';
import { syntheticProblem, syntheticRound } from '../../matching/rounds/synthetic-round.js';
import { figure, type Figure } from '../figures.js';

const ROUNDS = 3;

/**
 * Measures the computation of a matching round of 400 achievements × 2,000 investors with 5 places each, in its worker
 * thread. There are three settings: investors preferred by different achievements, a typical mixture, and investors
 * whom all achievements prefer (the hardest). Values are those of the typical setting; ranges cover all three.
 */
export async function measureRounds(): Promise<Figure[]> {
  const seconds = { OPTIMUM: [] as number[], STABLE: [] as number[] };
  let gap = 0;
  for (const popularity of [0, 1, 3]) {
    const problem = syntheticProblem({ ...syntheticRound, popularity }, 17);
    for (const method of ['OPTIMUM', 'STABLE'] as const) {
      for (let round = 0; round < (popularity === 1 ? ROUNDS : 1); round += 1) {
        const startedAt = performance.now();
        const result = await inThread('round', { problem, method });
        seconds[method].push((performance.now() - startedAt) / 1000);
        if (method === 'OPTIMUM') gap = Math.max(gap, result.gap);
      }
    }
  }
  return [
    figure('rounds.optimum_s', seconds.OPTIMUM, 's'),
    figure('rounds.stable_s', seconds.STABLE, 's'),
    { name: 'rounds.gap', value: gap, unit: 'share' },
  ];
}
