import type { CohortSettings, PerDimension } from '../cohort/cohort.entity.js';
import type { RuleVersion } from './rule-version.js';
import { DIMENSIONS, type DecisionReason, type Dimension, type EntryDecision, type TieKey } from '../vocabularies.js';

/** A calibrated score of one dimension. */
export interface DimensionScore {
  score: number;
  se: number;
  reviews: number;
}

/** The facts about one entry that the decision reads. */
export interface Candidate {
  id: string;
  /**
   * Time at which the achievement entered the cohort, as ISO 8601 in UTC with milliseconds, the form used in the
   * ledger.
   */
  enteredAt: string;
  /** Place in the order of registration among the cohort's counted entries, from 1; null under rule 1. */
  order: number | null;
  scores: Record<Dimension, DimensionScore>;
}

export interface DecisionInput {
  rule: RuleVersion;
  candidates: readonly Candidate[];
  settings: Pick<CohortSettings, 'weights' | 'floors' | 'minReviews' | 'tieRule'>;
  /**
   * Number of entries that may be admitted: floor(quota rate × registered entries), stored when the cohort was frozen.
   */
  quota: number;
  /** Entries against which an objection was upheld. */
  excluded?: ReadonlySet<string>;
  /** Entries that were withdrawn after the freezing. */
  withdrawn?: ReadonlySet<string>;
}

export interface Verdict {
  id: string;
  /**
   * Weighted sum of the entry's calibrated scores in the dimensions (`score`), and its standard error (`se`), with
   * dimensions assumed independent.
   */
  score: number;
  se: number;
  /** Rank among all candidates, from 1. */
  rank: number;
  decision: EntryDecision;
  reason: DecisionReason | null;
}

export interface Decision {
  /** Verdicts in order of rank. */
  verdicts: Verdict[];
  /** Score of the lowest-ranked admitted entry; null if no entry is admitted. */
  cutOff: number | null;
}

/**
 * Weighted sum of an entry's dimension scores, and its standard error. Dimensions are added in a fixed order with +, ×
 * and square root only, so that every machine computes identical bits.
 */
export function combine(
  scores: Record<Dimension, { score: number; se: number }>,
  weights: PerDimension,
): { score: number; se: number } {
  let score = 0;
  let variance = 0;
  for (const dimension of DIMENSIONS) {
    const weight = weights[dimension];
    const { score: value, se } = scores[dimension];
    score += weight * value;
    variance += weight * se * (weight * se);
  }
  return { score, se: Math.sqrt(variance) };
}

/**
 * Rounds a score or standard error to two decimals, as it is published. Every comparison that decides uses this value,
 * so that what is published alone gives the decision.
 */
