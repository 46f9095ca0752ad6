import type { Need } from './needs.js';
import type { TeamNeed } from './team.codes.js';
import { TEAM_SIZES } from './team.model.js';
import { partsOf, type Members, type TeamParts, type TeamProblem } from './team.problem.js';
import { potentialOf, sizeBounds, type PersonTerms, type SizeBound } from './team.relaxation.js';
import { searchTeams } from './team.search.js';

/** Number of candidates (talents with the largest upper bounds) among whom the best teams are searched exactly. */
export const CANDIDATES = 200;
export const DEFAULT_TEAMS = 5;

/**
 * How one member covers one need: `degree` is the member's own cover, `adds` the part of the team's cover that would be
 * lost without the member; both from 0 to 1.
 */
export interface MemberNeed {
  code: TeamNeed;
  key: string | null;
  degree: number;
  adds: number;
}

export interface ProposedMember {
  id: string;
  /** Fit and availability as in the input, 0 to 1. */
  fit: number;
  availability: number;
  /** Amount by which the team's COVERAGE term would fall without this member. */
  contribution: number;
  /** Needs that this member covers to any degree, the largest product of the need's weight and `adds` first. */
  needs: MemberNeed[];
  /** Ids of other members with whom this one has worked. */
  workedWith: string[];
}

export interface ProposedNeed {
  need: Need;
  /** Share, from 0 to 1, of the need that the members cover together. */
  covered: number;
  /** The need's part of the COVERAGE term. */
  contribution: number;
}

export interface ProposedTeam {
  members: ProposedMember[];
  /** Value of the team: the sum of its terms, added in their order. */
  value: number;
  terms: TeamParts;
  needs: ProposedNeed[];
  /** Needs of which the team covers less than half, largest uncovered weight first. */
  missing: ProposedNeed[];
}

/** A need of which the team covers a smaller share than this is reported as missing. */
const MISSING = 0.5;

/** Upper bound on the value of teams that include a talent who was not a candidate of the search. */
export interface OutsideBound {
  /** Number of talents who are not candidates. */
  people: number;
  /** Upper bound on the value of a team with at least one such talent; null if all talents were candidates. */
  bound: number | null;
  /**
   * Amount by which a team with such a talent could at most exceed the best proposed team; 0 proves that the proposed
   * team is the best of all.
   */
  gap: number;
}

export interface TeamProposals {
  teams: ProposedTeam[];
  candidates: number;
  outside: OutsideBound;
  modelVersion: string;
}

/**
 * Upper bounds on team values by size, with each talent's terms in them: computed once, then used by the search and for
 * talents outside the candidates.
 */
export interface PreparedBounds {
  /** Team sizes to search. */
  sizes: readonly number[];
  bounds: SizeBound[];
  people: PersonTerms[];
}

/**
 * Computes upper bounds on team values. `partners` bounds each talent's number of past partners, including those
 * outside the problem; by default only partners within it count.
 */
export function prepareBounds(
  problem: TeamProblem,
  partners: ArrayLike<number> = problem.partners.map((list) => list.length),
  sizes: readonly number[] = TEAM_SIZES,
): PreparedBounds {
  return { sizes, ...sizeBounds(problem, partners, sizes) };
}

/**
 * Upper bound on the value of any team with at least one talent from outside the candidates; -Infinity if there is none
 * outside. `outside` computes what each of these talents adds to a bound. Infinity (no statement) if the candidates are
 * too few to fill the largest team.
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
    // The bound of a team: the best talent from outside, plus the best others from inside or outside.
    const others = [...here, ...there.slice(1)].sort((x, y) => y - x).slice(0, bound.size - 1);
    most = Math.max(most, bound.constant + there[0]! + others.reduce((sum, value) => sum + value, 0));
  }
  return bounds.length < sizes.length ? Infinity : most + 1e-9;
}

/** The `count` largest of the values in descending order; all values if there are fewer. */
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

/**
 * Searches the best teams among the candidates, explains each member's contribution, and bounds the teams that include
 * other talents.
 */
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

/**
 * Explains a team: the parts of its value, each member's contribution, and the needs of which it covers less than half.
 */
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
