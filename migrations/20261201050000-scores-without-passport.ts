import { SqlMigration } from '../src/lib/migration.js';

/**
 * A score is shown and searched only as long as the score passport holds that it was published with. Entries of the
 * pool whose passport is void already lose the score, and are indexed again without it.
 */
export class ScoresWithoutPassport20261201050000 extends SqlMigration {
  readonly name = 'ScoresWithoutPassport20261201050000';

  readonly forward = `
-- An entry of the pool has a day of admission, and a score as long as a passport holds; one that had no passport is
-- never without a score.
CREATE OR REPLACE FUNCTION achievement_admitted_whole() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (
    SELECT 1 FROM achievement a
    WHERE a.id = NEW.id AND a.status = 'ADMITTED'
      AND (a.admitted_at IS NULL OR a.score IS NULL AND (SELECT bool_and(p.voided_at IS NOT NULL) FROM score_passport p WHERE p.achievement_id = a.id) IS NOT TRUE)
  ) THEN
    RAISE EXCEPTION 'achievement % is in the pool without a score or a date', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_admitted_whole';
  END IF;
  RETURN NULL;
END $f$;
WITH unheld AS (
  UPDATE achievement a SET score = NULL
  WHERE a.score IS NOT NULL
    AND EXISTS (SELECT 1 FROM score_passport p WHERE p.achievement_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM score_passport p WHERE p.achievement_id = a.id AND p.voided_at IS NULL)
  RETURNING a.id, a.status
)
INSERT INTO search_outbox (achievement_id) SELECT id FROM unheld WHERE status = 'ADMITTED';
SET CONSTRAINTS ALL IMMEDIATE;
`;

  /** The score of each passport is kept in the passport itself, so that the column can be filled from there. */
  readonly backward = `
UPDATE achievement a
SET score = (floor(least(5, greatest(0, p.score::float8)) * 100 + 0.5) / 100)::numeric(4,2)
FROM (SELECT DISTINCT ON (achievement_id) * FROM score_passport ORDER BY achievement_id, issued_at DESC) p
WHERE p.achievement_id = a.id AND a.status = 'ADMITTED' AND a.score IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE OR REPLACE FUNCTION achievement_admitted_whole() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM achievement WHERE id = NEW.id AND status = 'ADMITTED' AND (score IS NULL OR admitted_at IS NULL)) THEN
    RAISE EXCEPTION 'achievement % is in the pool without a score or a date', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'achievement_admitted_whole';
  END IF;
  RETURN NULL;
END $f$;
`;
}
