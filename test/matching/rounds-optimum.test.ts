import highs from 'highs';
import { describe, expect, it } from 'vitest';
import { uniform } from '../../src/lib/random.js';
import { computeRound } from '../../src/matching/rounds/compute.js';
import { inThread } from '../../src/matching/rounds/in-thread.js';
import { readyRound, transposed, type Pairing, type RoundProblem } from '../../src/matching/rounds/problem.js';
import { syntheticProblem, syntheticRound } from '../../src/matching/rounds/synthetic-round.js';

interface Wish {
  achievements: number;
  investors: number;
  places: number;
  floor?: number | null;
  twoSided?: boolean;
  /** Number of distinct score levels; few levels make many scores equal. */
  levels?: number;
}

/** Small random rounds with negative scores, vetoes and participants without a place. */
function tiny(
  { achievements, investors, places, floor = null, twoSided = false, levels = 1000 }: Wish,
  seed: number,
): RoundProblem {
  const random = uniform(seed);
  const scores = () =>
    Float64Array.from({ length: achievements * investors }, () => Math.round((random() - 0.6) * levels) / levels);
  const capacities = (count: number) => Int32Array.from({ length: count }, () => Math.floor(random() * (places + 1)));
  return {
    achievements,
    investors,
    floor,
    score: scores(),
    investorScore: twoSided ? scores() : undefined,
    barred: Uint8Array.from({ length: achievements * investors }, () => (random() < 0.2 ? 1 : 0)),
    achievementCapacity: capacities(achievements),
    investorCapacity: capacities(investors),
  };
}

/** The largest total worth, by trying every set of pairs. */
function bruteForce(problem: RoundProblem): number {
  const { worth } = readyRound(problem);
  const leftA = [...problem.achievementCapacity];
  const leftI = [...problem.investorCapacity];
  const from = (cell: number): number => {
    if (cell === worth.length) return 0;
    const [a, i] = [Math.floor(cell / problem.investors), cell % problem.investors];
    let best = from(cell + 1);
    if (worth[cell]! > -Infinity && leftA[a]! > 0 && leftI[i]! > 0) {
      leftA[a]! -= 1;
      leftI[i]! -= 1;
      best = Math.max(best, worth[cell]! + from(cell + 1));
      leftA[a]! += 1;
      leftI[i]! += 1;
    }
    return best;
  };
  return from(0);
}

/** Checks every rule for a pairing against the original problem. */
function expectLawful(problem: RoundProblem, pairing: Pairing, floor: number): void {
  pairing.forEach((list, a) => {
    expect(list.length).toBeLessThanOrEqual(problem.achievementCapacity[a]!);
    expect(new Set(list).size).toBe(list.length);
    for (const i of list) {
      const cell = a * problem.investors + i;
      expect(problem.barred[cell]).toBe(0);
      expect(problem.score[cell]!).toBeGreaterThanOrEqual(floor);
      expect((problem.investorScore ?? problem.score)[cell]!).toBeGreaterThanOrEqual(floor);
    }
  });
  transposed(pairing, problem.investors).forEach((list, i) =>
    expect(list.length).toBeLessThanOrEqual(problem.investorCapacity[i]!),
  );
}

/** Blocking pairs, by exhaustive search. */
function blockingPairs(problem: RoundProblem, pairing: Pairing): Array<[number, number]> {
  const { worth, score, investorScore } = readyRound(problem);
  const held = transposed(pairing, problem.investors);
  const found: Array<[number, number]> = [];
  for (let a = 0; a < problem.achievements; a += 1) {
    for (let i = 0; i < problem.investors; i += 1) {
      const cell = a * problem.investors + i;
      if (worth[cell] === -Infinity || pairing[a]!.includes(i)) continue;
      const wants =
        pairing[a]!.length < problem.achievementCapacity[a]! ||
        pairing[a]!.some((other) => score[a * problem.investors + other]! < score[cell]!);
      const agrees =
        held[i]!.length < problem.investorCapacity[i]! ||
        held[i]!.some((other) => investorScore[other * problem.investors + i]! < investorScore[cell]!);
      if (wants && agrees && problem.achievementCapacity[a]! > 0 && problem.investorCapacity[i]! > 0)
        found.push([a, i]);
    }
  }
  return found;
}

const shapes: Array<[string, Wish]> = [
  ['with few places', { achievements: 3, investors: 4, places: 2 }],
  ['with many places', { achievements: 4, investors: 3, places: 3 }],
  ['with a floor', { achievements: 3, investors: 4, places: 2, floor: 0 }],
  ['with a floor below zero', { achievements: 3, investors: 4, places: 2, floor: -0.3 }],
  ['with two-sided scores', { achievements: 3, investors: 4, places: 2, floor: -0.4, twoSided: true }],
  ['with many equal scores', { achievements: 4, investors: 3, places: 2, levels: 3 }],
];

