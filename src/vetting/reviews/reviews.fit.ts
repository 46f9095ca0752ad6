import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { describeInput, type FitInput } from '../calibration/input.js';
import { fitCalibration, type Fit } from '../calibration/fit.js';
import { inThread } from '../assignments/threads/in-thread.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/** The scale on which reviewers score. */
export const REVIEW_SCALE = { least: 0, most: 5, step: 0.5 } as const;

/**
 * All data from which a cohort's scores are computed, with published ids only, so that a replay can rebuild them from
 * the ledger: entries from `cohort.frozen`, regions from `assignment.made`, scores from the newest `review.submitted`
 * or `review.corrected`, without the reviews removed by `assignment.withdrawn`.
 */
export interface CohortReviews {
  entries: ReadonlyArray<{ id: string; industry: string | null }>;
  /** One review per submitted assignment, with the scores of its newest version. */
  reviews: readonly SubmittedReview[];
}

export interface SubmittedReview {
  entryId: string;
  reviewerId: string;
  panel: number;
  /** 0 for the first round, which is also meant without a number; from 1 for boundary rounds. */
  round?: number;
  /** Province codes of the entry and of the reviewer when the assignment was made; null if unknown. */
  entryRegion: string | null;
  reviewerRegion: string | null;
  scores: Partial<Record<Dimension, number>>;
}

export interface CohortFit {
  fits: Record<Dimension, Fit>;
  /** SHA-256 of the described inputs of all dimensions. */
  inputsHash: string;
}

/**
 * Reads the counted entries of a cohort and, for each submitted assignment that was not withdrawn, the newest submitted
 * version of its review.
 */
export async function readCohortReviews(db: EntityManager, cohortId: string): Promise<CohortReviews> {
  const entries = (await db.query(
    `SELECT id, industry_code AS industry FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY id`,
    [cohortId],
  )) as Array<{
    id: string;
    industry: string | null;
  }>;
  const reviews = (await db.query(
    `SELECT DISTINCT ON (a.entry_id, a.reviewer_id) a.entry_id AS "entryId", a.reviewer_id AS "reviewerId", a.panel, a.round,
       a.entry_region AS "entryRegion", a.reviewer_region AS "reviewerRegion", r.scores
     FROM assignment a
     JOIN review r ON r.assignment_id = a.id AND r.status = 'SUBMITTED'
     WHERE a.cohort_id = $1 AND a.status = 'SUBMITTED'
     ORDER BY a.entry_id, a.reviewer_id, r.version DESC`,
    [cohortId],
  )) as SubmittedReview[];
  return { entries, reviews };
}

/**
 * Input of the calibration of one dimension of a cohort. The region of an entry or reviewer is the one stored with its
 * first review that scores the dimension, in the order of entry and reviewer ids.
 */
export function fitInputOf({ entries, reviews }: CohortReviews, dimension: Dimension): FitInput {
  const order = (a: SubmittedReview, b: SubmittedReview) =>
    a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : a.reviewerId < b.reviewerId ? -1 : 1;
  const entryRegion = new Map<string, string | null>();
  const reviewerRegion = new Map<string, string | null>();
  const scored: Array<{ entry: string; reviewer: string; score: number }> = [];
  for (const review of [...reviews].sort(order)) {
    const score = review.scores[dimension];
    if (score === undefined) continue;
    if (!entryRegion.has(review.entryId)) entryRegion.set(review.entryId, review.entryRegion);
    if (!reviewerRegion.has(review.reviewerId)) reviewerRegion.set(review.reviewerId, review.reviewerRegion);
    scored.push({ entry: review.entryId, reviewer: review.reviewerId, score });
  }
  return {
    entries: entries.map(({ id, industry }) => ({ key: id, industry, region: entryRegion.get(id) ?? null })),
    reviewers: [...reviewerRegion].map(([key, region]) => ({ key, region })),
    reviews: scored,
    scale: REVIEW_SCALE,
  };
}

/**
 * Calibrates every dimension of a cohort's reviews. The result depends on the reviews alone, to the last bit, and not
 * on their order.
 */
export function fitCohort(cohort: CohortReviews): CohortFit {
  const inputs = DIMENSIONS.map((dimension) => fitInputOf(cohort, dimension));
  return assemble(inputs, inputs.map(fitCalibration));
}

/** Calibrates like `fitCohort`, with identical bits, but in a worker thread, so that the server stays responsive. */
export async function fitCohortInThread(cohort: CohortReviews): Promise<CohortFit> {
  const inputs = DIMENSIONS.map((dimension) => fitInputOf(cohort, dimension));
  return assemble(inputs, await inThread('fit', inputs));
}

function assemble(inputs: readonly FitInput[], fitted: readonly Fit[]): CohortFit {
  const hash = createHash('sha256');
  const fits = {} as Record<Dimension, Fit>;
  DIMENSIONS.forEach((dimension, d) => {
    hash.update(dimension).update('\n').update(describeInput(inputs[d]!)).update('\n');
    fits[dimension] = fitted[d]!;
  });
  return { fits, inputsHash: hash.digest('hex') };
}

/**
 * Number of the connected component with the most entries; only entries within one component are comparable through
 * shared reviewers. Null without any review.
 */
export function mainComponent(fit: Fit): number | null {
  const sizes = new Map<number, number>();
  for (const { component } of fit.entries)
    if (component !== null) sizes.set(component, (sizes.get(component) ?? 0) + 1);
  return [...sizes].sort(([a, x], [b, y]) => y - x || a - b)[0]?.[0] ?? null;
}

/**
 * Parameters that a calibration estimated, for the ledger and the public; contains no score of a single entry or
 * reviewer.
 */
export function fitParameters({ fits }: CohortFit): Record<string, unknown> {
  return Object.fromEntries(
    DIMENSIONS.map((dimension) => {
      const { model, mean, variances, favour, tails, steps, converged, identified, components, contrasts } =
        fits[dimension];
      return [
        dimension,
        {
          model,
          mean,
          variances,
          favour,
          tails,
          steps,
          converged,
          identified,
          components,
          unidentifiedContrasts: contrasts.filter((contrast) => !contrast.identified).length,
        },
      ];
    }),
  );
}
