import type { Shot } from './shots.js';

export type Random = () => number;

/** What the attacks are made with: who is logged in, and what there is in the pool. */
export interface World {
  /** Of an editor of every institution. */
  token: string;
  /** Global id of one institution. */
  institutionId: string;
  /** Global ids of pool entries. */
  entryIds: readonly string[];
  /** The nine-letter words that the long abstracts are made of. */
  words: readonly string[];
}

/** One request that may hurt, built again for every run: the same kind and size each time, with other words in it. */
export interface Attack {
  name: string;
  build(random: Random): Shot;
  /** Whether work goes on after the answer, so that the measurement waits until the process is at rest. */
  lingers?: boolean;
}

/** A kind of generated attack: draws its shape once. */
export type AttackKind = (random: Random, world: World) => Attack;
