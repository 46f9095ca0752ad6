import { SqlMigration } from '../src/lib/migration.js';

/**
 * Rows of import reports keep the key and the parameters of their sentence, which is put into words when it is read.
 * Rows from before keep their words.
 */
export class ImportMessages20261201060000 extends SqlMigration {
  readonly name = 'ImportMessages20261201060000';

  readonly forward = `
ALTER TABLE import_report_row ADD COLUMN message_key text, ADD COLUMN message_params jsonb;
ALTER TABLE import_report_row ALTER COLUMN message DROP NOT NULL;
`;

  readonly backward = `
UPDATE import_report_row SET message = message_key WHERE message IS NULL;
ALTER TABLE import_report_row ALTER COLUMN message SET NOT NULL;
ALTER TABLE import_report_row DROP COLUMN message_key, DROP COLUMN message_params;
`;
}
