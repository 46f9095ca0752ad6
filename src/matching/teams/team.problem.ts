import type { Kind } from './cover.rules.js';
import type { TeamModel } from './team.model.js';

/**
 * People who may form a team, as numbers. A person is an index into all arrays; indices stand in the order of the ids,
 * so that ties fall the same way everywhere.
 */
export interface TeamProblem {
  readonly model: TeamModel;
  /** Weights of the needs, summing to 1. */
  readonly needs: Float64Array;
  readonly ids: readonly string[];
  readonly kinds: readonly Kind[];
  /** Cover of need n by person a at `a * needs.length + n`: 0 to 0.95. */
  readonly cover: Float64Array;
  /** 0 to 1. */
  readonly fit: Float64Array;
  /** 0 to 1. */
  readonly availability: Float64Array;
  /** Whom each has worked with, ascending. */
  readonly partners: ReadonlyArray<readonly number[]>;
}

/** A team as indices, ascending. */
export type Members = readonly number[];

export const pairsOf = (size: number): number => (size * (size - 1)) / 2;

/** The value of a team, by part; `total` is their sum in this order. Needs: the covered share of each, 0 to 1. */
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

/** Whether both sides are there: somebody who knows the science and somebody else who knows the market; a bridge may stand for either. */
export function joinsBothSides(kinds: readonly Kind[]): boolean {
  return kinds.length >= 2 && kinds.some((kind) => kind !== 'MARKET') && kinds.some((kind) => kind !== 'SCIENCE');
}

/** How many pairs of the team have worked together. */
export function pastPairs({ partners }: TeamProblem, members: Members): number {
  let pairs = 0;
  for (let i = 0; i < members.length; i += 1) {
    for (let j = i + 1; j < members.length; j += 1) if (partners[members[i]!]!.includes(members[j]!)) pairs += 1;
  }
  return pairs;
}

/**
 * What a team is worth: the one definition, for search, explanation and tests alike. A need is covered as independent
 * chances are (1 minus the product of what each leaves open), so a second one who brings the same adds less.
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

/** Whether a team stands before another: the higher value, then fewer members, then the earlier ids. */
export function before(value: number, members: Members, otherValue: number, other: Members): boolean {
  if (value !== otherValue) return value > otherValue;
  if (members.length !== other.length) return members.length < other.length;
  for (let i = 0; i < members.length; i += 1) if (members[i] !== other[i]) return members[i]! < other[i]!;
  return false;
}

/** Whether two teams share at most half of the smaller one: then both are worth reading. */
export function differsEnough(a: Members, b: Members): boolean {
  let shared = 0;
  for (const one of a) if (b.includes(one)) shared += 1;
  return shared <= Math.floor(Math.min(a.length, b.length) / 2);
}
