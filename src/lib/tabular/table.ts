import { Slices } from './slices.js';
import { ContainerFault, type TabularLimits } from './faults.js';
import { isBlank, LAYOUT_ROWS, layoutOf, NO_WORDS, type Layout, type TableWords } from './layout.js';
import type { CellFault, TableNote, TabularRow } from './types.js';
import { say } from './tabular.messages.js';

/**
 * Copies a text into memory of its own. V8 stores a substring of 13 or more characters as a reference to the whole
 * text, which would keep the whole chunk of the file in memory.
 */
function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8');
}

/** A value that a spreadsheet shows where a formula fails. */
const ERROR_VALUE = /^#(?:REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|BLOCKED!|GETTING_DATA)$/i;
/** Characters without width, which come from web pages and which nobody can see in a cell. */
const WITHOUT_WIDTH = /[\u200b-\u200d\u2060\ufeff]/;
const ALL_WITHOUT_WIDTH = new RegExp(WITHOUT_WIDTH, 'g');

function cellFaults(cells: string[], maxCellChars: number): CellFault[] {
  return cells.flatMap((cell, column): CellFault[] => {
    if (cell.length > maxCellChars)
      return [
        {
          column,
          code: 'CELL_TOO_LONG',
          message: say('CELL_TOO_LONG', { length: cell.length, max: maxCellChars }),
        },
      ];
    if (cell.charCodeAt(0) === 35 && ERROR_VALUE.test(cell))
      return [{ column, code: 'CELL_ERROR', message: say('CELL_ERROR', { value: cell }) }];
    return [];
  });
}

/** How a table is read: the words that its caller knows, and the row of its header where the user has named it. */
export interface TableReading {
  words?: TableWords | undefined;
  headerRow?: number | undefined;
}

/** Maximum number of rows without data of which a note is kept each; the others are counted in one note. */
const MAX_ROW_NOTES = 20;

/** Passes the rows of data on, one after another; the same for every pass over a table. */
class RowFilter {
  readonly notes: TableNote[] = [];
  private passed = 0;
  private repeated = 0;
  private hidden = 0;
  private merged = 0;
  private firstHidden: number | null = null;
  private before: readonly string[] = [];
  private readonly nameless: Array<{ cells: number; line: number }> = [];

  constructor(
    private readonly layout: Layout,
    private readonly words: TableWords,
    private readonly limits: TabularLimits,
  ) {}

  /** The row as data; null for a row that holds none. With `counted` alone, its cells need not outlive the row. */
  take(row: TabularRow, counted = false): TabularRow | null {
    if (row.line <= this.layout.lastLine || isBlank(row.cells)) return null;
    const { headers } = this.layout;
    const cells = counted ? [...row.cells] : row.cells.map(detached);
    for (let i = 0; i < cells.length; i += 1)
      if (WITHOUT_WIDTH.test(cells[i]!)) cells[i] = cells[i]!.replace(ALL_WITHOUT_WIDTH, '');
    const kind = this.isHeaderAgain(cells) ? 'header' : this.words.extra(cells);
    if (kind !== null) {
      this.passed += 1;
      if (this.passed <= MAX_ROW_NOTES)
        this.notes.push({
          message: say(`ROW_PASSED_OVER.${kind}`),
          line: row.line,
          text: cells.filter(Boolean).join(' ').trim().slice(0, 80),
        });
      return null;
    }
    while (cells.length < headers.length) cells.push('');
    while (cells.length > headers.length && cells.at(-1)?.trim() === '') cells.pop();
    cells.forEach((cell, i) => {
      if (this.words.repeats(cell) && (this.before[i] ?? '') !== '') {
        cells[i] = this.before[i]!;
        this.repeated += 1;
      }
      if (headers[i] === '' && cell.trim() !== '') {
        const seen = (this.nameless[i] ??= { cells: 0, line: row.line });
        seen.cells += 1;
      }
    });
    this.before = cells;
    if (row.hidden) {
      this.hidden += 1;
      this.firstHidden ??= row.line;
    }
    this.merged += row.merged ?? 0;
    if (counted) return row;
    const faults = cellFaults(cells, this.limits.maxCellChars);
    return { line: row.line, cells, ...(faults.length > 0 ? { faults } : {}) };
  }

