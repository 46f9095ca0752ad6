import type { EntityManager } from 'typeorm';
import { newId } from '../lib/ids.js';
import { bands } from '../text/minhash.js';
import { numberKey } from '../text/normalise.js';
import { recordHash, type AchievementRecord } from './achievement.record.js';
import type { AchievementStatus } from './vocabularies.js';

/** An achievement's record to write, with data of its process (status, revision, author). */
export interface StoredAchievement {
  id: string;
  institutionId: string;
  status: AchievementStatus;
  revision: number;
  record: AchievementRecord;
  editedBy: string | null;
  note: string | null;
  at: Date;
  /**
   * For an update: the fields of the record that changed; tables of parts without a changed field are not rewritten. By
   * default all fields count as changed.
   */
  changed?: ReadonlyArray<keyof AchievementRecord>;
}

/** The texts of a record that are compared in the search for near-duplicates. */
export function comparedTexts(record: AchievementRecord): { title: string; text: string } {
  return {
    title: record.title.zh ?? record.title.en ?? '',
    text: [record.summary, record.abstract].map((text) => text?.zh ?? text?.en ?? '').join(''),
  };
}

/** A column of the table `achievement` whose value is computed from a record and the data of its process. */
interface Column {
  /** SQL type under which the column's value is passed to the statement in JSON. */
  readonly type: string;
  /** The column's value for one achievement. */
  of(stored: StoredAchievement): unknown;
  /** SQL expression of the value to store, over the row `r` of passed values; by default the passed value itself. */
  readonly sql?: string;
  /** When true, the column is written only when an achievement is inserted. */
  readonly fixed?: boolean;
}

const field = (type: string, key: keyof AchievementRecord): Column => ({ type, of: ({ record }) => record[key] });
const bandsOf = (column: string, text: 'title' | 'text'): Column => ({
  type: 'jsonb',
  of: ({ record }) => bands(comparedTexts(record)[text]),
  sql: `ARRAY(SELECT jsonb_array_elements_text(r.${column})::bigint)`,
});

/**
 * The columns of the table `achievement` that are computed from a record and the data of its process, by name. Inserts,
 * updates and the type of the passed rows are all built from this list.
 */
const MAIN: Readonly<Record<string, Column>> = {
  id: { type: 'uuid', of: ({ id }) => id, fixed: true },
  institution_id: { type: 'uuid', of: ({ institutionId }) => institutionId, fixed: true },
  external_id: field('text', 'externalId'),
  registration_no: field('text', 'registrationNo'),
  status: { type: 'text', of: ({ status }) => status },
  revision: { type: 'int', of: ({ revision }) => revision },
  title: field('jsonb', 'title'),
  summary: field('jsonb', 'summary'),
  category: field('text', 'category'),
  attribute: field('text', 'attribute'),
  stage: field('text', 'stage'),
  trl: field('smallint', 'trl'),
  region_code: field('text', 'regionCode'),
  funding_min: { type: 'numeric', of: ({ record }) => record.fundingNeed?.min ?? null },
  funding_max: { type: 'numeric', of: ({ record }) => record.fundingNeed?.max ?? null },
  funding_currency: { type: 'text', of: ({ record }) => record.fundingNeed?.currency ?? null },
  keywords: field('jsonb', 'keywords'),
  incumbent: field('jsonb', 'incumbent'),
  improvement: field('jsonb', 'improvement'),
  applications: field('jsonb', 'applications'),
  registered_on: field('date', 'registeredOn'),
  created_at: { type: 'timestamptz', of: ({ at }) => at.toISOString(), fixed: true },
  updated_at: { type: 'timestamptz', of: ({ at }) => at.toISOString() },
  record_hash: { type: 'text', of: ({ record }) => recordHash(record) },
  title_bands: bandsOf('title_bands', 'title'),
  text_bands: bandsOf('text_bands', 'text'),
};
const mainColumns = Object.entries(MAIN);
const mainTypes = mainColumns.map(([name, { type }]) => `${name} ${type}`).join(', ');
const written = ([name, { sql }]: [string, Column]) => sql ?? `r.${name}`;

const mainRow = (stored: StoredAchievement): Record<string, unknown> =>
  Object.fromEntries(mainColumns.map(([name, column]) => [name, column.of(stored)]));

/**
 * Converts rows to JSON without null members, so that missing values become SQL NULL; jsonb columns would otherwise
 * store the JSON value null.
 */
const rows = (list: ReadonlyArray<Record<string, unknown>>): string =>
  JSON.stringify(list, (_key, value: unknown) => (value === null ? undefined : value));

