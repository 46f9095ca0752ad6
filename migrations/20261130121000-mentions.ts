import { SqlMigration } from '../src/lib/migration.js';

/**
 * Consent to be named: each way in which one party names another is noted as a mention, which is shown, linked and used
 * only once the named party has confirmed it. Triggers note mentions, so that nothing that writes such a name can leave
 * it out.
 */
export class Mentions20261130121000 extends SqlMigration {
  readonly name = 'Mentions20261130121000';

  readonly forward = `
CREATE TABLE mention (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('BACKER','CO_INVESTOR','INVENTOR','EMPLOYER','EVIDENCE')),
  -- What the name stands in: an achievement (BACKER, INVENTOR, EVIDENCE), a past investment (CO_INVESTOR), a talent (EMPLOYER).
  subject_id uuid NOT NULL,
  -- The naming party: an organisation, or a talent (EMPLOYER, EVIDENCE).
  namer_id uuid NOT NULL,
  -- The named party: an organisation or a talent.
  organisation_id uuid REFERENCES organisation ON DELETE CASCADE,
  talent_id uuid REFERENCES talent_profile ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('PENDING','CONFIRMED','DENIED')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- When the named party was told by mail.
  told_at timestamptz(3),
  answered_at timestamptz(3),
  answered_by uuid REFERENCES account ON DELETE SET NULL,
  CHECK (num_nonnulls(organisation_id, talent_id) = 1)
);
CREATE UNIQUE INDEX mention_once ON mention (kind, subject_id, namer_id, COALESCE(organisation_id, talent_id));
CREATE INDEX mention_of_organisation ON mention (organisation_id, created_at DESC, id DESC) WHERE organisation_id IS NOT NULL;
CREATE INDEX mention_of_talent ON mention (talent_id, created_at DESC, id DESC) WHERE talent_id IS NOT NULL;
CREATE INDEX mention_untold ON mention (created_at) WHERE status = 'PENDING' AND told_at IS NULL;
CREATE INDEX mention_told ON mention (told_at) WHERE told_at IS NOT NULL;
CREATE INDEX mention_answered_by ON mention (answered_by) WHERE answered_by IS NOT NULL;

-- Whether the named party has confirmed that it may be named there.
CREATE FUNCTION mention_confirmed(of_kind text, of_subject uuid, of_namer uuid, of_party uuid) RETURNS boolean LANGUAGE sql STABLE AS $f$
  SELECT EXISTS (
    SELECT 1 FROM mention m
    WHERE m.kind = of_kind AND m.subject_id = of_subject AND m.namer_id = of_namer
      AND COALESCE(m.organisation_id, m.talent_id) = of_party AND m.status = 'CONFIRMED'
  )
$f$;

CREATE FUNCTION mention_note_backers() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
  SELECT DISTINCT 'BACKER', a.id, a.institution_id, c.organisation_id,
    CASE WHEN a.institution_id = c.organisation_id THEN 'CONFIRMED' ELSE 'PENDING' END
  FROM changed c JOIN achievement a ON a.id = c.achievement_id
  WHERE c.organisation_id IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $f$;

CREATE FUNCTION mention_note_co_investors() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
  SELECT DISTINCT 'CO_INVESTOR', c.id, p.organisation_id, o.id, CASE WHEN o.id = p.organisation_id THEN 'CONFIRMED' ELSE 'PENDING' END
  FROM changed c
  JOIN investor_profile p ON p.id = c.investor_id
  CROSS JOIN LATERAL jsonb_array_elements(c.co_investors) x
  JOIN organisation o ON o.id = (x->>'organisationId')::uuid
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $f$;
-- A mention has no meaning without what it stands in.
CREATE FUNCTION mention_forget() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  DELETE FROM mention
  WHERE kind IN ('BACKER','CO_INVESTOR','INVENTOR','EMPLOYER','EVIDENCE') AND subject_id IN (SELECT id FROM changed);
  RETURN NULL;
END $f$;

CREATE FUNCTION mention_note_inventors() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO mention (kind, subject_id, namer_id, talent_id, status)
  SELECT DISTINCT 'INVENTOR', a.id, a.institution_id, t.id, 'PENDING'
  FROM changed c
  JOIN talent_profile t ON t.orcid = c.orcid
  JOIN achievement a ON a.id = c.achievement_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $f$;

CREATE FUNCTION mention_note_talents() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO mention (kind, subject_id, namer_id, talent_id, status)
  SELECT DISTINCT 'INVENTOR', a.id, a.institution_id, c.id, 'PENDING'
  FROM changed c
  JOIN inventor i ON i.orcid = c.orcid
  JOIN achievement a ON a.id = i.achievement_id
  ON CONFLICT DO NOTHING;
  INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
  SELECT DISTINCT 'EMPLOYER', c.id, c.id, c.organisation_id,
    CASE
      WHEN EXISTS (SELECT 1 FROM membership m WHERE m.account_id = c.account_id AND m.organisation_id = c.organisation_id)
      THEN 'CONFIRMED'
      ELSE 'PENDING'
    END
  FROM changed c
  WHERE c.organisation_id IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $f$;

CREATE FUNCTION mention_note_evidence() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
  SELECT DISTINCT 'EVIDENCE', a.id, t.id, a.institution_id,
    CASE
      WHEN EXISTS (SELECT 1 FROM membership m WHERE m.account_id = t.account_id AND m.organisation_id = a.institution_id)
        -- Anyone can state any ORCID iD, so it stands for a person only once an operator has verified the profile.
        OR (t.verification = 'VERIFIED' AND EXISTS (SELECT 1 FROM inventor i WHERE i.achievement_id = a.id AND i.orcid = t.orcid))
      THEN 'CONFIRMED'
      ELSE 'PENDING'
    END
  FROM changed c
  JOIN talent_profile t ON t.id = c.talent_id
  JOIN achievement a ON a.id = c.achievement_id
  ON CONFLICT DO NOTHING;
  -- A talent that names the achievement as evidence thereby confirms being named as its inventor.
  UPDATE mention m
  SET status = 'CONFIRMED', answered_at = now()
  FROM changed c
  WHERE m.kind = 'INVENTOR' AND m.status = 'PENDING' AND m.subject_id = c.achievement_id AND m.talent_id = c.talent_id;
  RETURN NULL;
END $f$;
${[
  ['achievement_backer', 'mention_note_backers'],
  ['track_record', 'mention_note_co_investors'],
  ['inventor', 'mention_note_inventors'],
  ['talent_profile', 'mention_note_talents'],
  ['talent_evidence', 'mention_note_evidence'],
]
  .map(
    ([
      table,
      run,
    ]) => `CREATE TRIGGER mention_insert AFTER INSERT ON ${table} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ${run}();
CREATE TRIGGER mention_update AFTER UPDATE ON ${table} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ${run}();`,
  )
  .join('\n')}
CREATE TRIGGER mention_delete AFTER DELETE ON track_record REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_forget();
CREATE TRIGGER mention_delete AFTER DELETE ON achievement REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_forget();
CREATE TRIGGER mention_delete AFTER DELETE ON talent_profile REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mention_forget();

-- An answer changes what is matched and found.
CREATE FUNCTION mention_answered() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO match_change (kind, subject_id)
  SELECT 'ACHIEVEMENT', NEW.subject_id WHERE NEW.kind IN ('BACKER','INVENTOR')
  UNION ALL
  SELECT 'INVESTOR', t.investor_id FROM track_record t WHERE NEW.kind = 'CO_INVESTOR' AND t.id = NEW.subject_id
  UNION ALL
  SELECT 'TALENT', COALESCE(NEW.talent_id, NEW.namer_id) WHERE NEW.kind IN ('INVENTOR','EMPLOYER','EVIDENCE');
  IF NEW.kind = 'EMPLOYER' THEN
    PERFORM search_note_profiles(ARRAY[NEW.namer_id]);
  END IF;
  RETURN NULL;
END $f$;
CREATE TRIGGER mention_answered AFTER UPDATE OF status ON mention FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION mention_answered();

-- What was said before: unconfirmed, unless the named party said it itself or an operator did.
INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
SELECT DISTINCT 'BACKER', a.id, a.institution_id, b.organisation_id,
  CASE
    WHEN a.institution_id = b.organisation_id
      OR EXISTS (
        SELECT 1
        FROM (
          SELECT l.actor FROM ledger_record l
          WHERE l.kind = 'achievement.backers_set' AND l.subject_id = a.id::text
          ORDER BY l.seq DESC
          LIMIT 1
        ) last
        JOIN account acc ON acc.pseudonym = last.actor AND acc.is_operator
      )
    THEN 'CONFIRMED'
    ELSE 'PENDING'
  END
FROM achievement_backer b JOIN achievement a ON a.id = b.achievement_id
WHERE b.organisation_id IS NOT NULL
ON CONFLICT DO NOTHING;
INSERT INTO mention (kind, subject_id, namer_id, organisation_id, status)
SELECT DISTINCT 'CO_INVESTOR', t.id, p.organisation_id, o.id, CASE WHEN o.id = p.organisation_id THEN 'CONFIRMED' ELSE 'PENDING' END
FROM track_record t
JOIN investor_profile p ON p.id = t.investor_id
CROSS JOIN LATERAL jsonb_array_elements(t.co_investors) x
JOIN organisation o ON o.id = (x->>'organisationId')::uuid
ON CONFLICT DO NOTHING;
-- Talents and evidence are noted by the triggers, as for a new row; membership and authorship confirm them.
UPDATE talent_profile SET revision = revision;
UPDATE talent_evidence SET position = position;`;

  readonly backward = `
DROP TRIGGER mention_delete ON track_record;
DROP TRIGGER mention_delete ON achievement;
DROP TRIGGER mention_delete ON talent_profile;
${['achievement_backer', 'track_record', 'inventor', 'talent_profile', 'talent_evidence']
  .map((table) => `DROP TRIGGER mention_insert ON ${table};\nDROP TRIGGER mention_update ON ${table};`)
  .join('\n')}
DROP TABLE mention;
DROP FUNCTION mention_answered, mention_note_evidence, mention_note_talents, mention_note_inventors, mention_forget, mention_note_co_investors, mention_note_backers, mention_confirmed;`;
}
