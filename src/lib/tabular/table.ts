import { Slices } from './slices.js';
import { ContainerFault, type TabularLimits } from './faults.js';
import type { CellFault, TabularRow } from './types.js';
import { say } from './tabular.messages.js';

/**
 * Copies a text into memory of its own. V8 stores a substring of 13 or more characters as a reference to the whole
 * text, which would keep the whole chunk of the file in memory.
 */
function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8');
}

function isBlank(row: TabularRow): boolean {
  return row.cells.every((cell) => cell.trim() === '');
}

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

function headersOf(row: TabularRow): string[] {
  const headers = row.cells.map(headerName);
  const seen = new Set<string>();
  for (const [column, header] of headers.entries()) {
    if (header === '') continue;
    if (seen.has(header)) {
      throw new ContainerFault(say('DUPLICATE_HEADER', { header: header.slice(0, 100) }), {
        line: row.line,
        detail: { header: header.slice(0, 100), column: column + 1 },
      });
    }
    seen.add(header);
  }
  if (seen.size === 0) {
    throw new ContainerFault(say('NO_HEADER'), {
      line: row.line,
    });
  }
  return headers;
}

function cellFaults(cells: string[], maxCellChars: number): CellFault[] {
  return cells.flatMap((cell, column): CellFault[] =>
    cell.length <= maxCellChars
      ? []
      : [
          {
            column,
            code: 'CELL_TOO_LONG',
            message: say('CELL_TOO_LONG', { length: cell.length, max: maxCellChars }),
          },
        ],
  );
}

/** Reads a table to its end and checks it, so that every fault of its container shows before any row is used. */
export async function scanTable(
  records: AsyncIterable<TabularRow>,
  limits: TabularLimits,
): Promise<{ headers: string[]; rowCount: number }> {
  let headers: string[] | undefined;
  let rowCount = 0;
  const slices = new Slices();
  for await (const record of records) {
    if (slices.due()) await slices.turn();
    if (headers === undefined) {
      if (isBlank(record)) {
        // A blank row of several cells in the header's place is a header without names, which is a fault; a blank row
        // of one cell is skipped.
        if (record.cells.length > 1) headersOf(record);
        continue;
      }
      headers = headersOf(record);
    } else if (!isBlank(record) && ++rowCount > limits.maxRows) {
      throw new ContainerFault(say('TOO_MANY_ROWS.table', { max: limits.maxRows }), {
        line: record.line,
        detail: { maxRows: limits.maxRows },
      });
    }
  }
  if (headers === undefined) throw new ContainerFault(say('EMPTY_FILE.table'));
  return { headers, rowCount };
}

/**
 * Yields the rows below the header: blank rows are left out, short rows padded, and empty cells beyond the header's
 * width dropped.
 */
export async function* dataRows(
  records: AsyncIterable<TabularRow>,
  width: number,
  limits: TabularLimits,
): AsyncGenerator<TabularRow> {
  let headerSeen = false;
  const slices = new Slices();
  for await (const row of records) {
    if (slices.due()) await slices.turn();
    if (isBlank(row)) continue;
    if (!headerSeen) {
      headerSeen = true;
      continue;
    }
    const cells = row.cells.map(detached);
    while (cells.length < width) cells.push('');
    while (cells.length > width && cells.at(-1)?.trim() === '') cells.pop();
    row.cells = cells;
    const faults = cellFaults(cells, limits.maxCellChars);
    if (faults.length > 0) row.faults = faults;
    yield row;
  }
}
