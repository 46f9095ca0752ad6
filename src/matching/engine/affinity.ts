import type { CodeTree } from './taxonomy.js';
import type { Rates } from './vocabularies.js';

/**
 * Weights by which the log-odds of a code are multiplied: one weight for codes at the top level of the tree, one for
 * codes at all deeper levels.
 */
export interface LevelWeights {
  readonly top: number;
  readonly deeper: number;
}

/**
 * A profile's taste (preference) for every code of a tree, as parts that are summed along the path from the top to a
 * code: `start` for every code, `here` for each node on the path, `below` for each node that the path continues from (0
 * where it has no effect).
 *
 * The taste is the smoothed log-odds of the profile against the base rates, times the weight of the level, plus what
 * the profile's declared codes add (`TasteMaker.declare`). At each node, the share of each child among the investments
 * below the node is shrunk towards the child's base rate b by `prior` investments: ln((n_child + prior b) / (n_below +
 * prior) / b). Investments at the node itself (a profile that names a whole section) carry no information about its
 * children. Nodes without investments or declared codes contribute nothing, so a profile has few parts however large
 * the tree.
 */
export interface TreeTaste {
  readonly start: number;
  readonly nodes: readonly number[];
  readonly here: readonly number[];
  readonly below: readonly number[];
}

/**
 * Accumulates the weighted past investments of one profile per tree node and computes the profile's taste from them.
 * The arrays are reused from profile to profile.
 */
export class TasteMaker {
  private readonly through: number[] = [];
  private readonly beneath: number[] = [];
  private readonly declared: number[] = [];
  private nodes: number[] = [];
  private total = 0;

  constructor(
    private readonly tree: CodeTree,
    private readonly rates: Rates,
  ) {}

  private touch(node: number): void {
    while (this.through.length <= node) {
      this.through.push(-1);
      this.beneath.push(0);
      this.declared.push(0);
    }
    if (this.through[node]! >= 0) return;
    this.through[node] = 0;
    this.nodes.push(node);
  }

  /** Adds `mass` investments at a code. */
  add(code: number, mass: number): void {
    this.total += mass;
    const chain = this.tree.chain(code);
    for (let i = 0; i < chain.length; i += 1) {
      const node = chain[i]!;
      this.touch(node);
      this.through[node]! += mass;
      if (i + 1 < chain.length) this.beneath[node]! += mass;
    }
  }

  /**
   * Adds the declared codes of a profile to its taste: along each path, `meets` counts once, at the topmost declared
   * code; every code that is not at or below a declared one gets `misses`. Without declared codes nothing changes.
   * Returns the start value, which applies to every code.
   */
  declare(codes: readonly number[], meets: number, misses: number): number {
    if (codes.length === 0) return 0;
    for (const code of codes) {
      if (this.tree.chain(code).some((above) => above !== code && codes.includes(above))) continue;
      this.touch(code);
      this.declared[code] = meets - misses;
    }
    return misses;
  }

  /**
   * Returns the taste computed from the accumulated investments and declared codes, and empties the accumulator for the
   * next profile.
   */
  take(prior: number, weights: LevelWeights, declaredStart: number): TreeTaste {
    const { nodes, through, beneath, declared } = this;
    const here: number[] = [];
    const below: number[] = [];
    for (const node of nodes) {
      const expected = prior * this.rates.of(node);
      const weight = this.tree.parent(node) < 0 ? weights.top : weights.deeper;
      here.push(
        (weight === 0 || through[node] === 0 ? 0 : weight * Math.log((through[node]! + expected) / expected)) +
          declared[node]!,
      );
      below.push(
        weights.deeper === 0 || beneath[node] === 0 ? 0 : weights.deeper * Math.log(prior / (beneath[node]! + prior)),
      );
      through[node] = -1;
      beneath[node] = 0;
      declared[node] = 0;
    }
    const taste = { start: weights.top * Math.log(prior / (this.total + prior)) + declaredStart, nodes, here, below };
    this.nodes = [];
    this.total = 0;
    return taste;
  }
}
