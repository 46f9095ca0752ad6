import { SqlMigration } from '../src/lib/migration.js';

/** What keeps the search of investors, talents and demands up to date. */
export class ProfileSearch20261126101500 extends SqlMigration {
  readonly name = 'ProfileSearch20261126101500';

  readonly forward = `
-- One row per index ever built; at most one is LIVE and at most one BUILDING.
CREATE TABLE search_profile_generation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  index_uid text NOT NULL,
  settings_hash text NOT NULL,
  state text NOT NULL CHECK (state IN ('BUILDING','LIVE','RETIRED')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  document_count integer
);
CREATE UNIQUE INDEX search_profile_generation_current ON search_profile_generation (state) WHERE state IN ('BUILDING','LIVE');

-- What the index has yet to take over; emptied by the indexer.
CREATE TABLE search_profile_outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  profile_id uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (xact, profile_id)
);

-- Notes a profile, whoever writes it, in the writer's own transaction; its first note adds the job that the indexer waits for.
CREATE FUNCTION search_note_profiles(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
  IF cardinality(ids) = 0 THEN RETURN; END IF;
  -- The queue's own tables come after the migrations.
  IF to_regnamespace('graphile_worker') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM search_profile_outbox WHERE xact = pg_current_xact_id()) THEN
    PERFORM graphile_worker.add_job('search:index', payload := '{}'::json, queue_name := 'search');
  END IF;
  INSERT INTO search_profile_outbox (profile_id) SELECT DISTINCT unnest(ids) ON CONFLICT DO NOTHING;
END $f$;
-- The argument is the column that names the profile.
CREATE FUNCTION search_note_profile() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM search_note_profiles(ARRAY[(to_jsonb(COALESCE(NEW, OLD)) ->> TG_ARGV[0])::uuid]);
  RETURN NULL;
END $f$;
CREATE FUNCTION search_note_organisation() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM search_note_profiles(ARRAY(
    SELECT id FROM investor_profile WHERE organisation_id = NEW.id UNION ALL SELECT id FROM demand WHERE organisation_id = NEW.id UNION ALL SELECT id FROM talent_profile WHERE organisation_id = NEW.id));
  RETURN NULL;
END $f$;
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON investor_profile FOR EACH ROW EXECUTE FUNCTION search_note_profile('id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON investor_industry FOR EACH ROW EXECUTE FUNCTION search_note_profile('investor_id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON talent_profile FOR EACH ROW EXECUTE FUNCTION search_note_profile('id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON talent_industry FOR EACH ROW EXECUTE FUNCTION search_note_profile('talent_id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON talent_evidence FOR EACH ROW EXECUTE FUNCTION search_note_profile('talent_id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON demand FOR EACH ROW EXECUTE FUNCTION search_note_profile('id');
CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON demand_industry FOR EACH ROW EXECUTE FUNCTION search_note_profile('demand_id');
CREATE TRIGGER search_note AFTER UPDATE OF name, verification ON organisation FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.verification IS DISTINCT FROM NEW.verification) EXECUTE FUNCTION search_note_organisation();
`;

  readonly backward = `
DROP TRIGGER search_note ON organisation;
DROP TRIGGER search_note ON demand_industry;
DROP TRIGGER search_note ON demand;
DROP TRIGGER search_note ON talent_evidence;
DROP TRIGGER search_note ON talent_industry;
DROP TRIGGER search_note ON talent_profile;
DROP TRIGGER search_note ON investor_industry;
DROP TRIGGER search_note ON investor_profile;
DROP FUNCTION search_note_organisation, search_note_profile, search_note_profiles;
DROP TABLE search_profile_outbox, search_profile_generation;
`;
}
