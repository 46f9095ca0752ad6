import { OnlineMigration } from '../src/lib/online-migration.js';

/**
 * Second step: reads the ledger once, without a limit of time and while others append, to know that no record is beyond
 * the end of the first partition. Attaching the table as a partition then needs no look at its records.
 */
export class LedgerRangeValid20261201020300 extends OnlineMigration {
  readonly name = 'LedgerRangeValid20261201020300';

  override readonly statements = ['ALTER TABLE ledger_record VALIDATE CONSTRAINT ledger_record_range'];
}
