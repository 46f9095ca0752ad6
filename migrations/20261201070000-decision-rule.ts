import { SqlMigration } from '../src/lib/migration.js';

/**
 * The order in which results were registered, which the tie rule reads, and the version of the rule by which a cohort is
 * decided: 1 compares unrounded scores, 2 compares published ones. A cohort that is frozen before this migration keeps
 * version 1, so that its decisions follow from what was declared.
 */
export class DecisionRule20261201070000 extends SqlMigration {
  readonly name = 'DecisionRule20261201070000';

  readonly forward = `
CREATE SEQUENCE achievement_registration;
ALTER TABLE achievement ADD COLUMN registered_seq bigint;
UPDATE achievement a SET registered_seq = o.n
FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS n FROM achievement WHERE status <> 'DRAFT') o
WHERE a.id = o.id;
SELECT setval('achievement_registration', (SELECT COALESCE(max(registered_seq), 0) + 1 FROM achievement), false);
-- A statement that registers many results numbers them in the order in which it gives their rows.
CREATE FUNCTION achievement_registration_order() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'DRAFT' THEN NEW.registered_seq := nextval('achievement_registration'); END IF;
  ELSIF NEW.status = 'REGISTERED' AND OLD.status IN ('DRAFT', 'WITHDRAWN', 'CULTIVATING') THEN
    NEW.registered_seq := nextval('achievement_registration');
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER achievement_registration_order BEFORE INSERT OR UPDATE OF status ON achievement
  FOR EACH ROW EXECUTE FUNCTION achievement_registration_order();

ALTER TABLE cohort ADD COLUMN rule_version smallint NOT NULL DEFAULT 1 CHECK (rule_version IN (1, 2));
ALTER TABLE cohort ALTER COLUMN rule_version SET DEFAULT 2;
UPDATE cohort SET rule_version = 2 WHERE status = 'OPEN';
-- Place in the order of registration among the counted entries, from 1; set at the freezing under rule 2.
ALTER TABLE cohort_entry ADD COLUMN registration_order integer CHECK (registration_order >= 1);
`;

  readonly backward = `
ALTER TABLE cohort_entry DROP COLUMN registration_order;
ALTER TABLE cohort DROP COLUMN rule_version;
DROP TRIGGER achievement_registration_order ON achievement;
DROP FUNCTION achievement_registration_order;
ALTER TABLE achievement DROP COLUMN registered_seq;
DROP SEQUENCE achievement_registration;
`;
}
