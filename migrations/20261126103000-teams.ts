import { SqlMigration } from '../src/lib/migration.js';

/** Teams around achievements with their members, and who does not want to be proposed for one. */
export class Teams20261126103000 extends SqlMigration {
  readonly name = 'Teams20261126103000';

  readonly forward = `
CREATE TABLE team (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  -- The achievement's institution, which never changes.
  institution_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('PROPOSED','FORMING','FORMED','DISSOLVED')),
  -- Value, terms and what each brings, as they stood when it was saved; null where a member was not among those proposed for teams.
  assessment jsonb,
  -- Null once the person is erased.
  created_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  formed_at timestamptz(3),
  dissolved_at timestamptz(3),
  dissolved_for text CHECK (dissolved_for IN ('LISTER','MEMBERS_MISSING')),
  reason text CHECK (char_length(reason) BETWEEN 1 AND 500),
  CHECK ((status = 'DISSOLVED') = (dissolved_at IS NOT NULL)),
  CHECK ((status = 'DISSOLVED') = (dissolved_for IS NOT NULL)),
  CHECK (status <> 'FORMED' OR formed_at IS NOT NULL)
);
CREATE INDEX team_achievement ON team (achievement_id, id DESC);
CREATE INDEX team_created_by ON team (created_by) WHERE created_by IS NOT NULL;

CREATE TABLE team_member (
  team_id uuid NOT NULL REFERENCES team ON DELETE CASCADE,
  -- Stays as a bare id once the person is erased.
  talent_id uuid NOT NULL REFERENCES talent_profile,
  -- From 1, the order in which they were named.
  position smallint NOT NULL CHECK (position BETWEEN 1 AND 4),
  status text NOT NULL CHECK (status IN ('PROPOSED','INVITED','ACCEPTED','DECLINED','LEFT')),
  invited_at timestamptz(3),
  answered_at timestamptz(3),
  PRIMARY KEY (team_id, talent_id),
  UNIQUE (team_id, position)
);
CREATE INDEX team_member_talent ON team_member (talent_id, team_id);

-- Who was in one formed team has worked together: matching takes its members over anew.
CREATE FUNCTION match_note_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO match_change (kind, subject_id) SELECT 'TALENT', talent_id FROM team_member WHERE team_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER team_match_formed AFTER UPDATE OF status ON team FOR EACH ROW WHEN (NEW.status = 'FORMED' AND OLD.status <> 'FORMED') EXECUTE FUNCTION match_note_team();

-- Who declined a team for an achievement is not proposed for it again until they say otherwise.
CREATE TABLE team_refusal (
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  talent_id uuid NOT NULL REFERENCES talent_profile ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (achievement_id, talent_id)
);
CREATE INDEX team_refusal_talent ON team_refusal (talent_id);
`;

  readonly backward = `DROP TABLE team_refusal, team_member, team;
DROP FUNCTION match_note_team;`;
}
