import type { Shot } from './shots.js';

export type Random = () => number;

/** Data of the measured pool from which attacks are built. */
export interface World {
  /** Access token of an account that may edit for every institution. */
  token: string;
  /** Global id of one institution. */
  institutionId: string;
  /** Global ids of pool entries. */
  entryIds: readonly string[];
  /** Nine-letter words that occur in the long abstracts of the measured pool. */
  words: readonly string[];
}

/** An expensive request, built again for each run with the same kind and size but other words. */
export interface Attack {
  name: string;
  build(random: Random): Shot;
  /**
   * True if the server continues to work after its response, so that the measurement must wait until the process is
   * idle.
   */
  lingers?: boolean;
}

/** A kind of attack: each call draws the parameters (size, place, words) of one attack of that kind. */
export type AttackKind = (random: Random, world: World) => Attack;
