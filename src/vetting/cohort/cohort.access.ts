import { In, type EntityManager } from 'typeorm';
import { ConflictError, NotFoundError } from '../../kernel/errors.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { Cohort } from './cohort.entity.js';
import { CohortEntry } from './entry.entity.js';
import type { CohortStatus } from '../vocabularies.js';
import { say } from '../../messages/catalogue.js';
import { termOf } from '../../taxonomy/vocabulary.js';

export const cohortById = defineLoader<string, Cohort | null>(async (db, ids) =>
  byKey(ids, await db.findBy(Cohort, { id: In([...ids]) }), (cohort) => cohort.id),
);

export const entryById = defineLoader<string, CohortEntry | null>(async (db, ids) =>
  byKey(ids, await db.findBy(CohortEntry, { id: In([...ids]) }), (entry) => entry.id),
);

/**
 * Loads a cohort and locks its row until the transaction ends. With mode 'change', other callers of this function wait,
 * whatever their mode; with mode 'hold', only those with mode 'change' wait, so several transactions can hold the row
 * at once. In both modes others cannot change the row, but they can insert rows that refer to it. Throws NOT_FOUND if
 * the cohort does not exist.
 */
export async function lockCohort(tx: EntityManager, id: string, mode: 'change' | 'hold' = 'change'): Promise<Cohort> {
  const cohort = await tx.findOne(Cohort, {
    where: { id },
    lock: { mode: mode === 'change' ? 'for_no_key_update' : 'pessimistic_read' },
  });
  if (!cohort) throw new NotFoundError(say('thing.theCohort'));
  return cohort;
}

/** Throws CONFLICT (COHORT_STATUS) unless the cohort has one of the allowed statuses. */
export function requireStatus(cohort: Cohort, ...allowed: readonly CohortStatus[]): void {
  if (allowed.includes(cohort.status)) return;
  throw new ConflictError(
    say('COHORT_STATUS.allowed', {
      status: termOf('CohortStatus', cohort.status),
      allowed: allowed.map((status) => termOf('CohortStatus', status)),
    }),
    'COHORT_STATUS',
    { current: cohort.status, allowed: [...allowed] },
  );
}

/**
 * Loads a cohort entry and locks it, after locking its cohort so that the cohort's status cannot change before the
 * transaction ends.
 */
export async function lockEntry(
  tx: EntityManager,
  id: string,
  cohortMode: 'change' | 'hold' = 'hold',
): Promise<{ entry: CohortEntry; cohort: Cohort }> {
  const seen = await tx.findOneBy(CohortEntry, { id });
  if (!seen) throw new NotFoundError(say('thing.theEntry'));
  const cohort = await lockCohort(tx, seen.cohortId, cohortMode);
  const entry = await tx.findOneOrFail(CohortEntry, { where: { id }, lock: { mode: 'for_no_key_update' } });
  return { entry, cohort };
}
