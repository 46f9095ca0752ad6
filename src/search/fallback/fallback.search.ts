import type { Localized } from '../../kernel/localized.js';
import type { SqlReader } from '../../lib/sql-reader.js';
import { loadTexts } from '../index/search.documents.js';
import { highlighterFor } from '../query/search.highlights.js';
import { sortedByTitle, idsWithNumber } from '../query/search.postgres.js';
import type { SearchAnswer, SearchRequest } from '../query/search.request.js';
import { slotsOf, type Slot } from '../query/search.terms.js';
import type { Ranker } from '../ranking/ranker.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { firstRows } from './first-rows.js';
import { rowsWithText } from './known-texts.js';
import type { PoolColumns } from './pool.columns.js';
import type { PoolState } from './pool.table.js';

/** Number of titles read at a time to find the first entries with every term in the title. */
const TITLES = 400;

/** Rows that may meet a search's text, in ascending order. */
interface Candidates {
  rows: number[];
  /** Per candidate: 1 if its text need not be read. */
  sure: Uint8Array;
  /** Per candidate: 1 if its title may contain every term. */
  titled: Uint8Array;
}

/**
 * Answers a search of pool entries without the search engine: the posting lists of the ranking give the candidates, the
 * database reads the texts that they leave open, and the columns of the pool filter, count and sort. The answer is that
 * of `searchPostgres`, whose rule search.terms.ts describes.
 */
export async function searchColumns(
  db: SqlReader,
  { columns, version, waiting }: PoolState,
  ranker: Ranker,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const text = request.identifierKeys === null ? request.text : null;
  const marked = text === null ? [] : slotsOf(text, (await readSynonyms(db)).groups);
  // For a question, the ranking has already selected the entries; the words of the text then serve for highlights
  // only.
  const slots = request.among ? [] : marked;
  // The ranking must contain every change that no longer waits in the outbox.
  if (slots.length > 0 && ranker.at !== null && ranker.at < version) await ranker.sync();
  await breathe();
  const candidates = await candidatesOf(db, columns, waiting, ranker, request, slots);
  await breathe();
  const passing = keep(candidates, passes(columns, request));
  let rows = Uint32Array.from(passing.rows);
  let lacking = columns.lacking(rows, request.filter.selected);
  await breathe();
  const open = openRows(columns, passing, rows, lacking);
  if (open.length > 0) {
    const holds = await rowsWithText(
      columns,
      open.map((i) => rows[i]!),
      JSON.stringify(slots.map((slot) => slot.patterns)),
      (ids) => withText(db, 'body', ids, slots),
    );
    const left = Uint8Array.from(rows, () => 1);
    for (const i of open) if (!holds(rows[i]!)) left[i] = 0;
    passing.titled = passing.titled.filter((_, i) => left[i] === 1);
    lacking = lacking.filter((_, i) => left[i] === 1);
    rows = rows.filter((_, i) => left[i] === 1);
    await breathe();
  }
  const facets = columns.count(rows, lacking, request.facets);
  const found: number[] = [];
  const titled: number[] = [];
  for (let i = 0; i < rows.length; i += 1) {
    if (lacking[i] !== 0) continue;
    found.push(rows[i]!);
    if (passing.titled[i] === 1) titled.push(rows[i]!);
  }
  await breathe();
  const ids = request.limit === 0 ? [] : await pageOf(db, columns, request, slots, found, titled);
  const documents = request.highlights && marked.length > 0 ? await loadTexts(db, ids) : [];
  const highlight = highlighterFor(marked);
  return {
    ids,
    total: found.length,
    related: 0,
    relatedTotal: 0,
    facets,
    highlights: new Map(documents.map((document) => [document.id, highlight({ ...document })])),
  };
}

/** Lets other requests of this process go on: each step of a search takes some milliseconds in a large pool. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function candidatesOf(
  db: SqlReader,
  columns: PoolColumns,
  waiting: ReadonlySet<string>,
  ranker: Ranker,
  request: SearchRequest,
  slots: readonly Slot[],
): Promise<Candidates> {
  const named = request.among ?? (request.identifierKeys ? await idsWithNumber(db, request.identifierKeys) : null);
  if (named !== null)
    return all(
      named.map((id) => columns.rowOf(id)).filter((row) => row >= 0),
      slots.length === 0,
    );
  if (slots.length === 0 || !ranker.isReady) return all(everyRow(columns), slots.length === 0);
  const { entries } = ranker.holding(slots.map((slot) => slot.literals));
  const rows: number[] = [];
  const sure: number[] = [];
  const titled: number[] = [];
  for (const { id, isSure, mayBeInTitle } of entries) {
    const row = columns.rowOf(id);
    // An entry with a change that the ranking does not know is read below.
    if (row < 0 || waiting.has(id)) continue;
    rows.push(row);
    sure.push(isSure ? 1 : 0);
    titled.push(mayBeInTitle ? 1 : 0);
  }
  for (const id of waiting) {
    const row = columns.rowOf(id);
    if (row < 0) continue;
    rows.push(row);
    sure.push(0);
    titled.push(1);
  }
  return { rows, sure: Uint8Array.from(sure), titled: Uint8Array.from(titled) };
}

function everyRow(columns: PoolColumns): number[] {
  const rows: number[] = [];
  for (let row = 0; row < columns.length; row += 1) if (columns.idOf(row) !== '') rows.push(row);
  return rows;
}

const all = (rows: number[], isSure: boolean): Candidates => ({
  rows,
  sure: new Uint8Array(rows.length).fill(isSure ? 1 : 0),
  titled: new Uint8Array(rows.length).fill(1),
});

function keep({ rows, sure, titled }: Candidates, isWanted: ((row: number) => boolean) | null): Candidates {
  if (isWanted === null) return { rows, sure, titled };
  const kept = rows.map((_, i) => i).filter((i) => isWanted(rows[i]!));
  return {
    rows: kept.map((i) => rows[i]!),
    sure: Uint8Array.from(kept, (i) => sure[i]!),
    titled: Uint8Array.from(kept, (i) => titled[i]!),
  };
}

/** The conditions of a filter that belong to no facet; null if there are none. A missing number meets none. */
function passes(columns: PoolColumns, { filter }: SearchRequest): ((row: number) => boolean) | null {
  const { scoreMin, scoreMax, funding } = filter;
  if (scoreMin === null && scoreMax === null && funding === null) return null;
  const [score, least, most] = [columns.column('score'), columns.column('fundingMin'), columns.column('fundingMax')];
  return (row) =>
    (scoreMin === null || score[row]! >= scoreMin) &&
    (scoreMax === null || score[row]! <= scoreMax) &&
    (funding === null ||
      (columns.currencyOf(row) === funding.currency &&
        (funding.min === null || most[row]! >= funding.min) &&
        (funding.max === null || least[row]! <= funding.max)));
}

