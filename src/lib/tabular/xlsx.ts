import { ContainerFault, type TabularLimits } from './faults.js';
import { dataRows, readLayout, scanTable, type ScannedTable, type TableReading } from './table.js';
import type { TableNote, TabularSource } from './types.js';
import { MergedRanges } from './xlsx-merges.js';
import { readSheet } from './xlsx-sheet.js';
import { StringStore } from './xlsx-strings.js';
import { readWorkbook, type OpenWorkbook, type Workbook, type Worksheet } from './xlsx-workbook.js';
import { WorkbookZip } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

/** How a workbook is read. */
export interface XlsxReading extends TableReading {
  /** Name of the worksheet; by default the one with the most known columns, else the first visible one. */
  sheet?: string | undefined;
  /** Folder for temporary files; by default the system's. */
  scratch?: string;
}

interface Scan extends ScannedTable {
  workbook: Workbook;
  merges: MergedRanges | null;
  sheets: Worksheet[];
}

/** Maximum number of worksheets that are compared to find the one with the table. */
const MAX_COMPARED = 50;
/** Number of known columns from which a worksheet looks like a table. */
const TABLE_COLUMNS = 2;

async function withZip<T>(filePath: string, limits: TabularLimits, use: (zip: WorkbookZip) => Promise<T>): Promise<T> {
  const zip = await WorkbookZip.open(filePath, limits);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

/** Chooses the worksheet to read, and says which were passed over. */
async function chooseSheet(
  zip: WorkbookZip,
  { sheets, select }: OpenWorkbook,
  limits: TabularLimits,
  reading: XlsxReading,
): Promise<{ sheet: Worksheet; notes: TableNote[] }> {
  const visible = sheets.filter((sheet) => sheet.visible);
  const readable = visible.length > 0 ? visible : sheets;
  let alike: Worksheet[] = [];
  let sheet = sheets.find(({ name }) => name === reading.sheet) ?? readable[0]!;
  if (reading.sheet === undefined && reading.words !== undefined && readable.length > 1) {
    const scores = new Map<Worksheet, number>();
    for (const each of readable.slice(0, MAX_COMPARED))
      scores.set(each, await scoreOf(zip, select(each), limits, reading));
    const best = Math.max(...scores.values());
    const tables = [...scores]
      .filter(([, score]) => score >= TABLE_COLUMNS && score >= 0.7 * best)
      .map(([each]) => each);
    if (best >= TABLE_COLUMNS) {
      sheet = tables[0]!;
      alike = tables.slice(1);
    } else sheet = [...scores].find(([, score]) => score >= 0)?.[0] ?? sheet;
  }
  if (sheets.length === 1) return { sheet, notes: [] };
  const notes: TableNote[] = [
    {
      message: say('SHEET_FOUND', { sheet: sheet.name, position: sheets.indexOf(sheet) + 1, count: sheets.length }),
      line: null,
    },
  ];
  const named = ({ name, visible: isShown }: Worksheet) => (isShown ? name : say('sheet.hidden', { name }));
  if (alike.length > 0)
    notes.push({
      message: say('SHEETS_ALIKE', { count: alike.length, names: alike.slice(0, 50).map(named) }),
      line: null,
    });
  const others = sheets.filter((each) => each !== sheet && !alike.includes(each));
  if (others.length > 0)
    notes.push({ message: say('SHEETS_PASSED_OVER', { names: others.slice(0, 50).map(named) }), line: null });
  return { sheet, notes };
}

/** Number of known columns of a worksheet; -1 for one without a table. Merged ranges are not yet known here. */
async function scoreOf(
  zip: WorkbookZip,
  workbook: Workbook,
  limits: TabularLimits,
  { words }: TableReading,
): Promise<number> {
  try {
    return (await readLayout(readSheet(zip, workbook, limits, { found: null, known: null }), { words })).score;
  } catch (error) {
    if (error instanceof ContainerFault && ['EMPTY_FILE', 'NO_HEADER', 'DUPLICATE_HEADER'].includes(error.code))
      return -1;
    throw error;
  }
}

async function scanWorkbook(
  filePath: string,
  strings: StringStore,
  limits: TabularLimits,
  reading: XlsxReading,
): Promise<Scan> {
  const found = new MergedRanges(limits.maxColumns);
  const first = await withZip(filePath, limits, async (zip) => {
    const opened = await readWorkbook(zip, strings, limits, reading.sheet);
    const { sheet, notes } = await chooseSheet(zip, opened, limits, reading);
    const workbook = opened.select(sheet);
    // Merged ranges may hide the header's place, so that only the pass that knows them finds it.
    const scan = await scanTable(readSheet(zip, workbook, limits, { found, known: null }), limits, reading).catch(
      (error: unknown) => {
        if (found.size > 0 && error instanceof ContainerFault && error.code === 'DUPLICATE_HEADER') return null;
        throw error;
      },
    );
    return { workbook, sheets: opened.sheets, sheetNotes: notes, scan };
  });
  const { workbook, sheets, sheetNotes } = first;
  // A second pass over the sheet is needed where cells are merged, because in its XML merged ranges come after the rows
  // that they cover: only with them is it known which rows are blank and which one is the header.
  const scan =
    found.size === 0
      ? first.scan!
      : await withZip(filePath, limits, (zip) =>
          scanTable(readSheet(zip, workbook, limits, { found: null, known: found }), limits, reading),
        );
  return { ...scan, workbook, sheets, notes: [...sheetNotes, ...scan.notes], merges: found.size === 0 ? null : found };
}

/** Opens a worksheet of a workbook. */
export async function openXlsx(
  filePath: string,
  limits: TabularLimits,
  reading: XlsxReading = {},
): Promise<TabularSource> {
  const strings = new StringStore(reading.scratch);
  let closed = false;
  try {
    const { workbook, merges, layout, rowCount, notes, sheets } = await scanWorkbook(
      filePath,
      strings,
      limits,
      reading,
    );
    return {
      format: 'XLSX',
      headers: layout.headers,
      sheetName: workbook.sheetName,
      sheetNames: sheets.map(({ name }) => name),
      rowCount,
      notes,
      async *rows() {
        if (closed) throw new Error('The table is closed: open the file again to read it.');
        const zip = await WorkbookZip.open(filePath, limits);
        try {
          yield* dataRows(
            readSheet(zip, workbook, limits, { found: null, known: merges }),
            layout,
            limits,
            reading.words,
          );
        } finally {
          zip.close();
        }
      },
      close() {
        closed = true;
        strings.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    strings.close();
    throw error;
  }
}
