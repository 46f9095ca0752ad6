import { SqlMigration } from '../src/lib/migration.js';

/**
 * Declines are not visible to the other side: a decline that replaces interest goes on showing the interest, an
 * acceptance in a matching round is not shown before both sides have accepted, and standings of rounds are kept as
 * their participants may see them.
 */
export class DeclinesHidden20261130120000 extends SqlMigration {
  readonly name = 'DeclinesHidden20261130120000';

  readonly forward = `
ALTER TABLE match_feedback ADD COLUMN interest_shown boolean;
-- Candidates, best and ranks as the participant may see them.
ALTER TABLE matching_round_standing ADD COLUMN shown jsonb;

-- Acceptances in rounds that the other side has not answered with its own.
UPDATE match_feedback f
SET interest_shown = false
FROM matching_round_pair p
WHERE f.counterpart_kind = 'INVESTOR'
  AND f.achievement_id = p.achievement_id
  AND f.counterpart_id = p.investor_id
  AND f.action = 'INTERESTED'
  AND f.note IS NULL
  AND p.status <> 'ACCEPTED'
  AND f.created_at = CASE f.side WHEN 'LISTER' THEN p.lister_answered_at WHEN 'COUNTERPART' THEN p.investor_answered_at END;`;

  readonly backward = `
ALTER TABLE matching_round_standing DROP COLUMN shown;
ALTER TABLE match_feedback DROP COLUMN interest_shown;`;
}
