import { badInput } from '../../kernel/errors.js';
import { TEXT_ENCODINGS } from '../../lib/tabular/encoding.js';
import type { TabularLimits } from '../../lib/tabular/faults.js';
import { openTabular } from '../../lib/tabular/open.js';
import type { TabularSource } from '../../lib/tabular/types.js';
import { say } from '../../messages/catalogue.js';
import type { Message } from '../../lib/messages/message.js';
import { tableWords } from '../mapping/table-words.js';
import { ignoredColumns, USE_FROM, type Mapping, type SuggestedColumn } from '../mapping/mapping.js';
import type { FileReading } from './file-reading.js';
import type { ImportTarget } from './import.target.js';

/** The part of an import's input that says how its file is read. */
export interface ReadingInput {
  sheet?: string | null;
  headerRow?: number | null;
  encoding?: string | null;
}

const LONGEST_SHEET_NAME = 255;

/** Validates what a user says on the reading of a file; `path` is the path of the input, for errors. */
export function readingOf(input: ReadingInput, path: string, mapping?: Mapping): FileReading {
  const { sheet, headerRow, encoding } = input;
  const reading: FileReading = {};
  if (sheet != null) {
    if (sheet === '' || sheet.length > LONGEST_SHEET_NAME)
      throw badInput(`${path}sheet`, 'LENGTH', say('LENGTH.one', { max: LONGEST_SHEET_NAME }));
    reading.sheet = sheet;
  }
  if (headerRow != null) {
    if (!Number.isInteger(headerRow) || headerRow < 1)
      throw badInput(`${path}headerRow`, 'OUT_OF_RANGE', say('OUT_OF_RANGE.row'));
    reading.headerRow = headerRow;
  }
  if (encoding != null) {
    const known = TEXT_ENCODINGS.find(
      (each) => each.toLowerCase() === encoding.trim().toLowerCase().replace('gbk', 'gb18030'),
    );
    if (known === undefined)
      throw badInput(
        `${path}encoding`,
        'UNKNOWN_ENCODING',
        say('UNKNOWN_ENCODING', { encodings: [...TEXT_ENCODINGS] }),
      );
    reading.encoding = known;
  }
  if (mapping) reading.named = Object.keys(mapping.columns);
  return reading;
}

/** Opens a file as its user has said, with the words of the kind of import. */
export function openFile(
  path: string,
  target: ImportTarget,
  reading: FileReading,
  options: { fileName: string; limits: Partial<TabularLimits>; scratch: string },
): Promise<TabularSource> {
  const { named, ...said } = reading;
  return openTabular(path, { ...options, ...said, words: tableWords(target.fields, named) });
}

/** What a report says of the columns that an import passes over; `suggested` is null for a mapping that was given. */
export function columnNotes(
  mapping: Mapping,
  headers: readonly string[],
  suggested: readonly SuggestedColumn[] | null,
): Message[] {
  const ignored = ignoredColumns(mapping, headers);
  const doubtful = (suggested ?? []).filter(
    ({ header, field, confidence }) =>
      field !== null && confidence < USE_FROM && confidence > 0 && ignored.includes(header),
  );
  const others = ignored.filter((header) => !doubtful.some((column) => column.header === header));
  return [
    ...doubtful.map(({ header, field }) =>
      say('COLUMN_PASSED_OVER.doubtful', { header: header.slice(0, 100), field: field! }),
    ),
    ...(others.length > 0
      ? [say('COLUMN_PASSED_OVER.unknown', { headers: others.slice(0, 50).map((header) => header.slice(0, 100)) })]
      : []),
  ];
}
