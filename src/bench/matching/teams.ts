import { nearness } from '../../matching/teams/cover.js';
import { needsOf } from '../../matching/teams/needs.js';
import { defaultTeamModel } from '../../matching/teams/team.model.js';
import { placeTalents, type TalentFits } from '../../matching/teams/team.placing.js';
import { TeamPool } from '../../matching/teams/team.pool.js';
import { CANDIDATES, DEFAULT_TEAMS } from '../../matching/teams/team.proposals.js';
import { searchTeams } from '../../matching/teams/team.search.js';
import { uniform } from '../../lib/random.js';
import { figure, median, type Figure } from '../figures.js';
import { madeUpAchievement, madeUpTalent } from './teams.pool.js';

const PEOPLE = 100_000;
const ACHIEVEMENTS = 20;
const ROUNDS = 3;
const TODAY = 20_100;
/**
 * Number of best-matching talents whose fit is known exactly, as from the page of matches that the team search reads.
 */
const KNOWN = 2_000;

/**
 * Measures the search for the 5 best teams, with 200 candidates out of 100,000 generated talents: its time, and the
 * bound on what teams with other talents could add.
 */
export function measureTeams(): Figure[] {
  const random = uniform(7);
  const pool = new TeamPool();
  const industries = Array.from({ length: PEOPLE }, (_, i) => {
    const talent = madeUpTalent(random, i);
    pool.upsert(talent);
    return talent.industries;
  });
  const cases = Array.from({ length: ACHIEVEMENTS }, () => {
    const facts = madeUpAchievement(random);
    const fits = Float64Array.from(
      { length: PEOPLE },
      (_, row) => 0.6 * nearness(facts.industries, industries[row]!).value + 0.4 * random(),
    );
    return { facts, needs: needsOf(facts), fits: knownFits(pool, fits) };
  });
  const exact: number[] = [];
  const worst: number[] = [];
  const placing: number[] = [];
  const gaps: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = cases.map(({ facts, needs, fits }) => {
      const started = performance.now();
      const { problem, prepared, outside } = placeTalents(pool, fits, needs, facts, {
        model: defaultTeamModel,
        asOf: TODAY,
      });
      const placed = performance.now();
      const { teams } = searchTeams(problem, prepared.bounds, prepared.people, DEFAULT_TEAMS);
      return {
        placing: placed - started,
        exact: performance.now() - placed,
        gap: Math.max(0, outside.bound - teams[0]!.value),
        value: teams[0]!.value,
      };
    });
    if (round === 0) continue;
    exact.push(median(times.map((one) => one.exact)));
    worst.push(Math.max(...times.map((one) => one.exact)));
    placing.push(median(times.map((one) => one.placing)));
    if (round === 1) gaps.push(...times.map(({ gap, value }) => gap / value));
  }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return [
    figure('teams.exact_ms', exact, 'ms'),
    figure('teams.exact_worst_ms', worst, 'ms'),
    figure('teams.placing_ms', placing, 'ms'),
    {
      name: 'teams.bound_gap',
      value: mean,
      unit: 'of the best value',
      low: Math.min(...gaps),
      high: Math.max(...gaps),
    },
    { name: 'teams.proved_best', value: gaps.filter((gap) => gap === 0).length / gaps.length, unit: 'share' },
    { name: 'teams.candidates', value: CANDIDATES, unit: 'talents' },
  ];
}

function knownFits(pool: TeamPool, fits: Float64Array): TalentFits {
  const order = Int32Array.from(fits.keys()).sort((a, b) => fits[b]! - fits[a]!);
  const known = new Map(Array.from(order.subarray(0, KNOWN), (row) => [pool.idOf(row)!, fits[row]!]));
  return { known, rest: fits[order[KNOWN]!]!, exact: (ids) => ids.map((id) => fits[pool.rowOfId(id)!]!) };
}
