import type { FlowProblem } from './problem.js';

export interface Flow {
  /** Per row: its assigned columns. */
  chosen: number[][];
  /** Per row: places that stayed empty. */
  missing: Int32Array;
  /**
   * Dual price of one place of each column, in the unit of `value`; from these prices `upperBound` computes how far the
   * assignment is from the optimum at most.
   */
  price: Float64Array;
}

/**
 * One change of an assignment: row `i` gives up column `from` for column `to`; with `from` = -1 it fills an empty
 * place.
 */
interface Step {
  i: number;
  from: number;
  to: number;
}

/**
 * Finds the assignment of maximum value by successive shortest paths (Busacker & Gowen 1961; potentials after Edmonds &
 * Karp 1972). Each place of a row is filled along the cheapest chain of changes: the row takes a column; a full column
 * hands one of its rows over to another column, and so on until a column has a free place. Paths run over columns only:
 * the cost of handing a row from column j to column t is the smallest loss of value over the rows of j; it is cached
 * per column and computed again when those rows change. An unfilled place is modelled as a further column of unlimited
 * capacity, which costs the row's loss of an empty place.
 */
export function solveFlow(x: FlowProblem): Flow {
  const { rows: nI, columns: nJ, value, group, capacity, wish, pinned, groupLimit } = x;
  const UNFILLED = nJ;
  const chosen: number[][] = Array.from({ length: nI }, () => []);
  const held: number[][] = Array.from({ length: nJ }, () => []);
  const missing = new Int32Array(nI);
  const load = new Int32Array(nJ);
  // A pinned column of a row counts towards the column's load, but no chain of changes may remove it.
  for (let i = 0; i < nI; i += 1) {
    if (pinned[i]! < 0) continue;
    chosen[i]!.push(pinned[i]!);
    load[pinned[i]!]! += 1;
  }

  const price = new Float64Array(nJ + 1);
  for (let j = 0; j < nJ; j += 1) if (load[j]! < wish[j]!) price[j] = -x.wishWorth;
  const lossOfEmpty = (i: number): number => (missing[i]! < x.cheapDemand[i]! ? x.cheapLoss : x.loss);
  /** Cost of adding one more row to column j: negative where that serves a wish, Infinity where the column is full. */
  const placeCost = (j: number): number =>
    j === UNFILLED ? 0 : load[j]! < wish[j]! ? -x.wishWorth : load[j]! < capacity[j]! ? 0 : Infinity;

  // Marks that apply to one row: the columns that it already has, and the groups in which it may take no further
  // column.
  let stamp = 0;
  const seated = new Int32Array(nJ);
  const full = new Int32Array(x.groups);
  const once = new Int32Array(x.groups);
  const mark = (i: number, leaving: number): void => {
    stamp += 1;
    for (const j of chosen[i]!) {
      seated[j] = stamp;
      if (j === leaving) continue;
      const o = group[j]!;
      if (groupLimit[i] === 1 || once[o] === stamp) full[o] = stamp;
      else once[o] = stamp;
    }
  };
  const mayEnter = (i: number, j: number): boolean =>
    seated[j] !== stamp && full[group[j]!] !== stamp && value[i * nJ + j]! > -Infinity;
  const groupOf = (j: number): number => (j < 0 || j === UNFILLED ? -1 : group[j]!);
  /**
   * Whether two changes of one row pass a common node of the flow network: the row's node, or the node of a group on
   * the row. Replacing a column by one of the same group passes the group's node only; every other change passes the
   * row's node.
   */
  const meet = (a: Step, b: Step): boolean => {
    const [of, to, of2, to2] = [groupOf(a.from), groupOf(a.to), groupOf(b.from), groupOf(b.to)];
    if (of !== to && of2 !== to2) return true;
    return (of >= 0 && (of === of2 || of === to2)) || (to >= 0 && (to === of2 || to === to2));
  };

  // The arrays `cost` and `via` are allocated per column on first use, as few columns ever become full where capacity
  // is ample.
  const cost: Array<Float64Array | undefined> = new Array<undefined>(nJ).fill(undefined);
  const via: Array<Int32Array | undefined> = new Array<undefined>(nJ).fill(undefined);
  const stale = new Uint8Array(nJ).fill(1);
  const renew = (j: number): void => {
    const least = (cost[j] ??= new Float64Array(nJ + 1)).fill(Infinity);
    const through = (via[j] ??= new Int32Array(nJ + 1));
    for (const i of held[j]!) {
      const base = value[i * nJ + j]!;
      mark(i, j);
      for (let t = 0, cell = i * nJ; t < nJ; t += 1, cell += 1) {
        const change = base - value[cell]!;
        if (change < least[t]! && mayEnter(i, t)) {
          least[t] = change;
          through[t] = i;
        }
      }
      if (base + lossOfEmpty(i) < least[UNFILLED]!) {
        least[UNFILLED] = base + lossOfEmpty(i);
        through[UNFILLED] = i;
      }
    }
    stale[j] = 0;
  };

  const distance = new Float64Array(nJ + 1);
  const previous = new Int32Array(nJ + 1);
  const settled = new Uint8Array(nJ + 1);

  /** Fills one place of the row by the cheapest chain of changes, or leaves it empty where that loses least. */
  const fill = (row: number): void => {
    distance.fill(Infinity);
    settled.fill(0);
    previous.fill(-1);
    mark(row, -1);
    for (let j = 0; j < nJ; j += 1) if (mayEnter(row, j)) distance[j] = price[j]! - value[row * nJ + j]!;
    distance[UNFILLED] = lossOfEmpty(row);
    let least = Infinity;
    let end = -1;
    for (;;) {
      let u = -1;
      let d = least;
      for (let j = 0; j <= nJ; j += 1) {
        if (settled[j] === 0 && distance[j]! < d) {
          d = distance[j]!;
          u = j;
        }
      }
      if (u < 0) break;
      settled[u] = 1;
      const here = d + placeCost(u) - price[u]!;
      if (here < least) {
        least = here;
        end = u;
      }
      if (u === UNFILLED) continue;
      if (stale[u]) renew(u);
      const handing = cost[u]!;
      const from = d - price[u]!;
      for (let t = 0; t <= nJ; t += 1) {
        const next = from + handing[t]! + price[t]!;
        if (next < distance[t]! && settled[t] === 0) {
          distance[t] = next;
          previous[t] = u;
        }
      }
    }
    for (let j = 0; j < nJ; j += 1) if (settled[j] && distance[j]! < least) price[j]! += least - distance[j]!;
    change(row, end);
  };

  /** Applies the chain of changes along the shortest path that ends at column `end`. */
  const change = (row: number, end: number): void => {
    let steps: Step[] = [];
    for (let to = end; to >= 0; to = previous[to]!) {
      const from = previous[to]!;
      steps.push({ i: from < 0 ? row : via[from]![to]!, from, to });
    }
    steps.reverse();
    // A shortest path may pass a node twice along a loop of cost zero; the loop is cut out, so that no node occurs
    // twice.
    for (let a = 0; a < steps.length; a += 1) {
      for (let b = steps.length - 1; b > a; b -= 1) {
        const [first, last] = [steps[a]!, steps[b]!];
        if (first.i !== last.i || !meet(first, last)) continue;
        steps = [...steps.slice(0, a), { i: first.i, from: first.from, to: last.to }, ...steps.slice(b + 1)];
        break;
      }
    }
    const touched = new Set<number>();
    for (const { i } of steps) for (const j of chosen[i]!) touched.add(j);
    for (const { i, from } of steps) {
      if (from < 0) continue;
      chosen[i]!.splice(chosen[i]!.indexOf(from), 1);
      held[from]!.splice(held[from]!.indexOf(i), 1);
      load[from]! -= 1;
    }
    for (const { i, to } of steps) {
      if (to === UNFILLED) missing[i]! += 1;
      else {
        chosen[i]!.push(to);
        held[to]!.push(i);
        touched.add(to);
        load[to]! += 1;
      }
    }
    for (const j of touched) stale[j] = 1;
  };

  for (let i = 0; i < nI; i += 1) for (let seat = chosen[i]!.length; seat < x.demand[i]!; seat += 1) fill(i);
  for (const list of chosen) list.sort((a, b) => a - b);
  return { chosen, missing, price: price.slice(0, nJ) };
}
