import type { Kind } from './cover.rules.js';
import type { TeamModel } from './team.model.js';

/**
 * Candidates and needs of an achievement as a numerical problem. A talent is an index into all arrays; indexes follow
 * the order of ids, so that ties are always broken the same way.
 */
export interface TeamProblem {
  readonly model: TeamModel;
  /** Weights of the needs, with sum 1. */
  readonly needs: Float64Array;
  readonly ids: readonly string[];
  readonly kinds: readonly Kind[];
  /** Degree, from 0 to 0.95, to which talent a covers need n, at index `a * needs.length + n`. */
  readonly cover: Float64Array;
  /** Per talent: fit, 0 to 1. */
  readonly fit: Float64Array;
  /** Per talent: availability, 0 to 1. */
  readonly availability: Float64Array;
  /** Per talent: indexes of past partners, ascending. */
  readonly partners: ReadonlyArray<readonly number[]>;
}

/** A team as indexes of its members, ascending. */
export type Members = readonly number[];

export const pairsOf = (size: number): number => (size * (size - 1)) / 2;

/**
 * Parts of a team's value; `total` is the sum of the parts before it, added in this order. `covered` holds, per need,
 * the share (0 to 1) that the team covers.
 */
export interface TeamParts {
  coverage: number;
  fit: number;
  availability: number;
  pastWork: number;
  overlap: number;
  size: number;
  total: number;
  covered: Float64Array;
}

/**
 * True if the team joins science and market: one member who knows the science and a different one who knows the market.
 * A BRIDGE talent can stand for either.
 */
export function joinsBothSides(kinds: readonly Kind[]): boolean {
  return kinds.length >= 2 && kinds.some((kind) => kind !== 'MARKET') && kinds.some((kind) => kind !== 'SCIENCE');
}

/** Number of pairs in the team who have worked together. */
export function pastPairs({ partners }: TeamProblem, members: Members): number {
  let pairs = 0;
  for (let i = 0; i < members.length; i += 1) {
    for (let j = i + 1; j < members.length; j += 1) if (partners[members[i]!]!.includes(members[j]!)) pairs += 1;
  }
  return pairs;
}

/**
 * Value of a team and its parts. This is the only definition; search, explanation and tests all use it. Members cover a
 * need like independent probabilities (1 minus the product of the uncovered shares), so a second member with the same
 * strengths adds less.
 */
export function partsOf(problem: TeamProblem, members: Members): TeamParts {
  const { model, needs, cover } = problem;
  const size = members.length;
  const width = needs.length;
  const covered = new Float64Array(width);
  let together = 0;
  let alone = 0;
  for (let n = 0; n < width; n += 1) {
    let open = 1;
    for (const a of members) {
      const degree = cover[a * width + n]!;
      open *= 1 - degree;
      alone += needs[n]! * degree;
    }
    covered[n] = 1 - open;
    together += needs[n]! * (1 - open);
  }
  let fit = 0;
  let availability = 0;
  for (const a of members) {
    fit += problem.fit[a]!;
    availability += problem.availability[a]!;
  }
  const parts = {
    coverage: model.coverage * together,
    fit: (model.fit * fit) / size,
    availability: (model.availability * availability) / size,
    pastWork: size < 2 ? 0 : (model.pastWork * pastPairs(problem, members)) / pairsOf(size),
    overlap: -model.overlap * model.coverage * Math.max(0, alone - together),
    size: -model.member * Math.max(0, size - 2),
    covered,
  };
  return {
    ...parts,
    total: parts.coverage + parts.fit + parts.availability + parts.pastWork + parts.overlap + parts.size,
  };
}

/**
 * Order of teams: true if the first ranks before the other, by higher value, then fewer members, then lower talent
 * numbers.
 */
export function before(value: number, members: Members, otherValue: number, other: Members): boolean {
  if (value !== otherValue) return value > otherValue;
  if (members.length !== other.length) return members.length < other.length;
  for (let i = 0; i < members.length; i += 1) if (members[i] !== other[i]) return members[i]! < other[i]!;
  return false;
}

/** True if two teams share at most half of the members of the smaller one, so that both are worth proposing. */
export function differsEnough(a: Members, b: Members): boolean {
  let shared = 0;
  for (const one of a) if (b.includes(one)) shared += 1;
  return shared <= Math.floor(Math.min(a.length, b.length) / 2);
}
