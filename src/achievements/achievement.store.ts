import type { EntityManager } from 'typeorm';
import { newId } from '../lib/ids.js';
import { bands } from '../text/minhash.js';
import { numberKey } from '../text/normalise.js';
import { recordHash, type AchievementRecord } from './achievement.record.js';
import type { AchievementStatus } from './vocabularies.js';

/** A record to be written, with what the process knows of it. */
export interface StoredAchievement {
  id: string;
  institutionId: string;
  status: AchievementStatus;
  revision: number;
  record: AchievementRecord;
  editedBy: string | null;
  note: string | null;
  at: Date;
  /** Of one that exists, what differs from its record; parts without a change stay as they are. All of it by default. */
  changed?: ReadonlyArray<keyof AchievementRecord>;
}

/** The texts of a record that are compared for near-duplicates. */
export function comparedTexts(record: AchievementRecord): { title: string; text: string } {
  return {
    title: record.title.zh ?? record.title.en ?? '',
    text: [record.summary, record.abstract].map((text) => text?.zh ?? text?.en ?? '').join(''),
  };
}

function mainRow(a: StoredAchievement): Record<string, unknown> {
  const { record } = a;
  const texts = comparedTexts(record);
  return {
    id: a.id,
    institution_id: a.institutionId,
    external_id: record.externalId,
    registration_no: record.registrationNo,
    status: a.status,
    revision: a.revision,
    title: record.title,
    summary: record.summary,
    category: record.category,
    attribute: record.attribute,
    stage: record.stage,
    trl: record.trl,
    region_code: record.regionCode,
    funding_min: record.fundingNeed?.min ?? null,
    funding_max: record.fundingNeed?.max ?? null,
    funding_currency: record.fundingNeed?.currency ?? null,
    keywords: record.keywords,
    incumbent: record.incumbent,
    improvement: record.improvement,
    applications: record.applications,
    registered_on: record.registeredOn,
    updated_at: a.at.toISOString(),
    record_hash: recordHash(record),
    title_bands: bands(texts.title),
    text_bands: bands(texts.text),
  };
}

const MAIN_COLUMNS = `r.id, r.institution_id, r.external_id, r.registration_no, r.status, r.revision, r.title, r.summary, r.category, r.attribute, r.stage, r.trl,
  r.region_code, r.funding_min, r.funding_max, r.funding_currency, r.keywords, r.incumbent, r.improvement, r.applications, r.registered_on, r.updated_at, r.updated_at,
  r.record_hash, ARRAY(SELECT jsonb_array_elements_text(r.title_bands)::bigint), ARRAY(SELECT jsonb_array_elements_text(r.text_bands)::bigint)`;
const MAIN_TYPES = `id uuid, institution_id uuid, external_id text, registration_no text, status text, revision int, title jsonb, summary jsonb, category text,
  attribute text, stage text, trl smallint, region_code text, funding_min numeric, funding_max numeric, funding_currency text, keywords jsonb, incumbent jsonb,
  improvement jsonb, applications jsonb, registered_on date, updated_at timestamptz, record_hash text, title_bands jsonb, text_bands jsonb`;

/** JSON null becomes SQL NULL, which jsonb columns would otherwise keep as the value null. */
const rows = (list: ReadonlyArray<Record<string, unknown>>): string =>
  JSON.stringify(list, (_key, value: unknown) => (value === null ? undefined : value));

/** Inserts achievements with all their parts: a fixed number of statements, whatever their number. */
export async function insertAchievements(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  if (list.length === 0) return;
  await tx.query(
    `INSERT INTO achievement (id, institution_id, external_id, registration_no, status, revision, title, summary, category, attribute, stage, trl,
       region_code, funding_min, funding_max, funding_currency, keywords, incumbent, improvement, applications, registered_on, created_at, updated_at,
       record_hash, title_bands, text_bands)
     SELECT ${MAIN_COLUMNS} FROM jsonb_to_recordset($1::jsonb) AS r(${MAIN_TYPES})`,
    [rows(list.map(mainRow))],
  );
  for (const part of PARTS) await insertPart(tx, part, list);
  await insertRevisions(tx, list);
}

/** Replaces the record of achievements that exist; status, score and dates of the process stay. */
export async function replaceAchievements(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  if (list.length === 0) return;
  await tx.query(
    `UPDATE achievement AS a SET external_id = r.external_id, registration_no = r.registration_no, status = r.status, revision = r.revision, title = r.title,
       summary = r.summary, category = r.category, attribute = r.attribute, stage = r.stage, trl = r.trl, region_code = r.region_code, funding_min = r.funding_min,
       funding_max = r.funding_max, funding_currency = r.funding_currency, keywords = r.keywords, incumbent = r.incumbent, improvement = r.improvement,
       applications = r.applications, registered_on = r.registered_on, updated_at = r.updated_at, record_hash = r.record_hash,
       title_bands = ARRAY(SELECT jsonb_array_elements_text(r.title_bands)::bigint), text_bands = ARRAY(SELECT jsonb_array_elements_text(r.text_bands)::bigint)
     FROM jsonb_to_recordset($1::jsonb) AS r(${MAIN_TYPES}) WHERE a.id = r.id`,
    [rows(list.map(mainRow))],
  );
  for (const part of PARTS) {
    const touched = list.filter(
      ({ changed }) => changed === undefined || part.fields.some((field) => changed.includes(field)),
    );
    if (touched.length === 0) continue;
    await tx.query(`DELETE FROM ${part.table} WHERE achievement_id = ANY($1)`, [touched.map((a) => a.id)]);
    await insertPart(tx, part, touched);
  }
  await insertRevisions(tx, list);
}

