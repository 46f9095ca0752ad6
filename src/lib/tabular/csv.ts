import { createReadStream } from 'node:fs';
import { withoutInertMark } from './cells.js';
import { CsvParser } from './csv-parser.js';
import { decodeText, encodingByMark, isBrokenUtf8, type TextEncoding } from './encoding.js';
import { ContainerFault, type TabularLimits } from './faults.js';
import { guessEncoding } from './encoding-guess.js';
import { dataRows, scanTable, type ScannedTable, type TableReading } from './table.js';
import type { TabularRow, TabularSource } from './types.js';
import { say } from './tabular.messages.js';

/** Possible delimiters of a CSV file; of two that fit equally well the earlier one is chosen. */
const DELIMITERS = ['\t', ',', ';', '|', '，'];
const NO_DELIMITER = ',';
/** Number of records by which the delimiter is chosen. */
const RECORDS = 20;
/** Number of characters within which these records are sought. */
const RECORD_CHARS = 65_536;

/** The first records of a text that are not blank, without the last one, which may go on; at most RECORDS. */
function firstRecords(text: string): string[] {
  const records: string[] = [];
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length && records.length < RECORDS; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) quoted = !quoted;
    else if (!quoted && (code === 10 || code === 13)) {
      if (text.slice(from, i).trim() !== '') records.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return records;
}

/**
 * Chooses the delimiter that cuts most of the first records into the same number of cells, more than one: a title above
 * the header has none, and commas within texts differ from record to record. A comma where none occurs.
 */
function delimiterOf(records: readonly string[]): string {
  const bare = records.map((record) => record.replace(/"[^"]*"/g, ''));
  let best = { delimiter: NO_DELIMITER, agreeing: 0, cells: 1 };
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>();
    for (const record of bare) {
      const cells = record.split(delimiter).length;
      if (cells > 1) counts.set(cells, (counts.get(cells) ?? 0) + 1);
    }
    for (const [cells, agreeing] of counts)
      // Short lists give little to compare; there the number of cells decides.
      if (agreeing > best.agreeing || (agreeing === best.agreeing && cells > best.cells))
        best = { delimiter, agreeing, cells };
  }
  return best.delimiter;
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, maxFileBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxFileBytes) throw fileTooLarge(maxFileBytes);
    yield chunk;
  }
}

/** Makes the error for a file that is larger than allowed. */
export function fileTooLarge(maxFileBytes: number): ContainerFault {
  return new ContainerFault(say('FILE_TOO_LARGE', { max: maxFileBytes }), {
    detail: { maxFileBytes },
  });
}

/**
 * Yields the records of a CSV stream, the header included, in memory bounded by one record. Empty lines are left out
 * here, because passing a million of them on one by one takes seconds.
 */
export async function* readDelimited(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
  limits: TabularLimits,
): AsyncGenerator<TabularRow> {
  let parser: CsvParser | undefined;
  let head = '';
  for await (const text of decodeText(bounded(chunks, limits.maxFileBytes), encoding)) {
    if (parser !== undefined) {
      for (const record of parser.push(text)) if (!isEmptyLine(record)) yield record;
      continue;
    }
    head += text;
    const records = firstRecords(head);
    // If the first records do not end within RECORD_CHARS (or the maximum line length, if that is less), the delimiter
    // is taken from what was read so far; the parser reports too long a line.
    if (records.length < RECORDS && head.length <= Math.min(limits.maxLineBytes, RECORD_CHARS)) continue;
    parser = new CsvParser(delimiterOf(records.length > 0 ? records : [head]), limits);
    for (const record of parser.push(head)) if (!isEmptyLine(record)) yield record;
  }
  if (parser === undefined) {
    const records = firstRecords(`${head}\n`);
    parser = new CsvParser(delimiterOf(records), limits);
    for (const record of parser.push(head)) if (!isEmptyLine(record)) yield record;
  }
  const last = parser.end();
  if (last !== null) yield last;
}

/** Whether a record is an empty line: it has one cell, without text. */
const isEmptyLine = ({ cells }: TabularRow): boolean => cells.length === 1 && cells[0] === '';

/** Checks a CSV stream to its end: encoding, structure, line lengths, header, row count. */
export function scanDelimited(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
  limits: TabularLimits,
  reading: TableReading = {},
): Promise<ScannedTable> {
  return scanTable(readDelimited(chunks, encoding, limits), limits, reading);
}

/** A text that a file protects as a formula, so that spreadsheets keep its zeros and digits: "=""007""" is 007. */
function textOfFormula(cell: string): string {
  if (!cell.startsWith('="')) return cell;
  const inside = /^="((?:[^"]|"")*)"$/.exec(cell)?.[1];
  return inside === undefined ? cell : inside.replaceAll('""', '"');
}

/** How a text file is read; `encoding` names its encoding where the user knows it. */
export interface CsvReading extends TableReading {
  encoding?: TextEncoding | undefined;
}

async function scanFile(
  filePath: string,
  head: Uint8Array,
  limits: TabularLimits,
  reading: CsvReading,
): Promise<ScannedTable & { encoding: TextEncoding; isGuessed: boolean }> {
  const scan = async (encoding: TextEncoding, isGuessed = false) => ({
    encoding,
    isGuessed,
    ...(await scanDelimited(createReadStream(filePath), encoding, limits, reading)),
  });
  if (reading.encoding !== undefined) return scan(reading.encoding);
  const marked = encodingByMark(head);
  if (marked !== null) return scan(marked);
  try {
    return await scan('UTF-8');
  } catch (fault) {
    if (
      !(fault instanceof ContainerFault) ||
      fault.code !== 'BAD_ENCODING' ||
      fault.detail?.['malformed'] === undefined
    )
      throw fault;
    // A file that is damaged UTF-8 is refused, because other encodings would decode most of it without an error and
    // import garbled text.
    if (isBrokenUtf8(fault)) throw fault;
    return scan(await guessEncoding(filePath, fault), true);
  }
}

/**
 * Opens a CSV table; its delimiter, its line breaks and, unless `reading` names it, its encoding are detected from its
 * content. The apostrophes that a writer put before formulas are removed.
 */
export async function openCsv(
  filePath: string,
  head: Uint8Array,
  limits: TabularLimits,
  reading: CsvReading = {},
): Promise<TabularSource> {
  const { encoding, isGuessed, layout, rowCount, notes } = await scanFile(filePath, head, limits, reading);
  if (isGuessed) notes.unshift({ message: say('ENCODING_FOUND', { encoding }), line: null });
  return {
    format: 'CSV',
    encoding,
    headers: layout.headers.map(withoutInertMark),
    rowCount,
    notes,
    async *rows() {
      const records = readDelimited(createReadStream(filePath), encoding, limits);
      for await (const row of dataRows(records, layout, limits, reading.words)) {
        row.cells = row.cells.map((cell) => withoutInertMark(textOfFormula(cell)));
        yield row;
      }
    },
    close: () => Promise.resolve(),
  };
}
