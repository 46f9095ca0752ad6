import type { FlowProblem } from './problem.js';

/**
 * Worth of an assignment, in the unit of `value`: the sum of values of the chosen pairs, and as `penalty` the loss of
 * empty places minus the worth of the wishes served.
 */
export function worthOf(x: FlowProblem, chosen: readonly (readonly number[])[]): { value: number; penalty: number } {
  let value = 0;
  let penalty = 0;
  const load = new Int32Array(x.columns);
  for (let i = 0; i < x.rows; i += 1) {
    for (const j of chosen[i]!) {
      value += x.value[i * x.columns + j]!;
      load[j]! += 1;
    }
    const missing = x.demand[i]! - chosen[i]!.length;
    const cheap = Math.min(missing, x.cheapDemand[i]!);
    penalty += cheap * x.cheapLoss + (missing - cheap) * x.loss;
  }
  for (let j = 0; j < x.columns; j += 1) penalty -= Math.min(load[j]!, x.wish[j]!) * x.wishWorth;
  return { value, penalty };
}

/**
 * Upper bound on the value of any assignment minus its penalty, in the unit of `value`, by Lagrangian relaxation of the
 * limits on columns: every row takes its best choice from all columns at the given prices, and the prices of the
 * columns' places are added back. The bound holds for any prices; with the prices of the optimal flow it equals the
 * optimum of the linear programme. Impossible pairs, groups and pinned columns are respected.
 */
export function upperBound(x: FlowProblem, price: Float64Array): number {
  let bound = 0;
  for (let j = 0; j < x.columns; j += 1) {
    const at = (load: number) => price[j]! * load + x.wishWorth * Math.min(load, x.wish[j]!);
    bound += Math.max(0, at(x.wish[j]!), at(x.capacity[j]!));
  }
  const net = new Float64Array(x.columns);
  const order = new Int32Array(x.columns);
  const count = new Int32Array(x.groups);
  for (let i = 0; i < x.rows; i += 1) {
    const seats = x.demand[i]!;
    if (seats === 0) continue;
    let candidates = 0;
    for (let j = 0; j < x.columns; j += 1) {
      net[j] = x.value[i * x.columns + j]! - price[j]!;
      if (net[j]! > -Infinity) order[candidates++] = j;
    }
    const ranked = order.subarray(0, candidates).sort((a, b) => net[b]! - net[a]! || a - b);
    const limit = x.groupLimit[i]!;
    /**
     * Value of the row's best choice of columns, one that includes column `first` where that is not -1. The greedy
     * choice is optimal, because the groups form a partition matroid.
     */
    const best = (first: number): number => {
      let sum = 0;
      let taken = 0;
      const used: number[] = [];
      const take = (j: number): void => {
        sum += net[j]!;
        taken += 1;
        count[x.group[j]!]! += 1;
        used.push(x.group[j]!);
      };
      if (first >= 0) take(first);
      // Leaving a place of the row empty competes with the columns: first the places that cost `cheapLoss`, then those
      // that cost `loss`.
      let empty = 0;
      const leaveEmpty = (most: number, loss: number): void => {
        const more = Math.min(most, seats - taken - empty);
        empty += more;
        sum -= more * loss;
      };
      let cheapLeft = true;
      for (const j of ranked) {
        if (cheapLeft && net[j]! <= -x.cheapLoss) {
          leaveEmpty(x.cheapDemand[i]!, x.cheapLoss);
          cheapLeft = false;
        }
        if (taken + empty === seats || net[j]! <= -x.loss) break;
        if (j !== first && count[x.group[j]!]! < limit) take(j);
      }
      if (cheapLeft) leaveEmpty(x.cheapDemand[i]!, x.cheapLoss);
      leaveEmpty(seats, x.loss);
      for (const o of used) count[o] = 0;
      return sum;
    };
    bound += best(x.pinned[i]!);
  }
  return bound;
}
