import { upperBound, worthOf } from '../../../lib/min-cost-flow/bound.js';
import { solveFlow } from '../../../lib/min-cost-flow/flow.js';
import type { FlowProblem } from '../../../lib/min-cost-flow/problem.js';
import type { Instance } from './instance.js';

/** Converts the assignment instance to a flow problem whose rows are entries and whose columns are reviewers. */
export function flowOf(x: Instance): FlowProblem {
  return {
    rows: x.entries,
    columns: x.reviewers,
    value: x.value,
    demand: x.demand,
    cheapDemand: x.demandOf[1],
    groupLimit: x.organisationLimit,
    group: x.organisation,
    groups: x.organisations,
    capacity: x.capacity,
    wish: x.wish,
    pinned: x.pinned,
    wishWorth: x.wishWorth,
    cheapLoss: x.secondPanelWorth,
    loss: x.firstPanelWorth,
  };
}

export interface Solution {
  /** Per entry: indexes of its newly assigned reviewers, both panels together. */
  panel: number[][];
  price: Float64Array;
  /** Sum of similarities, in steps. */
  similarity: number;
  /**
   * Upper bound, in steps, on the sum of similarities of any assignment with the same penalty (empty seats and unmet
   * minimums).
   */
  bound: number;
  /**
   * Weighted number of empty seats (a first panel's weigh more than a second's) minus the value of the reviewers'
   * minimums met.
   */
  penalty: number;
}

/** Solves the assignment instance to optimality, with the upper bound that the dual prices prove over all pairs. */
export function solve(x: Instance): Solution {
  const flow = flowOf(x);
  const { chosen, price } = solveFlow(flow);
  const { value, penalty } = worthOf(flow, chosen);
  return { panel: chosen, price, similarity: value, penalty, bound: upperBound(flow, price) + penalty };
}
