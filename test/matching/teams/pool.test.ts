import { describe, expect, it } from 'vitest';
import { madeUpAchievement, madeUpTalent } from '../../../src/bench/matching/teams.pool.js';
import { availabilityOf, coverOf, type TeamTalent } from '../../../src/matching/teams/cover.js';
import { needsOf } from '../../../src/matching/teams/needs.js';
import { defaultTeamModel } from '../../../src/matching/teams/team.model.js';
import { placeTalents, type TalentFits } from '../../../src/matching/teams/team.placing.js';
import { TeamPool } from '../../../src/matching/teams/team.pool.js';
import { searchTeams } from '../../../src/matching/teams/team.search.js';
import { uniform } from '../../../src/lib/random.js';
import { byBruteForce, everyTeam } from './kit.js';
import { partsOf } from '../../../src/matching/teams/team.problem.js';

const TODAY = 20_100;

function people(count: number, seed: number) {
  const random = uniform(seed);
  const pool = new TeamPool();
  const talents = Array.from({ length: count }, (_, i) => ({
    ...madeUpTalent(random, i),
    ties: random() < 0.4 ? [`work-${Math.floor(random() * 4)}`] : [],
  }));
  for (const talent of talents) pool.upsert(talent);
  const fit = new Map(talents.map(({ id }) => [id, random()]));
  return { random, pool, talents, fit };
}

/** Fits of which only the better half is known in advance. */
function halfKnown(fit: ReadonlyMap<string, number>): TalentFits {
  const order = [...fit].sort((a, b) => b[1] - a[1]);
  const half = Math.ceil(order.length / 2);
  return {
    known: new Map(order.slice(0, half)),
    rest: order[half]?.[1] ?? 0,
    exact: (ids) => ids.map((id) => fit.get(id)!),
  };
}

describe('the pool of talents', () => {
  it('gives everybody back, and covers each need as the rules say', () => {
    const { random, pool, talents } = people(200, 3);
    for (const talent of talents) expect(pool.talentAt(pool.rowOfId(talent.id)!)).toEqual(talent);
    for (let i = 0; i < 12; i += 1) {
      const facts = { ...madeUpAchievement(random), ...(i === 0 ? { industries: [] } : {}) };
      const needs = needsOf(facts);
      const { strength, alone, availability, width } = pool.covers(needs, facts, TODAY);
      let error = 0;
      for (const talent of talents) {
        const row = pool.rowOfId(talent.id)!;
        const degrees = needs.map((need) => coverOf(talent, need, facts).degree);
        degrees.forEach(
          (degree, n) => (error = Math.max(error, Math.abs(1 - Math.exp(-strength[row * width + n]!) - degree))),
        );
        error = Math.max(
          error,
          Math.abs(alone[row]! - needs.reduce((sum, need, n) => sum + need.weight * degrees[n]!, 0)),
          Math.abs(availability[row]! - availabilityOf(talent, TODAY)),
        );
      }
      expect(error).toBeLessThan(1e-10);
    }
  });

  it('follows changes and departures', () => {
    const { pool, talents } = people(50, 4);
    const [first, second, third]: [TeamTalent, TeamTalent, TeamTalent] = [talents[0]!, talents[1]!, talents[2]!];
    pool.upsert({ ...first, ties: ['a'] });
    pool.upsert({ ...second, ties: ['a', 'b'] });
    const rowOf = (talent: TeamTalent) => pool.rowOfId(talent.id)!;
    expect(pool.partnersOf(rowOf(first))).toEqual([rowOf(second)]);
    pool.upsert({ ...second, ties: ['b'], daysPerMonth: 7 });
    expect(pool.partnersOf(rowOf(first))).toEqual([]);
    expect(pool.talentAt(rowOf(second)).daysPerMonth).toBe(7);
    pool.remove(third.id);
    pool.remove(third.id);
    expect(pool.size).toBe(49);
    expect([...pool.present()].map((row) => pool.idOf(row))).not.toContain(third.id);
    pool.upsert({ ...third, id: 'new' });
    expect(pool.rows).toBe(50);
    expect([...pool.present((id) => id === 'new')]).toHaveLength(49);
  });
});

