import type { Day, Opportunity } from '../engine/types.js';
import type { TalentIndex } from '../engine/talent.index.js';
import type { TalentFits } from './team.placing.js';

/**
 * Number of best-matching talents whose scores are read; every other talent is known to score no higher than the last
 * of them.
 */
const KNOWN = 500;

/** Fit of talents for an achievement: a talent's match score divided by the best talent's, from 0 to 1. */
export function talentFits(
  index: TalentIndex,
  opportunity: Opportunity,
  asOf: Day,
  barred: Iterable<string>,
): TalentFits {
  const { items, total } = index.rank(opportunity, { limit: KNOWN, asOf, exclude: barred });
  const best = items[0]?.score ?? 0;
  const fit = (score: number) => (best > 0 ? Math.min(1, Math.max(0, score / best)) : 0);
  return {
    known: new Map(items.map(({ id, score }) => [id, fit(score)])),
    rest: items.length < total ? fit(items.at(-1)!.score) : 0,
    exact: (ids) => ids.map((id) => fit(index.scorePair(id, opportunity, asOf)?.score ?? 0)),
  };
}
