import { SqlMigration } from '../src/lib/migration.js';

/** Organisations that their owners have closed: on record, without taking part. */
export class OrganisationClosing20261130112000 extends SqlMigration {
  readonly name = 'OrganisationClosing20261130112000';

  readonly forward = `
ALTER TABLE organisation DROP CONSTRAINT organisation_verification_check;
ALTER TABLE organisation ADD CONSTRAINT organisation_verification_check
  CHECK (verification IN ('PENDING','VERIFIED','REJECTED','CLOSED'));
ALTER TABLE organisation ADD COLUMN closed_at timestamptz(3);
ALTER TABLE organisation ADD CONSTRAINT organisation_closed CHECK ((closed_at IS NOT NULL) = (verification = 'CLOSED'));
-- A closed organisation no longer holds its codes against a successor.
DROP INDEX organisation_uscc, organisation_ror;
CREATE UNIQUE INDEX organisation_uscc ON organisation (uscc) WHERE verification NOT IN ('REJECTED','CLOSED');
CREATE UNIQUE INDEX organisation_ror ON organisation (ror) WHERE verification NOT IN ('REJECTED','CLOSED');
CREATE INDEX organisation_closed_id ON organisation (id) WHERE verification = 'CLOSED';
`;

  readonly backward = `
UPDATE organisation SET verification = 'REJECTED', closed_at = NULL WHERE verification = 'CLOSED';
DROP INDEX organisation_closed_id, organisation_uscc, organisation_ror;
ALTER TABLE organisation DROP CONSTRAINT organisation_closed, DROP CONSTRAINT organisation_verification_check;
ALTER TABLE organisation DROP COLUMN closed_at;
ALTER TABLE organisation ADD CONSTRAINT organisation_verification_check
  CHECK (verification IN ('PENDING','VERIFIED','REJECTED'));
CREATE UNIQUE INDEX organisation_uscc ON organisation (uscc) WHERE verification <> 'REJECTED';
CREATE UNIQUE INDEX organisation_ror ON organisation (ror) WHERE verification <> 'REJECTED';
`;
}
