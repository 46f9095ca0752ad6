import type { EntityManager } from 'typeorm';
import type { RevisedContent } from '../kernel/stale-revision.js';
import { replacedContent } from '../ledger/replaced.js';
import { newId, toGlobalId } from '../lib/ids.js';
import { TalentProfile } from './talent.entity.js';
import type { EvidenceRecord, TalentRecord } from './talent.record.js';
import { say } from '../messages/catalogue.js';

/** A record as columns of the profile's row. */
export function talentColumns(record: TalentRecord): Partial<TalentProfile> {
  const { headline, bio, skills, regions, industries: _elsewhere, kind, ...same } = record;
  return { ...same, kind: kind!, headlineText: headline, bioText: bio, skillTexts: skills, regionCodes: regions };
}

/** Reads the record of a stored talent profile, that is, its content as the person stated it, without the evidence. */
export async function readTalentRecord(tx: EntityManager, talent: TalentProfile): Promise<TalentRecord> {
  const rows = (await tx.query(`SELECT industry_code FROM talent_industry WHERE talent_id = $1 ORDER BY 1`, [
    talent.id,
  ])) as Array<{ industry_code: string }>;
  const { kind, orcid, organisationId, daysPerMonth, availableFrom, languages, roles, managerGrade, visibility } =
    talent;
  return {
    kind,
    headline: talent.headlineText,
    bio: talent.bioText,
    skills: talent.skillTexts,
    industries: rows.map((row) => row.industry_code),
    orcid,
    organisationId,
    daysPerMonth,
    availableFrom,
    regions: talent.regionCodes,
    languages,
    roles,
    managerGrade,
    visibility,
  };
}

export async function storeIndustries(
  tx: EntityManager,
  talentId: string,
  industries: readonly string[],
): Promise<void> {
  await tx.query(`DELETE FROM talent_industry WHERE talent_id = $1`, [talentId]);
  await tx.query(`INSERT INTO talent_industry (talent_id, industry_code) SELECT $1, unnest($2::text[])`, [
    talentId,
    industries,
  ]);
}

/** Reads the stored evidence of a talent in order of position, in the form of `EvidenceRecord`. */
export async function readEvidenceRecords(tx: EntityManager, talentId: string): Promise<EvidenceRecord[]> {
  return (await tx.query(
    `SELECT kind, title, year, url, achievement_id AS "achievementId"
     FROM talent_evidence
     WHERE talent_id = $1
     ORDER BY position`,
    [talentId],
  )) as EvidenceRecord[];
}

export async function storeEvidence(
  tx: EntityManager,
  talentId: string,
  evidence: readonly EvidenceRecord[],
): Promise<void> {
  await tx.query(`DELETE FROM talent_evidence WHERE talent_id = $1`, [talentId]);
  await tx.query(
    `INSERT INTO talent_evidence (id, talent_id, kind, title, year, url, achievement_id, position)
     SELECT e.id, $1, e.kind, e.title, e.year, e.url, e.achievement_id, e.position
     FROM jsonb_to_recordset($2::jsonb) AS e(
       id uuid, kind text, title jsonb, year smallint, url text, achievement_id uuid, position smallint
     )`,
    [
      talentId,
      JSON.stringify(
        evidence.map(({ achievementId, ...item }, i) => ({
          ...item,
          id: newId(),
          achievement_id: achievementId,
          position: i + 1,
        })),
      ),
    ],
  );
}

/** Content of a talent profile that has a revision number: the record and its evidence. */
export interface TalentContent extends TalentRecord {
  evidence: EvidenceRecord[];
}

/**
 * Reads a talent profile's stored content (record and evidence), against which an edit or a verification of a revision
 * is checked.
 */
export async function revisedTalent(
  tx: EntityManager,
  talent: TalentProfile,
  record?: TalentRecord,
): Promise<RevisedContent<TalentContent>> {
  return {
    what: say('thing.yourProfile'),
    revision: talent.revision,
    current: {
      ...(record ?? (await readTalentRecord(tx, talent))),
      evidence: await readEvidenceRecords(tx, talent.id),
    },
    baseOf: (revision) => replacedContent(tx, 'TalentProfile', talent.id, revision),
    show: ({ organisationId, evidence, ...fields }) => ({
      ...fields,
      organisationId: organisationId === null ? null : toGlobalId('Organisation', organisationId),
      evidence: evidence.map(({ achievementId, ...item }) => ({
        ...item,
        achievementId: achievementId === null ? null : toGlobalId('Achievement', achievementId),
      })),
    }),
  };
}
