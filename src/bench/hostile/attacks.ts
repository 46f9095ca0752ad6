import type { Shot } from './shots.js';

export type Random = () => number;

/** Data from which attacks are built: an account, and ids and words of the pool. */
export interface World {
  /** Access token of an account that is an editor of every institution. */
  token: string;
  /** Global id of one institution. */
  institutionId: string;
  /** Global ids of pool entries. */
  entryIds: readonly string[];
  /** The nine-letter words that occur in the long abstracts. */
  words: readonly string[];
}

/** An expensive request, rebuilt for each run with the same kind and size but other words. */
export interface Attack {
  name: string;
  build(random: Random): Shot;
  /** True if work continues after the response, so that the measurement must wait until the process is idle. */
  lingers?: boolean;
}

/** A kind of generated attack; each call draws the parameters of one attack. */
export type AttackKind = (random: Random, world: World) => Attack;