  /** Notes on the whole table, after its last row. */
  end(): TableNote[] {
    const notes = [...this.layout.notes, ...this.notes];
    const add = (message: TableNote['message'], line: number | null) => notes.push({ message, line });
    if (this.passed > MAX_ROW_NOTES) add(say('ROW_PASSED_OVER.more', { count: this.passed - MAX_ROW_NOTES }), null);
    if (this.hidden > 0) add(say('HIDDEN_ROWS', { count: this.hidden, line: this.firstHidden! }), this.firstHidden);
    if (this.repeated > 0) add(say('DITTO_FILLED', { count: this.repeated }), null);
    if (this.merged > 0) add(say('MERGED_FILLED', { count: this.merged }), null);
    this.nameless.forEach((seen, column) => {
      add(say('COLUMN_WITHOUT_NAME', { column: columnLetters(column), count: seen.cells }), seen.line);
    });
    return notes;
  }

  /** Whether a row repeats the header, as prints over several pages do. */
  private isHeaderAgain(cells: readonly string[]): boolean {
    if (this.words === NO_WORDS) return false;
    const { headers } = this.layout;
    let same = 0;
    for (let i = 0; i < cells.length; i += 1) {
      const cell = cells[i]!.trim();
      if (cell === '') continue;
      if (cell !== headers[i]) return false;
      same += 1;
    }
    return same >= 2;
  }
}

/** Letters by which a spreadsheet names a column that is counted from 0: A, B … Z, AA. */
export function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? columnLetters(rest - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

/** A table that was read to its end. */
export interface ScannedTable {
  layout: Layout;
  rowCount: number;
  notes: TableNote[];
}

/** Reads the first rows of a table, and finds its header among them. */
async function beginning(
  records: AsyncIterator<TabularRow>,
  { words = NO_WORDS, headerRow }: TableReading,
): Promise<{ layout: Layout; head: TabularRow[] }> {
  const head: TabularRow[] = [];
  let given = 0;
  while (given < LAYOUT_ROWS) {
    const next = await records.next();
    if (next.done === true) break;
    head.push(next.value);
    if (!isBlank(next.value.cells)) given += 1;
  }
  return { layout: layoutOf(head, words, headerRow), head };
}

/** Finds the header of a table among its first rows, without reading the others. */
export async function readLayout(records: AsyncIterable<TabularRow>, reading: TableReading): Promise<Layout> {
  const iterator = records[Symbol.asyncIterator]();
  try {
    return (await beginning(iterator, reading)).layout;
  } finally {
    await iterator.return?.();
  }
}

/** Reads a table to its end and checks it, so that every fault of its container shows before any row is used. */
export async function scanTable(
  records: AsyncIterable<TabularRow>,
  limits: TabularLimits,
  reading: TableReading = {},
): Promise<ScannedTable> {
  const iterator = records[Symbol.asyncIterator]();
  try {
    const { layout, head } = await beginning(iterator, reading);
    const filter = new RowFilter(layout, reading.words ?? NO_WORDS, limits);
    let rowCount = 0;
    const slices = new Slices();
    const count = (record: TabularRow) => {
      if (filter.take(record, true) === null) return;
      if (++rowCount > limits.maxRows)
        throw new ContainerFault(say('TOO_MANY_ROWS.table', { max: limits.maxRows }), {
          line: record.line,
          detail: { maxRows: limits.maxRows },
        });
    };
    for (const record of head) count(record);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (slices.due()) await slices.turn();
      count(next.value);
    }
    return { layout, rowCount, notes: filter.end() };
  } finally {
    await iterator.return?.();
  }
}

/**
 * Yields the rows of data below the header: blank rows are left out, short rows padded, and empty cells beyond the
 * header's width dropped.
 */
export async function* dataRows(
  records: AsyncIterable<TabularRow>,
  layout: Layout,
  limits: TabularLimits,
  words: TableWords = NO_WORDS,
): AsyncGenerator<TabularRow> {
  const filter = new RowFilter(layout, words, limits);
  const slices = new Slices();
  for await (const record of records) {
    if (slices.due()) await slices.turn();
    const row = filter.take(record);
    if (row !== null) yield row;
  }
}
