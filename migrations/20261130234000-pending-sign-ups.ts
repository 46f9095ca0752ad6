import { SqlMigration } from '../src/lib/migration.js';

/**
 * Sign-ups with the address of an account that has not confirmed it yet. Each waits for its own mailed link; the one
 * whose link is opened becomes the account's.
 */
export class PendingSignUps20261130234000 extends SqlMigration {
  readonly name = 'PendingSignUps20261130234000';

  readonly forward = `
CREATE TABLE pending_sign_up (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  -- The address signed up with; the account's may have changed since.
  email text NOT NULL,
  password_hash text NOT NULL,
  display_name text NOT NULL,
  locale text NOT NULL CHECK (locale IN ('ZH','EN')),
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX pending_sign_up_account ON pending_sign_up (account_id, id);
-- Null: the link confirms the sign-up that created the account.
ALTER TABLE one_time_token ADD COLUMN sign_up_id uuid REFERENCES pending_sign_up ON DELETE CASCADE;
CREATE INDEX one_time_token_sign_up ON one_time_token (sign_up_id) WHERE sign_up_id IS NOT NULL;
`;

  readonly backward = `
ALTER TABLE one_time_token DROP COLUMN sign_up_id;
DROP TABLE pending_sign_up;
`;
}
