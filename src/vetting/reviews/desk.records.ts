import { shownNames, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import type { AchievementRecord } from '../../achievements/achievement.record.js';
import { defineLoader, byKey } from '../../lib/batching.js';
import { toGlobalId } from '../../lib/ids.js';
import type { Localized } from '../../kernel/localized.js';
import { blinderOf, mapLocalized } from './desk.blinding.js';
import type { CohortStatus } from '../vocabularies.js';

/** Row of the query for the facts about an entry that its reviewer is shown, before blinding. */
interface DeskRow {
  assignmentId: string;
  status: CohortStatus;
  blind: boolean;
  record: AchievementRecord;
  institution: Localized;
  verification: NamedOrganisation['verification'];
  /**
   * Names of the organisations recorded as parent or child of the entry's institution, which are masked like its own
   * name.
   */
  relatives: Localized[];
  evidence: Array<{ id: string; name: string; mediaType: string; sizeBytes: number }>;
}

export interface DeskEvidenceView {
  name: string;
  mediaType: string;
  sizeBytes: number;
  path: string;
}

/** An entry as its reviewer is shown it; in a blind cohort, names are already masked. */
export interface DeskView {
  blind: boolean;
  record: AchievementRecord;
  institution: Localized | null;
  evidence: DeskEvidenceView[];
}

/**
 * The entry that each assignment is about, as its reviewer is shown it; null once the assignment was declined or
 * withdrawn. One statement per page of assignments. Evidence files are included only while the cohort is under review.
 */
export const deskViewOf = defineLoader<string, DeskView | null>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT a.id AS "assignmentId", c.status, c.blind, v.record, o.name AS institution, o.verification,
       COALESCE(
         (
           SELECT jsonb_agg(DISTINCT x.name)
           FROM organisation_family f
           JOIN organisation x ON x.id IN (f.parent_id, f.child_id)
           WHERE o.id IN (f.parent_id, f.child_id) AND x.id <> o.id
         ),
         '[]'
       ) AS relatives,
       CASE
         WHEN c.status = 'REVIEWING' THEN COALESCE(
           (
             SELECT jsonb_agg(
               jsonb_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'sizeBytes', f.size_bytes)
               ORDER BY f.id
             )
             FROM evidence_file f
             WHERE f.achievement_id = e.achievement_id
           ),
           '[]'
         )
         ELSE '[]'
       END AS evidence
     FROM assignment a
     JOIN cohort c ON c.id = a.cohort_id
     JOIN cohort_entry e ON e.id = a.entry_id
     JOIN organisation o ON o.id = e.institution_id
     JOIN achievement_revision v ON v.achievement_id = e.achievement_id AND v.revision = e.revision
     WHERE a.id = ANY($1) AND a.status IN ('ASSIGNED','SUBMITTED')`,
    [ids],
  )) as DeskRow[];
  return byKey(ids, rows, (row) => row.assignmentId).map((row) => (row === null ? null : viewOf(row)));
});

/**
 * Neutral name of an evidence file (`evidence-N` with the original extension), for reviewers who must not learn the
 * institution.
 */
export function neutralName(number: number, mediaType: string, name: string): string {
  const ending = /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0].toLowerCase() ?? (mediaType === 'application/pdf' ? '.pdf' : '');
  return `evidence-${number}${ending}`;
}

function viewOf(row: DeskRow): DeskView {
  const evidence = row.evidence.map((file, i) => ({
    name: row.blind ? neutralName(i + 1, file.mediaType, file.name) : file.name,
    mediaType: file.mediaType,
    sizeBytes: file.sizeBytes,
    path: `/evidence/${toGlobalId('EvidenceFile', file.id)}`,
  }));
  if (!row.blind) {
    const { institution: name, verification } = row;
    return { blind: false, record: row.record, institution: shownNames({ name, verification }), evidence };
  }
  return {
    blind: true,
    record: blindRecord(row.record, [row.institution, ...row.relatives]),
    institution: null,
    evidence,
  };
}

/**
 * Removes from an achievement's record what identifies its origin: names are masked in all texts; inventors, region,
 * numbers of IP rights, external id, and registration number and date are removed.
 */
export function blindRecord(record: AchievementRecord, institutions: readonly Localized[]): AchievementRecord {
  const blind = blinderOf({ institutions, inventors: record.inventors.map((inventor) => inventor.name) });
  const text = (value: Localized | null) => mapLocalized(value, blind);
  return {
    ...record,
    externalId: null,
    registrationNo: null,
    registeredOn: null,
    title: text(record.title)!,
    summary: text(record.summary),
    abstract: text(record.abstract),
    technicalDetail: text(record.technicalDetail),
    confidentialDetail: text(record.confidentialDetail),
    keywords: { zh: record.keywords.zh.map(blind), en: record.keywords.en.map(blind) },
    ipRights: record.ipRights.map((right) => ({ ...right, number: null })),
    regionCode: null,
    inventors: [],
    incumbent: text(record.incumbent),
    improvement: text(record.improvement),
    applications: record.applications.map((application) => text(application)!),
  };
}
