import { SqlMigration } from '../src/lib/migration.js';

/** Interest in pool entries with its messages and read positions; shortlists. */
export class Interest20261123130000 extends SqlMigration {
  readonly name = 'Interest20261123130000';

  readonly forward = `
CREATE TABLE interest (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  -- The achievement's institution, which never changes; here so that an inbox is one index range.
  institution_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  -- Null once the person is erased.
  account_id uuid REFERENCES account ON DELETE SET NULL,
  organisation_id uuid REFERENCES organisation ON DELETE SET NULL,
  status text NOT NULL CHECK (status IN ('OPEN','ANSWERED','CLOSED')),
  created_at timestamptz(3) NOT NULL,
  last_message_at timestamptz(3) NOT NULL,
  closed_at timestamptz(3),
  closed_by text CHECK (closed_by IN ('PARTY','LISTER')),
  close_reason text,
  -- Messages are numbered from 1 within their thread; these are the newest number, and the newest of each side (0: none).
  message_count integer NOT NULL DEFAULT 0,
  party_seq integer NOT NULL DEFAULT 0,
  lister_seq integer NOT NULL DEFAULT 0,
  CHECK ((status = 'CLOSED') = (closed_by IS NOT NULL)),
  CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
  CHECK (status = 'CLOSED' OR close_reason IS NULL)
);
CREATE UNIQUE INDEX interest_one_open ON interest (account_id, achievement_id) WHERE status <> 'CLOSED';
CREATE INDEX interest_inbox ON interest (institution_id, last_message_at DESC, id DESC);
CREATE INDEX interest_sent ON interest (account_id, last_message_at DESC, id DESC);
CREATE INDEX interest_sent_for ON interest (organisation_id, last_message_at DESC, id DESC) WHERE organisation_id IS NOT NULL;
CREATE INDEX interest_started ON interest (account_id, created_at);
CREATE INDEX interest_achievement ON interest (achievement_id, account_id);

CREATE TABLE interest_message (
  id uuid PRIMARY KEY,
  interest_id uuid NOT NULL REFERENCES interest ON DELETE CASCADE,
  seq integer NOT NULL,
  -- Null once the person is erased; the text stays for the other side.
  author_id uuid REFERENCES account ON DELETE SET NULL,
  side text NOT NULL CHECK (side IN ('PARTY','LISTER')),
  body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 4000),
  created_at timestamptz(3) NOT NULL,
  UNIQUE (interest_id, seq)
);
CREATE INDEX interest_message_author ON interest_message (author_id);

-- How far each person has read a thread, and up to which message they were told of it by mail.
CREATE TABLE interest_participant (
  interest_id uuid NOT NULL REFERENCES interest ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  read_seq integer NOT NULL DEFAULT 0,
  read_at timestamptz(3),
  mailed_seq integer NOT NULL DEFAULT 0,
  mailed_at timestamptz(3),
  PRIMARY KEY (interest_id, account_id)
);
CREATE INDEX interest_participant_account ON interest_participant (account_id);

CREATE TABLE shortlist_entry (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  note text CHECK (char_length(note) BETWEEN 1 AND 2000),
  added_at timestamptz(3) NOT NULL,
  UNIQUE (account_id, achievement_id)
);
CREATE INDEX shortlist_entry_order ON shortlist_entry (account_id, added_at DESC, id DESC);
CREATE INDEX shortlist_entry_achievement ON shortlist_entry (achievement_id);
`;

  readonly backward = `DROP TABLE shortlist_entry, interest_participant, interest_message, interest;`;
}
