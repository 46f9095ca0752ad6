import type { EntityManager } from 'typeorm';
import type { SqlReader } from '../../lib/sql-reader.js';
import type { Localized } from '../../kernel/localized.js';
import { sensesIn, type SenseField, type TextField } from '../index/search.documents.js';
import { readingsOf } from '../query/search.pinyin.js';
import { markerFinder } from '../query/search.terms.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { PROFILE_KINDS, type ProfileKind, type ProfileType } from './profiles.kinds.js';

/**
 * Version of the mapping from a profile's row to its search document. Must be raised with every change of the mapping;
 * the index is then rebuilt at the next start.
 */
export const PROFILE_DOCUMENT_VERSION = 1;

/**
 * Search document of a profile (investor, talent or demand) open to proposals; contains public content only. Its text
 * fields have the names used for pool entries: title (name or headline), summary, keywords (skills), applications
 * (evidence, targets), institution.
 */
export interface ProfileDocument
  extends Partial<Record<TextField, string | string[]>>, Partial<Record<SenseField, string[]>> {
  id: string;
  type: ProfileType;
  /** Time by which profiles are sorted newest first, in milliseconds since 1970. */
  at: number;
  pinyin_title: string[];
  pinyin_institution: string[];
  /** For demands: last day on which the demand is open, as a number of the form 20261231. */
  openUntil?: number;
  /** Facet values by attribute. */
  [attribute: string]: unknown;
}

interface TextRow {
  id: string;
  at: Date;
  title: Localized;
  summary: Localized | null;
  keywords: Localized[];
  applications: Localized[];
  institution: Localized | null;
  open_until: number | null;
}

const kinds: readonly ProfileKind[] = Object.values(PROFILE_KINDS);

/** Reads the search documents of profiles with the given ids; profiles that must not be found are omitted. */
export async function loadProfiles(db: SqlReader, ids: readonly string[]): Promise<ProfileDocument[]> {
  if (ids.length === 0) return [];
  const found: ProfileDocument[] = [];
  // One query after the other, because a transaction has only one connection.
  for (const kind of kinds)
    found.push(
      ...(await toDocuments(
        db,
        kind,
        (await db.query(`SELECT v.* FROM (${kind.texts}) v WHERE v.id = ANY($1::uuid[])`, [ids])) as TextRow[],
      )),
    );
  return found;
}

/**
 * Reads the next `limit` search documents of profiles of all kinds in ascending order of id, after the given id or from
 * the start.
 */
export async function profilesAfter(db: EntityManager, id: string | null, limit: number): Promise<ProfileDocument[]> {
  const found: Array<{ id: string }> = [];
  for (const kind of kinds)
    found.push(
      ...((await db.query(
        `SELECT v.id FROM (${kind.texts}) v WHERE $1::uuid IS NULL OR v.id > $1::uuid ORDER BY v.id LIMIT $2`,
        [id, limit],
      )) as Array<{ id: string }>),
    );
  const ids = found
    .map((row) => row.id)
    .sort()
    .slice(0, limit);
  return (await loadProfiles(db, ids)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function toDocuments(db: SqlReader, kind: ProfileKind, rows: readonly TextRow[]): Promise<ProfileDocument[]> {
  if (rows.length === 0) return [];
  const markersIn = markerFinder((await readSynonyms(db)).groups);
  const values = await attributesOf(
    db,
    kind,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toDocument(kind, row, values.get(row.id) ?? {}, markersIn));
}

/**
 * Reads the facet values of profiles, by index attribute. Facets whose values depend on the current day are not stored
 * in documents.
 */
async function attributesOf(
  db: SqlReader,
  kind: ProfileKind,
  ids: readonly string[],
): Promise<Map<string, Record<string, string[]>>> {
  const stored = Object.values(kind.facets).filter((facet) => facet.byDay === undefined);
  const attributes = new Map(
    ids.map((id) => [id, Object.fromEntries(stored.map(({ attribute }) => [attribute, [] as string[]]))]),
  );
  for (const { attribute, pairs } of stored) {
    const rows = (await db.query(
      `SELECT s.id, array_agg(s.value ORDER BY s.value COLLATE "C") AS values
       FROM (${pairs}) s
       WHERE s.id = ANY($1::uuid[])
       GROUP BY s.id`,
      [ids],
    )) as Array<{ id: string; values: string[] }>;
    for (const row of rows) attributes.get(row.id)![attribute] = row.values;
  }
  return attributes;
}

const clean = (text: string): string => text.replace(/[\uE000\uE001]/g, '');

function toDocument(
  kind: ProfileKind,
  row: TextRow,
  attributes: Record<string, string[]>,
  markersIn: (text: string) => string[],
): ProfileDocument {
  const text: Partial<Record<TextField, string | string[]>> = {};
  const put = (field: TextField, value: string | string[] | undefined) => {
    if (value !== undefined && value.length > 0)
      text[field] = typeof value === 'string' ? clean(value) : value.map(clean);
  };
  for (const locale of ['zh', 'en'] as const) {
    const inLocale = (texts: readonly Localized[]) =>
      texts.map((each) => each[locale]).filter((each) => each !== undefined);
    put(`title_${locale}`, row.title[locale]);
    put(`keywords_${locale}`, inLocale(row.keywords));
    put(`summary_${locale}`, row.summary?.[locale]);
    put(`applications_${locale}`, inLocale(row.applications));
    put(`institution_${locale}`, row.institution?.[locale]);
  }
  return {
    id: row.id,
    type: kind.type,
    at: row.at.getTime(),
    ...text,
    ...sensesIn(text, markersIn),
    pinyin_title: readingsOf(row.title.zh ?? ''),
    pinyin_institution: readingsOf(row.institution?.zh ?? ''),
    ...attributes,
    ...(row.open_until === null ? {} : { openUntil: row.open_until }),
  };
}
