import type { EntityManager } from 'typeorm';
import { finishDuplicateScans } from '../../achievements/duplicates.service.js';
import { AppealsOpen, refusal, ScreenChange, ScreenChanged } from '../vetting.errors.js';
import type { ScreenReason, ScreenStatus } from '../vocabularies.js';
import type { Rescreened } from './screening.js';
import { say } from '../../messages/catalogue.js';

/** Checks of the last screen of a cohort, by which its denominator is fixed. */

/**
 * Locks the achievements of a cohort's entries, so that a concurrent withdrawal or edit takes effect either before or
 * after the screen, and finishes the searches for their near-duplicates: one that is found after the freezing would
 * stay in the denominator.
 */
export async function finishScansOf(tx: EntityManager, cohortId: string, at: Date): Promise<void> {
  const entered = (await tx.query(
    `SELECT a.id
     FROM achievement a
     JOIN cohort_entry e ON e.achievement_id = a.id
     WHERE e.cohort_id = $1
     ORDER BY a.id
     FOR NO KEY UPDATE OF a`,
    [cohortId],
  )) as Array<{ id: string }>;
  await finishDuplicateScans(
    tx,
    entered.map(({ id }) => id),
    at,
  );
}

/** One change, for the refusal. */
const changeOf = (entryId: string, was: ScreenStatus, is: ScreenStatus, reasons: ScreenReason[]): ScreenChange =>
  Object.assign(new ScreenChange(), { entryId, was, is, reasons });

/**
 * Throws the refusal ScreenChanged if the last screen excluded or counted an entry otherwise than the screen before it,
 * or if any screen after `seenAt`, when the operator looked, did. An entry that was never screened and now counts is no
 * surprise; one that is excluded by its first screen is, since nobody could appeal.
 */
export async function refuseUnseen(
  tx: EntityManager,
  cohortId: string,
  changes: readonly Rescreened[],
  seenAt: Date | null,
): Promise<void> {
  const found = changes
    .filter(({ was, is }) => was !== is && !(was === 'PENDING' && is === 'COUNTED'))
    .map(({ entryId, was, is, reasons }) => changeOf(entryId, was, is, reasons));
  if (seenAt !== null) {
    const listed = new Set(changes.map(({ entryId }) => entryId));
    const later = (await tx.query(
      `SELECT id, screen, screen_reasons AS reasons
       FROM cohort_entry
       WHERE cohort_id = $1 AND screened_at > $2
       ORDER BY id`,
      [cohortId, seenAt],
    )) as Array<{ id: string; screen: ScreenStatus; reasons: ScreenReason[] }>;
    for (const { id, screen, reasons } of later) if (!listed.has(id)) found.push(changeOf(id, screen, screen, reasons));
  }
  if (found.length === 0) return;
  throw refusal(ScreenChanged, {
    said: say('SCREEN_CHANGED', { count: found.length }),
    changes: found,
  });
}

/**
 * Throws the refusal AppealsOpen while any appeal waits for its answer, also one of an entry that counts meanwhile: after
 * the freezing nobody could answer it.
 */
export async function refuseOpenAppeals(tx: EntityManager, cohortId: string): Promise<void> {
  const [appeals] = (await tx.query(
    `SELECT count(*)::int AS n
     FROM cohort_entry
     WHERE cohort_id = $1 AND appealed_at IS NOT NULL AND appeal_answered_at IS NULL`,
    [cohortId],
  )) as Array<{ n: number }>;
  if (appeals!.n === 0) return;
  throw refusal(AppealsOpen, {
    said: say('APPEALS_OPEN', { count: appeals!.n }),
    count: appeals!.n,
  });
}
