import type { Context } from '../../kernel/context.js';
import type { MatchItem } from '../engine/result.types.js';
import type { Day } from '../engine/types.js';
import { indexOfKind, type MatchData } from '../store/match.data.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/** Number of matches ranked beyond the requested limit, as replacements for those that turn out to be barred. */
const SPARE = 16;
/** Up to this number of barred counterparts, scoring each of them singly is cheaper than ranking again. */
const MAX_BARRED = 500;

/**
 * Speculative ranking of the counterparts of a pool entry, made from one revision of the match store while the list of
 * barred counterparts is still being read.
 */
export interface SpeculativeRanking {
  /** Ids of the highest-ranked counterparts. */
  readonly ids: readonly string[];
  /**
   * Returns the ranking without the barred counterparts; null, so that the caller must rank again, if the store's
   * revision or the day changed, if more items are wanted than were requested at first, if more than MAX_BARRED are
   * barred, or if too few of the ranked ones remain.
   */
  without(
    held: MatchData,
    barred: ReadonlySet<string>,
    limit: number,
    asOf: Day,
  ): { total: number; items: MatchItem[] } | null;
}

/**
 * Ranks the counterparts of a pool entry before it is known which are barred, while the database reads those and
 * pending changes: usually nothing has changed and few are barred. Null if the match store is not loaded or the entry
 * is not matchable.
 */
export function rankSpeculatively(
  ctx: Context,
  kind: MatchCounterpartKind,
  achievementId: string,
  limit: number,
): SpeculativeRanking | null {
  const { current, day } = ctx.app.matching;
  const opportunity = current?.opportunities.get(achievementId);
  if (!current || !opportunity) return null;
  const index = indexOfKind(current, kind);
  const { revision } = current;
  const ranking = index.rank(opportunity, { limit: limit + SPARE, asOf: day, reasons: false });
  return {
    ids: ranking.items.slice(0, limit).map(({ id }) => id),
    without(held, barred, wanted, asOf) {
      if (held !== current || held.revision !== revision || asOf !== day || wanted > limit || barred.size > MAX_BARRED)
        return null;
      const ids = ranking.items.filter(({ id }) => !barred.has(id)).map(({ id }) => id);
      // Too few are left after removal of the barred ones, and the ranking was cut off: the next ones are unknown.
      if (ids.length < wanted && ranking.items.length === limit + SPARE) return null;
      const left = [...barred].filter((id) => index.score(id, opportunity, day) !== null).length;
      return {
        total: ranking.total - left,
        items: ids.slice(0, wanted).map((id) => index.scorePair(id, opportunity, day)!),
      };
    },
  };
}
