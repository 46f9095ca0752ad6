import type { Instance } from './instance.js';

/** What an assignment is worth in steps: similarity, wishes served, seats left empty. */
export function worthOf(x: Instance, panel: readonly (readonly number[])[]): { similarity: number; penalty: number } {
  let similarity = 0;
  let penalty = 0;
  const load = new Int32Array(x.reviewers);
  for (let i = 0; i < x.entries; i += 1) {
    for (const j of panel[i]!) {
      similarity += x.value[i * x.reviewers + j]!;
      load[j]! += 1;
    }
    const missing = x.demand[i]! - panel[i]!.length;
    const cheap = Math.min(missing, x.demandOf[1][i]!);
    penalty += cheap * x.secondPanelWorth + (missing - cheap) * x.firstPanelWorth;
  }
  for (let j = 0; j < x.reviewers; j += 1) penalty -= Math.min(load[j]!, x.wish[j]!) * x.wishWorth;
  return { similarity, penalty };
}

/**
 * The most any assignment can be worth, in steps, proved by prices (Lagrangian relaxation of the loads): every entry
 * takes its best panel at these prices out of all reviewers, and the places are paid back. It holds for whatever prices;
 * with those of the flow it is the optimum of the linear programme. Panels obey conflicts, organisations and pins.
 */
export function upperBound(x: Instance, price: Float64Array): number {
  let bound = 0;
  for (let j = 0; j < x.reviewers; j += 1) {
    const at = (load: number) => price[j]! * load + x.wishWorth * Math.min(load, x.wish[j]!);
    bound += Math.max(0, at(x.wish[j]!), at(x.capacity[j]!));
  }
  const net = new Float64Array(x.reviewers);
  const order = new Int32Array(x.reviewers);
  const count = new Int32Array(x.organisations);
  for (let i = 0; i < x.entries; i += 1) {
    const seats = x.demand[i]!;
    if (seats === 0) continue;
    let candidates = 0;
    for (let j = 0; j < x.reviewers; j += 1) {
      net[j] = x.value[i * x.reviewers + j]! - price[j]!;
      if (net[j]! > -Infinity) order[candidates++] = j;
    }
    const ranked = order.subarray(0, candidates).sort((a, b) => net[b]! - net[a]! || a - b);
    const limit = x.organisationLimit[i]!;
    /** The best panel that has `first` in it (-1: any); greedy is exact, the organisations being a partition matroid. */
    const best = (first: number): number => {
      let sum = 0;
      let taken = 0;
      const used: number[] = [];
      const take = (j: number): void => {
        sum += net[j]!;
        taken += 1;
        count[x.organisation[j]!]! += 1;
        used.push(x.organisation[j]!);
      };
      if (first >= 0) take(first);
      // An empty seat competes like a reviewer: those of the second panel at the lower loss, then those of the first.
      let empty = 0;
      const leaveEmpty = (most: number, loss: number): void => {
        const more = Math.min(most, seats - taken - empty);
        empty += more;
        sum -= more * loss;
      };
      let cheapLeft = true;
      for (const j of ranked) {
        if (cheapLeft && net[j]! <= -x.secondPanelWorth) {
          leaveEmpty(x.demandOf[1][i]!, x.secondPanelWorth);
          cheapLeft = false;
        }
        if (taken + empty === seats || net[j]! <= -x.firstPanelWorth) break;
        if (j !== first && count[x.organisation[j]!]! < limit) take(j);
      }
      if (cheapLeft) leaveEmpty(x.demandOf[1][i]!, x.secondPanelWorth);
      leaveEmpty(seats, x.firstPanelWorth);
      for (const o of used) count[o] = 0;
      return sum;
    };
    bound += best(x.pinned[i]!);
  }
  return bound;
}
