import { describe, expect, it } from 'vitest';
import { fitModel } from '../../../src/matching/engine/fit/fit.js';
import { snapshotOf, type PastRound } from '../../../src/matching/engine/fit/history.js';
import { minimise } from '../../../src/matching/engine/fit/lbfgs.js';
import { factorise } from '../../../src/matching/engine/fit/factors.js';
import { FLAT_TAXONOMY } from '../../../src/matching/engine/taxonomy.js';
import { evaluate } from '../../../src/matching/evaluation/protocol.js';
import { uniform } from '../../../src/lib/random.js';

const START = 15_000;

/**
 * A small synthetic world: each investor prefers one industry and, even more, rounds of its "twin" industry (a0 and b0
 * belong together, which no taxonomy shows); some investors are far more active than others.
 */
function world(years: number, seed: number): PastRound[] {
  const random = uniform(seed);
  const investors = Array.from({ length: 60 }, (_, i) => ({
    key: `i${String(i).padStart(2, '0')}`,
    group: i % 4,
    activity: i < 12 ? 4 : 1,
  }));
  return Array.from({ length: years * 250 }, (_, k) => {
    const group = Math.floor(random() * 4);
    const drawn = investors.map((investor) => ({
      investor,
      luck: (investor.activity * (investor.group === group ? 20 : 1)) / -Math.log(1 - random()),
    }));
    drawn.sort((a, b) => b.luck - a.luck);
    return {
      company: `c${k}`,
      industry: `${random() < 0.5 ? 'a' : 'b'}${group}`,
      region: random() < 0.5 ? 'north' : 'south',
      stage: 'SEED',
      amount: 1e6 * (1 + Math.floor(random() * 9)),
      day: START + Math.floor((k / (years * 250)) * years * 365.25),
      investors: drawn.slice(0, 2).map(({ investor }) => investor.key),
    };
  });
}

const FAST = { years: 2, negatives: 40, iterations: 25, dimensions: 6, leastRounds: 10, leastPartyRounds: 10 };

describe('fitting a model to past rounds', () => {
  const rounds = world(4, 5);
  const asOf = START + Math.round(3 * 365.25);
  const fitted = fitModel(rounds, { asOf, version: 'v', settings: FAST });

  it('finds who invests next far better than how active they are', () => {
    const later = snapshotOf(rounds, asOf, asOf + 365);
    const quality = evaluate(later, fitted.model, FLAT_TAXONOMY);
    const { investor } = fitted.model;
    const none = {
      ...investor.weights,
      industry: 0,
      region: 0,
      stage: 0,
      amount: 0,
      coInvestorsMost: 0,
      coInvestorsMean: 0,
      latent: 0,
    };
    const byActivity = evaluate(later, { ...fitted.model, investor: { ...investor, weights: none } }, FLAT_TAXONOMY);
    expect(quality.queries).toBeGreaterThan(200);
    expect(quality.recallAt10).toBeGreaterThan(byActivity.recallAt10 + 0.15);
  });

  it('learns that some industries go together', () => {
    const { own, sought, dimensions } = fitted.model.investor.latent;
    const product = (a: string, b: string) =>
      Array.from({ length: dimensions }, (_, d) => own[`industry:${a}`]![d]! * sought[`industry:${b}`]![d]!).reduce(
        (sum, value) => sum + value,
        0,
      );
    expect(product('a0', 'b0')).toBeGreaterThan(product('a0', 'b1'));
    expect(product('b2', 'a2')).toBeGreaterThan(product('b2', 'a3'));
  });

  it('tells records by whether they are of rounds alone or with others', () => {
    const sizes = (model: typeof fitted.model) =>
      Object.keys(model.investor.latent.own).filter((key) => key.startsWith('syndicate:'));
    // Every round of this world has exactly two investors.
    expect(sizes(fitted.model)).toEqual(['syndicate:2']);
    const mixed = rounds.map((round, k) => ({
      ...round,
      investors: [...round.investors, 'x', 'y', 'z'].slice(0, [1, 3, 5][k % 3]),
    }));
    expect(sizes(fitModel(mixed, { asOf, version: 'v', settings: FAST }).model)).toEqual([
      'syndicate:1',
      'syndicate:3',
    ]);
  });

  it('looks at nothing from its day on, and gives the same model every time', () => {
    const changed = [
      ...rounds.filter((round) => round.day < asOf),
      ...world(4, 6).filter((round) => round.day >= asOf),
    ];
    expect(fitModel(changed, { asOf, version: 'v', settings: FAST })).toEqual(fitted);
  });

  it('keeps the weights it starts with when there is too little history', () => {
    const few = fitModel(rounds.slice(0, 20), { asOf, version: 'v' });
    expect(few.queries).toBe(0);
    expect(few.model.investor.weights.industry).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(few.model))).toEqual(few.model);
  });
});

describe('a snapshot of the past', () => {
  const round = (company: string, day: number, investors: string[]): PastRound => ({
    company,
    industry: null,
    region: null,
    stage: null,
    amount: null,
    day,
    investors,
  });

  it('asks for those who came in anew, among those with three rounds before', () => {
    const known = [round('x', 1, ['a', 'b']), round('y', 2, ['a', 'b']), round('z', 3, ['a', 'b', 'c'])];
    const { candidates, queries } = snapshotOf(
      [...known, round('x', 10, ['a', 'c']), round('new', 11, ['b', 'c', 'd']), round('late', 20, ['a'])],
      10,
      20,
    );
    expect(candidates.map((record) => [record.key, record.track.length])).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
    // In the round of x, a had invested before and c is no candidate, so there is nothing to find.
    expect(queries.map((query) => query.relevant)).toEqual([['b']]);
    expect(queries[0]!.opportunity.backers).toEqual([]);
  });
});

describe('the parts of the fit', () => {
  it('finds the bottom of a narrow valley', () => {
    const point = Float64Array.of(-1.2, 1, 0);
    minimise(
      (p, g) => {
        g[0] = 2 * p[0]! - 2 + 40 * (p[0]! + p[1]!);
        g[1] = 40 * (p[0]! + p[1]!);
        g[2] = 2 * (p[2]! + 3);
        return (p[0]! - 1) ** 2 + 20 * (p[0]! + p[1]!) ** 2 + (p[2]! + 3) ** 2;
      },
      point,
      100,
    );
    expect([...point].map((value) => Number(value.toFixed(2)))).toEqual([1, -1, -3]);
  });

  it('splits a matrix of low rank without loss', () => {
    const random = uniform(3);
    const size = 12;
    const left = Array.from({ length: size }, () => [random(), random()]);
    const right = Array.from({ length: size }, () => [random(), random()]);
    const matrix = new Float64Array(size * size);
    for (let s = 0; s < size; s += 1)
      for (let o = 0; o < size; o += 1)
        matrix[s * size + o] = left[s]![0]! * right[o]![0]! - left[s]![1]! * right[o]![1]!;
    const scale = Float64Array.from({ length: size }, () => 0.5 + random());
    const { own, sought } = factorise(matrix, size, 2, scale, scale);
    for (let s = 0; s < size; s += 1) {
      for (let o = 0; o < size; o += 1)
        expect(own[2 * o]! * sought[2 * s]! + own[2 * o + 1]! * sought[2 * s + 1]!).toBeCloseTo(
          matrix[s * size + o]!,
          6,
        );
    }
  });
});
