import type { TabularLimits } from './faults.js';
import { dataRows, scanTable } from './table.js';
import type { TabularSource } from './types.js';
import { MergedRanges } from './xlsx-merges.js';
import { readSheet } from './xlsx-sheet.js';
import { StringStore } from './xlsx-strings.js';
import { readWorkbook, type Workbook } from './xlsx-workbook.js';
import { WorkbookZip } from './xlsx-zip.js';

interface Scan {
  workbook: Workbook;
  merges: MergedRanges | null;
  headers: string[];
  rowCount: number;
}

async function withZip<T>(filePath: string, limits: TabularLimits, use: (zip: WorkbookZip) => Promise<T>): Promise<T> {
  const zip = await WorkbookZip.open(filePath, limits);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

async function scanWorkbook(
  filePath: string,
  strings: StringStore,
  limits: TabularLimits,
  sheet?: string,
): Promise<Scan> {
  const found = new MergedRanges(limits.maxColumns);
  const first = await withZip(filePath, limits, async (zip) => {
    const workbook = await readWorkbook(zip, strings, limits, sheet);
    return { workbook, ...(await scanTable(readSheet(zip, workbook, limits, { found, known: null }), limits)) };
  });
  if (found.size === 0) return { ...first, merges: null };
  // A second pass over the sheet is needed, because in its XML merged ranges come after the rows that they cover: only
  // with them is it known which rows are blank and which one is the header.
  const { workbook } = first;
  const again = await withZip(filePath, limits, (zip) =>
    scanTable(readSheet(zip, workbook, limits, { found: null, known: found }), limits),
  );
  return { workbook, merges: found, ...again };
}

/** Opens a worksheet of a workbook: the one with the given name, else the first visible one. */
export async function openXlsx(
  filePath: string,
  limits: TabularLimits,
  sheet?: string,
  scratch?: string,
): Promise<TabularSource> {
  const strings = new StringStore(scratch);
  let closed = false;
  try {
    const { workbook, merges, headers, rowCount } = await scanWorkbook(filePath, strings, limits, sheet);
    return {
      format: 'XLSX',
      headers,
      sheetName: workbook.sheetName,
      rowCount,
      async *rows() {
        if (closed) throw new Error('The table is closed: open the file again to read it.');
        const zip = await WorkbookZip.open(filePath, limits);
        try {
          yield* dataRows(readSheet(zip, workbook, limits, { found: null, known: merges }), headers.length, limits);
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