describe('the optimum of a round', () => {
  it.each(shapes)('is what trying every set of pairs finds, %s', (_, wish) => {
    let unequal = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const problem = tiny(wish, seed);
      const result = computeRound(problem, 'OPTIMUM');
      expectLawful(problem, result.pairing, result.floor);
      const best = bruteForce(problem);
      expect([seed, result.objective]).toEqual([seed, expect.closeTo(best, 7)]);
      expect(result.upperBound).toBeGreaterThanOrEqual(best - 1e-12);
      expect(result.gap).toBeLessThan(1e-7);
      if (computeRound(problem, 'STABLE').objective < best - 1e-9) unequal += 1;
    }
    expect(unequal).toBeGreaterThan(0);
  });

  it('agrees with a linear programme that HiGHS solves over all pairs, though it looks at promising ones first', async () => {
    const load = highs as unknown as typeof highs.default;
    const solver = await load();
    for (const [seed, popularity] of [
      [1, 0],
      [2, 1],
      [3, 3],
    ] as const) {
      const problem = {
        ...syntheticProblem({ achievements: 24, investors: 60, capacity: 3, popularity, barred: 0.1 }, seed),
        floor: -0.5,
      };
      const { worth } = readyRound(problem);
      const lawful = [...worth.keys()].filter((cell) => worth[cell]! > -Infinity);
      const sum = (cells: number[], term: (cell: number) => string) => cells.map(term).join(' + ');
      const rows = [
        ...Array.from({ length: 24 }, (_, a) => lawful.filter((cell) => Math.floor(cell / 60) === a)),
        ...Array.from({ length: 60 }, (_, i) => lawful.filter((cell) => cell % 60 === i)),
      ].filter((cells) => cells.length > 0);
      const solved = solver.solve(
        `Maximize\n obj: ${sum(lawful, (cell) => `${worth[cell]!.toFixed(12)} x${cell}`)}\nSubject To\n${rows.map((cells, r) => ` r${r}: ${sum(cells, (cell) => `x${cell}`)} <= 3`).join('\n')}\nBounds\n${lawful.map((cell) => ` 0 <= x${cell} <= 1`).join('\n')}\nEnd\n`,
      );
      expect(solved.Status).toBe('Optimal');
      const result = computeRound(problem, 'OPTIMUM');
      expect(result.objective).toBeCloseTo(solved.ObjectiveValue, 5);
      expect(result.upperBound).toBeCloseTo(solved.ObjectiveValue, 5);
    }
  });

  it('is proved where the side with more participants has fewer places', () => {
    const problem = {
      ...syntheticProblem({ ...syntheticRound, achievements: 20, investors: 60, capacity: 40 }, 4),
      investorCapacity: new Int32Array(60).fill(2),
    };
    const result = computeRound(problem, 'OPTIMUM');
    expectLawful(problem, result.pairing, 0);
    expect(result.gap).toBeLessThan(1e-7);
    expect(result.pairs).toBeGreaterThan(100);
  });
});

describe('a stable round', () => {
  it.each(shapes)('leaves no pair that both would rather have, %s', (_, wish) => {
    let optimumBlocks = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const problem = tiny(wish, seed);
      const result = computeRound(problem, 'STABLE');
      expectLawful(problem, result.pairing, result.floor);
      expect([seed, blockingPairs(problem, result.pairing)]).toEqual([seed, []]);
      expect(result.blockingPairs).toBe(0);
      expect(result.objective).toBeLessThanOrEqual(result.optimumObjective + 1e-9);
      const optimal = computeRound(problem, 'OPTIMUM');
      expect(optimal.blockingPairs).toBe(blockingPairs(problem, optimal.pairing).length);
      optimumBlocks += optimal.blockingPairs;
    }
    expect(optimumBlocks).toBeGreaterThan(0);
  });

  it('gives every achievement its best stable partner', () => {
    // There are two stable pairings: each achievement's first choice, or each investor's.
    const problem: RoundProblem = {
      achievements: 2,
      investors: 2,
      floor: null,
      barred: new Uint8Array(4),
      achievementCapacity: new Int32Array([1, 1]),
      investorCapacity: new Int32Array([1, 1]),
      score: Float64Array.of(2, 1, 1, 2),
      investorScore: Float64Array.of(1, 2, 2, 1),
    };
    expect(computeRound(problem, 'STABLE').pairing).toEqual([[0], [1]]);
  });
});

