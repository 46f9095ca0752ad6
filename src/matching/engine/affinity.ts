import type { CodeTree } from './taxonomy.js';
import type { Rates } from './vocabularies.js';

/** What a code weighs, at the top of its list and below. */
export interface LevelWeights {
  readonly top: number;
  readonly deeper: number;
}

/**
 * A profile's taste for every code of a tree, in parts that add up along the way down to a code: `start` for any code, `here`
 * for each node passed, `below` for each node that the way goes on from (0 where it has no say).
 *
 * The taste is the smoothed log-odds of the profile against the base rates. At every node, the share of each child among what
 * lies below the node is drawn towards the child's base rate b by `prior` investments: ln((n_child + prior b) / (n_below + prior) / b).
 * What lies at the node itself (a profile that names a whole section) says nothing about its children. Nodes that the profile
 * has nothing below add nothing, so that a profile is a handful of parts however large the tree.
 */
export interface TreeTaste {
  readonly start: number;
  readonly nodes: readonly number[];
  readonly here: readonly number[];
  readonly below: readonly number[];
}

/** Adds up masses by node, in arrays that are used again and again. */
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

  /** So many investments lie at a code. */
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

  /** `meets` is added at the topmost of the codes, `misses` everywhere else; nothing if there are none. */
  declare(codes: readonly number[], meets: number, misses: number): number {
    if (codes.length === 0) return 0;
    for (const code of codes) {
      if (this.tree.chain(code).some((above) => above !== code && codes.includes(above))) continue;
      this.touch(code);
      this.declared[code] = meets - misses;
    }
    return misses;
  }

  /** The taste of what was added, which is forgotten. */
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
