import { createHash } from 'node:crypto';
import { drawDoubles } from './optimum/assign.js';
import type { AssignmentProblem, Seat } from './optimum/problem.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';

/**
 * Facts about an entry of the cohort for the assignment of reviewers. The industry tells which reviewers are from the
 * entry's own industry and which would be a bridge to another; the region is only recorded with each assignment, for
 * the calibration. Conflicts of interest and texts are read elsewhere.
 */
export interface EntryFacts {
  entryId: string;
  /** Code of the industry division of the entry's primary industry; all entries without an industry share one value. */
  industry: string;
  regionCode: string | null;
}

/**
 * Facts about an active reviewer for the assignment to entries. The region is only recorded with each assignment, for
 * the calibration; the other facts take part in the choice of entries.
 */
export interface ReviewerFacts {
  reviewerId: string;
  dimensions: readonly Dimension[];
  /** Codes of the industry divisions that the reviewer's declared industries cover. */
  divisions: readonly string[];
  /**
   * Id of the family of organisations (parents and children) that the reviewer belongs to; reviewers of one family are
   * not independent of each other. Null for a reviewer without organisation.
   */
  family: string | null;
  regionCode: string | null;
  maxLoad: number | null;
}

/**
 * An assignment made earlier. If `active`, the reviewer still holds the seat; otherwise it ended. In both cases the
 * same reviewer is not assigned to the entry again.
 */
export interface StandingSeat {
  entryId: string;
  reviewerId: string;
  panel: 1 | 2;
  dimensions: readonly Dimension[];
  active: boolean;
}

/**
 * Number of extra reviews that a boundary round (entries close to the cut-off) requests for an entry, in the given
 * dimensions.
 */
export interface Wish {
  entryId: string;
  dimensions: readonly Dimension[];
  reviews: number;
}

export interface CohortFacts {
  cohortId: string;
  minReviews: number;
  reviewerLoad: number;
  doubleShare: number;
  /** Entries and reviewers, each ordered by id; row and column indexes of matrices refer to these arrays. */
  entries: readonly EntryFacts[];
  reviewers: readonly ReviewerFacts[];
  seats: readonly StandingSeat[];
  conflicts: ReadonlyArray<{ entryId: string; reviewerId: string }>;
}

/** A group of dimensions that one panel judges together. */
export interface DimensionGroup {
  dimensions: Dimension[];
}

const PEERS: Dimension[] = ['TECHNICAL_CONTENT'];
const USERS: Dimension[] = ['MARKET_POTENTIAL', 'ECONOMIC_VALUE'];
const judges = (reviewer: ReviewerFacts, dimensions: readonly Dimension[]) =>
  dimensions.every((dimension) => reviewer.dimensions.includes(dimension));

/**
 * Groups of dimensions, each judged by a panel of its own: peers judge the technical content, users of technology the
 * market potential and economic value. If every reviewer judges every dimension, one panel judges all, which halves the
 * number of reviewers per entry.
 */
export function dimensionGroups(reviewers: readonly ReviewerFacts[]): DimensionGroup[] {
  if (reviewers.length > 0 && reviewers.every((reviewer) => judges(reviewer, DIMENSIONS)))
    return [{ dimensions: [...DIMENSIONS] }];
  return [{ dimensions: PEERS }, { dimensions: USERS }];
}

/**
 * Indexes of the entries that a second, blind panel judges too, for the measurement of agreement. The random draw is
 * seeded with the cohort's id, so that every run of the cohort draws the same entries.
 */
export function doublesOf(facts: Pick<CohortFacts, 'cohortId' | 'doubleShare' | 'entries'>): number[] {
  const seed = createHash('sha256').update(facts.cohortId).digest().readUInt32BE(0);
  return drawDoubles(facts.entries.length, facts.doubleShare, seed);
}

/**
 * Assignment problem of one group of dimensions, with only the reviewers who judge that group (`reviewers`, in the
 * order of the problem's indexes).
 */
