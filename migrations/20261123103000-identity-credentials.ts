import { SqlMigration } from '../src/lib/migration.js';

/** Recovery codes; API keys found by their prefix; a rejected organisation no longer holds its code against the real one. */
export class IdentityCredentials20261123103000 extends SqlMigration {
  readonly name = 'IdentityCredentials20261123103000';

  readonly forward = `
CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  code_hash text NOT NULL,
  used_at timestamptz(3),
  PRIMARY KEY (account_id, code_hash)
);
CREATE UNIQUE INDEX api_key_prefix ON api_key (prefix);
ALTER TABLE organisation DROP CONSTRAINT organisation_uscc_key, DROP CONSTRAINT organisation_ror_key;
CREATE UNIQUE INDEX organisation_uscc ON organisation (uscc) WHERE verification <> 'REJECTED';
CREATE UNIQUE INDEX organisation_ror ON organisation (ror) WHERE verification <> 'REJECTED';
CREATE INDEX invitation_email ON invitation (lower(email));
CREATE INDEX session_expiry ON session (expires_at);
`;

  readonly backward = `
DROP INDEX session_expiry, invitation_email, organisation_ror, organisation_uscc, api_key_prefix;
ALTER TABLE organisation ADD CONSTRAINT organisation_uscc_key UNIQUE (uscc), ADD CONSTRAINT organisation_ror_key UNIQUE (ror);
DROP TABLE recovery_code;
`;
}
