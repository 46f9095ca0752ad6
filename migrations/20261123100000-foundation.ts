import { SqlMigration } from '../src/lib/migration.js';

/** Accounts, organisations, sessions and keys; the ledger; idempotency keys. */
export class Foundation20261123100000 extends SqlMigration {
  readonly name = 'Foundation20261123100000';

  readonly forward = `
CREATE TABLE ledger_record (
  seq bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  actor uuid,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  facts jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL UNIQUE
);
CREATE INDEX ledger_record_subject ON ledger_record (subject_type, subject_id, seq);
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $f$;
CREATE TRIGGER ledger_record_append_only BEFORE UPDATE OR DELETE ON ledger_record FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_record_no_truncate BEFORE TRUNCATE ON ledger_record FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TABLE account (
  id uuid PRIMARY KEY,
  -- The ledger names this and never the account; erasing the row cuts the tie.
  pseudonym uuid NOT NULL UNIQUE,
  email text,
  password_hash text,
  display_name text,
  locale text NOT NULL DEFAULT 'ZH' CHECK (locale IN ('ZH', 'EN')),
  is_operator boolean NOT NULL DEFAULT false,
  email_confirmed_at timestamptz(3),
  totp_secret text,
  totp_enabled_at timestamptz(3),
  totp_last_step bigint,
  created_at timestamptz(3) NOT NULL,
  erased_at timestamptz(3),
  CHECK (erased_at IS NOT NULL OR (email IS NOT NULL AND password_hash IS NOT NULL AND display_name IS NOT NULL))
);
CREATE UNIQUE INDEX account_email ON account (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE organisation (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('UNIVERSITY','INSTITUTE','ENTERPRISE','INVESTOR','CHAMBER','SERVICE_AGENCY','GOVERNMENT')),
  name jsonb NOT NULL,
  uscc text UNIQUE,
  ror text UNIQUE,
  region_code text,
  website text,
  description jsonb,
  verification text NOT NULL DEFAULT 'PENDING' CHECK (verification IN ('PENDING','VERIFIED','REJECTED')),
  verification_note text,
  verified_at timestamptz(3),
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX organisation_kind ON organisation (kind, id);

CREATE TABLE membership (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('OWNER','EDITOR','MEMBER')),
  created_at timestamptz(3) NOT NULL,
  UNIQUE (account_id, organisation_id)
);
CREATE INDEX membership_organisation ON membership (organisation_id, id);

CREATE TABLE invitation (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('OWNER','EDITOR','MEMBER')),
  token_hash text NOT NULL UNIQUE,
  invited_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  accepted_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX invitation_organisation ON invitation (organisation_id, id);
CREATE UNIQUE INDEX invitation_open ON invitation (organisation_id, lower(email)) WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE signing_key (
  kid text PRIMARY KEY,
  private_key text NOT NULL,
  public_key jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  retired_at timestamptz(3)
);

-- A session is a family of refresh tokens, each used once.
CREATE TABLE session (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  user_agent text,
  revoked_at timestamptz(3),
  revoked_reason text
);
CREATE INDEX session_account ON session (account_id, id);
CREATE TABLE refresh_token (
  token_hash text PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

CREATE TABLE one_time_token (
  token_hash text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('CONFIRM_EMAIL','RESET_PASSWORD')),
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX one_time_token_account ON one_time_token (account_id);

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  name text NOT NULL,
  prefix text NOT NULL,
  secret_hash text NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_key_account ON api_key (account_id, id);

-- Failed log-ins per key (hash of e-mail or address), counted in a window.
CREATE TABLE login_throttle (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  window_ends_at timestamptz(3) NOT NULL
);

CREATE TABLE idempotency_key (
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  key text NOT NULL,
  digest text NOT NULL,
  entity_id uuid,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- What was loaded from files (taxonomies, sample), by checksum, so that a warm start does nothing.
CREATE TABLE loaded_file (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  loaded_at timestamptz(3) NOT NULL
);
`;

  readonly backward = `
DROP TABLE loaded_file, idempotency_key, login_throttle, api_key, one_time_token, refresh_token, session, signing_key, invitation, membership, organisation, account, ledger_record;
DROP FUNCTION ledger_refuse_change;
`;
}
