import type { Opportunity } from './types.js';

/** What an index made of opportunities, its own numbers for their words: made once for all the pairs that one is scored in. */
export class Prepared<Sought> {
  private readonly held = new WeakMap<Opportunity, { readonly revision: number; readonly sought: Sought }>();
  private revision = 0;

  /** What was made of an opportunity, unless records went in since. */
  of(opportunity: Opportunity, make: () => Sought): Sought {
    const held = this.held.get(opportunity);
    if (held?.revision === this.revision) return held.sought;
    const sought = make();
    this.held.set(opportunity, { revision: this.revision, sought });
    return sought;
  }

  /** A record went in: a word of an opportunity that meant nothing may be known now. */
  changed(): void {
    this.revision += 1;
  }
}
