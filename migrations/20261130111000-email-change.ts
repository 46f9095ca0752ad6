import { SqlMigration } from '../src/lib/migration.js';

/** Changes of an account's e-mail address: asked for, confirmed at the new address, stopped from the old one. */
export class EmailChange20261130111000 extends SqlMigration {
  readonly name = 'EmailChange20261130111000';

  readonly forward = `
CREATE TABLE email_change (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  old_email text NOT NULL,
  -- Whether the old address was confirmed; an unconfirmed one may belong to somebody else and gets no link.
  old_confirmed boolean NOT NULL,
  new_email text NOT NULL,
  confirm_hash text NOT NULL UNIQUE,
  stop_hash text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  confirmed_at timestamptz(3),
  -- Until when the link at the old address undoes a confirmed change.
  stop_until timestamptz(3) NOT NULL
);
CREATE INDEX email_change_account ON email_change (account_id, id);
CREATE INDEX email_change_held ON email_change (lower(old_email)) WHERE confirmed_at IS NOT NULL AND old_confirmed;
`;

  readonly backward = `
DROP TABLE email_change;
`;
}
