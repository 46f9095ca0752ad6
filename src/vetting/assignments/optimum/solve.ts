import { upperBound, worthOf } from '../../../lib/min-cost-flow/bound.js';
import { solveFlow } from '../../../lib/min-cost-flow/flow.js';
import type { FlowProblem } from '../../../lib/min-cost-flow/problem.js';
import type { Instance } from './instance.js';

/** Entries choose reviewers: the instance in the words of the flow. */
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
  /** Per entry: its new reviewers over both panels. */
  panel: number[][];
  price: Float64Array;
  /** Summed similarity in steps. */
  similarity: number;
  /** No assignment that leaves as little empty and serves as many wishes has more similarity, in steps. */
  bound: number;
  /** Seats left empty, first panels weighing more than second, less the wishes served. */
  penalty: number;
}

/** The best assignment for the instance, with the bound that its own prices prove over all pairs. */
export function solve(x: Instance): Solution {
  const flow = flowOf(x);
  const { chosen, price } = solveFlow(flow);
  const { value, penalty } = worthOf(flow, chosen);
  return { panel: chosen, price, similarity: value, penalty, bound: upperBound(flow, price) + penalty };
}