export interface GroupProblem {
  group: DimensionGroup;
  reviewers: ReviewerFacts[];
  problem: AssignmentProblem;
  doubles: number[];
}

/**
 * Builds the assignment problem of one group of dimensions. `similarity` is a matrix of entries × all reviewers of the
 * cohort. `earlier` holds the seats given in the same run to groups solved before: they count towards the reviewers'
 * loads; on an entry with one panel, a reviewer seated there may judge this group too, within the same assignment.
 * `wishes` restricts the problem to the extra reviews of a boundary round.
 */
export function groupProblem(
  facts: CohortFacts,
  group: DimensionGroup,
  similarity: Float32Array,
  earlier: readonly StandingSeat[],
  wishes?: readonly Wish[],
): GroupProblem {
  const doubles = wishes ? [] : doublesOf(facts);
  const isDouble = new Set(doublesOf(facts));
  const chosen = facts.reviewers
    .map((reviewer, index) => ({ reviewer, index }))
    .filter(({ reviewer }) => judges(reviewer, group.dimensions));
  const reviewers = chosen.map(({ reviewer }) => reviewer);
  const entryIndex = new Map(facts.entries.map((entry, i) => [entry.entryId, i]));
  const reviewerIndex = new Map(reviewers.map((reviewer, j) => [reviewer.reviewerId, j]));
  const industries = [...new Set(facts.entries.map((entry) => entry.industry))].sort();
  const industryIndex = new Map(industries.map((code, g) => [code, g]));
  const families = new Map(
    [...new Set(reviewers.map((reviewer) => reviewer.family).filter((family) => family !== null))].map((family, i) => [
      family,
      i,
    ]),
  );
  const [nE, nR] = [facts.entries.length, reviewers.length];

  const matrix = new Float32Array(nE * nR);
  for (let i = 0; i < nE; i += 1)
    for (let j = 0; j < nR; j += 1) matrix[i * nR + j] = similarity[i * facts.reviewers.length + chosen[j]!.index]!;
  const conflicts = new Uint8Array(nE * nR);
  const forbid = (entryId: string, reviewerId: string) => {
    const [i, j] = [entryIndex.get(entryId), reviewerIndex.get(reviewerId)];
    if (i !== undefined && j !== undefined) conflicts[i * nR + j] = 1;
  };
  for (const pair of facts.conflicts) forbid(pair.entryId, pair.reviewerId);

  const fixed: Seat[] = [];
  const elsewhere = new Map<string, number>();
  for (const seat of [...facts.seats, ...earlier]) {
    const [i, j] = [entryIndex.get(seat.entryId), reviewerIndex.get(seat.reviewerId)];
    const own = group.dimensions.every((dimension) => seat.dimensions.includes(dimension));
    if (seat.active && own && i !== undefined && j !== undefined) {
      fixed.push({ entry: i, reviewer: j, panel: seat.panel === 1 ? 0 : 1 });
      continue;
    }
    if (seat.active) elsewhere.set(seat.reviewerId, (elsewhere.get(seat.reviewerId) ?? 0) + 1);
    const fresh = earlier.includes(seat);
    if (!seat.active || !fresh || (i !== undefined && isDouble.has(i))) forbid(seat.entryId, seat.reviewerId);
  }

  const reserve = wishes ? () => 0 : reserveFor(facts, group, earlier.length === 0);
  return {
    group,
    reviewers,
    doubles,
    problem: {
      entries: facts.entries.map((entry) => ({ industry: industryIndex.get(entry.industry)! })),
      reviewers: reviewers.map((reviewer, j) => ({
        organisation: reviewer.family === null ? null : families.get(reviewer.family)!,
        homes: homesOf(reviewer, industryIndex, facts, matrix, nR, j),
        maxLoad: Math.max(0, loadOf(facts, reviewer) - (elsewhere.get(reviewer.reviewerId) ?? 0) - reserve(reviewer)),
      })),
      industries: industries.length,
      similarity: matrix,
      conflicts,
      fixed,
      ...(wishes ? { demand: demandOf(facts, group, wishes) } : {}),
    },
  };
}

