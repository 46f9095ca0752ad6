import { SqlMigration } from '../src/lib/migration.js';

/**
 * The public counts of closed cohorts. A closed cohort does not change, so that its counts are stored at the end of the
 * transaction that closes it, and what they count is held from then on.
 */
export class ClosedCounts20261201020000 extends SqlMigration {
  readonly name = 'ClosedCounts20261201020000';

  readonly forward = `
CREATE TABLE cohort_counts (
  cohort_id uuid PRIMARY KEY REFERENCES cohort,
  entered integer NOT NULL CHECK (entered >= 0),
  pending integer NOT NULL CHECK (pending >= 0),
  counted integer NOT NULL CHECK (counted >= 0),
  excluded integer NOT NULL CHECK (excluded >= 0),
  -- List of {reason, count}; an entry that is excluded for two reasons is counted under both.
  excluded_for jsonb NOT NULL CHECK (jsonb_typeof(excluded_for) = 'array'),
  proposed integer NOT NULL CHECK (proposed >= 0),
  reviewed integer NOT NULL CHECK (reviewed BETWEEN 0 AND reviews),
  reviews integer NOT NULL CHECK (reviews >= 0),
  objections integer NOT NULL CHECK (objections >= 0),
  objections_upheld integer NOT NULL CHECK (objections_upheld BETWEEN 0 AND objections),
  CHECK (entered = pending + counted + excluded)
);

CREATE FUNCTION cohort_counts_store(closed uuid) RETURNS void LANGUAGE sql AS $f$
  INSERT INTO cohort_counts (cohort_id, entered, pending, counted, excluded, excluded_for, proposed, reviewed, reviews, objections, objections_upheld)
  SELECT closed, e.entered, e.pending, e.counted, e.excluded,
    COALESCE((
      SELECT jsonb_agg(jsonb_build_object('reason', x.reason, 'count', x.n) ORDER BY x.reason)
      FROM (
        SELECT r.reason, count(*) AS n FROM cohort_entry, unnest(screen_reasons) AS r(reason)
        WHERE cohort_id = closed AND screen = 'EXCLUDED' GROUP BY 1
      ) x
    ), '[]'),
    e.proposed, a.reviewed, a.reviews, o.objections, o.upheld
  FROM (
    SELECT count(*) AS entered, count(*) FILTER (WHERE screen = 'PENDING') AS pending, count(*) FILTER (WHERE screen = 'COUNTED') AS counted,
      count(*) FILTER (WHERE screen = 'EXCLUDED') AS excluded, count(*) FILTER (WHERE proposal = 'ADMITTED') AS proposed
    FROM cohort_entry WHERE cohort_id = closed
  ) e,
  (SELECT count(DISTINCT entry_id) AS reviewed, count(*) AS reviews FROM assignment WHERE cohort_id = closed AND status = 'SUBMITTED') a,
  (SELECT count(*) AS objections, count(*) FILTER (WHERE outcome = 'UPHELD') AS upheld FROM objection WHERE cohort_id = closed) o
  ON CONFLICT DO NOTHING
$f$;

-- Deferred, so that everything which the closing writes is counted.
CREATE FUNCTION cohort_counts_at_closing() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM cohort_counts_store(NEW.id);
  RETURN NULL;
END $f$;
CREATE CONSTRAINT TRIGGER cohort_counts_at_closing AFTER UPDATE OF status ON cohort DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.status = 'CLOSED') EXECUTE FUNCTION cohort_counts_at_closing();

CREATE FUNCTION cohort_counts_immutable() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION 'the counts of a closed cohort stay' USING ERRCODE = '23514', CONSTRAINT = 'cohort_counts_immutable';
END $f$;
CREATE TRIGGER cohort_counts_immutable BEFORE UPDATE OR DELETE ON cohort_counts FOR EACH ROW EXECUTE FUNCTION cohort_counts_immutable();
CREATE TRIGGER cohort_counts_no_truncate BEFORE TRUNCATE ON cohort_counts FOR EACH STATEMENT EXECUTE FUNCTION vetting_refuse_truncate();

-- Screens, proposals, new objections and the cohort of a row are held by older guards. These hold the rest: the rows of reviews and objections that were counted.
CREATE FUNCTION cohort_counts_hold() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF (TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM cohort_counts WHERE cohort_id = OLD.cohort_id))
     OR (TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM cohort_counts WHERE cohort_id = NEW.cohort_id)) THEN
    RAISE EXCEPTION '% of a closed cohort is counted and stays', TG_TABLE_NAME USING ERRCODE = '23514', CONSTRAINT = 'cohort_counts_hold';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $f$;
CREATE TRIGGER assignment_counted_insert BEFORE INSERT ON assignment FOR EACH ROW WHEN (NEW.status = 'SUBMITTED') EXECUTE FUNCTION cohort_counts_hold();
CREATE TRIGGER assignment_counted_delete BEFORE DELETE ON assignment FOR EACH ROW WHEN (OLD.status = 'SUBMITTED') EXECUTE FUNCTION cohort_counts_hold();
CREATE TRIGGER assignment_counted_update BEFORE UPDATE OF status, entry_id ON assignment FOR EACH ROW
  WHEN ((OLD.status = 'SUBMITTED' OR NEW.status = 'SUBMITTED') AND (OLD.status, OLD.entry_id) IS DISTINCT FROM (NEW.status, NEW.entry_id))
  EXECUTE FUNCTION cohort_counts_hold();
CREATE TRIGGER objection_counted_delete BEFORE DELETE ON objection FOR EACH ROW EXECUTE FUNCTION cohort_counts_hold();
CREATE TRIGGER objection_counted_update BEFORE UPDATE OF outcome ON objection FOR EACH ROW
  WHEN (OLD.outcome IS DISTINCT FROM NEW.outcome) EXECUTE FUNCTION cohort_counts_hold();

SELECT cohort_counts_store(id) FROM cohort WHERE status = 'CLOSED';`;

  readonly backward = `
DROP TRIGGER assignment_counted_insert ON assignment;
DROP TRIGGER assignment_counted_delete ON assignment;
DROP TRIGGER assignment_counted_update ON assignment;
DROP TRIGGER objection_counted_delete ON objection;
DROP TRIGGER objection_counted_update ON objection;
DROP TRIGGER cohort_counts_at_closing ON cohort;
DROP TABLE cohort_counts;
DROP FUNCTION cohort_counts_store, cohort_counts_at_closing, cohort_counts_immutable, cohort_counts_hold;`;
}
