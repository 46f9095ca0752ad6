import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll } from 'vitest';
import { ZipFile } from 'yazl';
import { ContainerFault } from '../../src/lib/tabular/faults.js';
import { openTabular } from '../../src/lib/tabular/open.js';
import type { TabularRow, TabularSource } from '../../src/lib/tabular/types.js';

/** A temporary folder for one test file, removed after its tests. */
export function scratch(): {
  file(name: string, content: string | Uint8Array): Promise<string>;
  path(name: string): Promise<string>;
} {
  const folder = mkdtemp(join(tmpdir(), 'techpool-tabular-'));
  let count = 0;
  const path = async (name: string): Promise<string> => join(await folder, `${++count}-${name}`);
  afterAll(async () => rm(await folder, { recursive: true, force: true }));
  return {
    path,
    async file(name, content) {
      const target = await path(name);
      await writeFile(target, content);
      return target;
    },
  };
}

/** All rows of a table. */
export async function allRows(source: TabularSource): Promise<TabularRow[]> {
  const rows: TabularRow[] = [];
  for await (const row of source.rows()) rows.push(row);
  return rows;
}

/** Opens a table, reads all rows and closes it; returns rows as [line, ...cells]. */
export async function readTable(
  path: string,
  options?: Parameters<typeof openTabular>[1],
): Promise<{
  headers: string[];
  rows: (string | number)[][];
  encoding: string | undefined;
  sheetName: string | undefined;
}> {
  const source = await openTabular(path, options);
  try {
    const rows = await allRows(source);
    if (rows.length !== source.rowCount)
      throw new Error(`rowCount says ${source.rowCount}, rows() gave ${rows.length}`);
    return {
      headers: source.headers,
      rows: rows.map((row) => [row.line, ...row.cells]),
      encoding: source.encoding,
      sheetName: source.sheetName,
    };
  } finally {
    await source.close();
  }
}

/** The container fault that a failing action throws. */
export async function faultOf(action: Promise<unknown>): Promise<ContainerFault> {
  const outcome = await action.then(
    () => new Error('It was accepted.'),
    (error: unknown) => error,
  );
  if (outcome instanceof ContainerFault) return outcome;
  throw outcome;
}

/** Writes a ZIP file with the given parts; a stream is written as a part of unknown size. */
export async function writeZip(
  path: string,
  parts: Record<string, string | Buffer | (() => Readable)>,
): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) {
    if (typeof content === 'function') zip.addReadStream(content(), name, { compressionLevel: 1 });
    else zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  await pipeline(Readable.from(zip.outputStream), createWriteStream(path));
  return path;
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

/** The parts of a hand-made workbook, with XML as a spreadsheet program writes it. */
export interface WorkbookParts {
  /** Content of <sheetData> (`rows`), and the XML after it. */
  rows: string;
  after?: string;
  strings?: string;
  numFmts?: string;
  cellXfs?: string;
  workbookPr?: string;
  /** Sheets before the first one, each with its attribute list and rows. */
  before?: { attributes: string; rows: string }[];
}

/** The files of a workbook with a sheet "Data", preceded by the sheets of `before`. */
export function workbookParts(parts: WorkbookParts): Record<string, string> {
  const sheets = [...(parts.before ?? []), { attributes: 'name="Data"', rows: parts.rows, after: parts.after ?? '' }];
  const files: Record<string, string> = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': `<Relationships ${RELATIONS}><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?><workbook ${MAIN} xmlns:r="${OFFICE}">${parts.workbookPr ?? ''}<sheets>${sheets.map((sheet, i) => `<sheet ${sheet.attributes} sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships ${RELATIONS}>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="rId90" Type="${OFFICE}/styles" Target="/xl/styles.xml"/><Relationship Id="rId91" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${MAIN}><numFmts>${parts.numFmts ?? ''}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${parts.cellXfs ?? '<xf numFmtId="0"/>'}</cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst ${MAIN}>${parts.strings ?? ''}</sst>`,
  };
  sheets.forEach((sheet, i) => {
    files[`xl/worksheets/sheet${i + 1}.xml`] =
      `<worksheet ${MAIN}><sheetData>${sheet.rows}</sheetData>${'after' in sheet ? sheet.after : ''}</worksheet>`;
  });
  return files;
}

/** A row of inline texts without cell references, the most compact form that a program may write. */
export function inlineRow(...texts: string[]): string {
  return `<row>${texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
}
