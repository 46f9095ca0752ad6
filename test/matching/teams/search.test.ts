import { describe, expect, it } from 'vitest';
import { defaultTeamModel } from '../../../src/matching/teams/team.model.js';
import { differsEnough, partsOf, type TeamProblem } from '../../../src/matching/teams/team.problem.js';
import { explain, outsideBound, prepareBounds, proposeTeams } from '../../../src/matching/teams/team.proposals.js';
import { potentialOf, sizeBounds, strengthOf, type PersonTerms } from '../../../src/matching/teams/team.relaxation.js';
import { searchTeams } from '../../../src/matching/teams/team.search.js';
import { needsOf } from '../../../src/matching/teams/needs.js';
import { uniform } from '../../../src/lib/random.js';
import { among, byBruteForce, everyTeam, randomProblem } from './kit.js';

function search(problem: TeamProblem, count: number) {
  const { bounds, people } = prepareBounds(problem);
  return searchTeams(problem, bounds, people, count).teams;
}

describe('the search for teams', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('finds what looking at every team finds (instance %i)', (seed) => {
    const problem = randomProblem({
      people: 4 + ((seed * 3) % 13),
      needs: 2 + (seed % 9),
      seed,
      past: (seed % 4) / 5,
      coarse: seed % 3 === 0,
    });
    expect(search(problem, 5)).toEqual(byBruteForce(problem, 5));
  });

  it('finds it under any weights, those included that leave bounds loose', () => {
    for (let seed = 100; seed < 160; seed += 1) {
      const random = uniform(seed);
      const model = {
        version: 'x',
        coverage: random(),
        fit: random(),
        availability: random(),
        pastWork: random(),
        overlap: random() * 2,
        member: random() * 0.2,
      };
      const problem = randomProblem({
        people: 3 + Math.floor(random() * 10),
        needs: 1 + Math.floor(random() * 8),
        seed,
        past: random(),
        coarse: random() < 0.3,
        model,
      });
      expect(search(problem, 3)).toEqual(byBruteForce(problem, 3));
    }
  });

  it('finds the same among twenty-four', () => {
    const problem = randomProblem({ people: 24, needs: 12, seed: 77, past: 0.03 });
    expect(search(problem, 5)).toEqual(byBruteForce(problem, 5));
  });

  it('finds none where a side is missing, and those that there are where few are', () => {
    expect(search(randomProblem({ people: 8, needs: 4, seed: 1, kinds: ['SCIENCE'] }), 5)).toEqual([]);
    expect(search(randomProblem({ people: 1, needs: 4, seed: 1 }), 5)).toEqual([]);
    expect(search(randomProblem({ people: 0, needs: 4, seed: 1 }), 5)).toEqual([]);
    expect(
      search(randomProblem({ people: 2, needs: 4, seed: 1, kinds: ['BRIDGE'] }), 5).map(({ members }) => members),
    ).toEqual([[0, 1]]);
  });

  it('lists teams that share at most half of the smaller one', () => {
    const teams = search(randomProblem({ people: 60, needs: 10, seed: 5 }), 5);
    expect(teams).toHaveLength(5);
    for (const a of teams) for (const b of teams) expect(a === b || differsEnough(a.members, b.members)).toBe(true);
  });
});

describe('the bound', () => {
  it('is never below a team of its size', () => {
    for (let seed = 200; seed < 230; seed += 1) {
      const problem = randomProblem({ people: 9, needs: 1 + (seed % 8), seed, past: (seed % 3) / 3 });
      const { bounds, people } = sizeBounds(
        problem,
        problem.partners.map((list) => list.length),
      );
      for (const members of everyTeam(problem)) {
        const bound = bounds.find(({ size }) => size === members.length)!;
        const limit = bound.constant + members.reduce((sum, a) => sum + potentialOf(bound, problem, people[a]!), 0);
        expect(partsOf(problem, members).total).toBeLessThanOrEqual(limit + 1e-9);
      }
    }
  });

  it('holds for every team with somebody outside, and is worth having', () => {
    let bounds = 0;
    let trivial = 0;
    for (let seed = 300; seed < 340; seed += 1) {
      const random = uniform(seed);
      const whole = randomProblem({ people: 14, needs: 1 + (seed % 9), seed, past: (seed % 3) / 6 });
      const inside = whole.ids.map((_, a) => a).filter(() => random() < 0.6);
      if (inside.length < 4) continue;
      const prepared = prepareBounds(
        among(whole, inside),
        inside.map((a) => whole.partners[a]!.length),
      );
      const outsiders = whole.ids.map((_, a) => a).filter((a) => !inside.includes(a));
      const bound = outsideBound(whole, prepared, (size) =>
        Float64Array.from(outsiders, (a) => potentialOf(size, whole, personOf(whole, a))),
      );
      const best = Math.max(
        ...[...everyTeam(whole)]
          .filter((members) => members.some((a) => outsiders.includes(a)))
          .map((members) => partsOf(whole, members).total),
      );
      expect(best).toBeLessThanOrEqual(bound);
      bounds += bound;
      // The trivial bound, independent of the talents: every need covered and every fit 1.
      trivial += 1;
    }
    expect(bounds / trivial).toBeLessThan(0.95);
  });

  it('claims nothing where the candidates fill no team', () => {
    const whole = randomProblem({ people: 8, needs: 3, seed: 9 });
    const prepared = prepareBounds(among(whole, [0, 1]));
    expect(outsideBound(whole, prepared, (size) => Float64Array.of(potentialOf(size, whole, personOf(whole, 5))))).toBe(
      Infinity,
    );
    expect(outsideBound(whole, prepared, () => new Float64Array(0))).toBe(-Infinity);
  });
});

