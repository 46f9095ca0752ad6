import type { Kind } from '../../../src/matching/teams/cover.rules.js';
import { defaultTeamModel, MAX_MEMBERS, MIN_MEMBERS, type TeamModel } from '../../../src/matching/teams/team.model.js';
import {
  before,
  differsEnough,
  joinsBothSides,
  partsOf,
  type TeamProblem,
} from '../../../src/matching/teams/team.problem.js';
import type { FoundTeam } from '../../../src/matching/teams/team.search.js';
import { uniform } from '../../../src/lib/random.js';

export interface RandomWish {
  people: number;
  needs: number;
  seed: number;
  /** Share of pairs that have worked together. */
  past?: number;
  /** True rounds values to coarse steps, so that many teams have equal value. */
  coarse?: boolean;
  kinds?: readonly Kind[];
  model?: TeamModel;
}

/** A random problem: a few talents cover many needs, most cover few. */
export function randomProblem({
  people,
  needs,
  seed,
  past = 0.1,
  coarse = false,
  kinds = ['SCIENCE', 'MARKET', 'BRIDGE'],
  model = defaultTeamModel,
}: RandomWish): TeamProblem {
  const random = uniform(seed);
  const round = (value: number) => (coarse ? Math.round(value * 2) / 2 : value);
  const raw = Float64Array.from({ length: needs }, () => 0.1 + (coarse ? 0.9 : random()));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const partners = Array.from({ length: people }, () => [] as number[]);
  for (let a = 0; a < people; a += 1) {
    for (let b = a + 1; b < people; b += 1) {
      if (random() >= past) continue;
      partners[a]!.push(b);
      partners[b]!.push(a);
    }
  }
  return {
    model,
    needs: raw.map((weight) => weight / total),
    ids: Array.from({ length: people }, (_, a) => `t${String(a).padStart(4, '0')}`),
    kinds: Array.from({ length: people }, () => kinds[Math.floor(random() * kinds.length)]!),
    cover: Float64Array.from({ length: people * needs }, () => (random() < 0.5 ? 0 : Math.min(0.95, round(random())))),
    fit: Float64Array.from({ length: people }, () => round(random())),
    availability: Float64Array.from({ length: people }, () => round(random())),
    partners: partners.map((list) => list.sort((a, b) => a - b)),
  };
}

/** All teams of two to four members that have both a science and a market side. */
export function* everyTeam(problem: TeamProblem): Generator<number[]> {
  function* grow(members: number[], from: number, size: number): Generator<number[]> {
    if (members.length === size) yield members;
    else for (let a = from; a < problem.ids.length; a += 1) yield* grow([...members, a], a + 1, size);
  }
  for (let size = MIN_MEMBERS; size <= MAX_MEMBERS; size += 1) {
    for (const members of grow([], 0, size)) if (joinsBothSides(members.map((a) => problem.kinds[a]!))) yield members;
  }
}

/** The expected result of the search, by evaluating every possible team. */
export function byBruteForce(problem: TeamProblem, count: number): FoundTeam[] {
  const all = [...everyTeam(problem)]
    .map((members) => ({ members, value: partsOf(problem, members).total }))
    .sort((a, b) => (before(a.value, a.members, b.value, b.members) ? -1 : 1));
  const teams: FoundTeam[] = [];
  for (const team of all) {
    if (teams.length === count) break;
    if (teams.every((other) => differsEnough(other.members, team.members))) teams.push(team);
  }
  return teams;
}

/** The problem restricted to some of the talents; talents left out are nobody's past partners in it. */
export function among(problem: TeamProblem, people: readonly number[]): TeamProblem {
  const width = problem.needs.length;
  const place = new Map(people.map((a, i) => [a, i]));
  return {
    model: problem.model,
    needs: problem.needs,
    ids: people.map((a) => problem.ids[a]!),
    kinds: people.map((a) => problem.kinds[a]!),
    cover: Float64Array.from(people.flatMap((a) => [...problem.cover.subarray(a * width, (a + 1) * width)])),
    fit: Float64Array.from(people, (a) => problem.fit[a]!),
    availability: Float64Array.from(people, (a) => problem.availability[a]!),
    partners: people.map((a) => problem.partners[a]!.flatMap((b) => place.get(b) ?? [])),
  };
}
