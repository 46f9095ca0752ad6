import type { EntityManager } from 'typeorm';
import type { App } from './context.js';

/** Reads the data that one part of the platform holds on a person. */
export type PersonalDataExport = (tx: EntityManager, accountId: string) => Promise<unknown>;

/** The person whose data is erased, as the account stood before the erasure. */
export interface ErasedPerson {
  accountId: string;
  email: string;
  pseudonym: string;
}

/**
 * Erases the data that one part of the platform holds on a person, or unlinks it from the person. Runs in the erasure's
 * transaction.
 */
export type ErasureStep = (tx: EntityManager, person: ErasedPerson, app: App) => Promise<void>;

/** The data that one part of the platform holds on persons: how to export and to erase it. */
export interface PersonalData {
  /** Unique name of the part; the lists of `privacy/` that order exports and erasures refer to it. */
  readonly part: string;
  /** Sections of the exported document, by key; keys are unique over all parts. */
  readonly exports: Readonly<Record<string, PersonalDataExport>>;
  readonly erase?: ErasureStep;
}

/** An export of the rows that `sql` selects; `$1` is the id of the account. */
export const exportedRows =
  (sql: string): PersonalDataExport =>
  (tx, accountId) =>
    tx.query(sql, [accountId]);
