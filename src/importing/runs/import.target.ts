import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import type { Organisation } from '../../identity/organisations/organisation.entity.js';
import type { ImportRun } from './import.entity.js';
import type { BatchOutcome, ColumnOf } from './import.outcome.js';
import type { KeyedRow, ReadRow } from './import.rows.js';
import type { ImportKey, ImportTargetCode } from './import.vocabularies.js';
import type { Mapping, MappingRules } from '../mapping/mapping.js';
import type { ValueNames } from '../mapping/names.js';

/**
 * Applies a batch of rows in the caller's transaction, in a fixed number of statements; in a dry run, only reports what
 * would happen. Rows with problems are reported and skipped. `before` maps the ids of records touched by earlier
 * batches of the run to line numbers.
 */
export type ApplyBatch = (
  tx: EntityManager,
  rows: readonly KeyedRow[],
  before: ReadonlyMap<string, number>,
  dryRun: boolean,
) => Promise<BatchOutcome>;

/**
 * One kind of import. The engine handles files, mappings, runs, reports and transactions; all that is specific to
 * achievements or track records is behind this interface.
 */
export interface ImportTarget extends MappingRules {
  code: ImportTargetCode;
  /** Completes the sentence "not given, though needed …". */
  needed: string;
  /** Groups of required fields that a mapping does not cover; one field of a group is enough. */
  missingFields(mapping: Mapping): string[];
  /** The key by which rows are matched with existing records. */
  keyedBy(mapping: Mapping): ImportKey;
  /** Throws if the organisation cannot import this kind. */
  assertMay(db: EntityManager, organisation: Organisation): Promise<void>;
  /** Returns the function that parses rows by a mapping, which must have been checked. */
  reader(mapping: Mapping, headers: readonly string[], names: ValueNames): (cells: readonly string[]) => ReadRow;
  /** The key values by field, in order of precedence. May adjust the patch for an empty key cell. */
  keysOf(patch: unknown): object;
  /** Prepares a run and returns the function that applies its batches. */
  begin(app: App, run: ImportRun, columnOf: ColumnOf): Promise<ApplyBatch>;
  /** The problem behind a violated unique constraint; null if the row is not at fault. */
  conflictOf(constraint: string | undefined): { field: string; code: string; message: string } | null;
}
