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
 * Takes a batch of rows into the database, in the caller's transaction and in a fixed number of statements, or, in a dry
 * run, says what would become of them. Rows with problems are reported and left out. `before` holds what earlier batches
 * of the run have touched, as line by id.
 */
export type ApplyBatch = (
  tx: EntityManager,
  rows: readonly KeyedRow[],
  before: ReadonlyMap<string, number>,
  dryRun: boolean,
) => Promise<BatchOutcome>;

/**
 * What a file is imported into. The engine knows files, mappings, runs, reports and transactions; everything that is
 * particular to achievements or to track records stands behind this.
 */
export interface ImportTarget extends MappingRules {
  code: ImportTargetCode;
  /** Ends the sentence "not given, though needed …". */
  needed: string;
  /** Fields needed that a mapping does not give; any one of a group is enough. */
  missingFields(mapping: Mapping): string[];
  /** By what rows are found again. */
  keyedBy(mapping: Mapping): ImportKey;
  /** Throws where nothing of this kind can be imported for the organisation. */
  assertMay(db: EntityManager, organisation: Organisation): Promise<void>;
  /** Makes the function that reads rows by a mapping; the mapping was checked. */
  reader(mapping: Mapping, headers: readonly string[], names: ValueNames): (cells: readonly string[]) => ReadRow;
  /** Value by field of the keys by which a row is found, the first one counting; may settle in the patch what an empty key cell means. */
  keysOf(patch: unknown): object;
  /** Prepares a run. */
  begin(app: App, run: ImportRun, columnOf: ColumnOf): Promise<ApplyBatch>;
  /** What a violated unique constraint means; null for one that says nothing of the row. */
  conflictOf(constraint: string | undefined): { field: string; code: string; message: string } | null;
}
