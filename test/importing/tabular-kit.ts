import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll } from 'vitest';
import { ZipFile } from 'yazl';
import { ContainerFault, openTabular, type TabularRow, type TabularSource } from '../../src/lib/tabular/index.js';

/** A temporary folder for one test file, removed when its tests are done. */
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

/** Opens, reads whole and closes a table; rows as [line, ...cells]. */
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

/** The container fault that an action ends in. */
export async function faultOf(action: Promise<unknown>): Promise<ContainerFault> {
  const outcome = await action.then(
    () => new Error('It was accepted.'),
    (error: unknown) => error,
  );
  if (outcome instanceof ContainerFault) return outcome;
  throw outcome;
}

/** Writes a zip of the given parts; a stream is a part of unknown size. */
export async function writeZip(
  path: string,
  parts: Record<string, string | Buffer | (() => Readable)>,
): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) {
    if (typeof content === 'function') zip.addReadStream(content(), name);
    else zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  await pipeline(Readable.from(zip.outputStream), createWriteStream(path));
  return path;
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

/** What a hand-made workbook consists of; XML as a spreadsheet program would write it. */
export interface WorkbookParts {
  /** Content of <sheetData>, and of what follows it. */
  rows: string;
  after?: string;
  strings?: string;
  numFmts?: string;
  cellXfs?: string;
  workbookPr?: string;
  /** More sheets before the first one, each an attribute list and its rows. */
  before?: { attributes: string; rows: string }[];
}

/** The parts of a workbook with one sheet "Data" and, before it, those of `before`. */
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

/** A row of inline texts, as compact as a program may write it: no references. */
export function inlineRow(...texts: string[]): string {
  return `<row>${texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
}
