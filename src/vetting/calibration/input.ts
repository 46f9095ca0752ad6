import type { Reviews, Scale } from './model.js';

/**
 * Submitted reviews of one dimension of a cohort: the input of a calibration. Keys may be any strings; callers use
 * published ids, because the order of the keys fixes the order of summation and so the bits of the result.
 */
export interface FitInput {
  entries: ReadonlyArray<{ key: string; industry?: string | null; region?: string | null }>;
  reviewers: ReadonlyArray<{ key: string; region?: string | null }>;
  reviews: ReadonlyArray<{ entry: string; reviewer: string; score: number }>;
  /** Scale on which reviewers score; null if scores are unbounded. */
  scale: Scale | null;
}

export interface PreparedInput {
  entries: Array<{ key: string; industry: string; region: string }>;
  reviewers: Array<{ key: string; region: string }>;
  industries: string[];
  reviews: Reviews;
}

/**
 * Sorts entries, reviewers and reviews of a calibration by key (UTF-16 code units), numbers and validates them. Throws
 * RangeError with the fault in its message.
 */
export function prepareInput(input: FitInput): PreparedInput {
  const entries = sortedByKey(
    input.entries.map(({ key, industry, region }) => ({ key, industry: industry ?? '', region: region ?? '' })),
  );
  const reviewers = sortedByKey(input.reviewers.map(({ key, region }) => ({ key, region: region ?? '' })));
  const industries = [...new Set(entries.map((entry) => entry.industry))].sort(compare);
  const entryIndex = indexOf(
    entries.map((entry) => entry.key),
    'entry',
  );
  const reviewerIndex = indexOf(
    reviewers.map((reviewer) => reviewer.key),
    'reviewer',
  );
  const industryIndex = indexOf(industries, 'industry');
  const rows = input.reviews.map((review) => {
    const entry = entryIndex.get(review.entry);
    const reviewer = reviewerIndex.get(review.reviewer);
    if (entry === undefined) throw new RangeError(`a review of an entry that is not listed: ${review.entry}`);
    if (reviewer === undefined) throw new RangeError(`a review by a reviewer who is not listed: ${review.reviewer}`);
    if (
      !Number.isFinite(review.score) ||
      (input.scale && (review.score < input.scale.least || review.score > input.scale.most))
    )
      throw new RangeError(`the score of ${review.reviewer} on ${review.entry} is off the scale: ${review.score}`);
    return { entry, reviewer, score: review.score };
  });
  rows.sort((a, b) => a.entry - b.entry || a.reviewer - b.reviewer);
  rows.forEach((row, k) => {
    const last = rows[k - 1];
    if (last?.entry === row.entry && last.reviewer === row.reviewer)
      throw new RangeError(
        `two reviews of ${entries[row.entry]!.key} by ${reviewers[row.reviewer]!.key}; a correction replaces the first`,
      );
  });
  return {
    entries,
    reviewers,
    industries,
    reviews: {
      achievements: entries.length,
      reviewers: reviewers.length,
      industries: industries.length,
      achievement: Int32Array.from(rows, (row) => row.entry),
      reviewer: Int32Array.from(rows, (row) => row.reviewer),
      score: Float64Array.from(rows, (row) => row.score),
      kin: Uint8Array.from(rows, (row) =>
        entries[row.entry]!.region !== '' && entries[row.entry]!.region === reviewers[row.reviewer]!.region ? 1 : 0,
      ),
      industry: Int32Array.from(entries, (entry) => industryIndex.get(entry.industry)!),
      ...(input.scale && { scale: input.scale }),
    },
  };
}

/**
 * Canonical text of a calibration's input, independent of the order given: JSON of sorted tuples, scores in the
 * shortest decimal form that reads back to the same number (ECMA-262 Number::toString). Its hash identifies the input
 * in the ledger.
 */
export function describeInput(input: FitInput): string {
  const { entries, reviewers, reviews } = prepareInput(input);
  return JSON.stringify({
    scale: input.scale && [input.scale.least, input.scale.most, input.scale.step],
    entries: entries.map(({ key, industry, region }) => [key, industry, region]),
    reviewers: reviewers.map(({ key, region }) => [key, region]),
    reviews: Array.from(reviews.score, (score, k) => [
      entries[reviews.achievement[k]!]!.key,
      reviewers[reviews.reviewer[k]!]!.key,
      score,
    ]),
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedByKey<T extends { key: string }>(items: T[]): T[] {
  return items.sort((a, b) => compare(a.key, b.key));
}

function indexOf(keys: readonly string[], what: string): Map<string, number> {
  const index = new Map<string, number>();
  keys.forEach((key, i) => {
    if (index.has(key)) throw new RangeError(`${what} given twice: ${key}`);
    index.set(key, i);
  });
  return index;
}
