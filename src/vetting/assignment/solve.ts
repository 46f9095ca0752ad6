import { upperBound, worthOf } from './bound.js';
import { solveFlow } from './flow.js';
import type { Instance } from './instance.js';

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
  const { panel, price } = solveFlow(x);
  const { similarity, penalty } = worthOf(x, panel);
  return { panel, price, similarity, penalty, bound: upperBound(x, price) + penalty };
}
