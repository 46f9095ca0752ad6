import type { Opportunity } from './types.js';

/**
 * Cache of opportunities converted to an index's internal numbers, so that each is converted once for all pairs scored.
 */
export class Prepared<Sought> {
  private readonly held = new WeakMap<Opportunity, { readonly revision: number; readonly sought: Sought }>();
  private revision = 0;

  /** The cached conversion; recomputed if records were inserted since. */
  of(opportunity: Opportunity, make: () => Sought): Sought {
    const held = this.held.get(opportunity);
    if (held?.revision === this.revision) return held.sought;
    const sought = make();
    this.held.set(opportunity, { revision: this.revision, sought });
    return sought;
  }

  /** Invalidates the cache: an inserted record may have added words that an opportunity's conversion lacked. */
  changed(): void {
    this.revision += 1;
  }
}
