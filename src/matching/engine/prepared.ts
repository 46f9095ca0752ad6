import type { Opportunity } from './types.js';

/**
 * Cache of opportunities converted to an index's internal numbers: an opportunity that is scored against many profiles
 * one by one is converted only once.
 */
export class Prepared<Sought> {
  private readonly held = new WeakMap<Opportunity, { readonly revision: number; readonly sought: Sought }>();
  private revision = 0;

  /** Returns the cached conversion of an opportunity, or converts it if it is new or records were inserted since. */
  of(opportunity: Opportunity, make: () => Sought): Sought {
    const held = this.held.get(opportunity);
    if (held?.revision === this.revision) return held.sought;
    const sought = make();
    this.held.set(opportunity, { revision: this.revision, sought });
    return sought;
  }

  /**
   * Invalidates all cached conversions. Call after an insertion: the new record may have added words (such as a stage)
   * that earlier conversions could not know.
   */
  changed(): void {
    this.revision += 1;
  }
}
