import type { EntityManager } from 'typeorm';
import { exportedRows, type ErasedPerson, type PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';

/** Personal data held on a person as a talent. */
export const talentExports: Record<string, PersonalDataExport> = {
  talentProfile: exportedRows(
    `SELECT t.id, t.kind, t.headline, t.bio, t.skills, t.orcid, t.organisation_id, t.days_per_month,
       t.available_from, t.region_codes, t.languages, t.roles, t.manager_grade, t.visibility, t.status,
       t.status_reason, t.verification, t.verification_reason, t.revision, t.created_at, t.updated_at,
       ARRAY(SELECT industry_code FROM talent_industry WHERE talent_id = t.id ORDER BY 1) AS industries
     FROM talent_profile t
     WHERE t.account_id = $1`,
  ),
  talentEvidence: exportedRows(
    `SELECT e.kind, e.title, e.year, e.url, e.achievement_id
     FROM talent_evidence e
     JOIN talent_profile t ON t.id = e.talent_id
     WHERE t.account_id = $1
     ORDER BY e.position`,
  ),
};

/**
 * Erasure of a person who is a talent: clears the profile's content and unlinks it from the account; matches and teams
 * keep only its id.
 */
export async function eraseFromTalent(tx: EntityManager, { accountId }: ErasedPerson): Promise<void> {
  const [talent] = await changedRows<{ id: string }>(
    tx,
    `UPDATE talent_profile
     SET account_id = NULL, headline = '{}', bio = NULL, skills = '[]', orcid = NULL, organisation_id = NULL,
       days_per_month = NULL, available_from = NULL, region_codes = '{}', languages = '{}', roles = '{}',
       manager_grade = NULL, visibility = 'HIDDEN', status = 'SUSPENDED', status_reason = NULL,
       verification = 'UNVERIFIED', verification_reason = NULL
     WHERE account_id = $1
     RETURNING id`,
    [accountId],
  );
  if (!talent) return;
  for (const table of ['talent_industry', 'talent_evidence'])
    await changedRows(tx, `DELETE FROM ${table} WHERE talent_id = $1`, [talent.id]);
}
