import { Readable } from 'node:stream';
import { fittingText, isoDate, withInertMark, type Rows } from './cells.js';
import type { Cell } from './types.js';

const BATCH_CHARS = 32_768;

function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (cell instanceof Date) return isoDate(cell);
  // The apostrophe before a formula is added after the text is cut, because cutting could bring a formula to its start.
  const text = withInertMark(fittingText(cell));
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* csvText(rows: Rows, headers: readonly string[], bom: boolean): AsyncGenerator<string> {
  let batch = `${bom ? '\ufeff' : ''}${headers.map(csvField).join(',')}\r\n`;
  for await (const row of rows) {
    batch += `${row.map(csvField).join(',')}\r\n`;
    if (batch.length < BATCH_CHARS) continue;
    yield batch;
    batch = '';
  }
  if (batch.length > 0) yield batch;
}

/**
 * Writes rows as CSV (RFC 4180) in UTF-8, in constant memory and as fast as the output is read. A text that a
 * spreadsheet would evaluate as a formula gets an apostrophe. The byte order mark (written by default) makes Excel show
 * Chinese correctly.
 */
export function writeCsv(rows: Rows, headers: readonly string[], options: { bom?: boolean } = {}): Readable {
  return Readable.from(csvText(rows, headers, options.bom ?? true), { objectMode: false });
}
