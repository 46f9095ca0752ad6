import { SqlMigration } from '../src/lib/migration.js';

/** An import keeps how its file is read, as its user has said, and what its report says of the file's columns. */
export class ImportReading20261201040000 extends SqlMigration {
  readonly name = 'ImportReading20261201040000';

  readonly forward = `
ALTER TABLE import_run
  ADD COLUMN reading jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN column_notes jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN sheet_name text;
`;

  readonly backward = `
ALTER TABLE import_run DROP COLUMN reading, DROP COLUMN column_notes, DROP COLUMN sheet_name;
`;
}
