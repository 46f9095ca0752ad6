import { CodeTree } from './taxonomy.js';
import { rateOf, type BaseRates } from './model.js';

/** How much of a profile lies at a code, in investments. */
export interface CodeMass {
  readonly code: number;
  readonly mass: number;
}

/** What a code weighs, at the top of its list and below. */
export interface LevelWeights {
  readonly top: number;
  readonly deeper: number;
}

/**
 * A profile's taste for every code of a tree, in parts that add up along the way down to a code: `start` for any code, `here`
 * for each node passed, `below` for each node that the way goes on from.
 *
 * The taste is the smoothed log-odds of the profile against the base rates. At every node, the share of each child among what
 * lies below the node is drawn towards the child's base rate b by `prior` investments: ln((n_child + prior b) / (n_below + prior) / b).
 * What lies at the node itself (a profile that names a whole section) says nothing about its children. Nodes that the profile
 * has nothing below add nothing, so that a profile is a handful of parts however large the tree.
 */
export interface TreeTaste {
  readonly start: number;
  readonly here: ReadonlyMap<number, number>;
  readonly below: ReadonlyMap<number, number>;
}

export function treeTaste(tree: CodeTree, masses: readonly CodeMass[], rates: BaseRates, unseen: number, prior: number, weights: LevelWeights): TreeTaste {
  const through = new Map<number, number>();
  const below = new Map<number, number>();
  let total = 0;
  for (const { code, mass } of masses) {
    total += mass;
    const chain = tree.chain(code);
    for (let i = 0; i < chain.length; i += 1) {
      through.set(chain[i]!, (through.get(chain[i]!) ?? 0) + mass);
      if (i + 1 < chain.length) below.set(chain[i]!, (below.get(chain[i]!) ?? 0) + mass);
    }
  }
  const here = new Map<number, number>();
  for (const [node, mass] of through) {
    const expected = prior * rateOf(rates, tree.code(node), unseen);
    here.set(node, (tree.parent(node) < 0 ? weights.top : weights.deeper) * Math.log((mass + expected) / expected));
  }
  for (const [node, mass] of below) below.set(node, weights.deeper * Math.log(prior / (mass + prior)));
  return { start: weights.top * Math.log(prior / (total + prior)), here, below };
}

/** Adds `meets` at the topmost of declared codes and `misses` everywhere else; nothing if none is declared. */
export function declareIn(tree: CodeTree, taste: TreeTaste, declared: readonly number[], meets: number, misses: number): TreeTaste {
  if (declared.length === 0) return taste;
  const wanted = new Set(declared);
  const here = new Map(taste.here);
  for (const code of wanted) {
    if (tree.chain(code).some((above) => above !== code && wanted.has(above))) continue;
    here.set(code, (here.get(code) ?? 0) + (meets - misses));
  }
  return { start: taste.start + misses, here, below: taste.below };
}
