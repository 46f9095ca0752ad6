import { ContainerFault } from './faults.js';
import type { TableNote, TabularRow } from './types.js';
import { say } from './tabular.messages.js';

/** What a caller knows of the words that stand in a table's rows; it finds the header and the rows that hold no data. */
export interface TableWords {
  /** Confidence, from 0 to 1, that a cell is the name of a column. */
  known(cell: string): number;
  /** The unit that a cell states and nothing else, such as 万元 for 单位：万元; null for any other cell. */
  unit(cell: string): string | null;
  /** Whether the cells under a header are amounts to which the unit of the table applies. */
  takesUnit(header: string): boolean;
  /** Kind of a row below the header that holds no data, such as a total or a signature; null for a row of data. */
  extra(cells: readonly string[]): 'total' | 'signature' | 'note' | null;
  /** Whether a cell stands for the value above it, such as 同上. */
  repeats(cell: string): boolean;
}

/** Knows no words: the header is the first row, and every row below it holds data. */
export const NO_WORDS: TableWords = {
  known: () => 0,
  unit: () => null,
  takesUnit: () => false,
  extra: () => null,
  repeats: () => false,
};

/** Where the header of a table stands, and which rows above the data hold none. */
export interface Layout {
  headers: string[];
  /** The last line that belongs to the header or to its units; data begins after it. */
  lastLine: number;
  notes: TableNote[];
  /** Number of columns that are recognised, by which the sheets of a workbook are compared. */
  score: number;
}

/** Number of rows that are not blank among which the header is sought. */
export const HEADER_DEPTH = 20;
/** Number of rows that `layoutOf` needs: the header may be the last of those, with a second row and a unit row below. */
export const LAYOUT_ROWS = HEADER_DEPTH + 4;
/** Maximum length in characters of a cell that can be the name of a column. */
const LONGEST_NAME = 60;

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');
const filled = (cells: readonly string[]): number => cells.filter((cell) => cell.trim() !== '').length;

/**
 * Cleans a column name. NUL is removed because PostgreSQL text cannot hold it, zero-width characters because they come
 * from headers copied from web pages, where users can neither see nor map them.
 */
