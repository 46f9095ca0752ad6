import type { EntityManager } from 'typeorm';
import { Locale, type Localized } from '../../kernel/localized.js';
import { loadTexts } from '../index/search.documents.js';
import { FACETS, type SearchFacetName } from './search.facets.js';
import { highlighterFor } from './search.highlights.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import { REGISTRATION_KEY } from '../../outbox/search-texts.js';
import { slotsOf } from './search.terms.js';
import type { SqlReader } from '../../lib/sql-reader.js';
import { titleKey } from '../index/search.title-key.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';

const CARRIES_NUMBER = (keys: string) =>
  `(
     a.id IN (SELECT achievement_id FROM ip_right WHERE number_key = ANY(${keys}))
     OR ${REGISTRATION_KEY} = ANY(${keys})
   )`;

/** Whether a pool entry has one of these numbers. */
export async function isKnownNumber(db: EntityManager, keys: readonly string[]): Promise<boolean> {
  const [row] = (await db.query(
    `SELECT EXISTS (
       SELECT 1
       FROM achievement a
       WHERE a.status = 'ADMITTED' AND ${CARRIES_NUMBER('$1::text[]')}
     ) AS known`,
    [keys],
  )) as Array<{ known: boolean }>;
  return row?.known === true;
}

/** Ids of the pool entries that have one of these numbers. */
export async function idsWithNumber(db: SqlReader, keys: readonly string[]): Promise<string[]> {
  const rows: Array<{ id: string }> = await db.query(
    `SELECT a.id FROM achievement a WHERE a.status = 'ADMITTED' AND ${CARRIES_NUMBER('$1::text[]')}`,
    [keys],
  );
  return rows.map((row) => row.id);
}

/**
 * Answers a search of pool entries from PostgreSQL alone: while the columns of the pool are being loaded, and as the
 * definition of the counts that the engine and the columns must give. One statement finds page, total and facet counts.
 * Texts are matched by the simpler rule of search.terms.ts; sorted by relevance, entries whose title contains every
 * term come first.
 */
export function searchPostgres(db: EntityManager, request: SearchRequest): Promise<SearchAnswer> {
  return db.transaction((tx) => searchByScan(tx, request));
}

/** `searchPostgres` within the caller's transaction. */
export async function searchByScan(tx: SqlReader, request: SearchRequest): Promise<SearchAnswer> {
  await prepareScan(tx);
  return answerFrom(tx, request);
}

/**
 * Settings of a transaction that searches by SQL: more work_mem, since counting all facets groups many rows and would
 * need temporary files; no JIT compilation, which takes longer than the query; and a limit of 15 seconds for each
 * statement.
 */
export async function prepareScan(tx: SqlReader): Promise<void> {
  await tx.query(
    `SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),
       set_config('statement_timeout', '15s', true)`,
  );
}