export function published(score: number): number {
  return Math.round(score * 100) / 100;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Decides a cohort from its calibrated scores by a version of the rule: ranks all entries by published weighted score, equal ones
 * by the declared tie rule and then by id, and admits them in this order until the quota is full. Skips entries that
 * `barrier` excludes and those that were withdrawn; they keep their rank. Pure and deterministic: the replay of the ledger calls the same function.
 */
export function decide({
  rule,
  candidates,
  settings,
  quota,
  excluded = NONE,
  withdrawn = NONE,
}: DecisionInput): Decision {
  const value = comparedBy(rule);
  const rows = candidates.map((candidate) => ({
    candidate,
    ...combine(candidate.scores, settings.weights),
    reason: withdrawn.has(candidate.id) ? ('WITHDRAWN' as const) : barrier(candidate, settings, excluded, value),
  }));
  rows.sort((a, b) => published(b.score) - published(a.score) || byTieRule(a, b, settings.tieRule, rule));
  let admitted = 0;
  let cutOff: number | null = null;
  const verdicts = rows.map(({ candidate, score, se, reason }, i): Verdict => {
    const enters = reason === null && admitted < quota;
    if (enters) {
      admitted += 1;
      cutOff = score;
    }
    return {
      id: candidate.id,
      score,
      se,
      rank: i + 1,
      decision: enters ? 'ADMITTED' : 'NOT_ADMITTED',
      reason: enters ? null : (reason ?? 'QUOTA'),
    };
  });
  return { verdicts, cutOff };
}

/** The value of a score or standard error that a version of the rule compares. */
const comparedBy = (rule: RuleVersion): ((value: number) => number) => (rule === 1 ? (value) => value : published);

/**
 * Reason why a candidate is not admitted however high it ranks (an upheld objection, too few reviews, or a score below
 * the floor in one dimension); null if there is none.
 */
function barrier(
  candidate: Candidate,
  { floors, minReviews }: DecisionInput['settings'],
  excluded: ReadonlySet<string>,
  value: (score: number) => number,
): DecisionReason | null {
  if (excluded.has(candidate.id)) return 'OBJECTION_UPHELD';
  for (const dimension of DIMENSIONS) if (candidate.scores[dimension].reviews < minReviews) return 'TOO_FEW_REVIEWS';
  for (const dimension of DIMENSIONS)
    if (value(candidate.scores[dimension].score) < floors[dimension]) return `FLOOR_${dimension}`;
  return null;
}

interface Ranked {
  candidate: Candidate;
  se: number;
}

function byTieRule(a: Ranked, b: Ranked, keys: readonly TieKey[], rule: RuleVersion): number {
  for (const key of [...keys, 'ENTRY_ID'] as const) {
    const order = compareBy(key, a, b, rule);
    if (order !== 0) return order;
  }
  return 0;
}

function compareBy(key: TieKey, a: Ranked, b: Ranked, rule: RuleVersion): number {
  const value = comparedBy(rule);
  if (key === 'ENTRY_ID') return text(a.candidate.id, b.candidate.id);
  if (key === 'EARLIER_REGISTRATION')
    return rule === 1 ? text(a.candidate.enteredAt, b.candidate.enteredAt) : earlier(a, b);
  if (key === 'SMALLER_ERROR') return value(a.se) - value(b.se);
  return value(b.candidate.scores[key].score) - value(a.candidate.scores[key].score);
}

const earlier = (a: Ranked, b: Ranked): number => (a.candidate.order ?? 0) - (b.candidate.order ?? 0);
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Percentile of each entry within its industry division, in per cent: the share of the division's entries whose
 * published score is at most the entry's own, so that equal scores have equal percentiles. Entries without a division
 * form a group of their own. Results are in the order of `scores`.
 */
export function percentiles(scores: ReadonlyArray<{ group: string | null; score: number }>): number[] {
  const rows = scores.map(({ group, score }) => ({ group, score: published(score) }));
  const groups = new Map<string | null, number[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group) group.push(row.score);
    else groups.set(row.group, [row.score]);
  }
  for (const group of groups.values()) group.sort((a, b) => a - b);
  return rows.map((row) => {
    const group = groups.get(row.group)!;
    let low = 0;
    let high = group.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (group[middle]! <= row.score) low = middle + 1;
      else high = middle;
    }
    return (100 * low) / group.length;
  });
}

/**
 * Builds the candidates for admission from the calibration results of all dimensions. Every entry must occur in every
 * calibration; the order of `entries` does not matter.
 */
export function candidatesOf(
  entries: ReadonlyArray<Pick<Candidate, 'id' | 'enteredAt' | 'order'>>,
  fits: Readonly<
    Record<
      Dimension,
      { entries: ReadonlyArray<{ key: string; score: number; standardError: number; reviews: number }> }
    >
  >,
): Candidate[] {
  const byDimension = DIMENSIONS.map(
    (dimension) => [dimension, new Map(fits[dimension].entries.map((entry) => [entry.key, entry]))] as const,
  );
  return entries.map(({ id, enteredAt, order }) => ({
    id,
    enteredAt,
    order,
    scores: Object.fromEntries(
      byDimension.map(([dimension, fitted]) => {
        const entry = fitted.get(id);
        if (!entry) throw new RangeError(`entry ${id} is not in the fit of ${dimension}`);
        return [dimension, { score: entry.score, se: entry.standardError, reviews: entry.reviews }];
      }),
    ) as Record<Dimension, DimensionScore>,
  }));
}
