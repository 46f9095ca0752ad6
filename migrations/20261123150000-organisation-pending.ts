import { SqlMigration } from '../src/lib/migration.js';

/** What a verified organisation wishes to be called, until an operator has checked that too. */
export class OrganisationPending20261123150000 extends SqlMigration {
  readonly name = 'OrganisationPending20261123150000';

  readonly forward = `
ALTER TABLE organisation ADD COLUMN pending_change jsonb CHECK (jsonb_typeof(pending_change) = 'object' AND pending_change <> '{}');
CREATE INDEX organisation_pending ON organisation (id) WHERE pending_change IS NOT NULL;
`;

  readonly backward = `
ALTER TABLE organisation DROP COLUMN pending_change;
`;
}
