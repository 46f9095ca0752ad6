import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileTooLarge, openCsv, type CsvReading } from './csv.js';
import { ContainerFault, defaultLimits, type TabularLimits } from './faults.js';
import type { TabularSource } from './types.js';
import { openXlsx } from './xlsx.js';
import { notAWorkbook } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

/**
 * The files of this folder read and write tables as streams: CSV and XLSX, in memory independent of the file's size.
 * Each file is read twice, so that faults of its container show before a caller has written anything. There are no
 * domain rules here: the meaning of rows is left to callers.
 */

const HEAD_BYTES = 16;
/**
 * First bytes of a zip file in hexadecimal: of one with entries, and of an empty one. An .xlsx workbook is a zip file.
 */
const ZIP_MAGIC = ['504b0304', '504b0506'];
/** First bytes, in hexadecimal, of a compound file: an Excel 97-2003 workbook, or an .xlsx protected by a password. */
const OLE_MAGIC = 'd0cf11e0';

async function readHead(filePath: string, maxFileBytes: number): Promise<Buffer> {
  const file = await open(filePath, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new ContainerFault(say('NOT_A_FILE.missing', { name: basename(filePath) }), {
        cause: error,
      });
    }
    throw error;
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new ContainerFault(say('NOT_A_FILE.stream'));
    }
    if (stats.size === 0) throw new ContainerFault(say('EMPTY_FILE.bytes'));
    if (stats.size > maxFileBytes) throw fileTooLarge(maxFileBytes);
    const head = Buffer.alloc(Math.min(HEAD_BYTES, stats.size));
    await file.read(head, 0, head.length, 0);
    return head;
  } finally {
    await file.close();
  }
}

/** How a table is opened. */
export interface OpenOptions extends CsvReading {
  limits?: Partial<TabularLimits>;
  /** The user's name for the file. */
  fileName?: string;
  /** Name of the worksheet to read; by default the one that looks most like a table with known columns. */
  sheet?: string | undefined;
  /** Folder for temporary files; by default the system's. */
  scratch?: string;
}

/**
 * Opens a CSV or XLSX table; its format is detected from its content, not its name. The whole file is read first, so
 * that the container is checked to its last byte when this resolves; `rows()` then streams the file again.
 */
export async function openTabular(filePath: string, options: OpenOptions = {}): Promise<TabularSource> {
  const limits: TabularLimits = { ...defaultLimits, ...options.limits };
  const head = await readHead(filePath, limits.maxFileBytes);
  const magic = head.toString('hex', 0, 4);
  if (ZIP_MAGIC.includes(magic)) return openXlsx(filePath, limits, options);
  if (magic === OLE_MAGIC) {
    throw new ContainerFault(say('ENCRYPTED_WORKBOOK.old'));
  }
  // A file that is named like a workbook but is none is refused: web applications often export HTML tables under such
  // names, and read as CSV these would give confusing faults.
  if (/\.(?:xlsx|xlsm|xls)$/i.test(options.fileName ?? basename(filePath))) throw notAWorkbook(say('workbook.named'));
  return openCsv(filePath, head, limits, options);
}
