import type { Day, Opportunity } from '../engine/types.js';
import type { TalentIndex } from '../engine/talent.index.js';
import type { TalentFits } from './team.placing.js';

/** Number of best matches whose scores are read; all other talents are known to score lower. */
const KNOWN = 500;

/** The fit of each talent: its match score as a share of the best score, so the best talent has fit 1. */
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
