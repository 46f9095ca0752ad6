import { yearProblem } from '../../lib/day.js';
import { badInput, InputError, type FieldProblem } from '../../kernel/errors.js';
import { CsvParser } from '../../lib/tabular/csv-parser.js';
import { ContainerFault } from '../../lib/tabular/faults.js';
import { cleanText } from '../../kernel/localized.js';
import { say } from '../../messages/catalogue.js';

/** Maximum number of documents per reviewer; more would hardly change the text similarity to entries. */
export const MAX_DOCUMENTS = 50;
const MAX_TITLE = 500;
const MAX_ABSTRACT = 10_000;
const MAX_CSV_CHARS = 1_000_000;

export interface DocumentText {
  title: string;
  abstract: string | null;
  year: number | null;
}

const HEADERS: Record<string, keyof DocumentText> = {
  title: 'title',
  题名: 'title',
  标题: 'title',
  论文题目: 'title',
  abstract: 'abstract',
  summary: 'abstract',
  摘要: 'abstract',
  year: 'year',
  年份: 'year',
  年: 'year',
  发表年份: 'year',
};

/** Cleans and validates a reviewer's documents; problems are reported with field names below `path`. */
export function readDocuments(
  path: string,
  list: ReadonlyArray<{ title: string; abstract?: string | null; year?: number | null }>,
  thisYear: number,
): DocumentText[] {
  const problems: FieldProblem[] = [];
  if (list.length > MAX_DOCUMENTS) throw badInput(path, 'TOO_MANY', say('TOO_MANY.documents', { max: MAX_DOCUMENTS }));
  const documents = list.map((document, i) => {
    const title = cleanText(document.title)?.replace(/\s+/g, ' ') ?? '';
    const abstract = cleanText(document.abstract) ?? null;
    const year = document.year ?? null;
    if (title === '') problems.push({ field: `${path}[${i}].title`, code: 'REQUIRED', message: say('REQUIRED.title') });
    if ([...title].length > MAX_TITLE)
      problems.push({
        field: `${path}[${i}].title`,
        code: 'TOO_LONG',
        message: say('TOO_LONG.max', { max: MAX_TITLE }),
      });
    if (abstract !== null && [...abstract].length > MAX_ABSTRACT)
      problems.push({
        field: `${path}[${i}].abstract`,
        code: 'TOO_LONG',
        message: say('TOO_LONG.max', { max: MAX_ABSTRACT }),
      });
    // A text that is accepted this year may appear in the next.
    const wrong = year === null ? null : yearProblem(year, thisYear, 1900, 1);
    if (wrong) problems.push({ field: `${path}[${i}].year`, ...wrong });
    return { title, abstract, year };
  });
  if (problems.length > 0) throw new InputError(problems);
  return documents;
}

/** Parses a reviewer's documents from CSV text with a header row; a problem of a row is reported with its line. */
export function parseDocumentsCsv(
  field: string,
  text: string,
): Array<{ title: string; abstract: string | null; year: number | null }> {
  if (text.length > MAX_CSV_CHARS) throw badInput(field, 'TOO_LONG', say('TOO_LONG.million'));
  const body = text.replace(/^\uFEFF/, '');
  const header = body.slice(0, /\r|\n/.exec(body)?.index ?? body.length);
  const parser = new CsvParser(
    header.includes('\t') ? '\t' : header.includes(';') && !header.includes(',') ? ';' : ',',
    { maxLineBytes: 1_000_000, maxColumns: 50 },
  );
  const rows: Array<{ line: number; cells: string[] }> = [];
  try {
    for (const row of parser.push(body)) {
      rows.push(row);
      if (rows.length > 10 * MAX_DOCUMENTS)
        throw badInput(field, 'TOO_MANY', say('TOO_MANY.documents', { max: MAX_DOCUMENTS }));
    }
    const last = parser.end();
    if (last) rows.push(last);
  } catch (error) {
    if (error instanceof ContainerFault) throw badInput(field, error.code, error.said);
    throw error;
  }
  const [head, ...rest] = rows;
  const columns = (head?.cells ?? []).map((cell) => HEADERS[cell.trim().toLowerCase()]);
  if (!columns.includes('title')) throw badInput(field, 'NO_HEADER', say('NO_HEADER.documents'));
  return rest
    .filter((row) => row.cells.some((cell) => cell.trim() !== ''))
    .map((row) => {
      const cell = (column: keyof DocumentText) => row.cells[columns.indexOf(column)]?.trim() ?? '';
      const year = columns.includes('year') ? cell('year') : '';
      if (year !== '' && !/^\d{4}$/.test(year))
        throw badInput(field, 'BAD_YEAR', say('BAD_YEAR.line', { line: row.line }));
      if (cell('title') === '') throw badInput(field, 'REQUIRED', say('REQUIRED.lineTitle', { line: row.line }));
      return {
        title: cell('title'),
        abstract: columns.includes('abstract') ? cell('abstract') || null : null,
        year: year === '' ? null : Number(year),
      };
    });
}
