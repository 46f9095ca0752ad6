import { before, differsEnough, joinsBothSides, partsOf, type Members, type TeamProblem } from './team.problem.js';
import { ownTerms, potentialOf, type PersonTerms, type SizeBound } from './team.relaxation.js';

/**
 * Tolerance for comparing bounds, far above their rounding errors, so that no team is discarded because of rounding.
 */
const MARGIN = 1e-9;

export interface FoundTeam {
  members: Members;
  value: number;
}

export interface Searched {
  /** The best team, followed repeatedly by the best team that differs enough from all teams before it. */
  teams: FoundTeam[];
  /** Number of teams whose exact value was computed. */
  valued: number;
}

/**
 * Exact search for the best teams of two to four members by branch and bound. Talents are tried in descending order of
 * potential, so that once a branch's bound falls below the best team found, all later branches are skipped. Returns up
 * to `count` teams, each sharing at most half of the smaller team's members with every better one.
 */
export function searchTeams(
  problem: TeamProblem,
  bounds: readonly SizeBound[],
  people: readonly PersonTerms[],
  count: number,
): Searched {
  const sizes = bounds.map((bound) => new SizeSearch(problem, bound, people));
  const teams: FoundTeam[] = [];
  while (teams.length < count) {
    const found = teams.map((team) => team.members);
    let best: FoundTeam | null = null;
    for (const search of sizes) best = search.start(found, best);
    for (const search of sizes) best = search.run(found, best);
    if (best === null) break;
    teams.push(best);
  }
  return { teams, valued: sizes.reduce((sum, search) => sum + search.valued, 0) };
}

/** Branch and bound among the teams of one size. */
class SizeSearch {
  valued = 0;
  private readonly size: number;
  private readonly width: number;
  /** Talents in descending order of potential (what each adds to the bound); all arrays below are in this order. */
  private readonly order: Int32Array;
  private readonly potential: Float64Array;
  private readonly own: Float64Array;
  /** Per talent and need: the share that the talent leaves uncovered, 1 - degree. */
  private readonly open: Float64Array;
  /** Weight of each need's joint cover in the value. */
  private readonly weight: Float64Array;
  /** Sum of the r largest potentials among the talents from a position on, at index `r * (n + 1) + position`. */
  private readonly ahead: Float64Array;

  constructor(
    private readonly problem: TeamProblem,
    private readonly bound: SizeBound,
    people: readonly PersonTerms[],
  ) {
    const n = people.length;
    this.size = bound.size;
    this.width = problem.needs.length;
    const potentials = people.map((person) => potentialOf(bound, problem, person));
    this.order = Int32Array.from(people.keys()).sort((a, b) => potentials[b]! - potentials[a]! || a - b);
    this.potential = Float64Array.from(this.order, (a) => potentials[a]!);
    this.own = Float64Array.from(this.order, (a) => ownTerms(problem, this.size, people[a]!));
    this.open = new Float64Array(n * this.width);
    this.order.forEach((a, i) => {
      for (let k = 0; k < this.width; k += 1) this.open[i * this.width + k] = 1 - problem.cover[a * this.width + k]!;
    });
    this.weight = problem.needs.map((weight) => weight * problem.model.coverage * (1 + problem.model.overlap));
    this.ahead = new Float64Array((this.size + 1) * (n + 1));
    for (let r = 1; r <= this.size; r += 1) {
      for (let i = 0; i < n; i += 1) {
        let sum = 0;
        for (let j = i; j < Math.min(n, i + r); j += 1) sum += this.potential[j]!;
        // Fewer than r talents remain from here on, so no team can be completed.
        this.ahead[r * (n + 1) + i] = i + r <= n ? sum : -Infinity;
      }
      this.ahead[r * (n + 1) + n] = -Infinity;
    }
  }

  /**
   * Builds up to twelve teams greedily, each from another first member, and returns the best of them and `best`; a good
   * early value only lets the search discard more branches.
   */
  start(found: readonly Members[], best: FoundTeam | null): FoundTeam | null {
    for (let first = 0; first < Math.min(this.order.length, 12); first += 1) {
      const places = [first];
      const open = this.open.slice(first * this.width, (first + 1) * this.width);
      while (places.length < this.size) {
        let chosen = -1;
        let most = -Infinity;
        for (let i = 0; i < this.order.length; i += 1) {
          if (places.includes(i) || !this.mayStand([...places, i], found)) continue;
          const gain = this.gain(open, 0, i);
          if (gain > most) [most, chosen] = [gain, i];
        }
        if (chosen < 0) break;
        places.push(chosen);
        for (let k = 0; k < this.width; k += 1) open[k]! *= this.open[chosen * this.width + k]!;
      }
      if (places.length === this.size) best = this.better(places, found, best);
    }
    return best;
  }

