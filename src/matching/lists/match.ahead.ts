import type { Context } from '../../kernel/context.js';
import type { MatchItem } from '../engine/result.types.js';
import type { Day } from '../engine/types.js';
import { indexOf, type Matchable } from '../store/match.matchable.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/** Number of extra items ranked, since some may turn out to be barred. */
const SPARE = 16;
/** Maximum number of barred counterparts for which individual look-ups are cheaper than a new ranking. */
const MOST_BARRED = 500;

/** The counterparts of an entry, ranked from one revision of the store before the barred ones are known. */
export interface RankedAhead {
  /** Ids of the highest-ranked counterparts. */
  readonly ids: readonly string[];
  /**
   * The ranking without barred counterparts; null if records changed since or too many are barred, so that the caller
   * must rank again.
   */
  without(
    held: Matchable,
    barred: ReadonlySet<string>,
    limit: number,
    asOf: Day,
  ): { total: number; items: MatchItem[] } | null;
}

/**
 * Ranks the counterparts of an entry speculatively while the database reads changes and barred counterparts: usually
 * nothing has changed and few are barred. Null if no data is loaded or the entry is not matchable.
 */
export function rankAhead(
  ctx: Context,
  kind: MatchCounterpartKind,
  achievementId: string,
  limit: number,
): RankedAhead | null {
  const { current, day } = ctx.app.matching;
  const opportunity = current?.opportunities.get(achievementId);
  if (!current || !opportunity) return null;
  const index = indexOf(current, kind);
  const { revision } = current;
  const ranking = index.rank(opportunity, { limit: limit + SPARE, asOf: day, reasons: false });
  return {
    ids: ranking.items.slice(0, limit).map(({ id }) => id),
    without(held, barred, wanted, asOf) {
      if (held !== current || held.revision !== revision || asOf !== day || wanted > limit || barred.size > MOST_BARRED)
        return null;
      const ids = ranking.items.filter(({ id }) => !barred.has(id)).map(({ id }) => id);
      // The ranking contains either all counterparts or enough of them.
      if (ids.length < wanted && ranking.items.length === limit + SPARE) return null;
      const left = [...barred].filter((id) => index.score(id, opportunity, day) !== null).length;
      return {
        total: ranking.total - left,
        items: ids.slice(0, wanted).map((id) => index.scorePair(id, opportunity, day)!),
      };
    },
  };
}
