import { SqlMigration } from '../src/lib/migration.js';

/** Names that resemble those of verified organisations: when they were checked, and when operators were told. */
export class Namesakes20261130130000 extends SqlMigration {
  readonly name = 'Namesakes20261130130000';

  readonly forward = `
ALTER TABLE organisation
  -- When the name was last compared with those of verified organisations; null while the comparison is due.
  ADD COLUMN names_checked_at timestamptz(3),
  -- When operators were last told that the name resembles a verified one.
  ADD COLUMN namesakes_told_at timestamptz(3);
UPDATE organisation SET names_checked_at = now();
CREATE INDEX organisation_names_due ON organisation (created_at) WHERE names_checked_at IS NULL;
`;

  readonly backward = `
DROP INDEX organisation_names_due;
ALTER TABLE organisation DROP COLUMN namesakes_told_at, DROP COLUMN names_checked_at;
`;
}