  /** Finds the best team of this size; returns the given one if that ranks before it. */
  run(found: readonly Members[], best: FoundTeam | null): FoundTeam | null {
    const levels = new Float64Array((this.size + 1) * this.width);
    levels.fill(1, 0, this.width);
    const places: number[] = [];
    const n = this.order.length;
    // `gains[m][i]`: with m members chosen, the value that talent i adds now. `reaches[m][i]`: the most that talent i
    // can add together with talents after it.
    const gains = Array.from({ length: this.size }, () => new Float64Array(n));
    const reaches = Array.from({ length: this.size }, () => new Float64Array(n));
    const descend = (from: number, potential: number, value: number) => {
      const chosen = places.length;
      const left = this.size - chosen;
      const level = chosen * this.width;
      const least = () => (best === null ? -Infinity : best.value - MARGIN);
      if (left === 1) {
        for (let i = from; i < n && potential + this.potential[i]! >= least(); i += 1) {
          if (value + this.gain(levels, level, i) < least()) continue;
          places.push(i);
          if (this.mayStand(places, found)) best = this.better(places, found, best);
          places.pop();
        }
        return;
      }
      const gain = gains[chosen]!;
      const reach = reaches[chosen]!;
      if (chosen > 0) {
        let end = from;
        for (; end < n && potential + this.potential[end]! + this.next(left - 1, from) >= least(); end += 1)
          gain[end] = this.gain(levels, level, end);
        // Returns diminish: several members together add at most the sum of what each adds alone, so the sum is an
        // upper bound.
        let first = -Infinity;
        let second = -Infinity;
        reach.fill(-Infinity, end);
        for (let i = end - 1; i >= from; i -= 1) {
          reach[i] = gain[i]! + first + (left > 2 ? second : 0);
          if (gain[i]! > first) [second, first] = [first, gain[i]!];
          else if (gain[i]! > second) second = gain[i]!;
        }
      }
      for (let i = from; i < n && potential + this.next(left, i) >= least(); i += 1) {
        if (chosen > 0 && value + reach[i]! < least()) continue;
        places.push(i);
        if (this.mayStand(places, found)) {
          for (let k = 0; k < this.width; k += 1)
            levels[level + this.width + k] = levels[level + k]! * this.open[i * this.width + k]!;
          descend(i + 1, potential + this.potential[i]!, value + (chosen > 0 ? gain[i]! : this.gain(levels, level, i)));
        }
        places.pop();
      }
    };
    descend(0, this.bound.constant, -this.problem.model.member * (this.size - 2));
    return best;
  }

  private next(count: number, from: number): number {
    return this.ahead[count * (this.order.length + 1) + from]!;
  }

  /** What talent i adds to the value of the members chosen so far, with past work at its maximum. */
  private gain(open: Float64Array, level: number, i: number): number {
    let sum = this.own[i]!;
    const at = i * this.width;
    for (let k = 0; k < this.width; k += 1) sum += this.weight[k]! * open[level + k]! * (1 - this.open[at + k]!);
    return sum;
  }

  /** True if a team with these members can still share at most half of its members with each team found before. */
  private mayStand(places: readonly number[], found: readonly Members[]): boolean {
    for (const team of found) {
      let shared = 0;
      for (const place of places) if (team.includes(this.order[place]!)) shared += 1;
      if (shared > Math.floor(Math.min(this.size, team.length) / 2)) return false;
    }
    return true;
  }

  private better(places: readonly number[], found: readonly Members[], best: FoundTeam | null): FoundTeam | null {
    const members = places.map((place) => this.order[place]!).sort((a, b) => a - b);
    if (!joinsBothSides(members.map((a) => this.problem.kinds[a]!))) return best;
    if (found.some((team) => !differsEnough(team, members))) return best;
    this.valued += 1;
    const value = partsOf(this.problem, members).total;
    return best === null || before(value, members, best.value, best.members) ? { members, value } : best;
  }
}
