import { TEAM_SIZES } from './team.model.js';
import { pairsOf, type TeamProblem } from './team.problem.js';

/**
 * An upper bound on the value of teams of one size, as a sum over their members.
 *
 * Let s = -ln(1 - degree). A need's cover 1 - exp(-Σ s) is concave in Σ s, so its tangent at any point y lies above it:
 *   1 - exp(-x) <= 1 - exp(-y)·(1 + y) + exp(-y)·x.
 * The overlap is the sum of single covers minus the joint cover, so the value is (1 + overlap)·coverage·(joint cover)
 * plus terms of each member alone plus past work; and past work is at most half of each member's own pairs. Hence for
 * every team T of the size: value(T) <= constant + Σ potential(a). The bound is tight near the point y, which is found
 * by the conditional gradient method on the same problem with fractional members.
 */
export interface SizeBound {
  size: number;
  constant: number;
  /** Slope of the tangent for each need: coverage·(1 + overlap)·weight·exp(-y). */
  slope: Float64Array;
  /** The point y, per need. */
  point: Float64Array;
}

/**
 * What one talent adds to the upper bound on a team's value; for talents outside the candidates, upper estimates
 * suffice.
 */
export interface PersonTerms {
  /** Strengths `-ln(1 - degree)` with which the talent covers each need, starting at index `offset`. */
  strength: Float64Array;
  offset: number;
  /** Sum over needs of weight × degree. */
  alone: number;
  fit: number;
  availability: number;
  /** Maximum number of past partners. */
  partners: number;
}

/**
 * What a talent adds to the bound on a team of this size apart from the tangents' slopes: fit, availability, the
 * deduction for overlap, and past work at its maximum.
 */
export function ownTerms(
  { model }: Pick<TeamProblem, 'model'>,
  size: number,
  person: Pick<PersonTerms, 'alone' | 'fit' | 'availability' | 'partners'>,
): number {
  const past = (model.pastWork * Math.min(size - 1, person.partners)) / (2 * pairsOf(size));
  return (
    (model.fit * person.fit + model.availability * person.availability) / size -
    model.overlap * model.coverage * person.alone +
    past
  );
}

/** What one talent adds to the upper bound on the value of a team of the bound's size. */
export function potentialOf(bound: SizeBound, problem: Pick<TeamProblem, 'model'>, person: PersonTerms): number {
  let sum = ownTerms(problem, bound.size, person);
  for (let n = 0; n < bound.slope.length; n += 1) sum += bound.slope[n]! * person.strength[person.offset + n]!;
  return sum;
}

export const strengthOf = (degree: number): number => -Math.log1p(-degree);

/**
 * Upper bounds on team values for each requested size that does not exceed the number of talents. `partners` is each
 * talent's number of past partners, inside or outside the problem.
 */
export function sizeBounds(
  problem: TeamProblem,
  partners: ArrayLike<number>,
  sizes: readonly number[] = TEAM_SIZES,
): { bounds: SizeBound[]; people: PersonTerms[] } {
  const width = problem.needs.length;
  const strength = problem.cover.map(strengthOf);
  const people = problem.ids.map((_, a): PersonTerms => {
    let alone = 0;
    for (let n = 0; n < width; n += 1) alone += problem.needs[n]! * problem.cover[a * width + n]!;
    return {
      strength,
      offset: a * width,
      alone,
      fit: problem.fit[a]!,
      availability: problem.availability[a]!,
      partners: partners[a]!,
    };
  });
  return {
    bounds: sizes.filter((size) => size <= people.length).map((size) => boundOf(problem, people, size)),
    people,
  };
}

const STEPS = 80;

/** Upper bound on the value of teams of one size, from the tangents to the needs' cover at the given point. */
export function tangentAt(problem: Pick<TeamProblem, 'model' | 'needs'>, size: number, point: Float64Array): SizeBound {
  const { model, needs } = problem;
  const scale = model.coverage * (1 + model.overlap);
  const slope = new Float64Array(needs.length);
  let constant = -model.member * (size - 2);
  for (let n = 0; n < needs.length; n += 1) {
    const open = Math.exp(-point[n]!);
    slope[n] = scale * needs[n]! * open;
    constant += scale * needs[n]! * (1 - open * (1 + point[n]!));
  }
  return { size, constant, slope, point };
}

function boundOf(problem: TeamProblem, people: readonly PersonTerms[], size: number): SizeBound {
  const width = problem.needs.length;
  const own = people.map((person) => ownTerms(problem, size, person));
  const best = new Int32Array(size);
  const potential = new Float64Array(people.length);
  let point = new Float64Array(width);
  let tightest: SizeBound | undefined;
  let least = Infinity;
  for (let step = 0; step < STEPS; step += 1) {
    const bound = tangentAt(problem, size, point);
    for (let a = 0; a < people.length; a += 1) {
      const { strength, offset } = people[a]!;
      let sum = own[a]!;
      for (let n = 0; n < width; n += 1) sum += bound.slope[n]! * strength[offset + n]!;
      potential[a] = sum;
    }
    const total = largest(potential, size, best);
    if (bound.constant + total < least) [least, tightest] = [bound.constant + total, bound];
    const share = step === 0 ? 1 : 2 / (step + 2);
    const next = new Float64Array(width);
    for (let n = 0; n < width; n += 1) {
      let sum = 0;
      for (const a of best) sum += people[a]!.strength[people[a]!.offset + n]!;
      next[n] = point[n]! * (1 - share) + share * sum;
    }
    point = next;
  }
  return tightest!;
}

/** Writes the indexes of the `count` largest values into `best` and returns the sum of these values. */
function largest(values: Float64Array, count: number, best: Int32Array): number {
  best.fill(-1);
  for (let a = 0; a < values.length; a += 1) {
    let at = count;
    while (at > 0 && (best[at - 1] === -1 || values[best[at - 1]!]! < values[a]!)) at -= 1;
    if (at === count) continue;
    for (let i = count - 1; i > at; i -= 1) best[i] = best[i - 1]!;
    best[at] = a;
  }
  let sum = 0;
  for (const a of best) sum += values[a]!;
  return sum;
}
