import type { EntityManager } from 'typeorm';
import { numberKey } from '../../text/normalise.js';
import type { Localized } from '../../kernel/localized.js';
import { readingsOf } from '../query/search.pinyin.js';
import { markerFinder } from '../query/search.terms.js';
import type { SqlReader } from '../../lib/sql-reader.js';
import { titleKey } from './search.title-key.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';

/**
 * Version of the mapping from database row to search document. Must be raised with every change of the mapping; the
 * index is then rebuilt at the next start.
 */
export const DOCUMENT_VERSION = 3;

/**
 * Characters put around highlighted words by the search engine; private-use characters, which occur in no indexed text.
 */
export const MARK = { start: '\uE000', end: '\uE001' } as const;

/**
 * Text fields of a search document, the most relevant first. Fields ending in `_zh` are segmented as Chinese, those in
 * `_en` as English.
 */
export const TEXT_FIELDS = [
  'numbers',
  'title_zh',
  'title_en',
  'keywords_zh',
  'keywords_en',
  'summary_zh',
  'summary_en',
  'applications_zh',
  'applications_en',
  'institution_zh',
  'institution_en',
  'inventors_zh',
  'inventors_en',
  'abstract_zh',
  'abstract_en',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/**
 * Fields that hold the synonym markers (see search.terms.ts) found in a document's title, its keywords and all its
 * other texts.
 */
export const SENSE_FIELDS = ['senses_title', 'senses_keywords', 'senses_text'] as const;
export type SenseField = (typeof SENSE_FIELDS)[number];

const senseField = (field: TextField): SenseField =>
  field.startsWith('title_') ? 'senses_title' : field.startsWith('keywords_') ? 'senses_keywords' : 'senses_text';

/**
 * Search document of a pool entry; contains PUBLIC content only. A field without a value is left out, so that it
 * neither matches a range nor sorts first.
 */
export interface SearchDocument
  extends Partial<Record<TextField, string | string[]>>, Partial<Record<SenseField, string[]>> {
  id: string;
  /** The entry's IP and registration numbers in normalised form (`numberKey`), for exact matches. */
  numberKeys: string[];
  /** Codes of the entry's industries together with all their ancestors; likewise for regions and strategic areas. */
  industries: string[];
  regions: string[];
  strategicAreas: string[];
  institutionId: string;
  trl?: number;
  cooperationModes: string[];
  licenceKinds: string[];
  ipStatuses: string[];
  ipTypes: string[];
  category?: string;
  year?: number;
  score?: number;
  fundingMin?: number;
  fundingMax?: number;
  fundingCurrency?: string;
  /** Time of admission, in milliseconds since 1970. */
  admittedAt?: number;
  /** Pinyin readings of the Chinese title and institution (see search.pinyin.ts). */
  pinyin_title?: string[];
  pinyin_institution?: string[];
  titleKey_zh: string;
  titleKey_en: string;
}

interface DocumentRow {
  id: string;
  institution_id: string;
  registration_no: string | null;
  title: Localized;
  summary: Localized | null;
  abstract: Localized | null;
  keywords: { zh?: string[]; en?: string[] };
  applications: Localized[];
  institution: Localized;
  inventors: Localized[];
  ip_numbers: string[];
  ip_types: string[];
  ip_statuses: string[];
  modes: string[];
  licence_kinds: string[];
  industries: string[];
  regions: string[];
  strategic_areas: string[];
  trl: number | null;
  category: string | null;
  registered_on: string | null;
  score: string | null;
  funding_min: string | null;
  funding_max: string | null;
  funding_currency: string | null;
  admitted_at: Date | null;
}

export const pathCodesOf = (link: string, tree: string, code: string) =>
  `ARRAY(
     SELECT DISTINCT p.code
     FROM ${link} l
     JOIN ${tree} t ON t.code = l.${code}
     CROSS JOIN LATERAL unnest(t.path) p(code)
     WHERE l.achievement_id = a.id
     ORDER BY p.code
   )`;
export const distinctOf = (column: string, table: string) =>
  `ARRAY(
     SELECT DISTINCT l.${column}
     FROM ${table} l
     WHERE l.achievement_id = a.id AND l.${column} IS NOT NULL
     ORDER BY l.${column}
   )`;

/** Reads tier PUBLIC and status ADMITTED only. */
const DOCUMENTS_SQL = `
SELECT a.id, a.institution_id, a.registration_no, a.title, a.summary, c.body AS abstract, a.keywords,
  a.applications, o.name AS institution,
  COALESCE(
    (SELECT jsonb_agg(i.name ORDER BY i.position) FROM inventor i WHERE i.achievement_id = a.id), '[]'::jsonb
  ) AS inventors,
  ${distinctOf('number', 'ip_right')} AS ip_numbers, ${distinctOf('type', 'ip_right')} AS ip_types,
  ${distinctOf('status', 'ip_right')} AS ip_statuses, ${distinctOf('mode', 'achievement_cooperation')} AS modes,
  ${distinctOf('licence_kind', 'achievement_cooperation')} AS licence_kinds,
  ${pathCodesOf('achievement_industry', 'industry', 'industry_code')} AS industries,
  ${pathCodesOf('achievement_strategic_area', 'strategic_area', 'area_code')} AS strategic_areas,
  COALESCE((SELECT r.path FROM region r WHERE r.code = a.region_code), '{}') AS regions, a.trl, a.category,
  a.registered_on, a.score, a.funding_min, a.funding_max, a.funding_currency, a.admitted_at
FROM achievement a
JOIN organisation o ON o.id = a.institution_id
LEFT JOIN achievement_content c ON c.achievement_id = a.id AND c.tier = 'PUBLIC'
WHERE a.status = 'ADMITTED'`;

/** Reads the search documents with the given ids; entries that are not in the pool are omitted. */
export async function loadDocuments(db: EntityManager, ids: readonly string[]): Promise<SearchDocument[]> {
  if (ids.length === 0) return [];
  return toDocuments(db, (await db.query(`${DOCUMENTS_SQL} AND a.id = ANY($1::uuid[])`, [ids])) as DocumentRow[]);
}

/**
 * Reads the next `limit` search documents of the pool in ascending order of id, after the given id or from the start.
 */
export async function documentsAfter(db: EntityManager, id: string | null, limit: number): Promise<SearchDocument[]> {
  const rows = (await db.query(`${DOCUMENTS_SQL} AND ($1::uuid IS NULL OR a.id > $1::uuid) ORDER BY a.id LIMIT $2`, [
    id,
    limit,
  ])) as DocumentRow[];
  return toDocuments(db, rows);
}

async function toDocuments(db: EntityManager, rows: readonly DocumentRow[]): Promise<SearchDocument[]> {
  const markersIn = markerFinder((await readSynonyms(db)).groups);
  return rows.map((row) => toDocument(row, markersIn));
}

const clean = (text: string): string => text.replace(/[\uE000\uE001]/g, '');
const number = (text: string | null): number | undefined => (text === null ? undefined : Number(text));

/** Reads the text fields of search documents from the database, for highlights when the search engine is not used. */
export async function loadTexts(db: SqlReader, ids: readonly string[]): Promise<Array<{ id: string } & Texts>> {
  if (ids.length === 0) return [];
  const rows = (await db.query(`${DOCUMENTS_SQL} AND a.id = ANY($1::uuid[])`, [ids])) as DocumentRow[];
  return rows.map((row) => ({ id: row.id, ...textsOf(row) }));
}

type Texts = Partial<Record<TextField, string | string[]>>;

const numbersOf = (row: DocumentRow): string[] => [
  ...new Set([row.registration_no, ...row.ip_numbers].filter((n) => n !== null)),
];
const keysOf = (row: DocumentRow): string[] => [
  ...new Set(
    numbersOf(row)
      .map(numberKey)
      .filter((key) => key !== ''),
  ),
];

function textsOf(row: DocumentRow): Texts {
  const text: Texts = {};
  const put = (field: TextField, value: string | string[] | undefined) => {
    if (value !== undefined && value.length > 0)
      text[field] = typeof value === 'string' ? clean(value) : value.map(clean);
  };
  put('numbers', [...new Set([...numbersOf(row), ...keysOf(row)])]);
  for (const locale of ['zh', 'en'] as const) {
    const inLocale = (texts: readonly Localized[]) => texts.map((t) => t[locale]).filter((t) => t !== undefined);
    put(`title_${locale}`, row.title[locale]);
    put(`keywords_${locale}`, row.keywords[locale]);
    put(`summary_${locale}`, row.summary?.[locale]);
    put(`applications_${locale}`, inLocale(row.applications));
    put(`institution_${locale}`, row.institution[locale]);
    put(`inventors_${locale}`, inLocale(row.inventors));
    put(`abstract_${locale}`, row.abstract?.[locale]);
  }
  return text;
}

function toDocument(row: DocumentRow, markersIn: (text: string) => string[]): SearchDocument {
  const text = textsOf(row);
  return withoutUndefined({
    id: row.id,
    ...text,
    ...sensesIn(text, markersIn),
    numberKeys: keysOf(row),
    industries: row.industries,
    regions: row.regions,
    strategicAreas: row.strategic_areas,
    institutionId: row.institution_id,
    trl: row.trl ?? undefined,
    cooperationModes: row.modes,
    licenceKinds: row.licence_kinds,
    ipStatuses: row.ip_statuses,
    ipTypes: row.ip_types,
    category: row.category ?? undefined,
    year: row.registered_on === null ? undefined : Number.parseInt(row.registered_on, 10),
    score: number(row.score),
    fundingMin: number(row.funding_min),
    fundingMax: number(row.funding_max),
    fundingCurrency: row.funding_currency ?? undefined,
    admittedAt: row.admitted_at?.getTime(),
    pinyin_title: readingsOf(row.title.zh ?? ''),
    pinyin_institution: readingsOf(row.institution.zh ?? ''),
    titleKey_zh: titleKey(row.title.zh ?? row.title.en ?? ''),
    titleKey_en: titleKey(row.title.en ?? row.title.zh ?? ''),
  });
}

/**
 * Finds the synonym markers that apply to the texts of a document; returns them by the document field that stores them.
 */
export function sensesIn(text: Texts, markersIn: (text: string) => string[]): Partial<Record<SenseField, string[]>> {
  const found = SENSE_FIELDS.map((field) => {
    const texts = TEXT_FIELDS.filter((each) => senseField(each) === field).flatMap((each) => text[each] ?? []);
    // Texts are joined by line breaks, so that no term matches across two texts.
    return [field, markersIn(texts.join('\n'))] as const;
  });
  return Object.fromEntries(found.filter(([, markers]) => markers.length > 0));
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
