import { SqlMigration } from '../src/lib/migration.js';

/** Matching rounds: the operator pairs the whole pool with investors at once. */
export class MatchingRounds20261126104000 extends SqlMigration {
  readonly name = 'MatchingRounds20261126104000';

  readonly forward = `
CREATE TABLE matching_round (
  id uuid PRIMARY KEY,
  name jsonb NOT NULL,
  method text NOT NULL CHECK (method IN ('OPTIMUM','STABLE')),
  status text NOT NULL CHECK (status IN ('DRAFT','COMPUTING','COMPUTED','PUBLISHED','CLOSED','CANCELLED')),
  -- Pairs below are never made; null: every pair is better than none.
  floor double precision,
  -- Places of each participant without one of its own in matching_round_capacity.
  achievement_places integer NOT NULL CHECK (achievement_places BETWEEN 0 AND 1000),
  investor_places integer NOT NULL CHECK (investor_places BETWEEN 0 AND 1000),
  -- The computation that is under way or was last; a job of an earlier one changes nothing.
  computation uuid,
  progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  phase text,
  fault text,
  -- Places changed since the computation.
  stale boolean NOT NULL DEFAULT false,
  model_version integer,
  figures jsonb,
  created_at timestamptz(3) NOT NULL,
  computed_at timestamptz(3),
  published_at timestamptz(3),
  closed_at timestamptz(3),
  CHECK (status NOT IN ('COMPUTED','PUBLISHED','CLOSED') OR (computed_at IS NOT NULL AND figures IS NOT NULL)),
  CHECK ((status IN ('PUBLISHED','CLOSED')) = (published_at IS NOT NULL))
);
CREATE INDEX matching_round_computing ON matching_round (id) WHERE status = 'COMPUTING';

CREATE TABLE matching_round_capacity (
  round_id uuid NOT NULL REFERENCES matching_round ON DELETE CASCADE,
  side text NOT NULL CHECK (side IN ('ACHIEVEMENT','INVESTOR')),
  participant_id uuid NOT NULL,
  places integer NOT NULL CHECK (places BETWEEN 0 AND 1000),
  PRIMARY KEY (round_id, side, participant_id)
);

CREATE TABLE matching_round_veto (
  id uuid PRIMARY KEY,
  round_id uuid NOT NULL REFERENCES matching_round ON DELETE CASCADE,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  investor_id uuid NOT NULL REFERENCES investor_profile ON DELETE CASCADE,
  -- On whose behalf.
  side text NOT NULL CHECK (side IN ('LISTER','COUNTERPART','OPERATOR')),
  note text CHECK (char_length(note) BETWEEN 1 AND 500),
  created_at timestamptz(3) NOT NULL,
  UNIQUE (round_id, achievement_id, investor_id)
);

CREATE TABLE matching_round_pair (
  id uuid PRIMARY KEY,
  round_id uuid NOT NULL REFERENCES matching_round ON DELETE CASCADE,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  investor_id uuid NOT NULL REFERENCES investor_profile ON DELETE CASCADE,
  -- Whose the two are, so that a list of one's own is one index range.
  institution_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  score double precision NOT NULL,
  -- The terms of the score as they were, with their evidence.
  terms jsonb NOT NULL,
  model_version integer NOT NULL,
  status text NOT NULL CHECK (status IN ('PROPOSED','ACCEPTED','DECLINED','DROPPED')),
  dropped_for text CHECK (dropped_for IN ('VETO','DECLINE','ENTRY_LEFT','INVESTOR_LEFT')),
  lister_answer text CHECK (lister_answer IN ('ACCEPTED','DECLINED')),
  investor_answer text CHECK (investor_answer IN ('ACCEPTED','DECLINED')),
  lister_reason text,
  investor_reason text,
  lister_answered_at timestamptz(3),
  investor_answered_at timestamptz(3),
  -- Who accepted for the investor, in whose name the thread begins; null once the person is erased.
  investor_account_id uuid REFERENCES account ON DELETE SET NULL,
  interest_id uuid REFERENCES interest ON DELETE SET NULL,
  UNIQUE (round_id, achievement_id, investor_id),
  CHECK ((status = 'DROPPED') = (dropped_for IS NOT NULL)),
  CHECK ((status = 'ACCEPTED') = (lister_answer IS NOT DISTINCT FROM 'ACCEPTED' AND investor_answer IS NOT DISTINCT FROM 'ACCEPTED')),
  CHECK (status = 'DROPPED' OR (status = 'DECLINED') = ('DECLINED' IN (COALESCE(lister_answer, ''), COALESCE(investor_answer, '')))),
  CHECK ((lister_answer IS NOT DISTINCT FROM 'DECLINED') = (lister_reason IS NOT NULL)),
  CHECK ((investor_answer IS NOT DISTINCT FROM 'DECLINED') = (investor_reason IS NOT NULL))
);
CREATE INDEX matching_round_pair_order ON matching_round_pair (round_id, score DESC, id DESC);
CREATE INDEX matching_round_pair_institution ON matching_round_pair (institution_id, round_id);
CREATE INDEX matching_round_pair_organisation ON matching_round_pair (organisation_id, round_id);

-- How each participant fared when the round was computed.
CREATE TABLE matching_round_standing (
  id uuid PRIMARY KEY,
  round_id uuid NOT NULL REFERENCES matching_round ON DELETE CASCADE,
  side text NOT NULL CHECK (side IN ('ACHIEVEMENT','INVESTOR')),
  participant_id uuid NOT NULL,
  -- The organisation whose the participant is.
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  candidates integer NOT NULL,
  places integer NOT NULL,
  pairs integer NOT NULL,
  got double precision NOT NULL,
  best double precision NOT NULL,
  share double precision,
  ranks integer[] NOT NULL,
  UNIQUE (round_id, side, participant_id)
);
CREATE INDEX matching_round_standing_own ON matching_round_standing (organisation_id, round_id);

-- A published pair never joins who were vetoed in its round, whatever writes it.
CREATE FUNCTION matching_round_refuse_vetoed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'DROPPED' AND (SELECT status FROM matching_round WHERE id = NEW.round_id) = 'PUBLISHED'
    AND EXISTS (SELECT 1 FROM matching_round_veto v WHERE v.round_id = NEW.round_id AND v.achievement_id = NEW.achievement_id AND v.investor_id = NEW.investor_id) THEN
    RAISE EXCEPTION 'this pair was vetoed in its round';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER matching_round_pair_vetoed BEFORE INSERT OR UPDATE ON matching_round_pair FOR EACH ROW EXECUTE FUNCTION matching_round_refuse_vetoed();
`;

  readonly backward = `
DROP TABLE matching_round_standing, matching_round_pair, matching_round_veto, matching_round_capacity, matching_round;
DROP FUNCTION matching_round_refuse_vetoed;
`;
}