/** A table that holds a part of the record, row by row. */
interface Part {
  readonly table: string;
  readonly fields: ReadonlyArray<keyof AchievementRecord>;
  readonly columns: string;
  readonly types: string;
  rows(record: AchievementRecord): Array<Record<string, unknown>>;
}

const PARTS: readonly Part[] = [
  {
    table: 'achievement_content',
    fields: ['abstract', 'technicalDetail', 'confidentialDetail'],
    columns: 'achievement_id, tier, body',
    types: 'achievement_id uuid, tier text, body jsonb',
    rows: (r) =>
      (
        [
          ['PUBLIC', r.abstract],
          ['REGISTERED', r.technicalDetail],
          ['NDA', r.confidentialDetail],
        ] as const
      )
        .filter(([, body]) => body !== null)
        .map(([tier, body]) => ({ tier, body })),
  },
  {
    table: 'achievement_industry',
    fields: ['industries'],
    columns: 'achievement_id, industry_code, position',
    types: 'achievement_id uuid, industry_code text, position smallint',
    rows: (r) => r.industries.map((industry_code, position) => ({ industry_code, position })),
  },
  {
    table: 'achievement_strategic_area',
    fields: ['strategicAreas'],
    columns: 'achievement_id, area_code',
    types: 'achievement_id uuid, area_code text',
    rows: (r) => r.strategicAreas.map((area_code) => ({ area_code })),
  },
  {
    table: 'ip_right',
    fields: ['ipRights'],
    columns: 'id, achievement_id, position, type, number, number_key, status',
    types: 'id uuid, achievement_id uuid, position smallint, type text, number text, number_key text, status text',
    rows: (r) =>
      r.ipRights.map((right, position) => ({
        id: newId(),
        position,
        type: right.type,
        number: right.number,
        number_key: right.number === null ? null : numberKey(right.number),
        status: right.status,
      })),
  },
  {
    table: 'achievement_cooperation',
    fields: ['cooperationModes'],
    columns: 'achievement_id, position, mode, licence_kind',
    types: 'achievement_id uuid, position smallint, mode text, licence_kind text',
    rows: (r) =>
      r.cooperationModes.map((mode, position) => ({ position, mode: mode.mode, licence_kind: mode.licenceKind })),
  },
  {
    table: 'inventor',
    fields: ['inventors'],
    columns: 'id, achievement_id, position, name, orcid',
    types: 'id uuid, achievement_id uuid, position smallint, name jsonb, orcid text',
    rows: (r) =>
      r.inventors.map((inventor, index) => ({
        id: newId(),
        position: index + 1,
        name: inventor.name,
        orcid: inventor.orcid,
      })),
  },
];

async function insertPart(tx: EntityManager, part: Part, list: readonly StoredAchievement[]): Promise<void> {
  const values = list.flatMap((a) => part.rows(a.record).map((row) => ({ achievement_id: a.id, ...row })));
  if (values.length === 0) return;
  await tx.query(
    `INSERT INTO ${part.table} (${part.columns}) SELECT ${part.columns} FROM jsonb_to_recordset($1::jsonb) AS r(${part.types})`,
    [rows(values)],
  );
}

async function insertRevisions(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  // The record is passed as text: inside it, null is a value that belongs to it.
  await tx.query(
    `INSERT INTO achievement_revision (achievement_id, revision, record, edited_by, note, created_at)
     SELECT r.achievement_id, r.revision, r.record::jsonb, r.edited_by, r.note, r.created_at
     FROM jsonb_to_recordset($1::jsonb) AS r(achievement_id uuid, revision int, record text, edited_by uuid, note text, created_at timestamptz)`,
    [
      rows(
        list.map((a) => ({
          achievement_id: a.id,
          revision: a.revision,
          record: JSON.stringify(a.record),
          edited_by: a.editedBy,
          note: a.note,
          created_at: a.at.toISOString(),
        })),
      ),
    ],
  );
}

/** The record of one revision (the newest by default); null when there is none. */
export async function readRecord(
  tx: EntityManager,
  achievementId: string,
  revision?: number,
): Promise<AchievementRecord | null> {
  const [row] = (await tx.query(
    `SELECT record FROM achievement_revision WHERE achievement_id = $1 AND ($2::int IS NULL OR revision = $2) ORDER BY revision DESC LIMIT 1`,
    [achievementId, revision ?? null],
  )) as Array<{ record: AchievementRecord }>;
  return row?.record ?? null;
}
