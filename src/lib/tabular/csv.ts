import { createReadStream } from 'node:fs';
import { withoutInertMark } from './cells.js';
import { CsvParser } from './csv-parser.js';
import { decodeText, encodingByMark, isBrokenUtf8, type TextEncoding } from './encoding.js';
import { ContainerFault, type TabularLimits } from './faults.js';
import { dataRows, scanTable } from './table.js';
import type { TabularRow, TabularSource } from './types.js';
import { say } from './tabular.messages.js';

/**
 * Possible delimiters of a CSV file; on equal counts the earlier one is chosen, as a tab is least likely to be part of
 * a header's text.
 */
const DELIMITERS = ['\t', ',', ';'];
const NO_DELIMITER = ',';

/** Returns the first non-blank record of a text; null if no line break ends that record, as more of it may follow. */
function firstRecord(text: string): string | null {
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) quoted = !quoted;
    else if (!quoted && (code === 10 || code === 13)) {
      if (text.slice(from, i).trim() !== '') return text.slice(from, i);
      from = i + 1;
    }
  }
  return null;
}

/** Returns the delimiter that occurs most often in the header row outside of quotes; a comma when none occurs. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  const most = Math.max(...counts);
  return most === 1 ? NO_DELIMITER : (DELIMITERS[counts.indexOf(most)] ?? NO_DELIMITER);
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
    const header = firstRecord(head);
    // If the header row does not end within 65,536 characters (or the maximum line length, if that is less), the
    // delimiter is taken from what was read so far; the parser reports too long a line.
    if (header === null && head.length <= Math.min(limits.maxLineBytes, 65_536)) continue;
    parser = new CsvParser(delimiterOf(header ?? head), limits);
    for (const record of parser.push(head)) if (!isEmptyLine(record)) yield record;
  }
  if (parser === undefined) {
    parser = new CsvParser(delimiterOf(head), limits);
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
): Promise<{ headers: string[]; rowCount: number }> {
  return scanTable(readDelimited(chunks, encoding, limits), limits);
}

async function scanFile(
  filePath: string,
  head: Uint8Array,
  limits: TabularLimits,
): Promise<{ encoding: TextEncoding; headers: string[]; rowCount: number }> {
  const scan = async (encoding: TextEncoding) => ({
    encoding,
    ...(await scanDelimited(createReadStream(filePath), encoding, limits)),
  });
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
    // A file that is damaged UTF-8 is refused, because GB 18030 would decode most of it without an error and import
    // garbled text.
    if (isBrokenUtf8(fault)) throw fault;
    return scan('GB18030');
  }
}

/** Opens a CSV table; its encoding, delimiter and line breaks are detected from its content. */
export async function openCsv(filePath: string, head: Uint8Array, limits: TabularLimits): Promise<TabularSource> {
  const { encoding, headers, rowCount } = await scanFile(filePath, head, limits);
  return {
    format: 'CSV',
    encoding,
    headers: headers.map(withoutInertMark),
    rowCount,
    async *rows() {
      const records = readDelimited(createReadStream(filePath), encoding, limits);
      for await (const row of dataRows(records, headers.length, limits)) {
        row.cells = row.cells.map(withoutInertMark);
        yield row;
      }
    },
    close: () => Promise.resolve(),
  };
}
