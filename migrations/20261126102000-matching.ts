import { SqlMigration } from '../src/lib/migration.js';

/** The sequence of changes that matching follows, its models, the texts it compares, and what people said of matches. */
export class Matching20261126102000 extends SqlMigration {
  readonly name = 'Matching20261126102000';

  readonly forward = `
-- What every process must take over into its matches. Numbers are given before the transaction commits, so they may
-- appear out of order; readers remember the gaps (matching/match.changes.ts).
CREATE TABLE match_change (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('ACHIEVEMENT','INVESTOR','TALENT','DEMAND','MODEL','TEXTS','RATES')),
  -- Null where everything of the kind changed.
  subject_id uuid,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX match_change_age ON match_change (changed_at);

CREATE FUNCTION match_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('match_change', '');
  RETURN NULL;
END $$;
CREATE TRIGGER match_change_notify AFTER INSERT ON match_change FOR EACH STATEMENT EXECUTE FUNCTION match_notify();

-- Called as match_note(kind, column): notes the subjects of the changed rows, whose id stands in that column.
CREATE FUNCTION match_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO match_change (kind, subject_id) SELECT DISTINCT %L, %I FROM changed', TG_ARGV[0], TG_ARGV[1]);
  RETURN NULL;
END $$;
${[
  'investor_profile INVESTOR id',
  'investor_industry INVESTOR investor_id',
  'track_record INVESTOR investor_id',
  'talent_profile TALENT id',
  'talent_industry TALENT talent_id',
  'talent_evidence TALENT talent_id',
  'demand DEMAND id',
  'demand_industry DEMAND demand_id',
  'achievement_backer ACHIEVEMENT achievement_id',
]
  .map((line) => {
    const [table, kind, column] = line.split(' ') as [string, string, string];
    return `CREATE TRIGGER ${table}_match_insert AFTER INSERT ON ${table} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION match_note('${kind}', '${column}');
CREATE TRIGGER ${table}_match_update AFTER UPDATE ON ${table} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION match_note('${kind}', '${column}');
CREATE TRIGGER ${table}_match_delete AFTER DELETE ON ${table} REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION match_note('${kind}', '${column}');`;
  })
  .join('\n')}

-- Only what is in the pool, comes into it or leaves it.
CREATE FUNCTION match_note_achievement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO match_change (kind, subject_id) VALUES ('ACHIEVEMENT', COALESCE(NEW.id, OLD.id));
  RETURN NULL;
END $$;
CREATE TRIGGER achievement_match_insert AFTER INSERT ON achievement FOR EACH ROW WHEN (NEW.status = 'ADMITTED') EXECUTE FUNCTION match_note_achievement();
CREATE TRIGGER achievement_match_update AFTER UPDATE ON achievement FOR EACH ROW WHEN (NEW.status = 'ADMITTED' OR OLD.status = 'ADMITTED') EXECUTE FUNCTION match_note_achievement();
CREATE TRIGGER achievement_match_delete AFTER DELETE ON achievement FOR EACH ROW WHEN (OLD.status = 'ADMITTED') EXECUTE FUNCTION match_note_achievement();

-- A profile is proposed while its organisation is verified.
CREATE FUNCTION match_note_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO match_change (kind, subject_id) SELECT 'INVESTOR', id FROM investor_profile WHERE organisation_id = NEW.id;
  INSERT INTO match_change (kind, subject_id) SELECT 'DEMAND', id FROM demand WHERE organisation_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER organisation_match_update AFTER UPDATE OF verification, name, region_code ON organisation FOR EACH ROW EXECUTE FUNCTION match_note_organisation();

-- Amounts are compared in one currency.
CREATE FUNCTION match_note_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO match_change (kind) VALUES ('RATES');
  RETURN NULL;
END $$;
CREATE TRIGGER currency_rate_match AFTER INSERT OR UPDATE OR DELETE ON currency_rate FOR EACH STATEMENT EXECUTE FUNCTION match_note_rates();

-- Weights and statistics of the score, as data. Exactly one is active once the first is written.
CREATE TABLE match_model (
  id uuid PRIMARY KEY,
  version integer NOT NULL UNIQUE CHECK (version >= 1),
  source text NOT NULL CHECK (source IN ('SHIPPED','TUNED','EDITED')),
  model jsonb NOT NULL,
  note text CHECK (char_length(note) <= 2000),
  -- What the fit measured on the history it came from; null where it was not fitted.
  figures jsonb,
  active boolean NOT NULL DEFAULT false,
  created_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  activated_at timestamptz(3)
);
CREATE UNIQUE INDEX match_model_one_active ON match_model (active) WHERE active;
CREATE FUNCTION match_note_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO match_change (kind) VALUES ('MODEL');
  RETURN NULL;
END $$;
CREATE TRIGGER match_model_change AFTER INSERT OR UPDATE OF active ON match_model FOR EACH STATEMENT EXECUTE FUNCTION match_note_model();

-- Term weights of the text comparison are frozen per generation: the texts that they come from are kept, so that every
-- process makes the same model of them.
CREATE TABLE match_text_generation (
  generation integer PRIMARY KEY CHECK (generation >= 1),
  state text NOT NULL CHECK (state IN ('BUILDING','LIVE')),
  background integer NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX match_text_generation_one_live ON match_text_generation (state) WHERE state = 'LIVE';
CREATE TABLE match_text_background (
  generation integer NOT NULL REFERENCES match_text_generation ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (generation, position)
);
-- Vectors of texts: terms (uint32) and weights (float32), little-endian, one after the other. Derived; may be emptied at any time.
CREATE TABLE match_text (
  generation integer NOT NULL REFERENCES match_text_generation ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('ACHIEVEMENT','INVESTOR','TALENT','DEMAND')),
  subject_id uuid NOT NULL,
  -- Digest of the text that the vector is of.
  digest bytea NOT NULL,
  vector bytea NOT NULL,
  PRIMARY KEY (generation, kind, subject_id)
);

-- What one side of a pair said of it. Of one side, the newest stands; the others are kept for the next fit.
CREATE TABLE match_feedback (
  id uuid PRIMARY KEY,
  achievement_id uuid NOT NULL REFERENCES achievement ON DELETE CASCADE,
  counterpart_kind text NOT NULL CHECK (counterpart_kind IN ('INVESTOR','TALENT','DEMAND')),
  counterpart_id uuid NOT NULL,
  side text NOT NULL CHECK (side IN ('LISTER','COUNTERPART','OPERATOR')),
  action text NOT NULL CHECK (action IN ('INTERESTED','INTRODUCED','DECLINED')),
  reason_code text CHECK (reason_code IN ('TOO_EARLY','BENEFIT_UNCLEAR','ROUTE_TO_MARKET_UNCLEAR','PRICE','IP','OUTSIDE_THESIS','CAPACITY','OTHER')),
  note text CHECK (char_length(note) BETWEEN 1 AND 2000),
  -- A decline keeps the pair from being proposed, to either side, until then.
  suppressed_until timestamptz(3),
  -- Null once the person is erased.
  account_id uuid REFERENCES account ON DELETE SET NULL,
  -- The match as it stood then: what was proposed, by which model.
  score double precision,
  model_version integer,
  created_at timestamptz(3) NOT NULL,
  -- When it was taken back or replaced; null while it stands.
  ended_at timestamptz(3),
  CHECK ((action = 'DECLINED') = (reason_code IS NOT NULL)),
  CHECK ((action = 'DECLINED') = (suppressed_until IS NOT NULL))
);
CREATE UNIQUE INDEX match_feedback_standing ON match_feedback (achievement_id, counterpart_kind, counterpart_id, side) WHERE ended_at IS NULL;
CREATE INDEX match_feedback_counterpart ON match_feedback (counterpart_kind, counterpart_id) WHERE ended_at IS NULL;
CREATE INDEX match_feedback_account ON match_feedback (account_id) WHERE account_id IS NOT NULL;

ALTER TABLE cultivation_gap DROP CONSTRAINT cultivation_gap_source_check;
ALTER TABLE cultivation_gap ADD CONSTRAINT cultivation_gap_source_check CHECK (source IN ('REVIEW','COMPUTED','DECLINE','MATCHING'));
`;

  readonly backward = `
DELETE FROM cultivation_gap WHERE source = 'MATCHING';
ALTER TABLE cultivation_gap DROP CONSTRAINT cultivation_gap_source_check;
ALTER TABLE cultivation_gap ADD CONSTRAINT cultivation_gap_source_check CHECK (source IN ('REVIEW','COMPUTED','DECLINE'));
DROP TABLE match_feedback, match_text, match_text_background, match_text_generation, match_model;
${[
  'investor_profile',
  'investor_industry',
  'track_record',
  'talent_profile',
  'talent_industry',
  'talent_evidence',
  'demand',
  'demand_industry',
  'achievement_backer',
  'achievement',
]
  .flatMap((table) =>
    ['insert', 'update', 'delete'].map((event) => `DROP TRIGGER ${table}_match_${event} ON ${table};`),
  )
  .join('\n')}
DROP TRIGGER organisation_match_update ON organisation;
DROP TRIGGER currency_rate_match ON currency_rate;
DROP TABLE match_change;
DROP FUNCTION match_note_model, match_note_rates, match_note_organisation, match_note_achievement, match_note, match_notify;
`;
}
