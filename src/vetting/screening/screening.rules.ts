import { missingForRegistration, type AchievementRecord } from '../../achievements/achievement.record.js';
import type { AchievementStatus } from '../../achievements/vocabularies.js';
import type { ScreenReason } from '../vocabularies.js';

/** The facts about one entry that the screening reads. */
export interface Screened {
  entryId: string;
  achievementId: string;
  status: AchievementStatus;
  institutionVerified: boolean;
  /** True if the achievement is in the pool with a valid score passport. */
  holdsPassport: boolean;
  /** True if an objection to it was upheld and no operator has counted it in a later cohort. */
  objectionUpheld: boolean;
  record: AchievementRecord;
  /**
   * An operator's verdict whether the entry counts, which the screening rules do not override; null without a verdict.
   */
  verdict: 'COUNTED' | 'EXCLUDED' | null;
  /** True if the last screen counted the entry. */
  countedBefore: boolean;
}

/**
 * A pair of achievements with nearly the same text that no operator dismissed; `other` is no draft, is not withdrawn,
 * and may be outside the cohort.
 */
export interface NearPair {
  achievementId: string;
  other: string;
  otherStatus: AchievementStatus;
}

/** Statuses in which an achievement outside the cohort excludes its near-duplicates in the cohort. */
export const ESTABLISHED: readonly AchievementStatus[] = ['UNDER_REVIEW', 'ADMITTED', 'CULTIVATING', 'RETIRED'];

/**
 * For each entry of a cohort without an operator's verdict, the reasons why it does not count; an empty list if it
 * counts. Of near-duplicates within the cohort, only the one created first counts (ids are ordered by time), or the one
 * that an operator counted; an excluded entry does not exclude others. An entry that counted before is not excluded for
 * one that an operator's verdict counts: the verdict was about the other entry.
 */
export function screenReasons(entries: readonly Screened[], pairs: readonly NearPair[]): Map<string, ScreenReason[]> {
  const inCohort = new Set(entries.map((entry) => entry.achievementId));
  const pairsOf = new Map<string, NearPair[]>();
  for (const pair of pairs) pairsOf.set(pair.achievementId, [...(pairsOf.get(pair.achievementId) ?? []), pair]);
  const byVerdict = new Set(entries.filter((entry) => entry.verdict === 'COUNTED').map((entry) => entry.achievementId));
  const counted = new Set(byVerdict);
  const reasons = new Map<string, ScreenReason[]>();
  for (const entry of [...entries].sort((a, b) => (a.achievementId < b.achievementId ? -1 : 1))) {
    if (entry.verdict !== null) continue;
    const found: ScreenReason[] = [];
    if (entry.status === 'WITHDRAWN' || entry.status === 'DRAFT') found.push('WITHDRAWN');
    else if (entry.status === 'ADMITTED' && entry.holdsPassport) found.push('ALREADY_ADMITTED');
    else if ((entry.status !== 'REGISTERED' && entry.status !== 'ADMITTED') || !entry.institutionVerified)
      found.push('NOT_ELIGIBLE');
    if (entry.objectionUpheld) found.push('OBJECTION_UPHELD');
    if (missingForRegistration(entry.record).length > 0) found.push('INCOMPLETE');
    const duplicate = (pairsOf.get(entry.achievementId) ?? []).some(({ other, otherStatus }) =>
      inCohort.has(other)
        ? counted.has(other) && !(entry.countedBefore && byVerdict.has(other))
        : ESTABLISHED.includes(otherStatus),
    );
    if (duplicate) found.push('NEAR_DUPLICATE');
    if (found.length === 0) counted.add(entry.achievementId);
    reasons.set(entry.entryId, found);
  }
  return reasons;
}
