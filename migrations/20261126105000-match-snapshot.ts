import { SqlMigration } from '../src/lib/migration.js';

/** Which snapshots of the investors were made of this database: a process uses no file that the database does not know. */
export class MatchSnapshot20261126105000 extends SqlMigration {
  readonly name = 'MatchSnapshot20261126105000';

  readonly forward = `
CREATE TABLE match_snapshot (
  id uuid PRIMARY KEY,
  saved_at timestamptz NOT NULL DEFAULT clock_timestamp()
);`;

  readonly backward = `
DROP TABLE match_snapshot;`;
}