/**
 * Maximum number of entries that a reviewer may be assigned: the cohort's limit or the reviewer's own, whichever is
 * smaller.
 */
export function loadOf(facts: Pick<CohortFacts, 'reviewerLoad'>, reviewer: Pick<ReviewerFacts, 'maxLoad'>): number {
  return Math.min(facts.reviewerLoad, reviewer.maxLoad ?? facts.reviewerLoad);
}

/**
 * Number of places that the first group of dimensions leaves free for the second, per reviewer who judges both groups:
 * as many as the second group's seats need beyond the places of reviewers who judge that group only. If the places do
 * not suffice for both groups, they are shared in proportion to what each group lacks.
 */
function reserveFor(facts: CohortFacts, group: DimensionGroup, first: boolean): (reviewer: ReviewerFacts) => number {
  const other = dimensionGroups(facts.reviewers).find(
    (g) => g.dimensions !== group.dimensions && !g.dimensions.some((d) => group.dimensions.includes(d)),
  );
  if (!first || !other) return () => 0;
  const seats = facts.entries.length * facts.minReviews + doublesOf(facts).length * facts.minReviews;
  const sum = (list: readonly ReviewerFacts[]) => list.reduce((total, reviewer) => total + loadOf(facts, reviewer), 0);
  const both = facts.reviewers.filter((r) => judges(r, group.dimensions) && judges(r, other.dimensions));
  const shared = sum(both);
  if (shared === 0) return () => 0;
  const lacks = (dimensions: readonly Dimension[]) =>
    Math.max(0, seats - sum(facts.reviewers.filter((r) => judges(r, dimensions) && !both.includes(r))));
  const [own, others] = [lacks(group.dimensions), lacks(other.dimensions)];
  const share = own + others > shared ? others / (own + others) : others / shared;
  const isBoth = new Set(both.map((r) => r.reviewerId));
  return (reviewer) => (isBoth.has(reviewer.reviewerId) ? Math.ceil(loadOf(facts, reviewer) * share) : 0);
}

/**
 * Indexes of the industry divisions in whose panels a reviewer sits: the declared ones that have entries in the cohort
 * or, if there are none, the division whose entries are on average most similar to the reviewer's documents.
 */
function homesOf(
  reviewer: ReviewerFacts,
  industryIndex: ReadonlyMap<string, number>,
  facts: CohortFacts,
  matrix: Float32Array,
  nR: number,
  j: number,
): number[] {
  const declared = reviewer.divisions.map((code) => industryIndex.get(code)).filter((g) => g !== undefined);
  if (declared.length > 0 || facts.entries.length === 0) return [...new Set(declared)];
  const sums = new Map<string, { sum: number; count: number }>();
  facts.entries.forEach((entry, i) => {
    const s = sums.get(entry.industry) ?? { sum: 0, count: 0 };
    sums.set(entry.industry, { sum: s.sum + matrix[i * nR + j]!, count: s.count + 1 });
  });
  const nearest = [...sums].sort(([a, x], [b, y]) => y.sum / y.count - x.sum / x.count || (a < b ? -1 : 1))[0]!;
  return [industryIndex.get(nearest[0])!];
}

function demandOf(facts: CohortFacts, group: DimensionGroup, wishes: readonly Wish[]): number[] {
  const wanted = new Map<string, number>();
  for (const wish of wishes) {
    if (group.dimensions.some((dimension) => wish.dimensions.includes(dimension)))
      wanted.set(wish.entryId, (wanted.get(wish.entryId) ?? 0) + wish.reviews);
  }
  return facts.entries.map((entry) => wanted.get(entry.entryId) ?? 0);
}

/**
 * Province (first two digits) of a region code of GB/T 2260. The calibration, which estimates whether reviewers favour
 * their own region, treats a province as one region.
 */
export function provinceOf(regionCode: string | null): string | null {
  return regionCode === null ? null : regionCode.slice(0, 2);
}