async function answerFrom(db: SqlReader, request: SearchRequest): Promise<SearchAnswer> {
  const parameters: unknown[] = [];
  const bind = (value: unknown, type: string) => `$${parameters.push(value)}::${type}`;
  const text = request.identifierKeys === null ? request.text : null;
  const marked = text === null ? [] : slotsOf(text, (await readSynonyms(db)).groups);
  // For a question, the ranking has already selected the entries; the words of the text then serve for highlights
  // only.
  const slots = request.among ? [] : marked;
  const groups = Object.entries(request.filter.selected) as Array<[SearchFacetName, string[]]>;
  const columns = groups.map(
    ([facet, values]) =>
      `a.id IN (
         SELECT s.id
         FROM (${FACETS[facet].pairs}) s
         WHERE s.value = ANY(${bind(values, 'text[]')})
       ) AS "in_${facet}"`,
  );
  const where = [`a.status = 'ADMITTED'`, ...conditionsOf(request, bind)];
  const slotPatterns = slots.map((slot) => bind(slot.patterns, 'text[]'));
  const holds = (expression: string) =>
    slotPatterns.map((patterns) => `${expression} ~* ANY(${patterns})`).join(' AND ');
  if (slots.length > 0) {
    columns.push(`(${holds('t.title')}) AS in_title`);
    where.push(holds('t.body'));
  } else {
    columns.push('false AS in_title');
  }
  const all = (without?: SearchFacetName) =>
    ['TRUE', ...groups.filter(([facet]) => facet !== without).map(([facet]) => `h."in_${facet}"`)].join(' AND ');
  const facets = [...request.facets];
  const facetColumns = facets.map(
    (facet) =>
      `(
         SELECT COALESCE(json_object_agg(f.value, f.n), '{}')
         FROM (
           SELECT s.value, count(*)::int AS n
           FROM base h
           JOIN (${FACETS[facet].pairs}) s ON s.id = h.id
           WHERE ${all(facet)}
           GROUP BY s.value
         ) f
       ) AS "${facet}"`,
  );
  const byTitle = request.sort.field === 'TITLE';
  const page = byTitle
    ? `(SELECT COALESCE(json_agg(json_build_object('id', h.id, 'title', h.title)), '[]') FROM base h WHERE ${all()})`
    : `(
        SELECT COALESCE(json_agg(json_build_object('id', p.id) ORDER BY p.place), '[]')
        FROM (
          SELECT h.id, row_number() OVER (ORDER BY ${orderOf(request, bind)}) AS place
          FROM base h
          WHERE ${all()}
          ORDER BY place
          LIMIT ${bind(request.limit, 'int')}
          OFFSET ${bind(request.offset, 'int')}
        ) p
      )`;
  const [row] = (await db.query(
    `WITH base AS MATERIALIZED (
       SELECT a.id, a.title, a.admitted_at, a.score, a.trl, a.funding_currency, a.funding_max, ${columns.join(', ')}
       FROM achievement a${slots.length > 0 ? ' JOIN search_text t ON t.achievement_id = a.id' : ''}
       WHERE ${where.join(' AND ')}
     )
     SELECT (SELECT count(*)::int FROM base h WHERE ${all()}) AS total,
       ${[`${page} AS page`, ...facetColumns].join(', ')}`,
    parameters,
  )) as Array<
    { total: number; page: Array<{ id: string; title: Localized }> } & Partial<
      Record<SearchFacetName, Record<string, number>>
    >
  >;
  const ids = (
    byTitle ? sortedByTitle(row!.page, request).slice(request.offset, request.offset + request.limit) : row!.page
  ).map((entry) => entry.id);
  const highlight = highlighterFor(marked);
  const documents = request.highlights && marked.length > 0 ? await loadTexts(db, ids) : [];
  return {
    ids,
    total: row!.total,
    related: 0,
    relatedTotal: 0,
    facets: new Map(facets.map((facet) => [facet, row![facet] ?? {}])),
    highlights: new Map(documents.map((document) => [document.id, highlight({ ...document })])),
  };
}

/** SQL conditions of a search's filter. Amounts are compared in double precision, as in the search engine. */
function conditionsOf(request: SearchRequest, bind: (value: unknown, type: string) => string): string[] {
  const { scoreMin, scoreMax, funding } = request.filter;
  const clauses: string[] = [];
  if (request.among) clauses.push(`a.id = ANY(${bind(request.among, 'uuid[]')})`);
  if (request.identifierKeys !== null) clauses.push(CARRIES_NUMBER(bind(request.identifierKeys, 'text[]')));
  if (scoreMin !== null) clauses.push(`a.score::float8 >= ${bind(scoreMin, 'float8')}`);
  if (scoreMax !== null) clauses.push(`a.score::float8 <= ${bind(scoreMax, 'float8')}`);
  if (funding) {
    clauses.push(`a.funding_currency = ${bind(funding.currency, 'text')}`);
    if (funding.min !== null) clauses.push(`a.funding_max::float8 >= ${bind(funding.min, 'float8')}`);
    if (funding.max !== null) clauses.push(`a.funding_min::float8 <= ${bind(funding.max, 'float8')}`);
  }
  return clauses;
}

function orderOf(request: SearchRequest, bind: (value: unknown, type: string) => string): string {
  const direction = `${request.sort.descending ? 'DESC' : 'ASC'} NULLS LAST`;
  switch (request.sort.field) {
    case 'SCORE':
      return `h.score ${direction}, h.id`;
    case 'TRL':
      return `h.trl ${direction}, h.id`;
    case 'FUNDING':
      return `h.funding_currency COLLATE "C" NULLS LAST, h.funding_max::float8 ${direction}, h.id`;
    case 'NEWEST':
      return `h.admitted_at ${direction}, h.id`;
    default:
      if (request.among) return `array_position(${bind(request.among, 'uuid[]')}, h.id)`;
      return `h.in_title DESC, h.admitted_at DESC NULLS LAST, h.id`;
  }
}

/**
 * Sorts entries by title in this process, because PostgreSQL has no collation with the same dictionary order (see
 * search.title-key.ts).
 */
export function sortedByTitle(
  entries: Array<{ id: string; title: Localized }>,
  request: SearchRequest,
): Array<{ id: string; title: Localized }> {
  const sign = request.sort.descending ? -1 : 1;
  const keyed = entries.map((entry) => ({
    entry,
    key: titleKey(
      (request.locale === Locale.EN ? (entry.title.en ?? entry.title.zh) : (entry.title.zh ?? entry.title.en)) ?? '',
    ),
  }));
  keyed.sort((a, b) => (a.key === b.key ? (a.entry.id < b.entry.id ? -1 : 1) : (a.key < b.key ? -1 : 1) * sign));
  return keyed.map(({ entry }) => entry);
}
