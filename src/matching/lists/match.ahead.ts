import type { Context } from '../../kernel/context.js';
import type { MatchItem } from '../engine/match.js';
import type { Day } from '../engine/types.js';
import { indexOf, type Matchable } from '../store/match.matchable.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/** Ranked beyond what is wanted, since some of it may turn out to be barred. */
const SPARE = 16;
/** Each of the barred is looked up one by one, which pays while they are few. */
const MOST_BARRED = 500;

/** The counterparts of an entry in order, as one moment had them, none barred yet. */
export interface RankedAhead {
  /** The best of them as ranked. */
  readonly ids: readonly string[];
  /** The best, without what was barred meanwhile; null where something changed since, or too much is barred: it must be ranked then. */
  without(
    held: Matchable,
    barred: ReadonlySet<string>,
    limit: number,
    asOf: Day,
  ): { total: number; items: MatchItem[] } | null;
}

/**
 * Ranks the counterparts of an entry while the database is asked whether anything changed and who is barred: mostly nothing
 * did, and few are. Null where nothing is loaded or the entry does not take part.
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
      // All that there is, or enough of it.
      if (ids.length < wanted && ranking.items.length === limit + SPARE) return null;
      const left = [...barred].filter((id) => index.score(id, opportunity, day) !== null).length;
      return {
        total: ranking.total - left,
        items: ids.slice(0, wanted).map((id) => index.scorePair(id, opportunity, day)!),
      };
    },
  };
}
