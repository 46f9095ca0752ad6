import { SqlMigration } from '../src/lib/migration.js';

/** Kinds of mail that a person does not want; and when the expiry of a score passport was told. */
export class MailOptOut20261130140100 extends SqlMigration {
  readonly name = 'MailOptOut20261130140100';

  readonly forward = `
CREATE TABLE mail_opt_out (
  -- account:<id>, or address:<digest> of an address without an account.
  mailbox text NOT NULL,
  kind text NOT NULL,
  account_id uuid REFERENCES account ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (mailbox, kind)
);
CREATE INDEX mail_opt_out_account ON mail_opt_out (account_id) WHERE account_id IS NOT NULL;
ALTER TABLE score_passport ADD COLUMN expiry_told_at timestamptz(3);
`;

  readonly backward = `
ALTER TABLE score_passport DROP COLUMN expiry_told_at;
DROP TABLE mail_opt_out;
`;
}
