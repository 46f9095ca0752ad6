import { coverOf, availabilityOf } from './cover.js';
import type { AchievementFacts, Need } from './needs.js';
import { TEAM_SIZES, type TeamModel } from './team.model.js';
import type { PoolCovers, TeamPool } from './team.pool.js';
import { pairsOf, type TeamProblem } from './team.problem.js';
import { CANDIDATES, largestOf, outsideBound, prepareBounds, type PreparedBounds } from './team.proposals.js';
import type { SizeBound } from './team.relaxation.js';

/**
 * Fit of talents for an achievement (match score relative to the best talent's): exact for some, bounded for all
 * others.
 */
export interface TalentFits {
  /** Fits of the best-ranked talents, 0 to 1, by id. */
  known: ReadonlyMap<string, number>;
  /** Upper bound on the fit of every other talent. */
  rest: number;
  /** Exact fits of the given talents. */
  exact(ids: readonly string[]): number[];
}

export interface Placed {
  problem: TeamProblem;
  prepared: PreparedBounds;
  outside: { people: number; bound: number };
}

export interface PlacingOptions {
  model: TeamModel;
  /** Current day, in days since 1970-01-01. */
  asOf: number;
  /** True for talents who must not be proposed. */
  exclude?: (id: string) => boolean;
  limit?: number;
  /** Team sizes to search; all by default. */
  sizes?: readonly number[];
}

/**
 * Number of times that the candidates are selected again, each time with bounds recomputed (tangents) at the previous
 * candidates.
 */
const ROUNDS = 2;

/**
 * Selects from the whole pool the candidates among whom teams for an achievement are searched: the talents with the
 * largest upper bound on any team that contains them. Also computes an upper bound on every team with a talent who is
 * not a candidate. In a small pool all talents are candidates.
 */
export function placeTalents(
  pool: TeamPool,
  fits: TalentFits,
  needs: readonly Need[],
  facts: AchievementFacts,
  { model, asOf, exclude, limit = CANDIDATES, sizes = TEAM_SIZES }: PlacingOptions,
): Placed {
  const all: Everybody = {
    covers: pool.covers(needs, facts, asOf),
    fit: new Float64Array(pool.rows).fill(fits.rest),
    partners: pool.mostPartners(),
    model,
  };
  for (const [id, fit] of fits.known) {
    const row = pool.rowOfId(id);
    if (row !== undefined) all.fit[row] = fit;
  }
  const eligible = pool.present(exclude);
  let chosen: Int32Array | readonly number[] = eligible;
  if (eligible.length > limit) {
    chosen = firstChoice(all, eligible, limit);
    for (let round = 0; round < ROUNDS; round += 1) {
      const problem = problemOf(pool, needs, facts, chosen, all, (_, rows) => rows.map((row) => all.fit[row]!), asOf);
      chosen = mostPotential(
        all,
        prepareBounds(problem, chosenPartners(problem, pool, all), sizes).bounds,
        eligible,
        limit,
      );
    }
  }
  const problem = problemOf(pool, needs, facts, chosen, all, (ids) => fits.exact(ids), asOf);
  const prepared = prepareBounds(problem, chosenPartners(problem, pool, all), sizes);
  const inside = new Set(chosen);
  const outsiders = eligible.filter((row) => !inside.has(row));
  return {
    problem,
    prepared,
    outside: {
      people: outsiders.length,
      bound: outsideBound(problem, prepared, (bound) => potentialsOf(all, bound, outsiders)),
    },
  };
}

/** Data of all talents of the pool, indexed by row. A fit that is not known exactly is replaced by its upper bound. */
interface Everybody {
  covers: PoolCovers;
  fit: Float64Array;
  partners: Uint32Array;
  model: TeamModel;
}

const chosenPartners = (problem: TeamProblem, pool: TeamPool, { partners }: Everybody) =>
  problem.ids.map((id) => partners[pool.rowOfId(id)!]!);