/**
 * Inserts achievements with all their parts. The number of SQL statements does not depend on the number of
 * achievements.
 */
export async function insertAchievements(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  if (list.length === 0) return;
  await tx.query(
    `INSERT INTO achievement (${Object.keys(MAIN).join(', ')})
     SELECT ${mainColumns.map(written).join(', ')} FROM jsonb_to_recordset($1::jsonb) AS r(${mainTypes})`,
    [rows(list.map(mainRow))],
  );
  for (const part of PARTS) await insertPart(tx, part, list);
  await insertRevisions(tx, list);
}

/**
 * Replaces record, status and revision number of existing achievements and stores the new revisions; score and dates of
 * the vetting process stay unchanged.
 */
export async function replaceAchievements(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  if (list.length === 0) return;
  const changes = mainColumns
    .filter(([, { fixed }]) => fixed !== true)
    .map((column) => `${column[0]} = ${written(column)}`);
  await tx.query(
    `UPDATE achievement AS a SET ${changes.join(', ')}
     FROM jsonb_to_recordset($1::jsonb) AS r(${mainTypes}) WHERE a.id = r.id`,
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

/**
 * A table that stores a part of the record in rows: a list such as its keywords with one row per item, or its longer
 * texts with one row per disclosure tier.
 */
interface Part {
  readonly table: string;
  readonly fields: ReadonlyArray<keyof AchievementRecord>;
  /** SQL types of the table's columns, under which values are passed to the statement in JSON. */
  readonly columns: Readonly<Record<string, string>>;
  rows(record: AchievementRecord): Array<Record<string, unknown>>;
}

const PARTS: readonly Part[] = [
  {
    table: 'achievement_content',
    fields: ['abstract', 'technicalDetail', 'confidentialDetail'],
    columns: { achievement_id: 'uuid', tier: 'text', body: 'jsonb' },
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
    columns: { achievement_id: 'uuid', industry_code: 'text', position: 'smallint' },
    rows: (r) => r.industries.map((industry_code, position) => ({ industry_code, position })),
  },
  {
    table: 'achievement_strategic_area',
    fields: ['strategicAreas'],
    columns: { achievement_id: 'uuid', area_code: 'text' },
    rows: (r) => r.strategicAreas.map((area_code) => ({ area_code })),
  },
  {
    table: 'ip_right',
    fields: ['ipRights'],
    columns: {
      id: 'uuid',
      achievement_id: 'uuid',
      position: 'smallint',
      type: 'text',
      number: 'text',
      number_key: 'text',
      status: 'text',
    },
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
    columns: { achievement_id: 'uuid', position: 'smallint', mode: 'text', licence_kind: 'text' },
    rows: (r) =>
      r.cooperationModes.map((mode, position) => ({ position, mode: mode.mode, licence_kind: mode.licenceKind })),
  },
  {
    table: 'inventor',
    fields: ['inventors'],
    columns: { id: 'uuid', achievement_id: 'uuid', position: 'smallint', name: 'jsonb', orcid: 'text' },
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
  const names = Object.keys(part.columns).join(', ');
  const types = Object.entries(part.columns).map((column) => column.join(' '));
  await tx.query(
    `INSERT INTO ${part.table} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS r(${types.join(', ')})`,
    [rows(values)],
  );
}

async function insertRevisions(tx: EntityManager, list: readonly StoredAchievement[]): Promise<void> {
  // The record is passed to the statement as text and not as jsonb, so that null values inside it are kept.
  await tx.query(
    `INSERT INTO achievement_revision (achievement_id, revision, record, edited_by, note, created_at)
     SELECT r.achievement_id, r.revision, r.record::jsonb, r.edited_by, r.note, r.created_at
     FROM jsonb_to_recordset($1::jsonb) AS r(
       achievement_id uuid, revision int, record text, edited_by uuid, note text, created_at timestamptz
     )`,
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

/** Returns an achievement's record at a revision, by default the newest; null if there is none. */
export async function readRecord(
  tx: EntityManager,
  achievementId: string,
  revision?: number,
): Promise<AchievementRecord | null> {
  const [row] = (await tx.query(
    `SELECT record
     FROM achievement_revision
     WHERE achievement_id = $1 AND ($2::int IS NULL OR revision = $2)
     ORDER BY revision DESC
     LIMIT 1`,
    [achievementId, revision ?? null],
  )) as Array<{ record: AchievementRecord }>;
  return row?.record ?? null;
}
