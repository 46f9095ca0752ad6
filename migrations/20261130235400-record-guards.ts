import { SqlMigration } from '../src/lib/migration.js';

/** Tables whose rows belong to one organisation for good, with the column that names it. */
const OWNERS = [
  ['achievement', 'institution_id'],
  ['demand', 'organisation_id'],
  ['investor_profile', 'organisation_id'],
] as const;

/**
 * What a record is, whatever writes it: an achievement stays with its institution, a revision stays as it was written,
 * and what is in the pool has a score, a date and an admission that stands.
 */
export class RecordGuards20261130235400 extends SqlMigration {
  readonly name = 'RecordGuards20261130235400';

  readonly forward = `
CREATE FUNCTION refuse_new_owner() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION '% % stays with its organisation', TG_TABLE_NAME, OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_owner';
END $f$;
${OWNERS.map(
  ([table, column]) =>
    `CREATE TRIGGER ${table}_owner BEFORE UPDATE OF ${column} ON ${table} FOR EACH ROW WHEN (OLD.${column} IS DISTINCT FROM NEW.${column}) EXECUTE FUNCTION refuse_new_owner();`,
).join('\n')}

-- A revision is written once. It goes only with its achievement; its author and the author's note go with the author.
CREATE FUNCTION achievement_revision_append_only() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'UPDATE'
     AND NEW.edited_by IS NULL AND (NEW.note IS NULL OR NEW.note = OLD.note)
     AND (NEW.achievement_id, NEW.revision, NEW.record, NEW.created_at) IS NOT DISTINCT FROM (OLD.achievement_id, OLD.revision, OLD.record, OLD.created_at) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM achievement WHERE id = OLD.achievement_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'a revision does not change; an edit is a new one' USING ERRCODE = '23514', CONSTRAINT = 'achievement_revision_append_only';
END $f$;
CREATE TRIGGER achievement_revision_append_only BEFORE UPDATE OR DELETE ON achievement_revision FOR EACH ROW EXECUTE FUNCTION achievement_revision_append_only();
CREATE TRIGGER achievement_revision_no_truncate BEFORE TRUNCATE ON achievement_revision FOR EACH STATEMENT EXECUTE FUNCTION vetting_refuse_truncate();

-- The score and the day of an admission are those of the passport that it was given.
UPDATE achievement a
SET score = COALESCE(a.score, p.score), admitted_at = COALESCE(a.admitted_at, p.issued_at)
FROM (SELECT DISTINCT ON (achievement_id) * FROM score_passport ORDER BY achievement_id, issued_at DESC) p
WHERE p.achievement_id = a.id AND a.status IN ('ADMITTED','RETIRED') AND (a.score IS NULL OR a.admitted_at IS NULL);
SET CONSTRAINTS ALL IMMEDIATE;
-- Deferred, so that one transaction may admit and score in either order. Triggers of one event
-- run by name: an admission is asked for before a score.
CREATE FUNCTION achievement_admitted_whole() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.id AND status = 'ADMITTED' AND (score IS NULL OR admitted_at IS NULL)) THEN
    RAISE EXCEPTION 'achievement % is in the pool without a score or a date', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_admitted_whole';
  END IF;
  RETURN NULL;
END $f$;
${(['INSERT', 'UPDATE OF status, score, admitted_at'] as const)
  .map(
    (event) =>
      `CREATE CONSTRAINT TRIGGER achievement_pool_whole_${event.slice(0, 6).toLowerCase()} AFTER ${event} ON achievement DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.status = 'ADMITTED' AND (NEW.score IS NULL OR NEW.admitted_at IS NULL)) EXECUTE FUNCTION achievement_admitted_whole();`,
  )
  .join('\n')}
-- The other half of achievement_needs_admission: an admission that is taken back does not commit without its achievement.
CREATE FUNCTION cohort_entry_upholds_pool() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.achievement_id AND status = 'ADMITTED')
     AND (SELECT e.decision = 'ADMITTED' AND e.revoked_at IS NULL FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id
          WHERE e.achievement_id = NEW.achievement_id AND e.decision IS NOT NULL ORDER BY c.created_at DESC LIMIT 1) IS NOT TRUE THEN
    RAISE EXCEPTION 'achievement % is in the pool by this admission', NEW.achievement_id USING ERRCODE = '23514', CONSTRAINT = 'achievement_needs_admission';
  END IF;
  RETURN NULL;
END $f$;
CREATE CONSTRAINT TRIGGER cohort_entry_upholds_pool AFTER UPDATE OF decision, revoked_at ON cohort_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.decision IS DISTINCT FROM NEW.decision OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
  EXECUTE FUNCTION cohort_entry_upholds_pool();
`;

  readonly backward = `
DROP TRIGGER cohort_entry_upholds_pool ON cohort_entry;
DROP FUNCTION cohort_entry_upholds_pool;
DROP TRIGGER achievement_pool_whole_insert ON achievement;
DROP TRIGGER achievement_pool_whole_update ON achievement;
DROP FUNCTION achievement_admitted_whole;
DROP TRIGGER achievement_revision_no_truncate ON achievement_revision;
DROP TRIGGER achievement_revision_append_only ON achievement_revision;
DROP FUNCTION achievement_revision_append_only;
${OWNERS.map(([table]) => `DROP TRIGGER ${table}_owner ON ${table};`).join('\n')}
DROP FUNCTION refuse_new_owner;
`;
}