function problemOf(
  pool: TeamPool,
  needs: readonly Need[],
  facts: AchievementFacts,
  chosen: ArrayLike<number>,
  { model }: Everybody,
  fitsOf: (ids: string[], rows: number[]) => number[],
  asOf: number,
): TeamProblem {
  const rows = Array.from(chosen).sort((a, b) => (pool.idOf(a)! < pool.idOf(b)! ? -1 : 1));
  const ids = rows.map((row) => pool.idOf(row)!);
  const place = new Map(rows.map((row, i) => [row, i]));
  const talents = rows.map((row) => pool.talentAt(row));
  return {
    model,
    needs: Float64Array.from(needs, ({ weight }) => weight),
    ids,
    kinds: talents.map(({ kind }) => kind),
    cover: Float64Array.from(talents.flatMap((talent) => needs.map((need) => coverOf(talent, need, facts).degree))),
    fit: Float64Array.from(fitsOf(ids, rows)),
    availability: Float64Array.from(talents, (talent) => availabilityOf(talent, asOf)),
    partners: rows.map((row) =>
      pool
        .partnersOf(row)
        .flatMap((other) => place.get(other) ?? [])
        .sort((a, b) => a - b),
    ),
  };
}

/** Computes for many talents what each adds to a bound on a team's value, like `potentialOf` for one talent. */
function potentialsOf(
  { covers, fit, partners, model }: Everybody,
  { size, slope }: SizeBound,
  rows: Int32Array,
): Float64Array {
  const { strength, width, alone, availability } = covers;
  const past = model.pastWork / (2 * pairsOf(size));
  const potentials = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    let sum =
      (model.fit * fit[row]! + model.availability * availability[row]!) / size -
      model.overlap * model.coverage * alone[row]! +
      past * Math.min(size - 1, partners[row]!);
    for (let n = 0; n < width; n += 1) sum += slope[n]! * strength[row * width + n]!;
    potentials[i] = sum;
  }
  return potentials;
}

/** Selects the talents whose teams have the highest upper bounds on their value, over all team sizes. */
function mostPotential(all: Everybody, bounds: readonly SizeBound[], rows: Int32Array, count: number): number[] {
  const reach = new Float64Array(rows.length).fill(-Infinity);
  for (const bound of bounds) {
    const potentials = potentialsOf(all, bound, rows);
    const base = bound.constant + largestOf(potentials, bound.size - 1).reduce((sum, value) => sum + value, 0);
    for (let i = 0; i < rows.length; i += 1) reach[i] = Math.max(reach[i]!, base + potentials[i]!);
  }
  return best(rows, reach, count);
}

/**
 * First selection of candidates: the best few talents for each need, then those with the largest weighted sum of cover
 * of all needs, fit and availability.
 */
function firstChoice({ covers, fit, model }: Everybody, rows: Int32Array, count: number): number[] {
  const { strength, width, alone, availability } = covers;
  const chosen = new Set<number>();
  const values = new Float64Array(rows.length);
  for (let n = 0; n < width; n += 1) {
    for (let i = 0; i < rows.length; i += 1) values[i] = strength[rows[i]! * width + n]!;
    for (const row of best(rows, values, Math.max(1, Math.floor(count / (4 * width))))) chosen.add(row);
  }
  rows.forEach(
    (row, i) =>
      (values[i] = model.coverage * alone[row]! + model.fit * fit[row]! + model.availability * availability[row]!),
  );
  for (const row of best(rows, values, count)) if (chosen.size < count) chosen.add(row);
  return [...chosen];
}

/** Returns the `count` rows with the largest values; among equal values at the cut, earlier rows are taken. */
function best(rows: Int32Array, values: Float64Array, count: number): number[] {
  const least = largestOf(values, count).at(-1) ?? Infinity;
  const found: number[] = [];
  for (let i = 0; i < rows.length && found.length < count; i += 1) if (values[i]! > least) found.push(rows[i]!);
  for (let i = 0; i < rows.length && found.length < count; i += 1) if (values[i] === least) found.push(rows[i]!);
  return found;
}
