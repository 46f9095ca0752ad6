import type { Day, Opportunity, TalentIndex } from '../engine/index.js';
import type { TalentFits } from './team.placing.js';

/** How many of the best matches are read with their scores; of the others it is known that they have less. */
const KNOWN = 500;

/** The fits of talents from their matches: the score as a share of the best one's, so the best placed fits wholly. */
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
