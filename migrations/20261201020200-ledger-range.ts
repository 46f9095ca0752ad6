import { SqlMigration } from '../src/lib/migration.js';

/**
 * First of three steps that make the ledger a table of partitions without copying it: the present table becomes the
 * first partition, whatever its size. This step states, for records that are written from now on, the end of that
 * partition: one to two million records further on.
 */
export class LedgerRange20261201020200 extends SqlMigration {
  readonly name = 'LedgerRange20261201020200';

  readonly forward = `
DO $f$
BEGIN
  EXECUTE format('ALTER TABLE ledger_record ADD CONSTRAINT ledger_record_range CHECK (seq < %s::bigint) NOT VALID',
    (COALESCE((SELECT max(seq) FROM ledger_record), 0) / 1000000 + 2) * 1000000 + 1);
END $f$;`;

  readonly backward = `
ALTER TABLE ledger_record DROP CONSTRAINT ledger_record_range;`;
}