describe('any round', () => {
  it('decides equal scores by number, the same every time', () => {
    const problem: RoundProblem = {
      achievements: 3,
      investors: 3,
      floor: null,
      barred: new Uint8Array(9),
      score: new Float64Array(9).fill(1),
      achievementCapacity: new Int32Array(3).fill(1),
      investorCapacity: new Int32Array([1, 0, 2]),
    };
    for (const method of ['OPTIMUM', 'STABLE'] as const) {
      const first = computeRound(problem, method);
      expect(first.pairing).toEqual([[0], [2], [2]]);
      expect(computeRound(problem, method)).toEqual(first);
    }
  });

  it('says how everybody fared', () => {
    const problem: RoundProblem = {
      achievements: 2,
      investors: 3,
      floor: 0,
      barred: Uint8Array.of(0, 0, 0, 0, 0, 1),
      achievementCapacity: new Int32Array([2, 1]),
      investorCapacity: new Int32Array([1, 1, 1]),
      score: Float64Array.of(5, 3, -1, 6, 0.5, 9),
    };
    const { fairness, pairing, totalScore } = computeRound(problem, 'OPTIMUM');
    // Without competitors, the first achievement would get 5 + 3; the second, with a veto on its best, 6.
    expect(pairing).toEqual([[1], [0]]);
    expect(totalScore).toBe(9);
    expect(fairness.achievements.map(({ shown: _shown, ...rest }) => rest)).toEqual([
      { candidates: 2, capacity: 2, pairs: 1, got: 3, best: 8, share: 3 / 8, ranks: [2] },
      { candidates: 2, capacity: 1, pairs: 1, got: 6, best: 6, share: 1, ranks: [1] },
    ]);
    expect(fairness.investors[2]).toMatchObject({
      candidates: 0,
      capacity: 1,
      pairs: 0,
      got: 0,
      best: 0,
      share: null,
      ranks: [],
    });
    expect(fairness.achievementSide).toMatchObject({
      participants: 2,
      withoutPair: 0,
      filled: 2 / 3,
      leastShare: 3 / 8,
      medianShare: 11 / 16,
      gini: expect.closeTo((11 / 8 - 2 * (3 / 8)) / (2 * (11 / 8)), 10) as unknown,
    });
    expect(fairness.investorSide).toMatchObject({
      participants: 3,
      withoutCandidates: 1,
      withoutPair: 0,
      filled: 2 / 3,
      medianRank: 1,
    });
  });

  it('makes no pair where none may be', () => {
    const problem: RoundProblem = {
      achievements: 2,
      investors: 1,
      floor: 1,
      barred: new Uint8Array(2),
      score: Float64Array.of(0.5, -2),
      achievementCapacity: new Int32Array([1, 1]),
      investorCapacity: new Int32Array([1]),
    };
    expect(computeRound(problem, 'OPTIMUM')).toMatchObject({ pairs: 0, objective: 0, gap: 0 });
    expect(
      computeRound(
        {
          ...problem,
          achievements: 0,
          barred: new Uint8Array(0),
          score: new Float64Array(0),
          achievementCapacity: new Int32Array(0),
        },
        'STABLE',
      ),
    ).toMatchObject({ pairs: 0, blockingPairs: 0 });
  });

  it('refuses what is malformed, naming it', () => {
    const problem = syntheticProblem({ ...syntheticRound, achievements: 2, investors: 2 }, 1);
    expect(() => computeRound({ ...problem, barred: new Uint8Array(3) }, 'OPTIMUM')).toThrow(
      'barred: expected 4 numbers, found 3',
    );
    expect(() =>
      computeRound({ ...problem, barred: new Uint8Array(4), score: problem.score.fill(NaN) }, 'OPTIMUM'),
    ).toThrow('score: cell 0 is not a number');
    expect(() => computeRound({ ...problem, achievements: 10_000, investors: 10_000 }, 'STABLE')).toThrow(
      'at most 10000000 pairs',
    );
  });

  it(
    'is computed in a thread of its own, with its progress, and stops when aborted',
    { timeout: 120_000 },
    async () => {
      const problem = syntheticProblem({ ...syntheticRound, achievements: 40, investors: 100 }, 5);
      const shares: number[] = [];
      expect(
        await inThread('round', { problem, method: 'STABLE' }, { progress: (share) => shares.push(share) }),
      ).toEqual(computeRound(problem, 'STABLE'));
      expect(shares.length).toBeGreaterThan(2);
      expect(shares.every((share, k) => share >= 0 && share <= 1 && (k === 0 || share >= shares[k - 1]!))).toBe(true);
      const stop = new AbortController();
      const running = inThread(
        'round',
        { problem: syntheticProblem({ ...syntheticRound, popularity: 3 }, 6), method: 'OPTIMUM' },
        { signal: stop.signal },
      );
      setTimeout(() => stop.abort(new Error('the operator cancelled')), 50);
      await expect(running).rejects.toThrow('the operator cancelled');
    },
  );
});
