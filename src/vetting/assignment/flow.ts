import type { Instance } from './instance.js';

export interface Flow {
  /** Per entry: its reviewers. */
  panel: number[][];
  /** Per entry: seats that could not be filled. */
  missing: Int32Array;
  /** Per reviewer: the price of a place, in steps; with these prices `upperBound` proves how good the flow is. */
  price: Float64Array;
}

/** Entry i takes `to` for `from`; from -1 fills an empty seat. */
interface Step {
  i: number;
  from: number;
  to: number;
}

/**
 * The assignment of largest summed similarity, by successive shortest paths (Busacker & Gowen 1961; potentials after
 * Edmonds & Karp 1972). Every seat in turn is filled along the cheapest chain of changes: take a reviewer; a full one
 * hands an entry to another, and so on until somebody has a place. Paths run over reviewers only: what it costs that j
 * hands an entry to t is the least difference of similarity over the entries j holds, kept in a row per reviewer and
 * renewed when these change. An unfilled seat is a reviewer of its own with endless places at a price above all others.
 */
export function solveFlow(x: Instance): Flow {
  const { entries: nE, reviewers: nR, value, organisation, capacity, wish, pinned, organisationLimit } = x;
  const NOBODY = nR;
  const panel: number[][] = Array.from({ length: nE }, () => []);
  const held: number[][] = Array.from({ length: nR }, () => []);
  const missing = new Int32Array(nE);
  const load = new Int32Array(nR);
  // A pinned reviewer sits from the start and is held by no chain.
  for (let i = 0; i < nE; i += 1) {
    if (pinned[i]! < 0) continue;
    panel[i]!.push(pinned[i]!);
    load[pinned[i]!]! += 1;
  }

  const price = new Float64Array(nR + 1);
  for (let j = 0; j < nR; j += 1) if (load[j]! < wish[j]!) price[j] = -x.wishWorth;
  const emptySeat = (i: number): number => (missing[i]! < x.demandOf[1][i]! ? x.secondPanelWorth : x.firstPanelWorth);
  /** What it costs to give j one more; Infinity when full. */
  const placeCost = (j: number): number => (j === NOBODY ? 0 : load[j]! < wish[j]! ? -x.wishWorth : load[j]! < capacity[j]! ? 0 : Infinity);

  // Marks of the entry under consideration: who sits there, which organisations are full.
  let stamp = 0;
  const seated = new Int32Array(nR);
  const full = new Int32Array(x.organisations);
  const once = new Int32Array(x.organisations);
  const mark = (i: number, leaving: number): void => {
    stamp += 1;
    for (const j of panel[i]!) {
      seated[j] = stamp;
      if (j === leaving) continue;
      const o = organisation[j]!;
      if (organisationLimit[i] === 1 || once[o] === stamp) full[o] = stamp;
      else once[o] = stamp;
    }
  };
  const mayEnter = (i: number, j: number): boolean => seated[j] !== stamp && full[organisation[j]!] !== stamp && value[i * nR + j]! > -Infinity;
  /**
   * Whether two changes on one entry go through a common node of the network (the entry, or an organisation on it). A
   * reviewer who gives way to one of the same organisation passes the organisation alone; all others pass the entry.
   */
  const organisationOf = (j: number): number => (j < 0 || j === NOBODY ? -1 : organisation[j]!);
  const meet = (a: Step, b: Step): boolean => {
    const [of, to, of2, to2] = [organisationOf(a.from), organisationOf(a.to), organisationOf(b.from), organisationOf(b.to)];
    if (of !== to && of2 !== to2) return true;
    return (of >= 0 && (of === of2 || of === to2)) || (to >= 0 && (to === of2 || to === to2));
  };

  const cost = Array.from({ length: nR }, () => new Float64Array(nR + 1));
  const via = Array.from({ length: nR }, () => new Int32Array(nR + 1));
  const stale = new Uint8Array(nR).fill(1);
  const renew = (j: number): void => {
    const row = cost[j]!.fill(Infinity);
    const through = via[j]!;
    for (const i of held[j]!) {
      const base = value[i * nR + j]!;
      mark(i, j);
      for (let t = 0, cell = i * nR; t < nR; t += 1, cell += 1) {
        const change = base - value[cell]!;
        if (change < row[t]! && mayEnter(i, t)) {
          row[t] = change;
          through[t] = i;
        }
      }
      if (base + emptySeat(i) < row[NOBODY]!) {
        row[NOBODY] = base + emptySeat(i);
        through[NOBODY] = i;
      }
    }
    stale[j] = 0;
  };

  const distance = new Float64Array(nR + 1);
  const previous = new Int32Array(nR + 1);
  const settled = new Uint8Array(nR + 1);

  /** Fills one seat of the entry, or leaves one empty where that is the least loss. */
  const fill = (entry: number): void => {
    distance.fill(Infinity);
    settled.fill(0);
    previous.fill(-1);
    mark(entry, -1);
    for (let j = 0; j < nR; j += 1) if (mayEnter(entry, j)) distance[j] = price[j]! - value[entry * nR + j]!;
    distance[NOBODY] = emptySeat(entry);
    let least = Infinity;
    let end = -1;
    for (;;) {
      let u = -1;
      let d = least;
      for (let j = 0; j <= nR; j += 1) {
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
      if (u === NOBODY) continue;
      if (stale[u]) renew(u);
      const row = cost[u]!;
      const from = d - price[u]!;
      for (let t = 0; t <= nR; t += 1) {
        const next = from + row[t]! + price[t]!;
        if (next < distance[t]! && settled[t] === 0) {
          distance[t] = next;
          previous[t] = u;
        }
      }
    }
    for (let j = 0; j < nR; j += 1) if (settled[j] && distance[j]! < least) price[j]! += least - distance[j]!;
    change(entry, end);
  };

  /** Carries out the changes along the path that ends at `end`. */
  const change = (entry: number, end: number): void => {
    let steps: Step[] = [];
    for (let to = end; to >= 0; to = previous[to]!) {
      const from = previous[to]!;
      steps.push({ i: from < 0 ? entry : via[from]![to]!, from, to });
    }
    steps.reverse();
    // A path may come twice through a node, round a loop that costs nothing; without the loop it is simple.
    for (let a = 0; a < steps.length; a += 1) {
      for (let b = steps.length - 1; b > a; b -= 1) {
        const [first, last] = [steps[a]!, steps[b]!];
        if (first.i !== last.i || !meet(first, last)) continue;
        steps = [...steps.slice(0, a), { i: first.i, from: first.from, to: last.to }, ...steps.slice(b + 1)];
        break;
      }
    }
    const touched = new Set<number>();
    for (const { i } of steps) for (const j of panel[i]!) touched.add(j);
    for (const { i, from } of steps) {
      if (from < 0) continue;
      panel[i]!.splice(panel[i]!.indexOf(from), 1);
      held[from]!.splice(held[from]!.indexOf(i), 1);
      load[from]! -= 1;
    }
    for (const { i, to } of steps) {
      if (to === NOBODY) missing[i]! += 1;
      else {
        panel[i]!.push(to);
        held[to]!.push(i);
        touched.add(to);
        load[to]! += 1;
      }
    }
    for (const j of touched) stale[j] = 1;
  };

  for (let i = 0; i < nE; i += 1) for (let seat = panel[i]!.length; seat < x.demand[i]!; seat += 1) fill(i);
  for (const reviewers of panel) reviewers.sort((a, b) => a - b);
  return { panel, missing, price: price.slice(0, nR) };
}
