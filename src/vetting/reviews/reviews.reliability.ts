import { reliabilityOf, type Reliability } from '../calibration/reliability.js';
import type { CohortReviews } from './reviews.fit.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/**
 * Agreement between the two panels of entries that were reviewed twice, per dimension: each such entry is a unit with
 * two scores, the means of its panels. Only reviews of the first round count: a boundary round asks for reviews of
 * entries near the cut-off alone, and adds them to one panel. Units are ordered by entry id, so that the published intervals are reproducible.
 */
export function reliabilityOfDoubles({ reviews }: CohortReviews): Record<Dimension, Reliability> {
  const result = {} as Record<Dimension, Reliability>;
  for (const dimension of DIMENSIONS) {
    const panels = new Map<string, [number[], number[]]>();
    for (const review of [...reviews].sort((a, b) =>
      a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : a.reviewerId < b.reviewerId ? -1 : 1,
    )) {
      const score = review.scores[dimension];
      if (score === undefined || (review.round ?? 0) > 0) continue;
      let both = panels.get(review.entryId);
      if (!both) panels.set(review.entryId, (both = [[], []]));
      both[review.panel === 2 ? 1 : 0].push(score);
    }
    const mean = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
    result[dimension] = reliabilityOf(
      [...panels.values()]
        .filter(([first, second]) => first.length > 0 && second.length > 0)
        .map(([first, second]) => [mean(first), mean(second)]),
    );
  }
  return result;
}
