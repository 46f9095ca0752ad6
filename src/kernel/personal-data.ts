import type { EntityManager } from 'typeorm';
import type { App } from './context.js';

/** Reads, for the export of a person's data, the part that one domain holds on the account `accountId`. */
export type PersonalDataExport = (tx: EntityManager, accountId: string) => Promise<unknown>;

/** The person whose data is erased: the values of the account before its erasure. */
export interface ErasedPerson {
  accountId: string;
  email: string;
  pseudonym: string;
}

/**
 * Deletes the data that one domain holds on a person, or removes its link to the person. Runs in the transaction of the
 * whole erasure.
 */
export type ErasureStep = (tx: EntityManager, person: ErasedPerson, app: App) => Promise<void>;

/** The personal data of one part of the platform: the functions that export it, and the function that erases it. */
export interface PersonalData {
  /**
   * Unique name of this part of the personal data; the lists in `privacy/` that order exports and erasures refer to it.
   */
  readonly part: string;
  /** Sections of the exported document, by their key in it; keys are unique over all parts of the platform. */
  readonly exports: Readonly<Record<string, PersonalDataExport>>;
  readonly erase?: ErasureStep;
}

/** Makes an export of the database rows that `sql` selects; its parameter `$1` is the account id of the person. */
export const exportedRows =
  (sql: string): PersonalDataExport =>
  (tx, accountId) =>
    tx.query(sql, [accountId]);