/** Positions of the candidates whose text must be read: those that count in the total or in a facet if it matches. */
function openRows(columns: PoolColumns, { sure }: Candidates, rows: Uint32Array, lacking: Uint16Array): number[] {
  const open: number[] = [];
  for (let i = 0; i < rows.length; i += 1) {
    const lacks = lacking[i]!;
    if (sure[i] === 0 && (lacks & (lacks - 1)) === 0 && columns.idOf(rows[i]!) !== '') open.push(i);
  }
  return open;
}

/** The entries among the given ones whose title or whole text contains every term. */
async function withText(
  db: SqlReader,
  column: 'title' | 'body',
  ids: readonly string[],
  slots: readonly Slot[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const parameters: unknown[] = [ids];
  const conditions = slots.map((slot) => conditionFor(`t.${column}`, slot, parameters));
  const rows = (await db.query(
    `SELECT t.achievement_id AS id
     FROM search_text t
     WHERE t.achievement_id = ANY($1::uuid[]) AND ${conditions.join(' AND ')}`,
    parameters,
  )) as Array<{ id: string }>;
  return rows.map((row) => row.id);
}

/** SQL: a text contains one of a slot's alternatives. A term without Latin letters needs no regular expression. */
function conditionFor(expression: string, slot: Slot, parameters: unknown[]): string {
  const plain: string[] = [];
  const patterns: string[] = [];
  slot.literals.forEach(({ text }, i) =>
    /^\p{Script=Han}+$/u.test(text) ? plain.push(text) : patterns.push(slot.patterns[i]!),
  );
  const parts = plain.map((text) => `position($${parameters.push(text)}::text IN ${expression}) > 0`);
  if (patterns.length > 0) parts.push(`${expression} ~* ANY($${parameters.push(patterns)}::text[])`);
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

/** The ids of the page. `titled`: rows among those found whose title may contain every term. */
async function pageOf(
  db: SqlReader,
  columns: PoolColumns,
  request: SearchRequest,
  slots: readonly Slot[],
  found: readonly number[],
  titled: readonly number[],
): Promise<string[]> {
  const end = request.offset + request.limit;
  const idsOf = (rows: readonly number[]) => rows.map((row) => columns.idOf(row)).filter((id) => id !== '');
  const { field, descending } = request.sort;
  if (field === 'TITLE') {
    const titles = (await db.query(`SELECT id, title FROM achievement WHERE id = ANY($1::uuid[])`, [
      idsOf(found),
    ])) as Array<{ id: string; title: Localized }>;
    return sortedByTitle(titles, request)
      .slice(request.offset, end)
      .map(({ id }) => id);
  }
  if (field === 'RELEVANCE' && request.among) {
    const wanted = new Set(found);
    return request.among.filter((id) => wanted.has(columns.rowOf(id))).slice(request.offset, end);
  }
  const first = (rows: readonly number[], count: number) => firstRows(columns, rows, field, descending, count);
  if (field !== 'RELEVANCE' || slots.length === 0) return idsOf(first(found, end).slice(request.offset));
  // Entries with every term in the title come first. Only as many titles are read as the page needs.
  const likely = first(titled, titled.length > TITLES ? Math.max(TITLES, 2 * end) : titled.length);
  let inTitle = new Set(await withText(db, 'title', idsOf(likely), slots));
  if (inTitle.size < end && likely.length < titled.length)
    inTitle = new Set(await withText(db, 'title', idsOf(titled), slots));
  const isInTitle = (row: number) => inTitle.has(columns.idOf(row));
  const ahead = first(titled.filter(isInTitle), end);
  const others =
    ahead.length < end
      ? first(
          found.filter((row) => !isInTitle(row)),
          end - ahead.length,
        )
      : [];
  return idsOf([...ahead, ...others].slice(request.offset));
}