function personOf(problem: TeamProblem, a: number): PersonTerms {
  const width = problem.needs.length;
  const degrees = problem.cover.subarray(a * width, (a + 1) * width);
  return {
    strength: degrees.map(strengthOf),
    offset: 0,
    alone: degrees.reduce((sum, degree, n) => sum + degree * problem.needs[n]!, 0),
    fit: problem.fit[a]!,
    availability: problem.availability[a]!,
    partners: problem.partners[a]!.length,
  };
}

describe('the explanation of a team', () => {
  const needs = needsOf({
    trl: 5,
    stage: null,
    gaps: ['NO_COST_DATA'],
    industries: [],
    region: ['620000', '620100'],
    languages: ['zh'],
    cooperationModes: ['LICENCE'],
  });
  const problem = {
    ...randomProblem({ people: 30, needs: needs.length, seed: 21, past: 0.2 }),
    needs: Float64Array.from(needs, (need) => need.weight),
  };
  const { teams } = proposeTeams(problem, needs, prepareBounds(problem), { people: 0, bound: -Infinity });

  it('adds up: the terms are the value, the needs are the coverage, in the order shown', () => {
    expect(teams).toHaveLength(5);
    for (const { value, terms, needs: shown } of teams) {
      expect(terms.coverage + terms.fit + terms.availability + terms.pastWork + terms.overlap + terms.size).toBe(value);
      expect(shown.reduce((sum, need) => sum + need.contribution, 0)).toBeCloseTo(terms.coverage, 12);
      expect(terms.overlap).toBeLessThanOrEqual(0);
      expect(terms.size).toBeLessThanOrEqual(0);
    }
  });

  it('gives each member what the team would lose without them', () => {
    for (const team of teams) {
      for (const member of team.members) {
        const rest = team.members.filter((other) => other !== member).map(({ id }) => problem.ids.indexOf(id));
        expect(member.contribution).toBeCloseTo(team.terms.coverage - partsOf(problem, rest).coverage, 12);
        for (const other of member.workedWith)
          expect(problem.partners[problem.ids.indexOf(member.id)]).toContain(problem.ids.indexOf(other));
      }
    }
  });

  it('names what is missing, the weightiest first', () => {
    const nothing = explain({ ...problem, cover: new Float64Array(problem.cover.length) }, needs, [0, 1]);
    expect(nothing.missing.map(({ need }) => need)).toEqual(needs);
    expect(nothing.value).toBeCloseTo(nothing.terms.fit + nothing.terms.availability + nothing.terms.pastWork, 12);
    for (const team of teams) for (const { covered } of team.missing) expect(covered).toBeLessThan(0.5);
  });

  it('is complementarity rather than similarity: a second one of the same is worth less than one who brings the rest', () => {
    const one = (degrees: number[][]): TeamProblem => ({
      model: defaultTeamModel,
      needs: new Float64Array([0.5, 0.5]),
      ids: ['a', 'b', 'c'],
      kinds: ['BRIDGE', 'BRIDGE', 'BRIDGE'],
      cover: Float64Array.from(degrees.flat()),
      fit: new Float64Array([0.8, 0.8, 0.8]),
      availability: new Float64Array(3),
      partners: [[], [], []],
    });
    const twins = one([
      [0.9, 0.1],
      [0.9, 0.1],
      [0.1, 0.6],
    ]);
    expect(partsOf(twins, [0, 2]).total).toBeGreaterThan(partsOf(twins, [0, 1]).total);
    expect(partsOf(twins, [0, 1]).overlap).toBeLessThan(partsOf(twins, [0, 2]).overlap);
  });
});
