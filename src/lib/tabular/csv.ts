import { createReadStream } from 'node:fs';
import { withoutInertMark } from './cells.js';
import { CsvParser } from './csv-parser.js';
import { decodeText, encodingByMark, isBrokenUtf8, type TextEncoding } from './encoding.js';
import { ContainerFault, type TabularLimits } from './faults.js';
import { dataRows, scanTable } from './table.js';
import type { TabularRow, TabularSource } from './types.js';

/** Ordered by preference on equal counts: a tab is least likely to be part of a header's text. */
const DELIMITERS = ['\t', ',', ';'];
const NO_DELIMITER = ',';

/** The first record that is not blank, or null when the text does not contain its end. */
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

/** The delimiter that occurs most often in the header row outside quotes; a comma when none occurs. */
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

/** The fault of a file over the size limit, wherever that is noticed. */
export function fileTooLarge(maxFileBytes: number): ContainerFault {
  return new ContainerFault(
    'FILE_TOO_LARGE',
    `The file is larger than ${maxFileBytes} bytes. Split it and import the parts.`,
    {
      detail: { maxFileBytes },
    },
  );
}

/** Yields every record of a text stream, with the header and blank records, in memory bounded by one record. */
export async function* readDelimited(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
  limits: TabularLimits,
): AsyncGenerator<TabularRow> {
  let parser: CsvParser | undefined;
  let head = '';
  for await (const text of decodeText(bounded(chunks, limits.maxFileBytes), encoding)) {
    if (parser !== undefined) {
      yield* parser.push(text);
      continue;
    }
    head += text;
    const header = firstRecord(head);
    // A header without an end within the longest line goes to the parser, which reports the fault.
    if (header === null && head.length <= Math.min(limits.maxLineBytes, 65_536)) continue;
    parser = new CsvParser(delimiterOf(header ?? head), limits);
    yield* parser.push(head);
  }
  if (parser === undefined) {
    parser = new CsvParser(delimiterOf(head), limits);
    yield* parser.push(head);
  }
  const last = parser.end();
  if (last !== null) yield last;
}

/** Checks a text stream to its end: encoding, structure, line lengths, header, row count. */
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
    // GB 18030 decodes much of damaged UTF-8 without an error and would import garbled text.
    if (isBrokenUtf8(fault)) throw fault;
    return scan('GB18030');
  }
}

/** Opens a text table whose encoding, delimiter and line breaks are found from its content. */
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
