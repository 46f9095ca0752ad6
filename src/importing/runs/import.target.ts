import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import type { Organisation } from '../../identity/organisations/organisation.entity.js';
import type { ImportRun } from './import.entity.js';
import type { BatchOutcome, ColumnOf } from './import.outcome.js';
import type { KeyedRow, ReadRow } from './import.row-keys.js';
import type { ImportKey, ImportTargetCode } from './import.vocabularies.js';
import type { Mapping, MappingRules } from '../mapping/mapping.js';
import type { ValueNames } from '../mapping/names.js';
import type { FieldProblem } from '../../kernel/errors.js';

/**
 * Applies a batch of rows to the database in the caller's transaction, by a fixed number of statements; in a dry run it
 * only reports what would happen. Rows with problems are reported and skipped. `before` holds line numbers by the id of
 * the record, for rows of earlier batches of the run.
 */
export type ApplyBatch = (
  tx: EntityManager,
  rows: readonly KeyedRow[],
  before: ReadonlyMap<string, number>,
  dryRun: boolean,
) => Promise<BatchOutcome>;

/**
 * One kind of import (achievements, past investments). The import engine handles files, column mappings, runs, reports
 * and transactions; everything specific to the kind of record is behind this interface.
 */
export interface ImportTarget extends MappingRules {
  code: ImportTargetCode;
  /** Completion of the error sentence "not given, though needed …", such as `for a track record`. */
  needed: string;
  /** Groups of required fields that a column mapping does not cover; one field of a group would be enough. */
  missingFields(mapping: Mapping): string[];
  /** The key by which rows are matched with stored records under a column mapping. */
  keyedBy(mapping: Mapping): ImportKey;
  /** Throws if the organisation cannot have records of this kind. */
  assertMay(db: EntityManager, organisation: Organisation): Promise<void>;
  /** Returns the function that parses rows by a column mapping, which must have been checked before. */
  reader(mapping: Mapping, headers: readonly string[], names: ValueNames): (cells: readonly string[]) => ReadRow;
  /**
   * Returns the values of a parsed row that identify its record, by field, in order of precedence. It may change the
   * patch where a key cell is empty.
   */
  keysOf(patch: unknown): object;
  /** Prepares an import run and returns the function that applies its batches of rows. */
  begin(app: App, run: ImportRun, columnOf: ColumnOf): Promise<ApplyBatch>;
  /**
   * Describes the row's mistake behind a violated unique constraint of the database; null if the row is not the cause.
   */
  conflictOf(constraint: string | undefined): FieldProblem | null;
}
