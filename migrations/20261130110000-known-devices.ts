import { SqlMigration } from '../src/lib/migration.js';

/** Devices that logged in before, each with a token that gives its attempts a counter of their own. */
export class KnownDevices20261130110000 extends SqlMigration {
  readonly name = 'KnownDevices20261130110000';

  readonly forward = `
CREATE TABLE known_device (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  token_hash text NOT NULL UNIQUE,
  -- The latest session that was opened with the token.
  session_id uuid REFERENCES session ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX known_device_account ON known_device (account_id, last_used_at);
CREATE INDEX known_device_session ON known_device (session_id);
CREATE INDEX login_throttle_window ON login_throttle (window_ends_at);
`;

  readonly backward = `
DROP INDEX login_throttle_window;
DROP TABLE known_device;
`;
}
