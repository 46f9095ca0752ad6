import type { MatchTalent } from '../engine/types.js';
import {
  LoadedRecord,
  RowWithText,
  Db,
  RecordSelection,
  textColumns,
  rowsOf,
  parametersOf,
  withText,
} from './match.records.js';
import { dayOf } from './match.values.js';

export interface LoadedTalent extends LoadedRecord<MatchTalent> {
  /** True if only members of verified organisations may see this talent. */
  registeredOnly: boolean;
  orcid: string | null;
}

interface TalentRow extends RowWithText {
  organisationId: string | null;
  kind: string;
  industries: string[];
  regions: string[];
  languages: string[];
  roles: string[];
  grade: string | null;
  days: number | null;
  from: string | null;
  evidence: Array<{ kind: string; year: number | null }> | null;
  verification: string;
  visibility: string;
  orcid: string | null;
}

/** Reads talent profiles that take part in matching: ACTIVE, not hidden, and not refused by an operator. */
export async function loadTalents(db: Db, w: RecordSelection): Promise<LoadedTalent[]> {
  const rows = (await db.query(
    `SELECT p.id, p.organisation_id AS "organisationId", p.kind, p.region_codes AS regions, p.languages, p.roles,
       p.manager_grade AS grade, p.days_per_month AS days, p.available_from AS from, p.verification, p.visibility,
       p.orcid,
       ARRAY(SELECT i.industry_code FROM talent_industry i WHERE i.talent_id = p.id ORDER BY 1) AS industries,
       (
         SELECT json_agg(json_build_object('kind', e.kind, 'year', e.year) ORDER BY e.position)
         FROM talent_evidence e
         WHERE e.talent_id = p.id
       ) AS evidence,
       ${textColumns('TALENT')}, v.digest, v.vector
     FROM ${rowsOf('TALENT', w)}`,
    parametersOf(w),
  )) as TalentRow[];
  return rows.map((row) => ({
    ...withText(row, (text): MatchTalent => ({
      id: row.id,
      organisationId: row.organisationId,
      kind: row.kind,
      industries: row.industries,
      regions: row.regions,
      languages: row.languages,
      roles: row.roles,
      managerGrade: row.grade,
      daysPerMonth: row.days,
      availableFrom: row.from === null ? null : dayOf(row.from),
      evidence: row.evidence ?? [],
      verified: row.verification === 'VERIFIED',
      text,
    })),
    registeredOnly: row.visibility === 'REGISTERED',
    orcid: row.orcid,
  }));
}
