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
  await insertParts(tx, list);
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
  const ids = [list.map((a) => a.id)];
  for (const table of ['achievement_content', 'achievement_industry', 'achievement_strategic_area', 'ip_right', 'achievement_cooperation', 'inventor']) {
    await tx.query(`DELETE FROM ${table} WHERE achievement_id = ANY($1)`, ids);
  }
  await insertParts(tx, list);
}

async function insertParts(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  const insert = async (table: string, columns: string, types: string, values: Array<Record<string, unknown>>) => {
    if (values.length === 0) return;
    await tx.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_to_recordset($1::jsonb) AS r(${types})`, [rows(values)]);
  };
  const parts = <T>(items: (record: AchievementRecord) => readonly T[], row: (item: T, index: number) => Record<string, unknown>) =>
    list.flatMap((a) => items(a.record).map((item, index) => ({ achievement_id: a.id, ...row(item, index) })));

  await insert(
    'achievement_content',
    'achievement_id, tier, body',
    'achievement_id uuid, tier text, body jsonb',
    parts(
      (r) => [['PUBLIC', r.abstract] as const, ['REGISTERED', r.technicalDetail] as const, ['NDA', r.confidentialDetail] as const].filter(([, body]) => body !== null),
      ([tier, body]) => ({ tier, body }),
    ),
  );
  await insert(
    'achievement_industry',
    'achievement_id, industry_code, position',
    'achievement_id uuid, industry_code text, position smallint',
    parts((r) => r.industries, (industry_code, position) => ({ industry_code, position })),
  );
  await insert(
    'achievement_strategic_area',
    'achievement_id, area_code',
    'achievement_id uuid, area_code text',
    parts((r) => r.strategicAreas, (area_code) => ({ area_code })),
  );
  await insert(
    'ip_right',
    'id, achievement_id, position, type, number, number_key, status',
    'id uuid, achievement_id uuid, position smallint, type text, number text, number_key text, status text',
    parts(
      (r) => r.ipRights,
      (right, position) => ({ id: newId(), position, type: right.type, number: right.number, number_key: right.number === null ? null : numberKey(right.number), status: right.status }),
    ),
  );
  await insert(
    'achievement_cooperation',
    'achievement_id, position, mode, licence_kind',
    'achievement_id uuid, position smallint, mode text, licence_kind text',
    parts((r) => r.cooperationModes, (mode, position) => ({ position, mode: mode.mode, licence_kind: mode.licenceKind })),
  );
  await insert(
    'inventor',
    'id, achievement_id, position, name, orcid',
    'id uuid, achievement_id uuid, position smallint, name jsonb, orcid text',
    parts((r) => r.inventors, (inventor, index) => ({ id: newId(), position: index + 1, name: inventor.name, orcid: inventor.orcid })),
  );
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
export async function readRecord(tx: EntityManager, achievementId: string, revision?: number): Promise<AchievementRecord | null> {
  const [row] = (await tx.query(
    `SELECT record FROM achievement_revision WHERE achievement_id = $1 AND ($2::int IS NULL OR revision = $2) ORDER BY revision DESC LIMIT 1`,
    [achievementId, revision ?? null],
  )) as Array<{ record: AchievementRecord }>;
  return row?.record ?? null;
}