function headerName(cell: string): string {
  return cell
    .replaceAll('\0', '')
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Number of cells that are known names of columns; a name that is only a part of the cell counts half. */
function scoreOf({ cells }: TabularRow, words: TableWords): number {
  const names = new Set<string>();
  let score = 0;
  for (const cell of cells.map(headerName)) {
    if (cell === '' || cell.length > LONGEST_NAME || names.has(cell)) continue;
    names.add(cell);
    const confidence = words.known(cell);
    if (confidence >= 0.5) score += confidence >= 0.9 ? 1 : 0.5;
  }
  return score;
}

/** Whether the cells of a row can all be names of columns: short, and no numbers. */
const looksLikeNames = ({ cells }: TabularRow): boolean =>
  cells
    .map(headerName)
    .filter((cell) => cell !== '')
    .every((cell) => cell.length <= LONGEST_NAME && !/^[-+\d.,%/: ]+$/.test(cell));

/** Index of the header among the first rows that are not blank. */
function headerIndex(rows: readonly TabularRow[], words: TableWords): number {
  const scores = rows.slice(0, HEADER_DEPTH).map((row) => scoreOf(row, words));
  const best = Math.max(...scores);
  const [first = 0] = scores;
  if (best >= 2) return first >= 0.6 * best ? 0 : scores.indexOf(best);
  if (first > 0) return 0;
  // Names that nobody knows: a title above the header fills far fewer cells than the table is wide.
  const width = Math.max(...rows.map(({ cells }) => filled(cells)));
  if (width < 3 || filled(rows[0]!.cells) > Math.max(1, 0.3 * width)) return 0;
  const at = rows.slice(0, HEADER_DEPTH).findIndex((row) => filled(row.cells) >= 0.6 * width && looksLikeNames(row));
  return Math.max(0, at);
}

/**
 * Names of the columns under a header of two rows, in which a name of the first row covers several of the second; null
 * where the second row is not a part of the header.
 */
function twoRowHeader(first: readonly string[], second: readonly string[], words: TableWords): string[] | null {
  const width = Math.max(first.length, second.length);
  const above = Array.from({ length: width }, (_, i) => headerName(first[i] ?? ''));
  // A cell that is merged over both rows holds its name twice.
  const below = Array.from({ length: width }, (_, i) => {
    const name = headerName(second[i] ?? '');
    return name === above[i] ? '' : name;
  });
  if (below.some((name) => name.length > 20 || /^[-+\d.,%/: ]+$/.test(name))) return null;
  const isMember = (i: number) => above[i] === '' && below[i] !== '' && below[i] !== undefined;
  const names: string[] = [];
  let group = '';
  let members = 0;
  for (let i = 0; i < width; i += 1) {
    if (above[i] !== '') group = above[i]!;
    if (below[i] === '') {
      names.push(above[i]!);
      if (above[i] === '') group = '';
    } else {
      if (group === '' || (above[i] !== '' && !isMember(i + 1))) return null;
      if (above[i] === '') members += 1;
      names.push(joinedName(group, below[i]!, words, names));
    }
  }
  return members > 0 ? names : null;
}

/** The name of a column that stands under another: the more telling of both names together and the lower one alone. */
function joinedName(above: string, below: string, words: TableWords, taken: readonly string[]): string {
  const bracket = above.search(/[(（[【]/);
  // The lower name belongs before the unit: 资金需求（万元） over 下限 is 资金需求下限（万元）.
  const both = bracket > 0 ? `${above.slice(0, bracket).trim()}${below}${above.slice(bracket)}` : `${above}${below}`;
  const alone = words.known(below);
  return alone >= 0.5 && alone > words.known(both) && !taken.includes(below) ? below : both;
}

/** The unit that a row states in its only cell, such as 单位：万元; null for any other row. */
function unitOfTable({ cells }: TabularRow, words: TableWords): string | null {
  const given = cells.filter((cell) => cell.trim() !== '');
  return given.length === 1 ? words.unit(given[0]!) : null;
}

/** The units that a row states per column; null where it holds anything else. */
function unitsOfColumns({ cells }: TabularRow, words: TableWords): Array<string | null> | null {
  const units = cells.map((cell) => (cell.trim() === '' ? null : words.unit(cell)));
  const given = cells.filter((cell) => cell.trim() !== '').length;
  return given > 0 && units.filter((unit) => unit !== null).length === given ? units : null;
}

const withUnit = (header: string, unit: string): string => `${header}（${unit}）`;

function uniqueHeaders(names: readonly string[], line: number, words: TableWords): string[] {
  const seen = new Map<string, number>();
  const taken = new Set(names);
  const headers = names.map((name, column) => {
    if (name === '') return '';
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    if (before === 0) return name;
    // Two columns of one known name cannot be told apart; two of an unknown name, such as 备注, need not be.
    if (words === NO_WORDS || words.known(name) >= 0.5)
      throw new ContainerFault(say('DUPLICATE_HEADER', { header: name.slice(0, 100) }), {
        line,
        detail: { header: name.slice(0, 100), column: column + 1 },
      });
    let next = before + 1;
    while (taken.has(`${name} (${next})`)) next += 1;
    taken.add(`${name} (${next})`);
    return `${name} (${next})`;
  });
  if (seen.size === 0) throw new ContainerFault(say('NO_HEADER'), { line });
  return headers;
}

/**
 * Finds the header among the first rows of a table, with a second row of names, rows of units and titles around it.
 * `headerRow` (a line or row number) says which row it is. Throws a ContainerFault where no row can be the header.
 */
export function layoutOf(records: readonly TabularRow[], words: TableWords, headerRow?: number): Layout {
  const rows = records.filter(({ cells }) => !isBlank(cells));
  if (rows.length === 0) throw new ContainerFault(say('EMPTY_FILE.table'));
  const at = headerRow === undefined ? headerIndex(rows, words) : rows.findIndex(({ line }) => line === headerRow);
  if (at === -1) throw new ContainerFault(say('HEADER_ROW_NOT_FOUND', { line: headerRow!, depth: HEADER_DEPTH }));
  const header = rows[at]!;
  const [blankFirst] = records;
  if (at === 0 && headerRow === undefined && isBlank(blankFirst!.cells) && blankFirst!.cells.length > 1)
    if (scoreOf(header, words) < 2) throw new ContainerFault(say('NO_HEADER'), { line: blankFirst!.line });
  const notes: TableNote[] = [];
  const above = rows.slice(0, at);
  const tableUnit = above.map((row) => unitOfTable(row, words)).find((unit) => unit !== null) ?? null;
  let last = at;
  const lower = rows[at + 1];
  const two = lower === undefined || words === NO_WORDS ? null : twoRowHeader(header.cells, lower.cells, words);
  if (two) last += 1;
  let names = two ?? header.cells.map(headerName);
  if (at > 0 || two)
    notes.push({
      message: two
        ? say('HEADER_FOUND.two', { line: header.line, second: lower!.line })
        : say('HEADER_FOUND.one', { line: header.line }),
      line: header.line,
    });
  if (above.length > 0)
    notes.push({
      message: say('ROWS_ABOVE', { count: above.length }),
      line: above[0]!.line,
      text: above
        .flatMap(({ cells }) => cells.map((cell) => cell.trim()).filter((cell) => cell !== ''))
        .join(' ')
        .slice(0, 80),
    });
  const under = rows[last + 1];
  const units = under === undefined ? null : unitsOfColumns(under, words);
  const only = under === undefined ? null : unitOfTable(under, words);
  if (units) {
    last += 1;
    notes.push({
      message: say('UNIT_ROW', { line: under!.line, units: [...new Set(units.filter((unit) => unit !== null))] }),
      line: under!.line,
    });
    names = names.map((name, i) =>
      only === null && units[i] != null && name !== '' && words.takesUnit(name) ? withUnit(name, units[i]) : name,
    );
  }
  const all = only ?? tableUnit;
  if (all !== null) names = names.map((name) => (name !== '' && words.takesUnit(name) ? withUnit(name, all) : name));
  return {
    headers: uniqueHeaders(names, header.line, words),
    lastLine: rows[last]!.line,
    notes,
    score: scoreOf({ line: header.line, cells: names }, words),
  };
}
