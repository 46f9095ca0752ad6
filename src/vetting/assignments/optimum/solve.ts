import { upperBound, worthOf } from '../../../lib/min-cost-flow/bound.js';
import { solveFlow } from '../../../lib/min-cost-flow/flow.js';
import type { FlowProblem } from '../../../lib/min-cost-flow/problem.js';
import type { Instance } from './instance.js';

/** Converts the instance to a flow problem in which entries choose reviewers. */
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
  /** Per entry: indexes of its new reviewers over both panels. */
  panel: number[][];
  price: Float64Array;
  /** Sum of similarities, in steps. */
  similarity: number;
  /**
   * Upper bound, in steps, on the similarity of any assignment with the same penalty (as few empty seats, as many
   * served wishes).
   */
  bound: number;
  /** Weighted number of empty seats (first panels weigh more than second), less the value of served wishes. */
  penalty: number;
}

/** The optimal assignment for the instance, with the upper bound that its dual prices prove over all pairs. */
export function solve(x: Instance): Solution {
  const flow = flowOf(x);
  const { chosen, price } = solveFlow(flow);
  const { value, penalty } = worthOf(flow, chosen);
  return { panel: chosen, price, similarity: value, penalty, bound: upperBound(flow, price) + penalty };
}
