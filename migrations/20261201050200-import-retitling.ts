import { SqlMigration, validateConstraints } from '../src/lib/migration.js';

/**
 * The rows of a file that its institution confirmed as new titles of stored records, kept with the run so that a repeated
 * run knows them too; and how many results of the pool, and score passports, an import touches.
 */
export class ImportRetitling20261201050200 extends SqlMigration {
  readonly name = 'ImportRetitling20261201050200';

  readonly forward = `
ALTER TABLE import_run
  ADD COLUMN retitled_lines integer[] NOT NULL DEFAULT '{}',
  ADD COLUMN admitted_changed integer NOT NULL DEFAULT 0,
  ADD COLUMN passports_voided integer NOT NULL DEFAULT 0;
${validateConstraints}
`;

  readonly backward = `
ALTER TABLE import_run
  DROP COLUMN retitled_lines,
  DROP COLUMN admitted_changed,
  DROP COLUMN passports_voided;
`;
}
