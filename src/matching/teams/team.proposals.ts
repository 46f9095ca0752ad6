import type { Need } from './needs.js';
import type { TeamNeed } from './team.codes.js';
import { TEAM_SIZES } from './team.model.js';
import { partsOf, type Members, type TeamParts, type TeamProblem } from './team.problem.js';
import { potentialOf, sizeBounds, type PersonTerms, type SizeBound } from './team.relaxation.js';
import { searchTeams } from './team.search.js';

/** How many people teams are sought among, exactly. */
export const CANDIDATES = 200;
export const DEFAULT_TEAMS = 5;

/** How much of a need a member covers alone, and how much of the team's cover is there only with this member; both 0 to 1. */
export interface MemberNeed {
  code: TeamNeed;
  key: string | null;
  degree: number;
  adds: number;
}

export interface ProposedMember {
  id: string;
  /** 0 to 1, as given. */
  fit: number;
  availability: number;
  /** What the team's COVERAGE would lose without this member. */
  contribution: number;
  /** What this member covers at all, the most added first. */
  needs: MemberNeed[];
  /** Other members whom this one has worked with. */
  workedWith: string[];
}

export interface ProposedNeed {
  need: Need;
  /** Share that the team covers together, 0 to 1. */
  covered: number;
  /** What of COVERAGE it accounts for. */
  contribution: number;
}

export interface ProposedTeam {
  members: ProposedMember[];
  /** The sum of the terms, in the order in which they stand. */
  value: number;
  terms: TeamParts;
  needs: ProposedNeed[];
  /** Of which less than half is covered, the largest weight left open first. */
  missing: ProposedNeed[];
}

/** Below it a need counts as missing. */
const MISSING = 0.5;

/** What others than the candidates could add. */
export interface OutsideBound {
  /** How many there are. */
  people: number;
  /** No team with one of them is worth more; null where there are none. */
  bound: number | null;
  /** By how much at most such a team could be better than the best one proposed; 0: that one is the best of all. */
  gap: number;
}

export interface TeamProposals {
  teams: ProposedTeam[];
  candidates: number;
  outside: OutsideBound;
  modelVersion: string;
}

/** Bounds with their people: made once per problem, used by the search and for those outside. */
export interface PreparedBounds {
  /** Sizes of the teams sought. */
  sizes: readonly number[];
  bounds: SizeBound[];
  people: PersonTerms[];
}

/** `partners`: how many each has worked with at most, those outside included; by default those within. */
export function prepareBounds(
  problem: TeamProblem,
  partners: ArrayLike<number> = problem.partners.map((list) => list.length),
  sizes: readonly number[] = TEAM_SIZES,
): PreparedBounds {
  return { sizes, ...sizeBounds(problem, partners, sizes) };
}

/**
 * No team that holds at least one of the people outside, with whoever else, is worth more than this; -Infinity without
 * anybody outside. `outside` gives their potentials under a bound. Where the candidates alone do not fill the largest
 * team, nothing is claimed (Infinity).
 */
export function outsideBound(
  problem: Pick<TeamProblem, 'model'>,
  { sizes, bounds, people }: PreparedBounds,
  outside: (bound: SizeBound) => Float64Array,
): number {
  let most = -Infinity;
  for (const bound of bounds) {
    const there = largestOf(outside(bound), bound.size);
    if (there.length === 0) return -Infinity;
    const here = largestOf(
      Float64Array.from(people, (person) => potentialOf(bound, problem, person)),
      bound.size - 1,
    );
    // The best one outside, and the best others of all.
    const others = [...here, ...there.slice(1)].sort((x, y) => y - x).slice(0, bound.size - 1);
    most = Math.max(most, bound.constant + there[0]! + others.reduce((sum, value) => sum + value, 0));
  }
  return bounds.length < sizes.length ? Infinity : most + 1e-9;
}

/** The largest values, falling; fewer where there are not so many. */
export function largestOf(values: Float64Array, count: number): number[] {
  const list: number[] = [];
  for (const value of values) {
    if (list.length === count && (count === 0 || value <= list[count - 1]!)) continue;
    let at = list.length;
    while (at > 0 && list[at - 1]! < value) at -= 1;
    list.splice(at, 0, value);
    if (list.length > count) list.pop();
  }
  return list;
}

/** The best teams among the candidates with what each brings, and what the people outside could add (their bound as given). */
export function proposeTeams(
  problem: TeamProblem,
  needs: readonly Need[],
  prepared: PreparedBounds,
  outside: { people: number; bound: number },
  count = DEFAULT_TEAMS,
): TeamProposals {
  const { teams } = searchTeams(problem, prepared.bounds, prepared.people, count);
  const best = teams[0]?.value ?? -Infinity;
  const none = outside.people === 0;
  return {
    teams: teams.map(({ members }) => explain(problem, needs, members)),
    candidates: problem.ids.length,
    outside: {
      people: outside.people,
      bound: none ? null : outside.bound,
      gap: none ? 0 : Math.max(0, outside.bound - best),
    },
    modelVersion: problem.model.version,
  };
}

/** A team with its terms, what each member brings and what is missing. */
export function explain(problem: TeamProblem, needs: readonly Need[], members: Members): ProposedTeam {
  const { cover, model, ids } = problem;
  const width = needs.length;
  const terms = partsOf(problem, members);
  const covers = needs.map((need, n): ProposedNeed => ({
    need,
    covered: terms.covered[n]!,
    contribution: model.coverage * problem.needs[n]! * terms.covered[n]!,
  }));
  return {
    members: members.map((a): ProposedMember => {
      const without = members.filter((other) => other !== a);
      let contribution = 0;
      const brought: MemberNeed[] = [];
      needs.forEach(({ code, key }, n) => {
        const degree = cover[a * width + n]!;
        if (degree === 0) return;
        const adds = degree * without.reduce((open, other) => open * (1 - cover[other * width + n]!), 1);
        contribution += model.coverage * problem.needs[n]! * adds;
        brought.push({ code, key, degree, adds });
      });
      const weighed = (one: MemberNeed) =>
        one.adds * problem.needs[needs.findIndex((need) => need.code === one.code && need.key === one.key)]!;
      return {
        id: ids[a]!,
        fit: problem.fit[a]!,
        availability: problem.availability[a]!,
        contribution,
        needs: brought.sort((x, y) => weighed(y) - weighed(x)),
        workedWith: without.filter((other) => problem.partners[a]!.includes(other)).map((other) => ids[other]!),
      };
    }),
    value: terms.total,
    terms,
    needs: covers,
    missing: covers
      .filter(({ covered }) => covered < MISSING)
      .sort((a, b) => b.need.weight * (1 - b.covered) - a.need.weight * (1 - a.covered)),
  };
}
