import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { describeInput, fitCalibration, type Fit, type FitInput } from '../calibration/index.js';
import { inThread } from '../assignments/threads/in-thread.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/** The scale on which reviewers score. */
export const REVIEW_SCALE = { least: 0, most: 5, step: 0.5 } as const;

/**
 * Everything that a cohort's scores are computed from, by published ids alone, so that a replay can put it together from
 * the ledger: entries from `cohort.frozen`, regions from `assignment.made`, scores from `review.submitted` and
 * `review.corrected` (the newest version of each) less what `assignment.withdrawn` took back.
 */
export interface CohortReviews {
  entries: ReadonlyArray<{ id: string; industry: string | null }>;
  /** One per submitted assignment, with the newest submitted version's scores. */
  reviews: readonly SubmittedReview[];
}

export interface SubmittedReview {
  entryId: string;
  reviewerId: string;
  panel: number;
  /** Provinces when it was assigned; null where unknown. */
  entryRegion: string | null;
  reviewerRegion: string | null;
  scores: Partial<Record<Dimension, number>>;
}

export interface CohortFit {
  fits: Record<Dimension, Fit>;
  /** SHA-256 over the described inputs of all dimensions. */
  inputsHash: string;
}

/** Reads a cohort's submitted reviews: entries that count, and the newest submitted version of every review that stands. */
export async function readCohortReviews(db: EntityManager, cohortId: string): Promise<CohortReviews> {
  const entries = (await db.query(
    `SELECT id, industry_code AS industry FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY id`,
    [cohortId],
  )) as Array<{
    id: string;
    industry: string | null;
  }>;
  const reviews = (await db.query(
    `SELECT DISTINCT ON (a.entry_id, a.reviewer_id) a.entry_id AS "entryId", a.reviewer_id AS "reviewerId", a.panel,
       a.entry_region AS "entryRegion", a.reviewer_region AS "reviewerRegion", r.scores
     FROM assignment a
     JOIN review r ON r.assignment_id = a.id AND r.status = 'SUBMITTED'
     WHERE a.cohort_id = $1 AND a.status = 'SUBMITTED'
     ORDER BY a.entry_id, a.reviewer_id, r.version DESC`,
    [cohortId],
  )) as SubmittedReview[];
  return { entries, reviews };
}

/** The input of one dimension's calibration. A region is that of the first review in the order of entries and reviewers. */
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

/** Calibrates every dimension. Depends on the reviews alone, to the bit, in whatever order they come. */
export function fitCohort(cohort: CohortReviews): CohortFit {
  const inputs = DIMENSIONS.map((dimension) => fitInputOf(cohort, dimension));
  return assemble(inputs, inputs.map(fitCalibration));
}

/** As fitCohort, in a thread of its own, so that a server goes on answering; the same bits. */
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

/** The component that most entries belong to: only entries within it compare with each other. Null without a review. */
export function mainComponent(fit: Fit): number | null {
  const sizes = new Map<number, number>();
  for (const { component } of fit.entries)
    if (component !== null) sizes.set(component, (sizes.get(component) ?? 0) + 1);
  return [...sizes].sort(([a, x], [b, y]) => y - x || a - b)[0]?.[0] ?? null;
}

/** What a fit was made by, for the ledger and the public: the model's estimates, no single score. */
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
