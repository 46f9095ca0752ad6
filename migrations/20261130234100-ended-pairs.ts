import { SqlMigration } from '../src/lib/migration.js';

/** Pairs of a published round end when an organisation of theirs closes. */
export class EndedPairs20261130234100 extends SqlMigration {
  readonly name = 'EndedPairs20261130234100';

  readonly forward = `
ALTER TABLE matching_round_pair
  DROP CONSTRAINT matching_round_pair_status_check,
  DROP CONSTRAINT matching_round_pair_check2,
  ADD CONSTRAINT matching_round_pair_status_check CHECK (status IN ('PROPOSED','ACCEPTED','DECLINED','DROPPED','ENDED')),
  -- An ended pair keeps its answers; its status does not tell whether there was a decline among them.
  ADD CONSTRAINT matching_round_pair_check2 CHECK (status IN ('DROPPED','ENDED')
    OR (status = 'DECLINED') = ('DECLINED' IN (COALESCE(lister_answer, ''), COALESCE(investor_answer, ''))));
UPDATE matching_round_pair p
SET status = 'ENDED'
FROM matching_round r, organisation o
WHERE r.id = p.round_id AND r.status = 'PUBLISHED' AND p.status IN ('PROPOSED','DECLINED')
  AND o.id IN (p.institution_id, p.organisation_id) AND o.verification = 'CLOSED';
`;

  readonly backward = `
UPDATE matching_round_pair
SET status = CASE WHEN 'DECLINED' IN (COALESCE(lister_answer, ''), COALESCE(investor_answer, '')) THEN 'DECLINED' ELSE 'PROPOSED' END
WHERE status = 'ENDED';
ALTER TABLE matching_round_pair
  DROP CONSTRAINT matching_round_pair_status_check,
  DROP CONSTRAINT matching_round_pair_check2,
  ADD CONSTRAINT matching_round_pair_status_check CHECK (status IN ('PROPOSED','ACCEPTED','DECLINED','DROPPED')),
  ADD CONSTRAINT matching_round_pair_check2 CHECK (status = 'DROPPED'
    OR (status = 'DECLINED') = ('DECLINED' IN (COALESCE(lister_answer, ''), COALESCE(investor_answer, ''))));
`;
}
