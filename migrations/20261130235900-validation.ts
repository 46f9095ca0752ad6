import { SqlMigration, validateConstraints } from '../src/lib/migration.js';

/** Checks the rows that were there before the constraints of the migrations above, without keeping anyone waiting. */
export class Validation20261130235900 extends SqlMigration {
  readonly name = 'Validation20261130235900';
  readonly forward = validateConstraints;
  readonly backward = `SELECT 1;`;
}