describe('placing', () => {
  it('makes everybody a candidate among few, and then there is nobody outside', () => {
    const { random, pool, fit } = people(12, 5);
    const facts = madeUpAchievement(random);
    const { problem, prepared, outside } = placeTalents(pool, halfKnown(fit), needsOf(facts), facts, {
      model: defaultTeamModel,
      asOf: TODAY,
    });
    expect(outside).toEqual({ people: 0, bound: -Infinity });
    expect(problem.ids).toEqual([...fit.keys()]);
    expect(problem.fit).toEqual(Float64Array.from(fit.values()));
    expect(searchTeams(problem, prepared.bounds, prepared.people, 5).teams).toEqual(byBruteForce(problem, 5));
  });

  it('bounds what the others could add: no team with one of them is worth more, whoever the candidates are', () => {
    let sum = 0;
    for (let seed = 10; seed < 24; seed += 1) {
      const { random, pool, fit } = people(16, seed);
      const facts = madeUpAchievement(random);
      const needs = needsOf(facts);
      const options = { model: defaultTeamModel, asOf: TODAY };
      const { problem: whole } = placeTalents(pool, halfKnown(fit), needs, facts, options);
      const { problem, prepared, outside } = placeTalents(pool, halfKnown(fit), needs, facts, { ...options, limit: 6 });
      expect(problem.ids).toHaveLength(6);
      expect(outside.people).toBe(10);
      const inside = new Set(problem.ids);
      let best = -Infinity;
      let bestOfAll = -Infinity;
      for (const members of everyTeam(whole)) {
        const { total } = partsOf(whole, members);
        bestOfAll = Math.max(bestOfAll, total);
        if (members.some((a) => !inside.has(whole.ids[a]!))) best = Math.max(best, total);
      }
      expect(best).toBeLessThanOrEqual(outside.bound);
      const [found] = searchTeams(problem, prepared.bounds, prepared.people, 1).teams;
      expect(bestOfAll).toBeLessThanOrEqual(Math.max(found?.value ?? -Infinity, outside.bound));
      sum += outside.bound - best;
    }
    expect(sum / 14).toBeLessThan(0.2);
  });

  it('leaves out who is excluded, as a candidate and from the bound', () => {
    const { random, pool, fit } = people(30, 31);
    const facts = madeUpAchievement(random);
    const gone = new Set([...fit.keys()].slice(0, 22));
    const { problem, outside } = placeTalents(pool, halfKnown(fit), needsOf(facts), facts, {
      model: defaultTeamModel,
      asOf: TODAY,
      exclude: (id) => gone.has(id),
      limit: 5,
    });
    expect(problem.ids.filter((id) => gone.has(id))).toEqual([]);
    expect(outside.people).toBe(3);
  });

  it('finds the best pair of eight hundred among two hundred, or says by how much it might miss it', () => {
    const { random, pool, fit } = people(800, 41);
    const facts = madeUpAchievement(random);
    const { problem, prepared, outside } = placeTalents(pool, halfKnown(fit), needsOf(facts), facts, {
      model: defaultTeamModel,
      asOf: TODAY,
      sizes: [2],
    });
    const { problem: whole } = placeTalents(pool, halfKnown(fit), needsOf(facts), facts, {
      model: defaultTeamModel,
      asOf: TODAY,
      sizes: [2],
      limit: 800,
    });
    let best = -Infinity;
    for (let a = 0; a < 800; a += 1)
      for (let b = a + 1; b < 800; b += 1)
        if (whole.kinds[a] !== whole.kinds[b] || whole.kinds[a] === 'BRIDGE')
          best = Math.max(best, partsOf(whole, [a, b]).total);
    const [found] = searchTeams(problem, prepared.bounds, prepared.people, 1).teams;
    expect(best).toBeLessThanOrEqual(Math.max(found!.value, outside.bound));
    expect(found!.value).toBe(best);
  });
});
