import { SqlMigration } from '../src/lib/migration.js';

/** The reply of an institution to an objection against its entry. */
export class ObjectionReplies20261130135000 extends SqlMigration {
  readonly name = 'ObjectionReplies20261130135000';

  readonly forward = `
ALTER TABLE objection
  ADD COLUMN reply text,
  ADD COLUMN replied_at timestamptz(3),
  -- Number of times that the reply was written; 0 while there is none.
  ADD COLUMN reply_revision integer NOT NULL DEFAULT 0 CHECK (reply_revision >= 0),
  ADD CONSTRAINT objection_reply_whole
    CHECK ((reply IS NULL) = (replied_at IS NULL) AND (reply IS NULL) = (reply_revision = 0));
`;

  readonly backward = `
ALTER TABLE objection DROP CONSTRAINT objection_reply_whole, DROP COLUMN reply_revision, DROP COLUMN replied_at, DROP COLUMN reply;
`;
}
