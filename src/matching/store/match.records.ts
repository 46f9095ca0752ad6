import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { SimilarityText } from '../../text/similarity.js';
import type { TextVector } from '../../text/similarity.vectors.js';
import { decodeVector } from './match.vectors.js';

/**
 * Reads matchable records from the database in the engine's format: admitted achievements, and profiles and demands
 * that take part in matching. An id that is requested but not returned is not, or no longer, matchable.
 */

/**
 * An engine record and the source text of its vector. The record's `text` is null if no vector is stored or the stored
 * one was computed from another text.
 */
export interface LoadedRecord<T> {
  record: T;
  source: SimilarityText;
  digest: Buffer;
  /** True if the text's vector must be computed. */
  stale: boolean;
}

export type Db = DataSource | EntityManager;

export interface RowWithText {
  id: string;
  title: string;
  body: string;
  digest: Buffer | null;
  vector: Buffer | null;
}

export function withText<T>(row: RowWithText, recordOf: (text: TextVector | null) => T): LoadedRecord<T> {
  const digest = createHash('sha256').update(row.title).update('\0').update(row.body).digest().subarray(0, 16);
  const current = row.vector !== null && row.digest !== null && digest.equals(row.digest);
  return {
    record: recordOf(current ? decodeVector(row.vector!) : null),
    source: { title: row.title, abstract: row.body },
    digest,
    stale: !current,
  };
}

/** SQL expression for a localised text as plain text: the Chinese, a line break, and the English. */
const both = (column: string) => `concat_ws(E'\\n', ${column}->>'zh', ${column}->>'en')`;
const eachOf = (list: string) =>
  `(SELECT string_agg(concat_ws(E'\\n', x->>'zh', x->>'en'), E'\\n') FROM jsonb_array_elements(${list}) x)`;

/** Per kind of record: SQL that states which rows are matchable and which of their texts are compared. */
const SOURCES = {
  ACHIEVEMENT: {
    alias: 'a',
    from: 'achievement a',
    where: `a.status = 'ADMITTED'`,
    title: both('a.title'),
    body: `concat_ws(
        E'\\n', a.summary->>'zh', a.summary->>'en',
        (
          SELECT string_agg(k.word, E'\\n')
          FROM jsonb_each(a.keywords) e, jsonb_array_elements_text(e.value) k(word)
        ),
        ${eachOf('a.applications')}
      )`,
  },
  INVESTOR: {
    alias: 'p',
    from: 'investor_profile p JOIN organisation o ON o.id = p.organisation_id',
    where: `p.status = 'ACTIVE' AND o.verification = 'VERIFIED'`,
    title: `''`,
    body: both('p.thesis'),
  },
  TALENT: {
    alias: 'p',
    from: 'talent_profile p',
    where: `p.account_id IS NOT NULL AND p.status = 'ACTIVE' AND p.visibility <> 'HIDDEN' AND p.verification <> 'REJECTED'`,
    title: both('p.headline'),
    body: `concat_ws(
        E'\\n', ${eachOf('p.skills')}, p.bio->>'zh', p.bio->>'en',
        (
          SELECT string_agg(${both('e.title')}, E'\\n' ORDER BY e.position)
          FROM talent_evidence e
          WHERE e.talent_id = p.id
        )
      )`,
  },
  DEMAND: {
    alias: 'd',
    from: 'demand d JOIN organisation o ON o.id = d.organisation_id',
    where: `d.status = 'OPEN' AND o.verification = 'VERIFIED'`,
    title: both('d.title'),
    body: `concat_ws(
        E'\\n', d.description->>'zh', d.description->>'en',
        (
          SELECT string_agg(concat_ws(E'\\n', t->'name'->>'zh', t->'name'->>'en'), E'\\n')
          FROM jsonb_array_elements(d.targets) t
        )
      )`,
  },
} as const;
export const textColumns = (kind: keyof typeof SOURCES) =>
  `${SOURCES[kind].title} AS title, ${SOURCES[kind].body} AS body`;

/** The texts of those records with the given ids that are matchable, by id. */
export async function loadSources(
  db: Db,
  kind: keyof typeof SOURCES,
  ids: readonly string[],
): Promise<Map<string, SimilarityText>> {
  const { alias, from, where } = SOURCES[kind];
  const rows = (await db.query(
    `SELECT ${alias}.id, ${textColumns(kind)} FROM ${from} WHERE ${alias}.id = ANY($1) AND ${where}`,
    [ids],
  )) as Array<{ id: string; title: string; body: string }>;
  return new Map(rows.map(({ id, title, body }) => [id, { title, abstract: body }]));
}

/**
 * Selects the rows of a query: those with the given ids, or the next `limit` rows in ascending order of id after
 * `after` (null: from the start).
 */
export type RowSelection =
  { readonly ids: readonly string[] } | { readonly after: string | null; readonly limit: number };

/** Selection of rows, with the number of the text generation whose vectors are read. */
export type RecordSelection = RowSelection & { readonly generation: number };

/** An id that sorts before every other. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * SQL condition and order for a selection of rows; `$1` is `selectionValue`. The two variants are separate statements
 * with a literal limit, because PostgreSQL reuses one plan for all parameter values, and a plan for both variants would
 * always scan the whole table.
 */
export function selectionClause(w: RowSelection, id: string): string {
  return 'ids' in w ? `${id} = ANY($1) ORDER BY ${id}` : `${id} > $1 ORDER BY ${id} LIMIT ${Math.trunc(w.limit)}`;
}

export const selectionValue = (w: RowSelection): unknown => ('ids' in w ? w.ids : (w.after ?? BEFORE_ALL));

/** SQL that joins matchable rows with their stored text vectors; `$2` is the number of the text generation. */
export const rowsOf = (kind: keyof typeof SOURCES, w: RecordSelection): string => {
  const { alias, from, where } = SOURCES[kind];
  return `${from}
    LEFT JOIN match_text v ON v.generation = $2 AND v.kind = '${kind}' AND v.subject_id = ${alias}.id
    WHERE ${where} AND ${selectionClause(w, `${alias}.id`)}`;
};
export const parametersOf = (w: RecordSelection) => [selectionValue(w), w.generation];
